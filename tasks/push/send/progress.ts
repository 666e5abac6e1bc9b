import { activity } from '../../../shared/ground/activity.js';
import { type Clock, formatDuration } from '../../../shared/ground/clock.js';
import type { Log } from '../../../shared/ground/errors.js';
import { roundTo } from '../../../shared/ground/numbers.js';
import { plural } from '../../../shared/ground/text.js';
import type { Pace } from '../../../shared/monday/pace.js';
import type { Metric } from '../../../shared/runtime/outputs.js';
import type { UnitVerdict } from './answers.js';

/** How often the progress and the figures of the account are logged. */
const LOGGED_EVERY_MS = 30_000;
const FIGURES_EVERY_MS = 60_000;

export interface ProgressOptions {
  clock: Clock;
  log: Log;
  pace: Pace;
  batchId: string;
  emitMetrics(metrics: readonly Metric[]): void;
}

/** Tells every half minute how far it has come, and every minute what was sent, what the account has left and how fast it answers. */
export class Progress {
  readonly #options: ProgressOptions;
  #expected: { points: number; used: number } | undefined;
  #startedAt: number;
  #toldAt: number;
  #loggedAt: number;
  #mutations = { asked: 0, accepted: 0 };

  constructor(options: ProgressOptions) {
    this.#options = options;
    this.#startedAt = this.#toldAt = this.#loggedAt = options.clock.now().getTime();
  }

  expect({ points }: { points: number }): void {
    this.#expected = { points, used: this.#options.pace.totals.points };
    this.#startedAt = this.#options.clock.now().getTime();
    activity.progress = () => this.#words();
  }

  end(): void {
    activity.progress = undefined;
  }

  /** The progress shown on a terminal. */
  #words(): string {
    const { share = 0, minutesLeft } = this.#end(this.#options.clock.now().getTime());
    const left = minutesLeft === undefined ? '' : `, about ${formatDuration(minutesLeft * 60_000)} left`;
    const { asked, accepted } = this.#mutations;
    return `Sending: ${accepted} of ${plural(asked, 'answered mutation')} accepted (${Math.round(share * 100)} %)${left}`;
  }

  /** Mutations that the board has judged so far; those that it only put off are asked again and counted then. */
  get mutations(): { asked: number; accepted: number } {
    return { ...this.#mutations };
  }

  /** Called after every answer; speaks when half a minute has passed, and says whether it has. */
  note(verdicts: readonly UnitVerdict[]): boolean {
    this.#count(verdicts);
    const { clock, log, pace, batchId, emitMetrics } = this.#options;
    const now = clock.now().getTime();
    if (now - this.#loggedAt < LOGGED_EVERY_MS) return false;
    this.#loggedAt = now;
    if (now - this.#toldAt < FIGURES_EVERY_MS) {
      if (!activity.isSeen) log.info(`${this.#words()}.`, { batchId, ...this.#end(now) });
      return true;
    }
    this.#toldAt = now;
    const figures = pace.takeFigures();
    log.info(`Sent ${figures.requests} requests in the last minute.`, { batchId, ...figures, ...this.#end(now) });
    emitMetrics([
      { name: 'requests_per_minute', type: 'gauge', value: figures.requests },
      { name: 'points_per_minute', type: 'gauge', value: figures.points },
      { name: 'points_left', type: 'gauge', value: figures.pointsLeft },
      ...latency('latency_p50', figures.p50Ms),
      ...latency('latency_p95', figures.p95Ms),
    ]);
    return true;
  }

  #count(verdicts: readonly UnitVerdict[]): void {
    this.#mutations.asked += verdicts.filter((verdict) => !isPutOff(verdict)).length;
    this.#mutations.accepted += verdicts.filter(({ outcome }) => outcome.kind === 'done').length;
  }

  /** From the points used so far and those forecast. */
  #end(now: number): { share?: number; minutesLeft?: number } {
    if (this.#expected === undefined || this.#expected.points === 0) return {};
    const used = this.#options.pace.totals.points - this.#expected.used;
    const share = Math.min(1, used / this.#expected.points);
    if (share === 0) return { share };
    const elapsedMs = now - this.#startedAt;
    return {
      share: roundTo(share, 2),
      minutesLeft: roundTo((elapsedMs / share - elapsedMs) / 60_000, 1),
    };
  }
}

/** A limit, a lock or the size of the request was the cause, not the mutation itself. */
function isPutOff({ outcome, failure, alone }: UnitVerdict): boolean {
  if (outcome.kind !== 'refused') return false;
  return alone === true || failure?.reaction === 'retry' || failure?.advice === 'smaller body';
}

function latency(name: string, ms: number | undefined): Metric[] {
  return ms === undefined ? [] : [{ name, type: 'timer', value: ms / 1_000 }];
}
