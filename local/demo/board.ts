import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { FixFirstError } from '../../shared/ground/errors.js';
import { executable } from '../processes.js';
import { BoardControl } from './board-control.js';

/** The board simulator as a process of its own, as a user would start it. */
export class DemoBoard extends BoardControl {
  readonly #child: ChildProcess;

  private constructor(url: string, child: ChildProcess) {
    super(url);
    this.#child = child;
  }

  /** `mapping` is a file that says which columns the board has; the shipped ones without it. */
  static async start(dataDir: string, mapping?: string): Promise<DemoBoard> {
    const shape = mapping === undefined ? [] : ['--mapping', mapping];
    const args = [executable('local/board'), '--port', '0', '--data', dataDir, '--limits', 'raised', ...shape];
    // A group of its own, so that Ctrl-C in a terminal ends it through the demo, after those that still write to it.
    const detached = process.platform !== 'win32';
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'], detached });
    const lines = createInterface({ input: child.stdout });
    const ended = once(child, 'exit').then(() =>
      Promise.reject(new FixFirstError('SIMULATOR_FAILED', 'The board simulator ended before it listened.')),
    );
    const url = await Promise.race([
      ended,
      new Promise<string>((resolve) => lines.on('line', (line) => resolve(/https?:\/\/\S+/.exec(line)?.[0] ?? ''))),
    ]);
    ended.catch(() => undefined);
    return new DemoBoard(url, child);
  }

  async stop(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    this.#child.kill('SIGTERM');
    await once(this.#child, 'exit');
  }
}
