import { type Clock, formatDuration } from './clock.js';
import type { Log } from './errors.js';
import { roundTo } from './numbers.js';

// What this process is doing now: reported where it is done, shown in one place.

/** Something that the process is waiting for. */
interface Awaited {
  what: string;
  /** By performance.now(). */
  since: number;
}

/** The current waits, longest first, and the progress of a long step. */
class Activity {
  readonly #waits = new Set<Awaited>();
  /** Progress of the current step, in words; undefined between steps. */
  progress: (() => string) | undefined;
  /** The current run and batch: in each line of the log, whoever writes it. */
  about: { runId?: string; batchId?: string } = {};
  /** The progress is shown on a terminal: the log need not repeat it. */
  isSeen = false;
  /** A prompt is open: nothing may be written over it. */
  isAsking = false;

  /** Begins a wait; ends it when called. */
  wait(what: string): () => void {
    const wait = { what, since: performance.now() };
    this.#waits.add(wait);
    return () => void this.#waits.delete(wait);
  }

  get oldestWait(): Awaited | undefined {
    const [oldest] = this.#waits;
    return oldest;
  }
}

export const activity = new Activity();

/** Returns the work's result; meanwhile the wait is registered under this name: `the database at db:5432`. */
export async function waitingFor<T>(what: string, work: () => Promise<T>): Promise<T> {
  const end = activity.wait(what);
  try {
    return await work();
  } finally {
    end();
  }
}

/** How often the progress of a long step is logged. */
const LOGGED_EVERY_MS = 30_000;

export interface LongStepOptions {
  /** `Reading the source`. */
  what: string;
  /** `rows`. */
  unit: string;
  /** How many there are; undefined if unknown. */
  total?: number | undefined;
  clock: Pick<Clock, 'now'>;
  log: Log;
  /** Of each log line: run, batch, customer. */
  where: Readonly<Record<string, string | undefined>>;
}

/** A long step: reports its progress, rate and time left. */
export class LongStep {
  readonly #options: LongStepOptions;
  readonly #startedAt: number;
  #toldAt: number;
  #done = 0;

  constructor(options: LongStepOptions) {
    this.#options = options;
    this.#startedAt = this.#toldAt = options.clock.now().getTime();
    activity.progress = () => this.#words();
  }

  /** So many more are done. */
  advance(count: number): void {
    this.#done += count;
    const now = this.#options.clock.now().getTime();
    if (now - this.#toldAt < LOGGED_EVERY_MS) return;
    this.#toldAt = now;
    if (activity.isSeen) return;
    const { log, where, total } = this.#options;
    log.info(`${this.#words()}.`, { ...where, done: this.#done, total, ...this.#figures() });
  }

  end(): void {
    activity.progress = undefined;
  }

  #words(): string {
    const { what, unit, total } = this.#options;
    const { share, perSecond, minutesLeft } = this.#figures();
    const of = total === undefined ? '' : ` of ${total}`;
    const percent = share === undefined ? '' : ` (${Math.floor(share * 100)} %)`;
    const rate = perSecond === undefined ? '' : `, ${perSecond} a second`;
    const left = minutesLeft === undefined ? '' : `, about ${formatDuration(minutesLeft * 60_000)} left`;
    return `${what}: ${this.#done}${of} ${unit}${percent}${rate}${left}`;
  }

  #figures(): { share?: number; perSecond?: number; minutesLeft?: number } {
    const { total, clock } = this.#options;
    const seconds = (clock.now().getTime() - this.#startedAt) / 1_000;
    // A table grows while it is read.
    const share = total === undefined || total === 0 ? {} : { share: roundTo(Math.min(1, this.#done / total), 2) };
    if (seconds < 1 || this.#done === 0) return share;
    const perSecond = this.#done / seconds;
    const left =
      total === undefined ? {} : { minutesLeft: roundTo(Math.max(0, total - this.#done) / perSecond / 60, 1) };
    return { ...share, perSecond: roundTo(perSecond, perSecond < 10 ? 1 : 0), ...left };
  }
}
