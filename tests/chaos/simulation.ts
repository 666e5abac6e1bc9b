import { draw } from '../../local/board/draw.js';
import { ITEMS_BOARD } from '../../local/board/shape.js';
import type { Warehouse } from '../../shared/warehouse/port/warehouse.js';
import { PostgresWarehouse } from '../../shared/warehouse/postgres/warehouse.js';
import { Actor, type Surroundings } from './actor.js';
import { Conductor, ZeroTimers } from './conductor.js';
import type { ChaosDatabase } from './database.js';
import type { Call, Ended } from './flow.js';
import { gatedWarehouse } from './gated-warehouse.js';
import { Planner } from './planner.js';
import type { Disturbance, Edit, Hand, Schedule } from './schedule.js';
import { SimulatedBoard } from './simulated-board.js';
import type { Source } from './source.js';
import { runCall } from './tasks.js';
import { countOne, type Trial } from './trial.js';
import { Wire } from './wire.js';

/** Where the board of an actor is: the name is the actor's. */
const BOARD_HOST = 'board.simulated';

/** The tasks of a schedule in this process, on a clock that jumps, one operation at a time. */
export class Simulation implements Trial {
  readonly board: SimulatedBoard;
  readonly planner: Planner;
  readonly trace: string[] = [];
  readonly struck: Record<string, number> = {};
  readonly #database: ChaosDatabase;
  readonly #conductor: Conductor;
  readonly #surroundings: Surroundings;
  readonly #timers = new ZeroTimers();
  readonly #actors = new Map<string, Actor>();
  readonly #fetch = globalThis.fetch;
  readonly #wrap: (warehouse: Warehouse) => Warehouse;
  readonly #env: Readonly<Record<string, string>>;
  #turns = 0;
  #started = 0;
  #seed: number;

  constructor(database: ChaosDatabase, schedule: Schedule, source: Source, seam: Seam = {}) {
    this.#database = database;
    this.#seed = schedule.seed;
    this.#wrap = seam.warehouse ?? ((warehouse) => warehouse);
    this.#env = seam.env ?? {};
    this.#conductor = new Conductor((count) => this.#choose(count), this.#timers);
    this.board = new SimulatedBoard(this.#conductor, schedule.seed, schedule.limits);
    this.planner = new Planner(this.board.account);
    this.#surroundings = {
      conductor: this.#conductor,
      note: (event) => this.trace.push(event),
      strike: (kind) => countOne(this.struck, kind),
      edit: (edit) => source.edit(edit),
      hand: (hand) => this.#hand(hand),
      noticed: (name) => database.noticed(name),
      locksFreed: (name) => database.locksFreed(name),
    };
    this.#timers.watch();
    globalThis.fetch = (input, init) => {
      const actor = this.#actors.get(new URL(String(input)).pathname.slice(1));
      if (!actor) throw new Error(`There is no actor at ${String(input)}.`);
      return (seam.fetch ?? passOn)(init ?? {}, () => this.board.fetch(actor, init ?? {}));
    };
  }

  close(): void {
    // After a deadlock some are still connected.
    for (const { wire } of this.#actors.values()) wire.close();
    this.#timers.restore();
    globalThis.fetch = this.#fetch;
  }

  get account() {
    return this.board.account;
  }

  async run(
    calls: readonly { call: Call; disturbances: readonly Disturbance[] }[],
    faults: Readonly<Record<string, number>>,
  ): Promise<Ended[]> {
    this.board.plan(this.#seed * 1_000 + this.#started, faults);
    const running = await Promise.all(calls.map(({ call, disturbances }) => this.#start(call, disturbances)));
    const ended = await this.#conductor.drive(Promise.all(running.map(({ ended }) => ended)));
    for (const { actor, warehouse } of running) {
      if (!actor.dead) await warehouse.close();
      actor.wire.close();
      await this.#database.noticed(actor.name);
    }
    this.account.faults.clear();
    return ended;
  }

  pass(ms: number): Promise<void> {
    return this.#conductor.pass(ms);
  }

  async edit(edit: Edit): Promise<void> {
    this.trace.push(`the source is edited: ${JSON.stringify(edit)}`);
    await this.#surroundings.edit(edit);
  }

  hand(hand: Hand): void {
    if (this.#hand(hand)) countOne(this.struck, 'hand');
  }

  #hand(hand: Hand): boolean {
    const told = this.planner.carryOut(hand);
    if (told !== undefined) this.trace.push(told);
    return told !== undefined;
  }

  async #start(call: Call, disturbances: readonly Disturbance[]) {
    this.#started += 1;
    const name = `${call.task}-${this.#started}`;
    const { wire, url } = await Wire.open(this.#database.test.url);
    const actor = new Actor(name, call.task, wire, disturbances, this.#surroundings);
    this.#actors.set(name, actor);
    const clock = {
      now: () => this.#conductor.now(),
      random: () => 0.5,
      wait: (ms: number, signal?: AbortSignal) => actor.wait(ms, signal),
    };
    // The driver waits in the middle of an operation, before it tries again.
    const driverClock = { ...clock, wait: (ms: number) => actor.alive(this.#conductor.park(ms)) };
    const driver = { url, clock: driverClock, applicationName: name };
    const warehouse = new PostgresWarehouse({ ...driver, schema: 'dbo' });
    const env = {
      MONDAY_API_URL: `http://${BOARD_HOST}/${name}`,
      MONDAY_ALLOW_HTTP: '1',
      MONDAY_API_TOKEN: 'token',
      MONDAY_BOARD_ID: ITEMS_BOARD,
      MONDAY_MIN_INTERVAL_MS: '0',
      LOCK_WAIT: '30m',
      ARCHIVE_URL: url,
      ...this.#env,
    };
    const gated = gatedWarehouse(this.#wrap(warehouse), actor, this.#conductor);
    const archives = gatedWarehouse(new PostgresWarehouse({ ...driver, schema: 'public' }), actor, this.#conductor);
    const killed = actor.death.then((): Ended => ({ call, failed: 'killed' }));
    actor.think();
    const done = runCall({ call, warehouse: gated, archives, clock, env }).finally(() => actor.rest());
    const ended = Promise.race([done, killed]);
    return { actor, warehouse, ended };
  }

  #choose(count: number): number {
    this.#turns += 1;
    return Math.floor(draw(this.#seed, 'turn', this.#turns) * count);
  }
}

/** Where a rule of the protocol can be taken out, to see whether it is missed. */
export interface Seam {
  warehouse?: (warehouse: Warehouse) => Warehouse;
  fetch?: (init: RequestInit, send: () => Promise<Response>) => Promise<Response>;
  env?: Readonly<Record<string, string>>;
}

const passOn: NonNullable<Seam['fetch']> = (_init, send) => send();
