import { setTimeout as delay } from 'node:timers/promises';
import type { Account } from '../../local/board/account.js';
import { limitsSchema } from '../../local/board/limits.js';
import { type RunningBoard, startBoard } from '../../local/board/server.js';
import { ITEMS_BOARD } from '../../local/board/shape.js';
import { type Ended as Exit, Program, type Task } from '../e2e/program.js';
import type { ChaosDatabase } from './database.js';
import type { Call, Ended } from './flow.js';
import { Planner } from './planner.js';
import type { Disturbance, Edit, Hand, Schedule } from './schedule.js';
import { faultPlan } from './simulated-board.js';
import type { Source } from './source.js';
import { countOne, type Trial } from './trial.js';
import { Wire } from './wire.js';

/** Longer than a late commit and a client's time-out here, with room for a busy machine. */
const SETTLE_MS = 2_500;
const TIMEOUT_MS = 900;
/** Several times what the slowest task takes here. One that still runs then waits for something that will not come. */
const HANGING_MS = 240_000;
const MUTATION = /^(create|change|move|archive|update)_/;

/** The executables as processes, a board over HTTP, and real kills. */
export class RealTrial implements Trial {
  readonly trace: string[] = [];
  readonly struck: Record<string, number> = {};
  readonly planner: Planner;
  readonly #board: RunningBoard;
  readonly #database: ChaosDatabase;
  readonly #source: Source;
  readonly #seed: number;
  #started = 0;
  /** Told of every request that writes: when it has come, and when it is answered. */
  #onWrite: ((moment: 'before' | 'after') => void) | undefined;

  private constructor(board: RunningBoard, database: ChaosDatabase, schedule: Schedule, source: Source) {
    this.#board = board;
    this.planner = new Planner(board.account);
    this.#database = database;
    this.#source = source;
    this.#seed = schedule.seed;
    board.account.limits = { ...board.account.limits, ...limitsSchema.parse(schedule.limits) };
    this.#watch();
  }

  static async open(database: ChaosDatabase, schedule: Schedule, source: Source): Promise<RealTrial> {
    const board = await startBoard({ limits: 'raised', seed: schedule.seed });
    return new RealTrial(board, database, schedule, source);
  }

  get account(): Account {
    return this.#board.account;
  }

  close(): Promise<void> {
    return this.#board.close();
  }

  async edit(edit: Edit): Promise<void> {
    this.trace.push(`the source is edited: ${JSON.stringify(edit)}`);
    await this.#source.edit(edit);
  }

  hand(hand: Hand): void {
    const told = this.planner.carryOut(hand);
    if (told === undefined) return;
    this.trace.push(told);
    countOne(this.struck, 'hand');
  }

  /** Only as long as anything may still happen here. */
  pass(ms: number): Promise<void> {
    return delay(Math.min(ms, SETTLE_MS));
  }

