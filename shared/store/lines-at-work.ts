import type { Warehouse } from '../warehouse/port/warehouse.js';
import { blocksOf } from './blocks.js';
import { rowOf } from './rows.js';
import { CHANGE_SETS } from './schema/run-tables.js';
import { OPEN_BATCH_STATES } from './states.js';

const selectAtWork = blocksOf('change-sets').rows(
  'select-change-sets-at-work',
  { run_id: 'uuid', open_states: 'text[]' },
  rowOf(CHANGE_SETS, ['run_id', 'customer']),
);
const streamKeys = blocksOf('changes').statement('stream-line-keys', { run_id: 'uuid', customer: 'text' });

/**
 * Rule 11: the line keys of the changes that earlier runs found and that are not carried out yet, each with the customer
 * whose change it is; those of the customers `except`, which the run supersedes, apart.
 */
export async function linesAtWork(
  warehouse: Warehouse,
  { runId, except }: { runId: string; except: ReadonlySet<string> },
): Promise<ReadonlyMap<string, string>> {
  const sets = await selectAtWork(warehouse, { run_id: runId, open_states: OPEN_BATCH_STATES });
  const lines = new Map<string, string>();
  for (const { run_id, customer } of sets) {
    if (except.has(customer)) continue;
    for await (const rows of warehouse.stream(streamKeys(), { run_id, customer }))
      for (const [lineKey] of rows) lines.set(String(lineKey).toLowerCase(), customer);
  }
  return lines;
}
