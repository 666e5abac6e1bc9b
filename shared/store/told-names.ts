import type { Queryable } from '../warehouse/port/warehouse.js';
import { blocksOf } from './blocks.js';
import { rowOf } from './rows.js';
import { TOLD_NAMES } from './schema/run-tables.js';

const blocks = blocksOf('told-names');

const select = blocks.rows(
  'select-told-names',
  {},
  rowOf(TOLD_NAMES, ['told_id', 'column_name']).transform(({ told_id, column_name }) => ({
    id: told_id.toLowerCase(),
    column: column_name,
  })),
);

/** Everything about which an alert was sent. */
export function toldNames(queryable: Queryable): Promise<Omit<ToldName, 'name'>[]> {
  return select(queryable, {});
}

/** A name or word that the mapping does not know, or the customer of a check that lasts, as reported by an alert. */
export interface ToldName {
  /** Derived from the name and column, so that it is recorded once. */
  id: string;
  /** At most 255 characters. */
  name: string;
  /** The column of the word; null for a customer that the mapping does not know; the check of one that lasts. */
  column: string | null;
}

const insert = blocks.touches('insert-told-names', {
  rows: { told_id: 'uuid', name: 'text', column_name: 'text?', run_id: 'uuid', told_at: 'datetime' },
});

/** Records what the alert of a run told; recorded ones stay unchanged. */
export async function noteToldNames(
  queryable: Queryable,
  names: readonly ToldName[],
  { runId, now }: { runId: string; now: Date },
): Promise<void> {
  if (names.length === 0) return;
  const rows = names.map(({ id, name, column }) => ({
    told_id: id,
    name,
    column_name: column,
    run_id: runId,
    told_at: now,
  }));
  await insert(queryable, { rows });
}

const remove = blocks.touches('delete-told-names', { told_ids: 'uuid[]' });

/** Forgets names, so that an alert reports them again. */
export async function forgetToldNames(queryable: Queryable, ids: readonly string[]): Promise<void> {
  if (ids.length > 0) await remove(queryable, { told_ids: ids });
}
