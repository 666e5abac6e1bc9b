import type { LimitName } from '../../local/board/limits.js';
import { type RunningBoard, startBoard } from '../../local/board/server.js';
import { ITEMS_BOARD } from '../../local/board/shape.js';
import { ArchiveStore } from '../../shared/store/archives.js';
import { batchFigures } from '../../shared/store/batch-figures.js';
import type { Queryable, Warehouse } from '../../shared/warehouse/port/warehouse.js';
import { archiveCommand } from '../../tasks/archive/commands.js';
import { runArchive } from '../../tasks/archive/run.js';
import { batchCommand } from '../../tasks/batch/commands.js';
import { type DayOfCalls, readCalls } from '../../tasks/batch/facts/calls.js';
import { runBatch } from '../../tasks/batch/run.js';
import { detectCommand } from '../../tasks/detect/commands.js';
import { runDetect } from '../../tasks/detect/run.js';
import { runPromote } from '../../tasks/promote/run.js';
import { pushCommand } from '../../tasks/push/commands.js';
import { runPush } from '../../tasks/push/run.js';
import { runStage } from '../../tasks/stage/run.js';
import { Conductor, ZeroTimers } from '../../tests/chaos/conductor.js';
import { taskContext } from '../../tests/helpers/task-context.js';
import { intercept } from '../../tests/tasks/detect/intercept.js';
import { batchIdsOf } from './processes.js';

const MINUTE_MS = 60_000;
const DAY_MS = 1_440 * MINUTE_MS;
const SETTINGS = [
  ...detectCommand.settings,
  ...batchCommand.settings,
  ...pushCommand.settings,
  ...archiveCommand.settings,
] as const;
const DETECT = {
  method: 'hash',
  full: false,
  allowLargeChange: false,
  confirmDeletes: false,
  dryRun: false,
  listCustomers: false,
  json: false,
} as const;

type BatchFigures = Awaited<ReturnType<typeof batchFigures>>[number];
export type Limits = Readonly<Partial<Record<LimitName, number>>>;

/** What pushes take of an account. Minutes are those of the pushes, one after the other. */
export interface Taken {
  requests: number;
  points: number;
  minutes: number;
}

export interface RunTaken extends Taken {
  pushes: number;
  /** What the pushes expected before their first write. */
  forecast: Taken;
}

/**
 * Runs at a simulated account: the tasks' own code on a real database, the board over HTTP, all in this process and on a
 * clock that jumps, which the database and the network take no time of.
 */
export class RunsAtBoard {
  readonly #warehouse: Warehouse;
  readonly #archives: Warehouse;
  readonly #board: RunningBoard;
  readonly #clock: Conductor;
  readonly #timers: ZeroTimers;
  readonly #fetch = globalThis.fetch;

  private constructor(parts: {
    warehouse: Warehouse;
    archives: Warehouse;
    board: RunningBoard;
    clock: Conductor;
    timers: ZeroTimers;
  }) {
    this.#clock = parts.clock;
    this.#timers = parts.timers;
    this.#board = parts.board;
    this.#warehouse = onClock(parts.warehouse, parts.clock);
    this.#archives = onClock(parts.archives, parts.clock);
    parts.timers.watch();
    globalThis.fetch = (input, init) =>
      parts.clock.exclusively(async () => {
        const answer = await this.#fetch(input, init);
        return new Response(await answer.text(), { status: answer.status, headers: answer.headers });
      });
  }

  static async open({ warehouse, archives }: { warehouse: Warehouse; archives: Warehouse }): Promise<RunsAtBoard> {
    const timers = new ZeroTimers();
    const clock = new Conductor(() => 0, timers);
    // A request that the board lets wait is no work that is to be waited for.
    const ofBoard = { now: () => clock.now(), random: () => clock.random(), wait: (ms: number) => clock.park(ms) };
    const board = await startBoard({ clock: ofBoard, limits: 'raised' });
    return new RunsAtBoard({ warehouse, archives, board, clock, timers });
  }

  async close(): Promise<void> {
    this.#timers.restore();
    globalThis.fetch = this.#fetch;
    await this.#board.close();
  }

  set limits(limits: Limits) {
    this.#board.account.limits = { ...this.#board.account.limits, ...limits };
  }

  /** Calls of the account's day so far, as the board counts them. */
  get callsToday(): number {
    return this.#board.account.budget.callsToday;
  }

