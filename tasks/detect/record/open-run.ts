import type { Clock } from '../../../shared/ground/clock.js';
import { FixFirstError, TryAgainError } from '../../../shared/ground/errors.js';
import { newUuid } from '../../../shared/ground/ids.js';
import { customerLock, type LockPatience, runsLock, withLock } from '../../../shared/store/locks.js';
import { findRun, insertRun, type KeyedRun, type RunFlags, type RunOutputs } from '../../../shared/store/runs.js';
import type { Lock, Warehouse } from '../../../shared/warehouse/port/warehouse.js';
import type { NewRunFlags } from '../commands.js';

/** How a flag is written on the command line. */
const FLAG_NAMES = {
  method: 'method',
  dry: 'dry',
  full: 'full',
  allowLargeChange: 'allow-large-change',
  confirmDeletes: 'confirm-deletes',
  filter: 'customer',
} as const satisfies Record<keyof RunFlags, string>;

export interface OpenedRun {
  readonly runId: string;
  /** Newer runs have higher numbers; taken before the scan. */
  readonly seq: number;
}

type Filter = readonly string[] | undefined;

const flagsOf = (asked: NewRunFlags, filter: Filter): RunFlags => ({
  method: asked.method,
  dry: asked.dryRun,
  full: asked.full,
  allowLargeChange: asked.allowLargeChange,
  confirmDeletes: asked.confirmDeletes,
  filter: filter ?? null,
});

/**
 * The outputs of the finished run with this key; undefined if there is none, or while it is open.
 * @throws FixFirstError when it was started with other flags.
 */
export async function finishedOutputs(
  warehouse: Warehouse,
  runKey: string,
  asked: NewRunFlags,
  filter: Filter,
): Promise<RunOutputs | undefined> {
  const run = await findRun(warehouse, runKey);
  if (run?.state !== 'DONE') return undefined;
  refuseOtherFlags(run, flagsOf(asked, filter));
  return run.outputs ?? undefined;
}

/**
 * Rule 12: opens a run, before its scan. With a key seen before it is that run, open and to be done again.
 * @throws FixFirstError when an open run of this key was started with other flags.
 */
export function openRun(
  warehouse: Warehouse,
  asked: NewRunFlags,
  filter: Filter,
  origin: { mappingVersion: string; clock: Clock; patience: LockPatience },
): Promise<OpenedRun> {
  const runId = newUuid();
  const runKey = asked.runKey ?? runId;
  const { mappingVersion, clock, patience } = origin;
  const flags = flagsOf(asked, filter);
  return withLock(warehouse, runsLock(warehouse), patience, async () => {
    const earlier = await findRun(warehouse, runKey);
    if (earlier) return takeUp(earlier, flags);
    await insertRun(warehouse, { runId, runKey, mappingVersion, flags }, clock.now());
    const made = await findRun(warehouse, runKey);
    if (!made) throw new Error(`the run ${runId} was not written`);
    return takeUp(made, flags);
  });
}

function takeUp(earlier: KeyedRun, asked: RunFlags): OpenedRun {
  const { runId, seq, state } = earlier;
  // Its lock was lost, and another process has finished it meanwhile.
  if (state === 'DONE')
    throw new TryAgainError(
      'RUN_TAKEN_OVER',
      'The run of this --run-key has just been done by another process. Run again for its outputs.',
      { where: { runId } },
    );
  refuseOtherFlags(earlier, asked);
  return { runId, seq };
}

function refuseOtherFlags({ runId, flags }: KeyedRun, asked: RunFlags): void {
  const names = Object.keys(FLAG_NAMES) as (keyof RunFlags)[];
  const differing = names.filter((name) => JSON.stringify(asked[name]) !== JSON.stringify(flags[name]));
  if (differing.length === 0) return;
  throw new FixFirstError(
    'RUN_KEY_REUSED',
    `The run of this --run-key was started with other flags (${differing.map((name) => FLAG_NAMES[name]).join(', ')}). Use the same flags, or another key.`,
    { where: { runId } },
  );
}

/** Rule 11: the locks of a run's customers. */
export class CustomerLocks {
  readonly #locks = new Map<string, Lock>();
  readonly busy: string[] = [];

  /** Tries each customer's lock without waiting; busy customers are left out of the run. */
  async take(warehouse: Warehouse, customers: readonly string[]): Promise<void> {
    // All of them end before an error goes up, so that release() finds every lock.
    const tries = await Promise.allSettled(customers.map((customer) => this.#try(warehouse, customer)));
    for (const result of tries) if (result.status === 'rejected') throw result.reason;
    this.busy.sort();
  }

  async #try(warehouse: Warehouse, customer: string): Promise<void> {
    const lock = await warehouse.lock(customerLock(warehouse, customer), 0);
    if (lock) this.#locks.set(customer, lock);
    else this.busy.push(customer);
  }

  get held(): string[] {
    return [...this.#locks.keys()];
  }

  /** Releases a customer, which then counts as busy. */
  async yield(customer: string): Promise<void> {
    const lock = this.#locks.get(customer);
    this.#locks.delete(customer);
    if (!this.busy.includes(customer)) this.busy.push(customer);
    await lock?.release();
  }

  /** @throws TryAgainError when the connection of a lock has died. */
  assertHeld(): void {
    for (const [customer, lock] of this.#locks) {
      if (!lock.lost.aborted) continue;
      throw new TryAgainError('LOCK_LOST', 'The connection that held a lock was cut. Nothing was changed; run again.', {
        where: { customer },
      });
    }
  }

  async release(): Promise<void> {
    await Promise.all([...this.#locks.values()].map((lock) => lock.release()));
    this.#locks.clear();
  }
}
