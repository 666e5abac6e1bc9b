import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { activity, waitingFor } from '../ground/activity.js';
import { formatDuration } from '../ground/clock.js';
import { printable } from '../ground/text.js';
import type { Queryable, TransactionOptions, Warehouse } from '../warehouse/port/warehouse.js';
import { beforeWriting } from './outputs.js';
import { cutToWidth } from './terminal.js';

/** The terminal shows something at least every two seconds: half a second is left for a slow terminal. */
const SILENT_MS = 1_500;
const EVERY_MS = 250;
/** A terminal that cannot rewrite a line gets a new one, less often. */
const REPEATED_EVERY_MS = 30_000;
const ERASED = '\r\u001b[2K';

/** Where a status line is written. */
export interface StatusScreen {
  columns: number;
  /** A line can be rewritten: not on TERM=dumb. */
  rewrites: boolean;
  write(text: string): void;
}

/** The last line of a terminal: the progress of a long step, or, after a silence, what the task is waiting for. */
export class StatusLine {
  readonly #task: string;
  readonly #screen: StatusScreen;
  readonly #now: () => number;
  readonly #startedAt: number;
  #spokenAt: number;
  #isDrawn = false;

  /** `now` and when the process began, in milliseconds: of performance.now() that is 0. */
  constructor(task: string, screen: StatusScreen, now: () => number, startedAt = now()) {
    this.#task = task;
    this.#screen = screen;
    this.#now = now;
    this.#startedAt = this.#spokenAt = startedAt;
  }

  /** Something else is about to be written. */
  clear(): void {
    this.#spokenAt = this.#now();
    if (!this.#isDrawn) return;
    this.#isDrawn = false;
    this.#screen.write(ERASED);
  }

  /** Draws the current state. */
  tick(): void {
    if (activity.isAsking) return;
    const silentMs = this.#now() - this.#spokenAt;
    const { progress } = activity;
    const { columns, rewrites, write } = this.#screen;
    if (silentMs < SILENT_MS && !(rewrites && progress !== undefined)) return;
    const text = printable(this.#text(progress?.()));
    if (rewrites) {
      write(ERASED + cutToWidth(text, columns - 1));
      this.#isDrawn = true;
      return;
    }
    write(`${text}\n`);
    this.#spokenAt = this.#now() + REPEATED_EVERY_MS - SILENT_MS;
  }

  #text(progress: string | undefined): string {
    const wait = activity.oldestWait;
    const waitedMs = wait === undefined ? 0 : this.#now() - wait.since;
    const waiting = `waiting for ${wait?.what}, ${formatDuration(waitedMs)}`;
    if (progress !== undefined) return waitedMs < SILENT_MS ? progress : `${progress}; ${waiting}`;
    const atWork = `working, ${formatDuration(this.#now() - this.#startedAt)}`;
    return `${this.#task}: ${wait === undefined ? atWork : waiting}`;
  }
}

/** Shows a status line on the terminal until it is ended; does nothing without a terminal. */
export function showStatus(task: string): () => void {
  // stdout may be read by another program, so the line goes to stderr.
  const out = process.stderr.isTTY ? process.stderr : undefined;
  if (out === undefined) return () => undefined;
  const rewrites = process.env['TERM'] !== 'dumb';
  const screen = { columns: out.columns || 80, rewrites, write: (text: string) => void out.write(text) };
  const line = new StatusLine(task, screen, () => performance.now(), 0);
  activity.isSeen = rewrites;
  beforeWriting(() => line.clear());
  const timer = setInterval(() => line.tick(), EVERY_MS).unref();
  const stopHearing = hearRequests();
  return () => {
    clearInterval(timer);
    stopHearing();
    line.clear();
    beforeWriting(undefined);
    activity.isSeen = false;
  };
}

/** Every HTTP request of this process, from the DNS look-up on. */
function hearRequests(): () => void {
  const ends = new WeakMap<object, () => void>();
  const requestOf = (message: unknown): object & { origin?: unknown } =>
    (message as { request: object & { origin?: unknown } }).request;
  const began = (message: unknown): void => {
    const request = requestOf(message);
    ends.set(request, activity.wait(String(request.origin)));
  };
  const ended = (message: unknown): void => ends.get(requestOf(message))?.();
  const heard = [
    ['undici:request:create', began],
    ['undici:request:trailers', ended],
    ['undici:request:error', ended],
  ] as const;
  for (const [channel, hear] of heard) subscribe(channel, hear);
  return () => {
    for (const [channel, hear] of heard) unsubscribe(channel, hear);
  };
}

/** A lock or a statement by its name: another session may hold what it needs. */
function waitOf(method: string | symbol, asked: unknown, what: string): string {
  if (method === 'lock') return `the lock ${String(asked)}`;
  const isNamed = typeof asked === 'object' && asked !== null && 'name' in asked;
  return isNamed ? `${what} (${String(asked.name)})` : what;
}

/** The warehouse, with each wait for it registered. */
export function watchedWarehouse(warehouse: Warehouse, what: string): Warehouse {
  const watch = <T extends object>(target: T): T =>
    new Proxy(target, {
      get(_, name) {
        const value: unknown = Reflect.get(target, name, target);
        if (typeof value !== 'function') return value;
        if (name === 'stream' || name === 'streamText')
          return (...args: unknown[]) => watchedParts(Reflect.apply(value, target, args) as AsyncIterable<unknown>);
        if (name === 'transaction')
          // Our own code between statements is not a wait.
          return (work: (transaction: Queryable) => Promise<unknown>, options?: TransactionOptions) =>
            Reflect.apply(value, target, [(transaction: Queryable) => work(watch(transaction)), options]);
        if (name === 'bulkLoad' || name === 'close') return value.bind(target);
        return (...args: unknown[]) => {
          const end = activity.wait(waitOf(name, args[0], what));
          const result: unknown = Reflect.apply(value, target, args);
          if (!(result instanceof Promise)) {
            end();
            return result;
          }
          return result.finally(end);
        };
      },
    });
  async function* watchedParts<T>(parts: AsyncIterable<T>): AsyncGenerator<T> {
    const iterator = parts[Symbol.asyncIterator]();
    try {
      for (;;) {
        const { done, value } = await waitingFor(what, () => iterator.next());
        if (done === true) return;
        yield value;
      }
    } finally {
      await iterator.return?.();
    }
  }
  return watch(warehouse);
}
