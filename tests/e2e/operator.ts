import { execFile } from 'node:child_process';
import { copyFileSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { imagesCo, MAPPINGS } from '../docs/commands.js';
import type { Ended } from './program.js';
import { withoutSettings } from './running-demo.js';
import { World } from './world.js';

/** How `co` meets this machine. */
export interface Meeting {
  /** Replaced in the runbook's definition of `co`. */
  network?: string;
  /** Shell lines before it. */
  before?: readonly string[];
  /** A folder of programs that are found first. */
  bin?: string;
}

/** Somebody who has only the images, after one whole run of the pipeline, with the runbook open. */
export class Operator {
  /** Where the commands are typed, with `settings.env` and mappings in it. */
  readonly folder = mkdtempSync(join(tmpdir(), 'operator-'));
  readonly #world: World;
  readonly #meeting: Meeting;
  readonly #values: Readonly<Record<string, string>>;

  private constructor(world: World, meeting: Meeting, values: Readonly<Record<string, string>>) {
    this.#world = world;
    this.#meeting = meeting;
    this.#values = values;
    const { ARCHIVE_URL } = world.env('archive');
    const settings = Object.entries({ ...world.env('push'), ARCHIVE_URL, LOG_FORMAT: 'json' });
    writeFileSync(join(this.folder, 'settings.env'), settings.map(([name, value]) => `${name}=${value}\n`).join(''));
    for (const name of MAPPINGS) copyFileSync('sql/mappings/customer-orders.yaml', join(this.folder, name));
  }

  static async open(meeting: Meeting): Promise<Operator> {
    const world = await World.open(['GREYSON CLOTHIERS', 'JOHNNIE O']);
    const { detected, batches } = await world.carry();
    const [line] = await world.sql(
      'SELECT "line_key" FROM dbo."ORDERS_UNIFIED_SNAPSHOT" WHERE "customer" = \'GREYSON\'',
    );
    const archived = (await world.run('archive', ['list', '--json'])).said;
    const archives = JSON.parse(archived) as { id: number; customer: string }[];
    return new Operator(world, meeting, {
      RUN_ID: String(detected['runId']),
      BATCH_ID: batches.find(({ customer }) => customer === 'GREYSON')?.batchId ?? '',
      CUSTOMER: 'GREYSON',
      ORDER: String(line?.['line_key']),
      ARCHIVE_ID: String(archives.find(({ customer }) => customer === 'GREYSON')?.id),
    });
  }

  async close(): Promise<void> {
    rmSync(this.folder, { recursive: true, force: true });
    await this.#world.close();
  }

  /** Types a line of the runbook, its words in capitals replaced; gives how it ended. */
  typed(line: string): Promise<Pick<Ended, 'code' | 'said'>> {
    const { network, before = [], bin } = this.#meeting;
    const co = network === undefined ? imagesCo() : imagesCo().replace(/--network \S+/, `--network ${network}`);
    const words = new RegExp(`\\b(?:${Object.keys(this.#values).join('|')})\\b`, 'g');
    const said = line.replace(words, (word) => `'${this.#values[word]}'`);
    const PATH = [...(bin === undefined ? [] : [bin]), process.env['PATH']].join(':');
    return new Promise((done) => {
      const options = { cwd: this.folder, env: { ...withoutSettings(), PATH } };
      execFile('bash', ['-c', [...before, co, said].join('\n')], options, (error, stdout, stderr) => {
        done({ code: error === null ? 0 : Number(error.code), said: `${stdout}${stderr}` });
      });
    });
  }

  /** The files of the folder. */
  files(): string[] {
    return readdirSync(this.folder);
  }
}

/** The files and folders that a line of the runbook says it writes. */
export function writtenBy(line: string): string[] {
  const named = [...line.matchAll(/(?:--output|>) (\w[\w.]*)/g)].map(([, name = '']) => name);
  return line.includes('--runs') ? [...named, 'runs'] : named;
}
