import { formatDuration } from '../ground/durations.js';
import { TryAgainError } from '../ground/errors.js';
import type { Log } from '../ground/log.js';
import type { Lock, Warehouse } from '../warehouse/port/warehouse.js';

/** Rule 11: whoever changes a customer's state holds this, one at a time. */
export const customerLock = (customer: string): string => `customer:${customer}`;
/** Rule 20: one push per board. */
export const pushLock = (boardId: string): string => `push:${boardId}`;
/** Held for a moment only, while a run gets its sequence number. */
export const RUNS_LOCK = 'runs';
export const MIGRATE_LOCK = 'migrate';

export interface LockPatience {
  waitMs: number;
  /** A stop that comes while the lock is waited for ends the task with nothing done. */
  signal: AbortSignal;
  /** Is told whom the wait is for. */
  log?: Log;
}

/** Waits for a lock, works, releases it. After `waitMs` gives up with an error that names the holder. */
export async function withLock<T>(
  warehouse: Warehouse,
  name: string,
  patience: LockPatience,
  work: (lock: Lock) => Promise<T>,
): Promise<T> {
  const { waitMs, signal } = patience;
  const lock = await takeLock(warehouse, name, patience).catch((error: unknown) => {
    throw signal.aborted ? stoppedWaiting(name) : error;
  });
  if (!lock) {
    const holder = await warehouse.lockHolder(name);
    throw new TryAgainError(
      'LOCK_BUSY',
      `The lock ${name} was still held by ${holder} after ${formatDuration(waitMs)}. Nothing was changed; run again when that is done.`,
    );
  }
  try {
    if (signal.aborted) throw stoppedWaiting(name);
    return await work(lock);
  } finally {
    await lock.release();
  }
}

async function takeLock(
  warehouse: Warehouse,
  name: string,
  { waitMs, signal, log }: LockPatience,
): Promise<Lock | undefined> {
  const free = await warehouse.lock(name, 0, signal);
  if (free) return free;
  log?.info(`Waiting for the lock ${name}, which is held by ${await warehouse.lockHolder(name)}.`);
  return warehouse.lock(name, waitMs, signal);
}

function stoppedWaiting(name: string): TryAgainError {
  return new TryAgainError(
    'STOPPED',
    `Stopped while waiting for the lock ${name}. Nothing was done under it; run again.`,
  );
}
