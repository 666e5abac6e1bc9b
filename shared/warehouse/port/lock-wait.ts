import { formatDuration, unlessStopped } from '../../ground/clock.js';
import { TryAgainError, type Where } from '../../ground/errors.js';
import type { Lock } from './warehouse.js';

/** A wait for a lock that is under way. */
export interface LockWait {
  taken: Promise<Lock | undefined>;
  /** Tells the server that nobody waits any more, as far as it can still be told. */
  giveUp(): Promise<void>;
}

/**
 * Rule 11: the lock that is waited for, or the signal's reason as soon as it aborts, whether or not the server answers. A lock
 * that comes all the same goes back at once.
 */
export async function takeUnlessStopped(
  begin: () => LockWait,
  signal: AbortSignal | undefined,
): Promise<Lock | undefined> {
  signal?.throwIfAborted();
  const { taken, giveUp } = begin();
  return unlessStopped(taken, signal, () => {
    taken.then((lock) => lock?.release()).catch(() => undefined);
    giveUp().catch(() => undefined);
  });
}

/** What a session waits for the locks of others where nobody says otherwise: the default of LOCK_WAIT. */
export const DEFAULT_LOCK_WAIT_MS = 600_000;

/** Zero is no limit at all to one of the engines. */
export const lockTimeoutOf = (waitMs = DEFAULT_LOCK_WAIT_MS): number => Math.max(1, Math.ceil(waitMs));

const TABLE = /dbo\."([^"]+)"/g;

/** Rule 11: a statement gave up because somebody else holds a table or rows of it. */
export class TableLocked extends TryAgainError {
  readonly tables: readonly string[];

  constructor(tables: readonly string[], options: { where?: Where; cause: unknown }) {
    super('TABLE_LOCKED', `A table was locked by another session for too long: ${tables.join(', ')}.`, options);
    this.tables = tables;
  }

  /** By the names that a statement has for its tables. */
  static ofStatement({ name, text }: { name: string; text: string }, cause: unknown): TableLocked {
    const tables = [...text.matchAll(TABLE)].map(([, table = '']) => table);
    return new TableLocked([...new Set(tables)], { where: { statement: name }, cause });
  }
}

/** Who holds a table, in words, as far as the server tells. */
export interface TableHolder {
  table: string;
  holder: string;
}

/** The error for an operator, with the table and its holder where they are known. */
export function explainTableLock(error: TableLocked, waitMs: number, found: TableHolder | undefined): TryAgainError {
  const { tables, where } = error;
  const names = tables.length === 1 ? `The table ${tables[0]} was` : `One of the tables ${tables.join(', ')} was`;
  const what = found === undefined ? `${names} locked` : `The table ${found.table} was locked`;
  const by = found?.holder ?? 'a session that the server does not name';
  return new TryAgainError(
    'TABLE_LOCKED',
    `${what} for longer than ${formatDuration(waitMs)} by ${by}. What was done stays; run again when that transaction has ended.`,
    { where, cause: error.cause },
  );
}
