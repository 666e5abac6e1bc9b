import { messageOf } from '../../shared/ground/errors.js';
import { archivesFault, auditFault, countSuspects, readCustomers, type Told, toldSchema } from './closing.js';
import type { ChaosDatabase } from './database.js';
import { type Call, type Ended, Flow } from './flow.js';
import { RealTrial } from './real-trial.js';
import type { Schedule, Step } from './schedule.js';
import { type Seam, Simulation } from './simulation.js';
import { Source } from './source.js';
import { countOne, type Trial } from './trial.js';
import { compare, readUuids, shownOn, type Violation } from './verdict.js';

/** Longer than any request may still take effect. */
const SETTLED_MS = 120_000;
/** The number of a line that no schedule has. */
const ONE_MORE = 99;
/** So many runs without faults have to suffice; one more has nothing to do. */
const CLEAN_RUNS = 3;

export interface Played {
  violation?: Violation;
  trace: readonly string[];
  /** How often each kind of disturbance and fault really struck. */
  struck: Readonly<Record<string, number>>;
  /** Tasks that were run until the faults ended, and after. */
  tasks: number;
}

/** Plays a schedule, ends its faults, retries the flow, and compares the board with that of a clean run. */
export async function play(database: ChaosDatabase, schedule: Schedule, seam?: Seam): Promise<Played> {
  await database.empty();
  const source = new Source(database.test.warehouse);
  await source.fill(schedule.lines);
  const trial =
    schedule.mode === 'real'
      ? await RealTrial.open(database, schedule, source)
      : new Simulation(database, schedule, source, seam);
  const played = new Player(trial);
  try {
    const violation = await judged(database, schedule, played, trial);
    return { ...played.figures(), ...(violation ? { violation } : {}) };
  } finally {
    await trial.close();
  }
}

async function judged(
  database: ChaosDatabase,
  schedule: Schedule,
  player: Player,
  trial: Trial,
): Promise<Violation | undefined> {
  try {
    for (const step of schedule.steps) await player.step(step);
    const frozen = await player.retry(schedule.ending);
    const unsettled = frozen ?? (await player.close(database));
    if (player.wrong) return player.wrong;
    const board = {
      items: shownOn(trial.account, trial.planner),
      uuids: await readUuids(database.test.warehouse),
    };
    const clean = await cleanBoard(database, schedule);
    return compare(board, clean) ?? unsettled;
  } catch (error) {
    return { kind: 'stuck', what: messageOf(error) };
  }
}

/** The board that the source as it is now gives when nothing goes wrong. */
async function cleanBoard(database: ChaosDatabase, schedule: Schedule) {
  await database.empty(true);
  const { warehouse } = database.test;
  const trial = new Simulation(database, { ...schedule, limits: {} }, new Source(warehouse));
  try {
    const player = new Player(trial);
    await player.cleanRun();
    if (player.wrong) throw new Error(`the clean run failed: ${player.wrong.what}`);
    return { items: shownOn(trial.account), uuids: await readUuids(warehouse) };
  } finally {
    await trial.close();
  }
}

/** Carries out the steps of a schedule, one after the other. */
class Player {
  readonly #trial: Trial;
  readonly #flow = new Flow();
  #tasks = 0;
  readonly #struck: Record<string, number> = {};
  readonly #archived: Told[] = [];
  #mended = false;
  /** An error that no fault explains. */
  wrong: Violation | undefined;

  constructor(trial: Trial) {
    this.#trial = trial;
  }

  figures(): Omit<Played, 'violation'> {
    return { trace: this.#trial.trace, struck: { ...this.#trial.struck, ...this.#struck }, tasks: this.#tasks };
  }

  async step(step: Step): Promise<void> {
    const flow = this.#flow;
    switch (step.do) {
      case 'edit':
        return this.#trial.edit(step.edit);
      case 'hand':
        return this.#trial.hand(step.hand);
      case 'time':
        return this.#trial.pass(step.ms);
      case 'renew':
        return flow.renew();
      case 'again':
        if (flow.last) await this.#run([{ call: flow.last, disturbances: [] }], {});
        return;
      case 'next': {
        const [ended] = await this.#run([{ call: flow.due, disturbances: step.disturbances }], step.faults);
        if (ended) flow.ended(ended, step.pass);
        return;
      }
      case 'pair':
        return this.#pair(step);
      case 'abreast': {
        const calls = flow.abreast(step.customers);
        const troubled = Math.min(step.troubled, calls.length);
        if (calls.length === 0) return;
        const ended = await this.#run(
          calls.map((call, place) => ({ call, disturbances: place + 1 === troubled ? step.disturbances : [] })),
          step.faults,
        );
        for (const each of ended) flow.ended(each);
        return;
      }
    }
  }

