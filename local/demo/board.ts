import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { z } from 'zod';
import { FixFirstError } from '../../shared/ground/errors.js';
import { loadMapping } from '../../shared/mapping/mapping.js';
import { executable } from '../processes.js';

const logSchema = z.object({ requests: z.array(z.object({ n: z.number(), operations: z.array(z.string()) })) });
const boardSchema = z.object({ boardId: z.string() });
const itemsSchema = z.object({
  items: z.array(
    z.object({ state: z.string(), values: z.record(z.string(), z.object({ text: z.string().nullable() })) }),
  ),
});

/** The board simulator as a process of its own, as a user would start it. */
export class DemoBoard {
  readonly url: string;
  readonly #child: ChildProcess;

  private constructor(url: string, child: ChildProcess) {
    this.url = url;
    this.#child = child;
  }

  static async start(dataDir: string, port: number): Promise<DemoBoard> {
    const args = [executable('local/board'), '--port', String(port), '--data', dataDir, '--limits', 'raised'];
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
    return new DemoBoard(url.endsWith('/') ? url : `${url}/`, child);
  }

  async boardId(): Promise<string> {
    return boardSchema.parse(await this.#get('_board')).boardId;
  }

  /** The line key of each item that is not archived. */
  async itemKeys(): Promise<string[]> {
    const key = loadMapping().item.key.id;
    const { items } = itemsSchema.parse(await this.#get('_board'));
    return items.filter(({ state }) => state === 'active').map(({ values }) => (values[key]?.text ?? '').toLowerCase());
  }

  /** Requests and single mutation fields since request `after`. */
  async trafficSince(after: number): Promise<{ last: number; requests: number; mutations: number }> {
    const { requests } = logSchema.parse(await this.#get(`_log?after=${after}`));
    const mutations = requests.flatMap(({ operations }) => operations).filter((operation) => MUTATION.test(operation));
    return { last: requests.at(-1)?.n ?? after, requests: requests.length, mutations: mutations.length };
  }

  /** Begins a section of the page's history, so that it shows what a run changed. */
  async mark(label: string): Promise<void> {
    const body = JSON.stringify({ label });
    await fetch(new URL('_mark', this.url), { method: 'POST', headers: { 'content-type': 'application/json' }, body });
  }

  async stop(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    this.#child.kill('SIGTERM');
    await once(this.#child, 'exit');
  }

  async #get(path: string): Promise<unknown> {
    const response = await fetch(new URL(path, this.url));
    return response.json();
  }
}

/** Root fields that change something; everything else on the board is read. */
const MUTATION = /^(create|change|move|archive|delete|update|duplicate)_/;
