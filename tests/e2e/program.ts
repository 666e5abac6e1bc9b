import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { pathToFileURL } from 'node:url';
import { outputsOf } from '../../local/processes.js';
import { SETTINGS } from '../../shared/runtime/settings.js';

export type Task = 'detect' | 'batch' | 'stage' | 'push' | 'promote' | 'archive' | 'migrate' | 'doctor' | 'probe';
/** An executable of the embedded default. */
export type LocalProgram = `local/${'demo' | 'deploy' | 'orders' | 'sync'}`;
export type Environment = Readonly<Record<string, string>>;

/** Waits of a process take no time. */
export const HURRY: Environment = { NODE_OPTIONS: `--import=${pathToFileURL('tests/e2e/hurry.js').href}` };

export interface Ended {
  /** The exit code; null when it was killed. */
  code: number | null;
  outputs: Record<string, unknown>;
  /** Everything on stdout and stderr. */
  said: string;
}

/** One of the bundled executables as a process, with the settings given and no others. */
export class Program {
  readonly ended: Promise<Ended>;
  readonly #child: ChildProcess;
  readonly #lines: string[] = [];

  constructor(task: Task | LocalProgram, args: readonly string[], env: Environment) {
    const inherited = Object.entries(process.env).filter(([name]) => !(name.replace(/_FILE$/, '') in SETTINGS));
    const child = spawn(process.execPath, [`dist/${task.includes('/') ? task : `tasks/${task}`}/index.js`, ...args], {
      env: { ...Object.fromEntries(inherited), LOG_FORMAT: 'json', ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.#child = child;
    const outputs = {};
    const lines = this.#lines;
    for (const stream of [child.stdout, child.stderr]) {
      createInterface({ input: stream }).on('line', (line) => {
        lines.push(line);
        Object.assign(outputs, outputsOf(line));
      });
    }
    this.ended = new Promise((resolve, reject) => {
      child.once('error', reject);
      child.once('close', (code) => {
        const said = lines.join('\n');
        const secret = secretsOf(env).find((each) => said.includes(each));
        if (secret === undefined) resolve({ code, outputs, said });
        else reject(new Error(`${task} ${args.join(' ')} tells a secret: ${said.replaceAll(secret, '(secret)')}`));
      });
    });
  }

  /** Stops it where it is, and lets it go on after so many milliseconds. */
  pause(ms: number): void {
    this.#child.kill('SIGSTOP');
    setTimeout(() => this.#child.kill('SIGCONT'), ms);
  }

  /** Stops it where it is for good: its machine is gone, its connections stay until somebody ends them. */
  freeze(): void {
    this.#child.kill('SIGSTOP');
  }

  /** Asks it to end, as a platform does before it kills; tells how it ended and after how many milliseconds. */
  async stop(signal: 'SIGTERM' | 'SIGINT' = 'SIGTERM'): Promise<Ended & { ms: number }> {
    const start = performance.now();
    this.#child.kill(signal);
    return { ...(await this.ended), ms: performance.now() - start };
  }

  /** Whether it has said this so far. */
  hasSaid(text: string): boolean {
    return this.#lines.some((line) => line.includes(text));
  }

  /** Ends it as a crash of the machine would, and waits until it is gone. */
  kill(): Promise<Ended> {
    this.#child.kill('SIGKILL');
    return this.ended;
  }
}

export const runProgram = (task: Task, args: readonly string[], env: Environment): Promise<Ended> =>
  new Program(task, args, env).ended;

/** The token, and the passwords of the databases: no program may ever write them. */
function secretsOf(env: Environment): string[] {
  const urls = [env['WAREHOUSE_URL'], env['ARCHIVE_URL']].filter((url) => url !== undefined && URL.canParse(url));
  const passwords = urls.map((url) => new URL(url ?? '').password);
  return [env['MONDAY_API_TOKEN'] ?? '', ...passwords].filter((secret) => secret !== '');
}
