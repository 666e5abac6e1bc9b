import type { Conductor } from './conductor.js';
import type { Disturbance, Edit, Hand } from './schedule.js';
import type { Wire } from './wire.js';

/** What an actor needs of its world. */
export interface Surroundings {
  conductor: Conductor;
  /** Tells what happened, in its order. */
  note(event: string): void;
  /** A disturbance has had its effect. */
  strike(kind: Disturbance['kind']): void;
  edit(edit: Edit): Promise<void>;
  /** What a planner does; false when there was nothing for it. */
  hand(hand: Hand): boolean;
  /** Resolves when the server has noticed that these connections are gone. */
  noticed(applicationName: string): Promise<void>;
  /** Resolves when no lock of theirs is held any more. */
  locksFreed(applicationName: string): Promise<void>;
}

/** A process in this process: one run of a task, whose every operation may be its last. */
export class Actor {
  readonly name: string;
  readonly task: string;
  readonly wire: Wire;
  readonly #surroundings: Surroundings;
  #disturbances: Disturbance[];
  #operations = 0;
  #writes = 0;
  /** Transactions that are open: their statements need no turn of their own. */
  #depth = 0;
  #diesAfterCommit = false;
  #stillness: Promise<void> | undefined;
  #die: () => void = () => undefined;
  readonly death: Promise<'dead'>;
  dead = false;

  constructor(name: string, task: string, wire: Wire, disturbances: readonly Disturbance[], world: Surroundings) {
    this.name = name;
    this.task = task;
    this.wire = wire;
    this.#surroundings = world;
    this.#disturbances = [...disturbances];
    this.death = new Promise((resolve) => {
      this.#die = () => resolve('dead');
    });
  }