  /** The same as `batch watch` tells it, with what it expects of the rest of the day. */
  calls(): Promise<DayOfCalls> {
    return readCalls(this.#warehouse, this.#clock.now());
  }

  /** Requests that the board has refused, whatever for. */
  get refused(): number {
    return this.#board.account.store.state.requests.filter(({ status }) => status !== 200).length;
  }

  /** Lets time pass until so many minutes after the next midnight UTC at which this moment of a day comes. */
  async passUntil(minuteOfDay: number): Promise<void> {
    const now = this.#clock.now().getTime();
    const today = now - (now % DAY_MS) + minuteOfDay * MINUTE_MS;
    await this.#clock.pass((today <= now ? today + DAY_MS : today) - now);
  }

  /** detect, and of each customer stage, push, promote and archive, as a flow does it. */
  async run(runKey: string): Promise<RunTaken> {
    const context = this.#context();
    const detected = await this.#clock.drive(runDetect(context, { ...DETECT, runKey }));
    const runId = String(detected.outputs?.['runId']);
    const made = await this.#clock.drive(runBatch(context, { runId, customer: undefined, retryFailed: false }));
    for (const batchId of batchIdsOf(made.outputs)) await this.#carry(batchId);
    return addedUp((await batchFigures(this.#warehouse, [runId])).map(takenBy));
  }

  async #carry(batchId: string): Promise<void> {
    const flags = { batchId };
    for (const step of [
      () => runStage(this.#context(), flags),
      () => runPush(this.#context(), { ...flags, dryRun: false, maxMinutes: undefined }),
      () => runPromote(this.#context(), flags),
      () => runArchive(this.#context(), flags, async () => new ArchiveStore(this.#archives)),
    ])
      await this.#clock.drive(step());
  }

  /** Each task has a context of its own, as each has a process of its own. */
  #context() {
    const env = {
      ARCHIVE_URL: 'postgres://nobody@unused/unused',
      MONDAY_API_URL: `${this.#board.url}/v2`,
      MONDAY_API_TOKEN: 'token',
      MONDAY_BOARD_ID: ITEMS_BOARD,
    };
    return taskContext(SETTINGS, { warehouse: this.#warehouse, clock: this.#clock, env });
  }
}

/** What several pushes or runs take together. */
export function addedUp(all: readonly RunTaken[]): RunTaken {
  const sum = (of: (taken: RunTaken) => number): number => all.reduce((total, taken) => total + of(taken), 0);
  return {
    pushes: sum(({ pushes }) => pushes),
    requests: sum(({ requests }) => requests),
    points: sum(({ points }) => points),
    minutes: sum(({ minutes }) => minutes),
    forecast: {
      requests: sum(({ forecast }) => forecast.requests),
      points: sum(({ forecast }) => forecast.points),
      minutes: sum(({ forecast }) => forecast.minutes),
    },
  };
}

function takenBy({ batchId, status, push, requests, points, forecast }: BatchFigures): RunTaken {
  if (status !== 'COMPLETED' || push.from === null || push.to === null || forecast === null)
    throw new Error(`The batch ${batchId} is ${status}: it was to be carried whole.`);
  const minutes = (push.to.getTime() - push.from.getTime()) / MINUTE_MS;
  return { pushes: 1, requests, points, minutes, forecast };
}

/** The same warehouse: time stands still while it works, and it tells the clock's time. */
function onClock(inner: Warehouse, clock: Conductor): Warehouse {
  const timed = (of: Queryable): Queryable => ({
    query: (...asked) => clock.exclusively(() => of.query(...asked)),
    execute: (...asked) => clock.exclusively(() => of.execute(...asked)),
    bulkLoad: (...given) => clock.exclusively(() => of.bulkLoad(...given)),
  });
  return intercept<Warehouse>(inner, {
    ...timed(inner),
    stream: (...asked) => timedRows(inner.stream(...asked), clock),
    streamText: (...asked) => timedRows(inner.streamText(...asked), clock),
    transaction: (work) => clock.exclusively(() => inner.transaction(work)),
    lock: async (...asked) => {
      const lock = await clock.exclusively(() => inner.lock(...asked));
      return lock && { ...lock, release: () => clock.exclusively(() => lock.release()) };
    },
    columns: (table) => clock.exclusively(() => inner.columns(table)),
    now: () => Promise.resolve(clock.now()),
    // Whoever opened it closes it, not the first task that is done with it.
    close: async () => undefined,
  });
}

async function* timedRows<T>(rows: AsyncIterable<T>, clock: Conductor): AsyncGenerator<T> {
  const iterator = rows[Symbol.asyncIterator]();
  try {
    for (;;) {
      const { done, value } = await clock.exclusively(() => iterator.next());
      if (done) return;
      yield value;
    }
  } finally {
    await clock.exclusively(async () => iterator.return?.());
  }
}
