import { activity } from '../ground/activity.js';
import { type Clock, formatDuration, LONGEST_TIMER_MS } from '../ground/clock.js';
import { FixFirstError, type Log, TryAgainError } from '../ground/errors.js';
import { sentenceOf } from '../ground/foreign-errors.js';
import { DEFAULT_SCHEMA, type Lock, type Warehouse } from '../warehouse/port/warehouse.js';
import { type Batch, type ClaimingStep, claimBatch, isOpen, noteError, readBatch } from './batches.js';
import { latestUnderWay } from './ledger.js';
import type { BatchState } from './states.js';

type InSchema = Pick<Warehouse, 'schema'>;
/** Locks belong to a database. Pipelines in other schemas of it have customers, runs and tables of their own, and so locks. */
const ofPipeline = ({ schema }: InSchema, name: string): string =>
  schema === DEFAULT_SCHEMA ? name : `${name} in ${schema}`;

/** Rule 11: whoever changes a customer's state holds this, one at a time. */
export const customerLock = (pipeline: InSchema, customer: string): string =>
  ofPipeline(pipeline, `customer:${customer}`);
/** Held for a moment only, while a run gets its sequence number. */
export const runsLock = (pipeline: InSchema): string => ofPipeline(pipeline, 'runs');
/** Held while a run with a key of the caller's is made. */
export const runKeyLock = (pipeline: InSchema, runKey: string): string => ofPipeline(pipeline, `run:${runKey}`);
export const migrateLock = (pipeline: InSchema): string => ofPipeline(pipeline, 'migrate');
/** Rule 20: one push per board, whichever pipeline of the database it is of. */
export const pushLock = (boardId: string): string => `push:${boardId}`;

export interface LockPatience {
  waitMs: number;
  /** A stop that comes while the lock is waited for ends the task with nothing done. */
  signal: AbortSignal;
  /** Is told whom the wait is for. */
  log?: Log;
  /** How the holder is watched; without, the wait ends after `waitMs` whatever it does. */
  watch?: HolderWatch;
}