  /** One statement, or a whole transaction: nothing else happens in the database meanwhile. */
  async operate<T>(name: string, work: () => Promise<T>): Promise<T> {
    if (this.#depth > 0 && this.task !== 'push') return this.within(name, work);
    const { conductor } = this.#surroundings;
    return this.restedFor(async () => {
      await this.alive(conductor.turn());
      await this.#standStill();
      const done = conductor.exclusively(() => Promise.race([this.#carryOut(name, work), this.death]));
      // At its death nothing comes of it any more.
      return this.alive(done as Promise<T>);
    });
  }

  /** Between its operations archive packs rows, in a time that is not the conductor's. */
  think(): void {
    if (this.task === 'archive' && !this.dead) this.#surroundings.conductor.think(this);
  }

  rest(): void {
    this.#surroundings.conductor.rest(this);
  }

  /** While it waits for its turn, or for time to pass. */
  async restedFor<T>(work: () => Promise<T>): Promise<T> {
    this.rest();
    try {
      return await work();
    } finally {
      this.think();
    }
  }

  wait(ms: number, signal?: AbortSignal): Promise<void> {
    return this.restedFor(() => this.alive(this.#surroundings.conductor.wait(ms, signal)));
  }

  /** A statement of an open transaction. */
  async within<T>(name: string, work: () => Promise<T>): Promise<T> {
    return this.alive(this.#carryOut(name, work));
  }

  /** `begin` runs the driver's transaction with what it is given. */
  transaction<T>(begin: (work: <R>(statements: () => Promise<R>) => Promise<R>) => Promise<T>): Promise<T> {
    return this.operate('BEGIN', async () => {
      this.#diesAfterCommit = false;
      const result = await begin(async (statements) => {
        this.#depth += 1;
        try {
          const inner = await statements();
          await this.within('COMMIT', () => Promise.resolve());
          return inner;
        } finally {
          this.#depth -= 1;
        }
      });
      if (this.#diesAfterCommit) await this.die();
      return result;
    });
  }

  /** A request to the board, of which several may be out at once. `deliver` is what happens when it arrives. */
  async request<T>(name: string, writes: boolean, deliver: () => Promise<T>): Promise<T> {
    const { conductor, note } = this.#surroundings;
    await this.alive(conductor.turn());
    const hits = this.#hits(name, writes);
    const kill = hits.find((hit) => hit.kind === 'kill');
    await conductor.exclusively(() => this.#meet(hits));
    if (kill?.lateMs !== undefined) {
      void conductor.wait(kill.lateMs).then(() => {
        note(`the last request of ${this.name} arrives`);
        return deliver();
      });
    } else if (kill?.side !== 'before') {
      const answer = await this.alive(deliver());
      if (kill === undefined) return answer;
    }
    if (kill) await conductor.exclusively(() => this.die());
    return this.#never();
  }

  /** What a dead process waits for never comes. */
  alive<T>(work: Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      work.then(
        (value) => {
          if (!this.dead) resolve(value);
        },
        (error: unknown) => {
          if (!this.dead) reject(error);
        },
      );
    });
  }

  async die(): Promise<void> {
    if (this.dead) return;
    this.dead = true;
    this.rest();
    this.#surroundings.note(`${this.name} is killed`);
    this.wire.close();
    await this.#surroundings.noticed(this.name);
    this.#die();
  }

  async #carryOut<T>(name: string, work: () => Promise<T>): Promise<T> {
    const hits = this.#hits(name);
    await this.#meet(hits);
    const kill = hits.find((hit) => hit.kind === 'kill');
    if (kill?.side === 'before') {
      await this.die();
      return this.#never();
    }
    const cut = hits.find((hit) => hit.kind === 'cut');
    if (cut) this.wire.cutNext(cut.side);
    if (kill?.side === 'after' && name === 'COMMIT') this.#diesAfterCommit = true;
    else if (kill?.side === 'after') {
      await work().catch(() => undefined);
      await this.die();
      return this.#never();
    }
    try {
      return await work();
    } finally {
      // A statement that never came, such as one that only waits for a lock, leaves the next one alone.
      if (cut && this.wire.disarm()) this.#surroundings.strike('cut');
    }
  }

  /** What is to happen at this operation. */
  #hits(name: string, writes = false): Disturbance[] {
    this.#operations += 1;
    if (writes) this.#writes += 1;
    const due = this.#disturbances.filter((each) => {
      if (each.kind === 'pause') return false;
      const ofWrites = 'of' in each && each.of === 'writes';
      return ofWrites ? writes && each.at === this.#writes : each.at === this.#operations;
    });
    this.#surroundings.note(`${this.name} ${this.#operations} ${name}${due.map(({ kind }) => ` [${kind}]`).join('')}`);
    return due;
  }

  /** Nothing of it happens any more for a while; only requests that were about to leave still do. */
  async #standStill(): Promise<void> {
    const { conductor, note } = this.#surroundings;
    const due = this.#disturbances.find((each) => each.kind === 'pause' && each.at <= this.#operations + 1);
    if (due?.kind === 'pause') {
      this.#disturbances = this.#disturbances.filter((each) => each !== due);
      note(`${this.name} stands still for ${due.ms} ms`);
      this.#surroundings.strike('pause');
      this.#stillness = conductor.wait(due.ms).then(() => {
        this.#stillness = undefined;
      });
    }
    while (this.#stillness) {
      await this.alive(this.#stillness);
      await this.alive(conductor.turn());
    }
  }

  /** What happens around it at this moment. */
  async #meet(hits: readonly Disturbance[]): Promise<void> {
    const { note, edit, locksFreed, strike } = this.#surroundings;
    for (const hit of hits) {
      if (hit.kind === 'edit') {
        note(`the source is edited: ${JSON.stringify(hit.edit)}`);
        await edit(hit.edit);
        strike('edit');
      } else if (hit.kind === 'hand') {
        if (this.#surroundings.hand(hit.hand)) strike('hand');
      } else if (hit.kind === 'locks') {
        note(`${this.name} loses its locks`);
        if (this.wire.loseLocks() > 0) strike('locks');
        await locksFreed(this.name);
      }
    }
  }

  #never(): Promise<never> {
    return this.death.then(() => new Promise<never>(() => undefined));
  }
}
