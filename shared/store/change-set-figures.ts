import { z } from 'zod';
import { jsonText } from '../ground/parsing.js';
import { resolveCustomer } from '../mapping/customers.js';
import type { Mapping } from '../mapping/mapping.js';
import type { Queryable } from '../warehouse/port/warehouse.js';
import { blocksOf } from './blocks.js';
import { rowOf } from './rows.js';
import { runsSince } from './run-figures.js';
import { CHANGE_SETS } from './schema/run-tables.js';
import { BRAKE_REASONS } from './states.js';

// Figures of change sets, and the customers that a run must leave alone.

const blocks = blocksOf('change-sets');

const braked = z.object({
  reason: z.enum(BRAKE_REASONS),
  known: z.number().optional(),
  changed: z.number().optional(),
  deleted: z.number().optional(),
  left: z.number().optional(),
});
const selectForReport = blocks.rows(
  'select-change-sets-for-report',
  { run_id: 'uuid' },
  rowOf(CHANGE_SETS, ['customer', 'state', 'new_lines', 'changed_lines', 'deleted_lines', 'rekeyed_lines'])
    .extend({ note: jsonText(braked).nullable() })
    .transform((row) => ({
      customer: row.customer,
      state: row.state,
      new: row.new_lines,
      changed: row.changed_lines,
      deleted: row.deleted_lines,
      rekeyed: row.rekeyed_lines,
      braked: row.note,
    })),
);

/** What a run found for one customer, and why the customer was left out. */
export type ChangeSetFigures = Awaited<ReturnType<typeof selectForReport>>[number];

/** All change sets of a run, by customer. */
export function changeSetFigures(queryable: Queryable, runId: string): Promise<ChangeSetFigures[]> {
  return selectForReport(queryable, { run_id: runId });
}

/** Lines by change. */
export interface FoundLines {
  new: number;
  changed: number;
  deleted: number;
  rekeyed: number;
}

const sum = z.coerce.number();
const countFound = blocks.rows(
  'count-found-lines',
  { run_ids: 'uuid[]' },
  rowOf(CHANGE_SETS, ['run_id'])
    .extend({ new: sum, changed: sum, deleted: sum, rekeyed: sum })
    .transform(({ run_id: runId, ...found }): [string, FoundLines] => [runId, found]),
);

/** By run: totals of the customers that continued. A run that found nothing is absent. */
export async function countFoundLines(
  queryable: Queryable,
  runIds: readonly string[],
): Promise<ReadonlyMap<string, FoundLines>> {
  return new Map(await countFound(queryable, { run_ids: runIds }));
}

const selectLeftOpen = blocks.rows(
  'select-runs-left-open',
  { run_ids: 'uuid[]' },
  rowOf(CHANGE_SETS, ['run_id']).transform((row) => row.run_id),
);

/** Those of these runs that left changes of a customer without a batch, whatever the reason. */
export async function runsLeftOpen(queryable: Queryable, runIds: readonly string[]): Promise<ReadonlySet<string>> {
  return new Set(await selectLeftOpen(queryable, { run_ids: runIds }));
}

const selectRestored = blocks.rows(
  'select-restored-customers',
  {},
  rowOf(CHANGE_SETS, ['customer'])
    .extend({ seq: z.coerce.number(), archive_id: z.coerce.number().nullable() })
    .transform(({ archive_id: archiveId, ...row }) => ({ ...row, archiveId })),
);

/** A restored customer, the number of the run that restored it, and its archive. */
export type RestoredChangeSet = Awaited<ReturnType<typeof selectRestored>>[number];

/** Customers that a newer run has handled since this one scanned: this run's findings about them are out of date. */
export async function readOvertaken(queryable: Queryable, seq: number): Promise<Set<string>> {
  const runs = await runsSince(queryable, seq);
  const restores = (await selectRestored(queryable, {})).filter((restore) => restore.seq > seq);
  return new Set([...runs.flatMap(({ customers }) => customers), ...restores.map(({ customer }) => customer)]);
}

/**
 * Rule 27: restored customers that no run with --allow-large-change has released since. By the mapping each has a name
 * now, under which a later run may have released it; without one, the name it had.
 */
export async function readRestored(
  queryable: Queryable,
  mapping?: Mapping,
): Promise<(RestoredChangeSet & { nameNow: string })[]> {
  const nameOf = (customer: string): string => (mapping ? resolveCustomer(mapping, customer).name : customer);
  const restored = (await selectRestored(queryable, {})).map((row) => ({ ...row, nameNow: nameOf(row.customer) }));
  if (restored.length === 0) return [];
  const runs = await runsSince(queryable, Math.min(...restored.map(({ seq }) => seq)));
  const releases = runs.filter(({ allowLargeChange }) => allowLargeChange);
  return restored.filter(
    ({ customer, nameNow, seq }) =>
      !releases.some((run) => run.seq > seq && (run.customers.includes(customer) || run.customers.includes(nameNow))),
  );
}
