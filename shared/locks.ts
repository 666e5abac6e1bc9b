import { formatDuration } from './durations.js';
import { TryAgainError } from './errors.js';
import type { Lock, Warehouse } from './warehouse/warehouse.js';

/** Rule 11: whoever changes a customer's state holds this, one at a time. */
export const customerLock = (customer: string): string => `customer:${customer}`;
/** Rule 20: one push per board. */
export const pushLock = (boardId: string): string => `push:${boardId}`;
/** Held for a moment only, while a run gets its sequence number. */
export const RUNS_LOCK = 'runs';
export const MIGRATE_LOCK = 'migrate';

/** Waits for a lock, works, releases it. After `waitMs` gives up with an error that names the holder. */
export async function withLock<T>(
  warehouse: Warehouse,
  name: string,
  waitMs: number,
  work: (lock: Lock) => Promise<T>,
): Promise<T> {
  const lock = await warehouse.lock(name, waitMs);
  if (!lock) {
    const holder = await warehouse.lockHolder(name);
    throw new TryAgainError(
      `The lock ${name} was still held by ${holder} after ${formatDuration(waitMs)}. Nothing was changed; run again when that is done.`,
    );
  }
  try {
    return await work(lock);
  } finally {
    await lock.release();
  }
}
