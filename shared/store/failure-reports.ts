import { z } from 'zod';
import type { Mapping } from '../mapping/mapping.js';
import { quoteIdentifier } from '../warehouse/port/statements.js';
import type { Queryable } from '../warehouse/port/warehouse.js';
import { blocksOf } from './blocks.js';
import { compileNames, type LineNames, lineNamesOf, NO_NAMES, namesShape, selectNames } from './line-names.js';
import { rowOf } from './rows.js';
import { LINE_FAILURES, SIZE_FAILURES } from './schema/own-tables.js';
import { OPEN_BATCH_STATES } from './states.js';

// Reports of failures: of a run, and of held lines.

const blocks = blocksOf('failures');

const OF_LINES = { table: quoteIdentifier(LINE_FAILURES.name), size: "''" };
const OF_SIZES = { table: quoteIdentifier(SIZE_FAILURES.name), size: 'e."size_label"' };

/** The size is empty for a line as a whole; title and id are those of the item, null where none was staged or landed. */
const NAMED = z.object({
  size: z.string(),
  title: z.string().nullable(),
  item_id: z.string().nullable(),
  ...namesShape,
});
const namesOf = (row: z.infer<typeof NAMED>) => ({
  size: row.size,
  title: row.title,
  itemId: row.item_id,
  ...lineNamesOf(row),
});

const selectFailures = blocks.rows(
  'select-failures',
  { run_id: 'uuid', most: 'int' },
  rowOf(LINE_FAILURES, [
    'severity',
    'step',
    'reason',
    'column_name',
    'line_key',
    'record_uuid',
    'customer',
    'error_message',
    'request_id',
    'retry_count',
    'created_date',
    'resolved_date',
  ])
    .extend(NAMED.shape)
    .transform((row) => ({
      severity: row.severity,
      step: row.step,
      reason: row.reason,
      column: row.column_name,
      lineKey: row.line_key,
      recordUuid: row.record_uuid,
      customer: row.customer,
      message: row.error_message,
      requestId: row.request_id,
      repeats: row.retry_count,
      since: row.created_date,
      resolvedAt: row.resolved_date,
      ...namesOf(row),
    })),
  ['table', 'size', 'names'],
);
/** One fault of a line or a size. */
export type ReportedFailure = Awaited<ReturnType<typeof selectFailures>>[number];

/** The first entries of lines as a whole that are recorded of a run, errors before warnings; without orders. */
export function lineFailuresOf(queryable: Queryable, runId: string, most: number): Promise<ReportedFailure[]> {
  return selectFailures(queryable, { run_id: runId, most }, { ...OF_LINES, names: NO_NAMES });
}

/** The first entries of lines and sizes that are recorded of a run, errors before warnings. */
export async function failuresOf(
  queryable: Queryable,
  runId: string,
  { most, mapping }: { most: number; mapping: Mapping },
): Promise<ReportedFailure[]> {
  const errorsFirst = ({ severity }: ReportedFailure): number => (severity === 'ERROR' ? 0 : 1);
  const found = await ofLinesAndSizes(mapping, (places) => selectFailures(queryable, { run_id: runId, most }, places));
  return found.sort((a, b) => errorsFirst(a) - errorsFirst(b)).slice(0, most);
}

/** Entries of lines, then those of sizes, each with the names of its order. */
async function ofLinesAndSizes<Row extends LineNames>(
  mapping: Mapping,
  select: (places: typeof OF_LINES & { names: string }) => Promise<Row[]>,
): Promise<Row[]> {
  const names = selectNames(mapping);
  const rows = [...(await select({ ...OF_LINES, names })), ...(await select({ ...OF_SIZES, names }))];
  const namesOf = compileNames(mapping);
  return rows.map((row) => ({ ...row, ...namesOf(row) }));
}

const selectOfLines = blocks.rows(
  'select-failures-of-lines',
  { line_keys: 'uuid[]' },
  rowOf(LINE_FAILURES, [
    'severity',
    'step',
    'reason',
    'column_name',
    'error_message',
    'request_id',
    'created_date',
    'last_seen_date',
    'resolved_date',
  ])
    .extend({ line_key: z.string(), size: z.string() })
    .transform((row) => ({
      lineKey: row.line_key,
      /** Empty for the line as a whole. */
      size: row.size,
      severity: row.severity,
      step: row.step,
      reason: row.reason,
      column: row.column_name,
      message: row.error_message,
      requestId: row.request_id,
      since: row.created_date,
      lastSeen: row.last_seen_date,
      resolvedAt: row.resolved_date,
    })),
  ['table', 'size'],
);
export type FailureOfLine = Awaited<ReturnType<typeof selectOfLines>>[number];

/** All entries of these lines and their sizes, resolved ones included, each kind latest first. */
export async function failuresOfLines(queryable: Queryable, lineKeys: readonly string[]): Promise<FailureOfLine[]> {
  const lines = await selectOfLines(queryable, { line_keys: lineKeys }, OF_LINES);
  return [...lines, ...(await selectOfLines(queryable, { line_keys: lineKeys }, OF_SIZES))];
}

