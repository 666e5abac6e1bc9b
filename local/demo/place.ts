import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { FixFirstError } from '../../shared/ground/errors.js';
import { SETTINGS } from '../../shared/runtime/settings.js';
import { isAlive } from '../database/program.js';

const FOLDER = join('.local', 'demo');
/** Not .env: that is the user's own, and every command reads it. */
const ENV_FILE = 'demo.env';
/** Whose folder it is. */
const PID_FILE = 'demo.pid';

/** Where the demo's database, board and settings lie while it runs; nothing of it is left when it ends. */
export class DemoPlace {
  readonly folder: string;

  /** `fresh` takes a new folder, so that several demos can run at once; else one killed earlier is cleared away. */
  constructor(fresh: boolean) {
    this.folder = fresh ? mkdtempSync(join(tmpdir(), 'customer-orders-demo-')) : FOLDER;
    const running = this.#runningDemo();
    if (running !== undefined)
      throw new FixFirstError(
        'DEMO_RUNNING',
        `Another demo is up in ${this.folder}, process ${running}. End it with Ctrl-C first, or add --fresh to run this one beside it.`,
      );
    rmSync(this.board, { recursive: true, force: true });
    mkdirSync(this.folder, { recursive: true });
    writeFileSync(join(this.folder, PID_FILE), String(process.pid));
  }

  #runningDemo(): number | undefined {
    const file = join(this.folder, PID_FILE);
    const pid = existsSync(file) ? Number(readFileSync(file, 'utf8')) : 0;
    return pid > 0 && pid !== process.pid && isAlive(pid) ? pid : undefined;
  }

  get database(): string {
    return join(this.folder, 'database');
  }

  get board(): string {
    return join(this.folder, 'board');
  }

  /** Writes settings as a shell reads them, for this user alone; gives the file's path. */
  writeEnv(env: Readonly<Record<string, string>>): string {
    const file = join(this.folder, ENV_FILE);
    mkdirSync(this.folder, { recursive: true });
    const lines = Object.entries(env).map(([name, value]) => `${name}=${quoted(value)}\n`);
    writeFileSync(file, lines.join(''), { mode: 0o600 });
    chmodSync(file, 0o600);
    return file;
  }

  clear(): void {
    rmSync(this.folder, { recursive: true, force: true });
    const parent = dirname(this.folder);
    if (parent === dirname(FOLDER) && existsSync(parent) && readdirSync(parent).length === 0) rmdirSync(parent);
  }
}

/** Only where a shell needs it: `docker run --env-file` takes quotes for a part of the value. */
function quoted(value: string): string {
  return /^[\w:/.@%+,-]*$/.test(value) ? value : `'${value.replaceAll("'", `'\\''`)}'`;
}

/**
 * Settings for the tasks that the demo starts: those given, and none of what the shell or a file `.env` sets for a
 * warehouse and a board of the user's own. A mapping that was chosen stays.
 */
export function demoEnvironment(own: Readonly<Record<string, string>>): Record<string, string> {
  const others = Object.keys(SETTINGS).filter((name) => name !== 'MAPPING_FILE');
  const blank = others.flatMap((name) => [
    [name, ''],
    [`${name}_FILE`, ''],
  ]);
  return { ...Object.fromEntries(blank), ...own };
}