  async #pair({ beside, disturbances, faults }: Extract<Step, { do: 'pair' }>): Promise<void> {
    const flow = this.#flow;
    const { due } = flow;
    const other: Call = beside === 'same' ? due : { task: 'detect', runKey: `beside-${this.#tasks}` };
    const ended = await this.#run(
      [
        { call: due, disturbances },
        { call: other, disturbances: [] },
      ],
      faults,
    );
    const [first, second] = ended;
    if (beside === 'same') {
      const well = ended.find(({ failed }) => failed === undefined) ?? first;
      if (well) flow.ended(well);
    } else if (first && second) {
      flow.ended(first);
      if (second.failed) return;
      flow.renew();
      flow.ended(second);
    }
  }

  /** Faults have ended: finishes what is open, then runs until nothing is left to do. */
  async retry(ending: Schedule['ending']): Promise<Violation | undefined> {
    await this.#trial.pass(SETTLED_MS);
    this.#trial.planner.mend();
    this.#mended = true;
    this.#flow.retryFailed = true;
    if (ending === 'resume') while (this.#flow.isOpen && !this.wrong) await this.#clean();
    else this.#flow.renew();
    const found = await this.#untilIdle();
    if (found !== undefined || !this.#trial.planner.acted) return found;
    // What was changed by hand is for the audit to mend.
    await this.#call({ task: 'audit', repair: true });
    this.#flow.renew();
    return this.#untilIdle();
  }

  async #untilIdle(): Promise<Violation | undefined> {
    for (let run = 0; run <= CLEAN_RUNS && !this.wrong; run += 1) {
      const found = await this.#clean();
      if (found === undefined || isIdle(found)) return undefined;
      if (run === CLEAN_RUNS)
        return { kind: 'frozen', what: `after ${run} clean runs detect found ${JSON.stringify(found)}` };
      while (this.#flow.isOpen && !this.wrong) await this.#clean();
    }
    return undefined;
  }

  /** What the tasks themselves say, now that the board is as it stays: the audit, and the archives with their check. */
  async close({ test }: ChaosDatabase): Promise<Violation | undefined> {
    if (this.wrong) return undefined;
    if ((await countSuspects(test)) > 0) await this.#pushOnceMore();
    const audited = await this.#call({ task: 'audit' });
    const fault = await auditFault(test, audited?.outputs);
    for (const customer of await readCustomers(test)) await this.#call({ task: 'archive', customer });
    return fault ?? (await archivesFault(test, this.#archived));
  }

  /** The next push asks for suspects; for there to be one, a line appears. */
  async #pushOnceMore(): Promise<void> {
    await this.#trial.pass(2 * SETTLED_MS);
    await this.#trial.edit({ kind: 'appear', line: ONE_MORE, fresh: true });
    this.#flow.renew();
    await this.cleanRun();
  }

  /** A whole run in which nothing goes wrong. */
  async cleanRun(): Promise<void> {
    do await this.#clean();
    while (this.#flow.isOpen && !this.wrong);
  }

  async #clean(): Promise<Ended['outputs']> {
    const ended = await this.#call(this.#flow.due);
    if (ended && !ended.failed) this.#flow.ended(ended);
    return ended?.outputs;
  }

  async #call(call: Call): Promise<Ended | undefined> {
    const [ended] = await this.#run([{ call, disturbances: [] }], {});
    if (ended?.failed)
      this.wrong ??= { kind: 'crashed', what: `${ended.call.task} without any fault: ${ended.message}` };
    return ended;
  }

  async #run(...[calls, faults]: Parameters<Trial['run']>): Promise<Ended[]> {
    this.#tasks += calls.length;
    const before = this.#trial.account.store.state.requests.length;
    const ended = await this.#trial.run(calls, faults);
    for (const { fault } of this.#trial.account.store.state.requests.slice(before))
      if (fault) countOne(this.#struck, fault);
    for (const { call, outputs, failed, message } of ended) {
      const told = toldSchema.safeParse(call.task === 'archive' ? outputs : undefined);
      if (told.success) this.#archived.push(told.data);
      if (failed) countOne(this.#struck, failed);
      // A board that a planner has changed may have to be refused, until it is mended.
      const excused = failed === 'refused' && this.#trial.planner.acted && !this.#mended;
      if (failed === 'crashed' || (failed === 'refused' && !excused))
        this.wrong ??= { kind: failed, what: `${call.task}: ${message}` };
    }
    return ended;
  }
}

/** detect has found nothing to do. */
function isIdle(outputs: NonNullable<Ended['outputs']>): boolean {
  return ['new', 'changed', 'deleted', 'rekeyed', 'pendingDeletes'].every((count) => outputs[count] === 0);
}