/** Tells a holder that is at work from one that hangs. */
interface HolderWatch {
  clock: Pick<Clock, 'now' | 'wait'>;
  /** Another text whenever the holder is another one or has done something. */
  sign(): Promise<string>;
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

export interface BoardPatience extends Omit<LockPatience, 'watch'> {
  clock: HolderWatch['clock'];
}

/**
 * Rule 20: the lock under which a board is written to. Whoever waits is served in the order of arrival, and gives up only
 * when neither holder nor ledger has moved for `waitMs`: behind others that are at work nobody's time runs out.
 */
export function withBoard<T>(
  warehouse: Warehouse,
  boardId: string,
  { clock, ...patience }: BoardPatience,
  work: (lock: Lock) => Promise<T>,
): Promise<T> {
  const name = pushLock(boardId);
  const sign = async (): Promise<string> => {
    const holder = await warehouse.lockHolder(name);
    return `${holder}, ${(await latestUnderWay(warehouse, boardId))?.toISOString()}`;
  };
  return withLock(warehouse, name, { ...patience, watch: { clock, sign } }, work);
}

async function takeLock(
  warehouse: Warehouse,
  name: string,
  { waitMs, signal, log, watch }: LockPatience,
): Promise<Lock | undefined> {
  const free = await warehouse.lock(name, 0, signal);
  if (free) return free;
  log?.info(`Waiting for the lock ${name}, which is held by ${await warehouse.lockHolder(name)}.`);
  if (watch === undefined || waitMs <= 0) return warehouse.lock(name, waitMs, signal);
  const given = new AbortController();
  const over = new AbortController();
  untilStill(watch, waitMs, given.signal)
    .then(
      () => HOLDER_STILL,
      (error: unknown) => error,
    )
    .then((reason) => given.signal.aborted || over.abort(reason));
  try {
    // One wait in the server's queue, however long: who asks again and again loses the place.
    return await warehouse.lock(name, LONGEST_TIMER_MS, AbortSignal.any([signal, over.signal]));
  } catch (error) {
    if (error === HOLDER_STILL) return undefined;
    throw error;
  } finally {
    given.abort();
  }
}

const HOLDER_STILL = new Error('The holder has not moved.');
/** How often a holder is looked at: so many times in the wait, and not less often than that. */
const LOOKS = 20;
const LOOK_EVERY_MS = 15_000;

/**
 * Resolves when the sign has been the same for `waitMs` and a look more: a holder that waits as long for a lock of its own
 * has given up by then.
 */
async function untilStill({ clock, sign }: HolderWatch, waitMs: number, given: AbortSignal): Promise<void> {
  const everyMs = Math.min(LOOK_EVERY_MS, Math.ceil(waitMs / LOOKS));
  let seen: string | undefined;
  let since = 0;
  do {
    await clock.wait(everyMs, given);
    const now = await sign();
    if (now === seen) continue;
    seen = now;
    since = clock.now().getTime();
  } while (clock.now().getTime() - since < waitMs + everyMs);
}

function stoppedWaiting(name: string): TryAgainError {
  return new TryAgainError(
    'STOPPED',
    `Stopped while waiting for the lock ${name}. Nothing was done under it; run again.`,
  );
}

interface Step {
  /** States of a batch in which there is something to do. */
  takes: readonly BatchState[];
  /** Whether it takes up batches of dry runs. */
  dry: boolean;
  /** It changes the batch, and so becomes its owner. */
  claims?: ClaimingStep;
  /** What has to be run before it. */
  after?: string;
  /** Why it leaves an open batch alone that is staged. */
  waits?: string;
}

const STEPS = {
  stage: { takes: ['STARTED'], dry: true, claims: 'stage' },
  push: { takes: ['STAGED', 'PUSHED'], dry: true, claims: 'push', after: 'stage' },
  promote: { takes: ['STAGED', 'PUSHED'], dry: false, claims: 'promote', after: 'stage and push' },
  archive: {
    takes: ['COMPLETED', 'COMPLETED_WITH_ERRORS'],
    dry: false,
    after: 'stage, push and promote',
    waits: 'promote has not closed it yet. Run push and promote again first',
  },
} as const satisfies Readonly<Record<string, Step>>;

/** A batch under its customer's lock. */
export interface HeldBatch {
  readonly batch: Batch;
  readonly lock: Lock;
  /** What `assertOwner` proves; empty where nothing was claimed. */
  readonly ownerToken: string;
}

export interface TakeUp extends LockPatience {
  step: keyof typeof STEPS;
  clock: Clock;
  /** Changes nothing of the batch, and leaves its owner. */
  readOnly?: boolean;
}

/** What is done with a batch, or without, when there is nothing to do: the log has been told why. */
export interface BatchWork<T> {
  work(held: HeldBatch): Promise<T>;
  otherwise(batch: Batch): Promise<T>;
}

/**
 * How each step takes up a batch. Rule 11: it waits for the customer's lock and reads the batch again under it, because
 * the holder may have closed it meanwhile, or a newer run superseded it. Rule 14: it claims the batch, because a lock
 * dies silently; each transaction of `work` that changes the batch proves by `assertOwner` that it is still the owner. What ends `work` is
 * kept beside the batch as its last error.
 * @throws FixFirstError when there is no such batch, or a step before this one was not run.
 */
export async function withBatch<T>(
  warehouse: Warehouse,
  batchId: string,
  { step, clock, readOnly = false, ...patience }: TakeUp,
  { work, otherwise }: BatchWork<T>,
): Promise<T> {
  const { claims }: Step = STEPS[step];
  const { customer } = await readBatch(warehouse, batchId);
  return withLock(warehouse, customerLock(warehouse, customer), patience, async (lock) => {
    const batch = await readBatch(warehouse, batchId);
    activity.about = { runId: batch.runId, batchId };
    const idle = whyIdle(step, batch);
    if (idle !== undefined) {
      patience.log?.info(idle, { batchId, customer });
      return otherwise(batch);
    }
    if (claims === undefined || readOnly) return work({ batch, lock, ownerToken: '' });
    const ownerToken = await claimBatch(warehouse, batchId, claims, clock.now());
    try {
      return await work({ batch, lock, ownerToken });
    } catch (error) {
      await noteError(warehouse, { batchId, ownerToken }, sentenceOf(error)).catch(() => undefined);
      throw error;
    }
  });
}

function whyIdle(name: TakeUp['step'], { batchId, customer, status, dry }: Batch): string | undefined {
  const step: Step = STEPS[name];
  if (dry && !step.dry) return `Nothing to ${name}: the batch is part of a dry run.`;
  if (step.takes.includes(status)) return undefined;
  if (status === 'STARTED')
    throw new FixFirstError('BATCH_NOT_STAGED', `This batch is not staged yet: run ${step.after} first.`, {
      where: { batchId, customer },
    });
  return isOpen(status) && step.waits !== undefined
    ? `Nothing to ${name} yet: the batch is ${status}, and ${step.waits}.`
    : `Nothing to ${name}: the batch is ${status}.`;
}