const selectOfRows = blocks.rows(
  'select-open-failures-of-rows',
  { row_hashes: 'text[]' },
  rowOf(LINE_FAILURES, ['record_uuid', 'row_hash', 'created_date']).transform((row) => ({
    recordUuid: row.record_uuid,
    rowHash: row.row_hash,
    since: row.created_date,
  })),
);

/** Open entries about rows of the source that are no lines, by the hashes of their content. */
export async function openFailuresOfRows(queryable: Queryable, rowHashes: readonly string[]) {
  return rowHashes.length === 0 ? [] : selectOfRows(queryable, { row_hashes: rowHashes });
}

const countOfKind = blocks.rows(
  'count-failures',
  { run_id: 'uuid' },
  rowOf(LINE_FAILURES, ['severity', 'step', 'reason']).extend({ rows: z.coerce.number(), open: z.coerce.number() }),
  ['table'],
);
export type FailureCount = Awaited<ReturnType<typeof countOfKind>>[number];

/** The number of entries of each kind in a run, and how many of them are unresolved: those of lines, then those of sizes. */
export async function failureCounts(queryable: Queryable, runId: string): Promise<FailureCount[]> {
  const lines = await countOfKind(queryable, { run_id: runId }, OF_LINES);
  return [...lines, ...(await countOfKind(queryable, { run_id: runId }, OF_SIZES))];
}

const countOfRuns = blocks.rows(
  'count-failures-of-runs',
  { run_ids: 'uuid[]' },
  rowOf(LINE_FAILURES, ['reason'])
    .extend({ run_id: z.string(), rows: z.coerce.number() })
    .transform(({ run_id: runId, reason, rows }) => ({ runId, reason, rows })),
  ['table'],
);

/** Errors of lines and sizes by reason, each with the run in which it became new: a later one, once its line was changed. */
export async function errorsOfRuns(queryable: Queryable, runIds: readonly string[]) {
  const lines = await countOfRuns(queryable, { run_ids: runIds }, { table: OF_LINES.table });
  return [...lines, ...(await countOfRuns(queryable, { run_ids: runIds }, { table: OF_SIZES.table }))];
}

const selectHeld = blocks.rows(
  'select-held',
  { run_id: 'uuid', most: 'int' },
  rowOf(LINE_FAILURES, [
    'step',
    'reason',
    'error_message',
    'request_id',
    'created_date',
    'last_seen_date',
    'resolved_date',
  ])
    .extend({ customer: z.string(), line_key: z.string(), ...NAMED.shape })
    .transform((row) => ({
      customer: row.customer,
      lineKey: row.line_key,
      step: row.step,
      reason: row.reason,
      message: row.error_message,
      requestId: row.request_id,
      since: row.created_date,
      lastSeen: row.last_seen_date,
      resolvedAt: row.resolved_date,
      ...namesOf(row),
    })),
  ['table', 'size', 'names'],
);
/** A line that was not tried in a run because it had failed before, with the error that holds it. */
export type HeldOfRun = Awaited<ReturnType<typeof selectHeld>>[number];

/** The first lines that a run held back: those that failed as a whole, then those of which a size did. */
export async function heldOfRun(
  queryable: Queryable,
  runId: string,
  { most, mapping }: { most: number; mapping: Mapping },
): Promise<HeldOfRun[]> {
  const found = await ofLinesAndSizes(mapping, (places) => selectHeld(queryable, { run_id: runId, most }, places));
  return found.slice(0, most);
}

const listHeld = blocks.rows(
  'list-held',
  {
    mapping_version: 'text',
    failed_after: 'datetime',
    open_states: 'text[]',
    everyone: 'flag',
    customers: 'text[]',
  },
  rowOf(LINE_FAILURES, [
    'record_uuid',
    'step',
    'reason',
    'column_name',
    'error_message',
    'request_id',
    'created_date',
    'last_seen_date',
  ])
    .extend({ customer: z.string(), line_key: z.string(), run_id: z.string(), size_label: z.string().nullable() })
    .transform((row) => ({
      customer: row.customer,
      lineKey: row.line_key,
      recordUuid: row.record_uuid,
      runId: row.run_id,
      step: row.step,
      reason: row.reason,
      column: row.column_name,
      /** Null for a line as a whole. */
      size: row.size_label,
      message: row.error_message,
      requestId: row.request_id,
      failedSince: row.created_date,
      lastTried: row.last_seen_date,
    })),
);
export type HeldLine = Awaited<ReturnType<typeof listHeld>>[number];

/** Rule 26: the lines of these customers, or of all, that the next batch leaves out because they were rejected after a time. */
export function heldLines(
  queryable: Queryable,
  {
    mappingVersion,
    failedAfter,
    customers,
  }: { mappingVersion: string; failedAfter: Date; customers: readonly string[] | undefined },
): Promise<HeldLine[]> {
  return listHeld(queryable, {
    mapping_version: mappingVersion,
    failed_after: failedAfter,
    open_states: OPEN_BATCH_STATES,
    everyone: customers === undefined ? 1 : 0,
    customers: customers ?? [],
  });
}