  async run(
    calls: readonly { call: Call; disturbances: readonly Disturbance[] }[],
    faults: Readonly<Record<string, number>>,
  ): Promise<Ended[]> {
    this.#onWrite = undefined;
    this.account.faults.plan(faultPlan(this.#seed * 1_000 + this.#started, faults));
    const ended = await Promise.all(calls.map(({ call, disturbances }) => this.#runOne(call, disturbances)));
    this.account.faults.clear();
    for (const { call } of calls) await this.#database.noticed(`customer-orders ${programOf(call)}%`);
    return ended;
  }

  async #runOne(call: Call, disturbances: readonly Disturbance[]): Promise<Ended> {
    this.#started += 1;
    const name = `${call.task}-${this.#started}`;
    const { wire, url } = await Wire.open(this.#database.test.url);
    const task = programOf(call);
    const databases = { WAREHOUSE_URL: url, ...(task === 'archive' ? { ARCHIVE_URL: url } : {}) };
    const program = new Program(task, flagsOf(call), { ...databases, LOCK_WAIT: '20s', ...this.#env(task) });
    const edits: Promise<void>[] = [];
    const strike = (each: Disturbance): void => {
      this.trace.push(`${name}: ${JSON.stringify(each)}`);
      // Kills are counted by how a task ends.
      if (each.kind !== 'kill' && each.kind !== 'hand') countOne(this.struck, each.kind);
      if (each.kind === 'kill') void program.kill();
      else if (each.kind === 'locks') wire.loseLocks();
      else if (each.kind === 'edit') edits.push(this.#source.edit(each.edit));
      else if (each.kind === 'hand') this.hand(each.hand);
      else if (each.kind === 'pause') program.pause(each.ms);
    };
    let [statements, writes] = [0, 0];
    wire.onStatement = () => {
      statements += 1;
      const due = disturbances.filter((each) => !ofWrites(each) && each.at === statements);
      for (const each of due) strike(each);
      for (const each of due) if (each.kind === 'cut' || each.kind === 'kill') return each;
      return undefined;
    };
    // Of several pushes at once, the one with trouble in it.
    if (call.task === 'push' && (disturbances.length > 0 || this.#onWrite === undefined))
      this.#onWrite = (moment) => {
        if (moment === 'before') writes += 1;
        for (const each of disturbances)
          if (ofWrites(each) && each.at === writes && ('side' in each ? each.side : 'before') === moment) strike(each);
      };
    let hangs = false;
    const limit = setTimeout(() => {
      hangs = true;
      void program.kill();
    }, HANGING_MS);
    const exit = await program.ended;
    clearTimeout(limit);
    await Promise.all(edits);
    wire.close();
    this.trace.push(`${name} ended: ${exit.code ?? 'killed'}, after ${statements} statements`);
    if (hangs) return { call, failed: 'crashed', message: `it had not ended after ${HANGING_MS / 1_000} s` };
    return endedOf(call, exit);
  }

  #env(task: Task): Record<string, string> {
    if (task !== 'push') return {};
    return {
      MONDAY_API_URL: `${this.#board.url}/v2`,
      MONDAY_API_TOKEN: 'a-token-that-nobody-may-see',
      MONDAY_BOARD_ID: ITEMS_BOARD,
      MONDAY_MIN_INTERVAL_MS: '0',
      MONDAY_TIMEOUT_MS: String(TIMEOUT_MS),
      MONDAY_SETTLE_WAIT: `${SETTLE_MS}ms`,
    };
  }

  #watch(): void {
    const { store } = this.account;
    const commit = store.commit.bind(store);
    const writing = new Set<number>();
    store.commit = (change) => {
      commit(change);
      if (change.type === 'request' && change.entry.operations.some((name) => MUTATION.test(name))) {
        writing.add(change.entry.n);
        this.#onWrite?.('before');
      } else if (change.type === 'answer' && writing.has(change.n)) this.#onWrite?.('after');
    };
  }
}

const ofWrites = (each: Disturbance): boolean => 'of' in each && each.of === 'writes';

const programOf = ({ task }: Call): Task => (task === 'audit' ? 'push' : task);

function flagsOf({ task, runKey, runId, batchId, customer, retryFailed, repair }: Call): string[] {
  switch (task) {
    case 'detect':
      return ['--run-key', runKey ?? '', '--confirm-deletes'];
    case 'batch':
      return ['--run-id', runId ?? '', ...(retryFailed ? ['--retry-failed'] : [])];
    case 'audit':
      return ['--audit', ...(repair ? ['--repair', '--overwrite-edits'] : [])];
    default:
      return customer === undefined ? ['--batch-id', batchId ?? ''] : ['--customer', customer];
  }
}

/** 3: done, and some lines are recorded as failed. */
function endedOf(call: Call, { code, outputs, said }: Exit): Ended {
  if (code === 0 || code === 3) return { call, outputs };
  if (code === null) return { call, failed: 'killed' };
  const crashed = code > 2 || /Unexpected: |Unhandled|node:internal/.test(said);
  return { call, failed: crashed ? 'crashed' : code === 2 ? 'refused' : 'again', message: said.slice(-1_500) };
}
