import { TryAgainError } from '../../../shared/ground/errors.js';
import { customerLock } from '../../../shared/store/locks.js';
import type { Lock, Warehouse } from '../../../shared/warehouse/port/warehouse.js';

/** Rule 11: the locks of a run's customers. */
export class CustomerLocks {
  readonly #locks = new Map<string, Lock>();
  readonly busy: string[] = [];

  /** Tries each customer's lock without waiting; whoever is busy is left out of the run. */
  async take(warehouse: Warehouse, customers: readonly string[]): Promise<void> {
    // All of them end before an error goes up, so that release() finds every lock.
    const tries = await Promise.allSettled(customers.map((customer) => this.#try(warehouse, customer)));
    for (const result of tries) if (result.status === 'rejected') throw result.reason;
    this.busy.sort();
  }

  async #try(warehouse: Warehouse, customer: string): Promise<void> {
    const lock = await warehouse.lock(customerLock(customer), 0);
    if (lock) this.#locks.set(customer, lock);
    else this.busy.push(customer);
  }

  get held(): string[] {
    return [...this.#locks.keys()];
  }

  /** Gives a customer up, who then counts as busy. */
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
