import { z } from 'zod';
import { uuidV5 } from '../ground/ids.js';
import { chunks } from '../ground/lists.js';
import { quoteIdentifier } from '../warehouse/port/statements.js';
import type { Queryable } from '../warehouse/port/warehouse.js';
import { blocksOf } from './blocks.js';
import { rowOf } from './rows.js';
import { LINE_FAILURES, SIZE_FAILURES } from './schema/own-tables.js';
import type { FailureStep, Severity } from './states.js';

const blocks = blocksOf('failures');

/**
 * Rule 26: a fault of one line, or of one of its sizes. An ERROR holds the line back while its
 * content and the mapping are unchanged; a WARNING only informs. Texts contain no personal data.
 */
export interface LineFailure {
  step: FailureStep;
  severity: Severity;
  /** A word to search for, such as `REQUIRED` or monday.com's own code. */
  reason: string;
  /** What is wrong, and what to do. */
  message: string;
  /** Null if the source row has no usable uuid; then `locator` names it. */
  lineKey: string | null;
  locator?: string;
  size?: string;
  column?: string | null;
  recordUuid?: string | null;
  customer?: string | null;
  rowHash?: string | null;
  mappingVersion?: string | null;
  requestId?: string | null;
  quantity?: string | null;
}

/** Who records failures: outside a batch or a run these are null. */
export interface FailureOrigin {
  batchId: string | null;
  runId: string | null;
  now: Date;
  /** Rule 28: what a dry batch finds is kept apart, and changes nothing of what is known of the line. */
  dry?: boolean;
}

/** Keeps one JSON parameter to about a megabyte. */
const ROWS_A_STATEMENT = 2_000;

const [LINES, SIZES] = [quoteIdentifier(LINE_FAILURES.name), quoteIdentifier(SIZE_FAILURES.name)];
const BOTH = [{ table: LINES }, { table: SIZES }];

const ENTRY = {
  err_id: 'uuid',
  batch_id: 'uuid?',
  run_id: 'uuid?',
  severity: 'text',
  reason: 'text',
  column_name: 'text?',
  record_uuid: 'uuid?',
  customer: 'text?',
  row_hash: 'text?',
  mapping_version: 'text?',
  error_message: 'text',
  request_id: 'text?',
  order_qty: 'text?',
} as const;
const update = blocks.touches('update-failures', { rows: ENTRY, now: 'datetime' }, ['table', 'same']);
const insert = blocks.touches(
  'insert-failures',
  { rows: { ...ENTRY, step: 'text', line_key: 'uuid?', size_label: 'text?' }, now: 'datetime' },
  ['table', 'sizeColumns', 'sizeValues'],
);

const same = (table: string): string =>
  `${table}."resolved_date" IS NULL AND COALESCE(${table}."row_hash", '') = COALESCE(r."row_hash", '') AND COALESCE(${table}."mapping_version", '') = COALESCE(r."mapping_version", '')`;
const OF_LINES = { table: LINES, same: same(LINES), sizeColumns: '', sizeValues: '' };
const OF_SIZES = {
  table: SIZES,
  same: same(SIZES),
  sizeColumns: ', "size_label", "order_qty"',
  sizeValues: ', r."size_label", r."order_qty"',
};

/** Records failures once each: an error per step, line and size; a warning also per column and reason. Safe to repeat. */
export async function recordFailures(
  queryable: Queryable,
  failures: readonly LineFailure[],
  origin: FailureOrigin,
): Promise<void> {
  const { now } = origin;
  const groups = [
    { group: failures.filter((failure) => failure.size === undefined), places: OF_LINES },
    { group: failures.filter((failure) => failure.size !== undefined), places: OF_SIZES },
  ];
  for (const { group, places } of groups) {
    const unique = [...new Map(group.map((failure) => [failureId(failure, origin), failure])).entries()];
    for (const part of chunks(unique, ROWS_A_STATEMENT)) {
      const rows = part.map(([id, failure]) => failureRow(id, failure, origin));
      await update(queryable, { rows, now }, places);
      await insert(queryable, { rows, now }, places);
    }
  }
}

const resolveStaged = blocks.touches('resolve-staged-failures', { batch_id: 'uuid', now: 'datetime' }, ['table']);

/** Resolves entries of lines that were staged in this batch without repeating them. */
export async function resolveStagedFailures(queryable: Queryable, batchId: string, now: Date): Promise<void> {
  for (const places of BOTH) await resolveStaged(queryable, { batch_id: batchId, now }, places);
}

const resolveLanded = blocks.touches('resolve-landed-failures', { batch_id: 'uuid', now: 'datetime' }, ['table']);

/** Resolves entries of lines that landed on the board in this batch. */
export async function resolveLandedFailures(queryable: Queryable, batchId: string, now: Date): Promise<void> {
  for (const places of BOTH) await resolveLanded(queryable, { batch_id: batchId, now }, places);
}

const resolveDetected = blocks.touches('resolve-failures', { run_id: 'uuid', now: 'datetime' });

/** Resolves what an earlier run found in the source and this one, which checks every row, did not find at `now`. */
export async function resolveDetectedFailures(transaction: Queryable, runId: string, now: Date): Promise<void> {
  await resolveDetected(transaction, { run_id: runId, now });
}

/** An entry that is not resolved, with the hash of the content it is about. */
export interface OpenFailure {
  readonly lineKey: string;
  readonly rowHash: string;
}

const selectOpen = blocks.rows(
  'select-open-failures',
  {},
  rowOf(LINE_FAILURES, ['err_id'])
    .extend({ line_key: z.string(), row_hash: z.string() })
    .transform((row) => ({ id: row.err_id, lineKey: row.line_key, rowHash: row.row_hash })),
  ['table'],
);
const close = blocks.touches('close-failures', { rows: { err_id: 'uuid' }, run_id: 'uuid', now: 'datetime' }, [
  'table',
]);

/** Resolves entries of stage or push that no longer apply. */
export async function closeFailures(
  transaction: Queryable,
  isOver: (failure: OpenFailure) => boolean,
  { runId, now }: { runId: string; now: Date },
): Promise<void> {
  for (const places of BOTH) {
    const over = (await selectOpen(transaction, {}, places)).filter(isOver).map(({ id }) => ({ err_id: id }));
    for (const rows of chunks(over, ROWS_A_STATEMENT)) await close(transaction, { rows, run_id: runId, now }, places);
  }
}

const release = blocks.touches('release-failures', { run_id: 'uuid', customer: 'text' }, ['table']);

/** Rule 26: the failed lines among these changes are to be retried as if nothing were recorded about them. */
export async function releaseFailures(
  transaction: Queryable,
  { runId, customer }: { runId: string; customer: string },
): Promise<void> {
  for (const places of BOTH) await release(transaction, { run_id: runId, customer }, places);
}

const countOfBatch = blocks.rows(
  'count-new-failures',
  { batch_id: 'uuid', step: 'text' },
  z.object({ failures: z.coerce.number(), warnings: z.coerce.number() }),
);

/** How many errors became new in this batch at this step, and how many warnings it has. */
export async function countFailures(
  queryable: Queryable,
  batchId: string,
  step: FailureStep,
): Promise<{ failures: number; warnings: number }> {
  const [counts] = await countOfBatch(queryable, { batch_id: batchId, step });
  return counts ?? { failures: 0, warnings: 0 };
}

const countOfRun = blocks.rows(
  'count-new-failures-of-run',
  { run_id: 'uuid', now: 'datetime' },
  z.object({ failures: z.coerce.number() }),
);

/** How many entries became new when this run recorded, at `now`, what it found. */
export async function countDetectedFailures(queryable: Queryable, runId: string, now: Date): Promise<number> {
  const [row] = await countOfRun(queryable, { run_id: runId, now });
  return row?.failures ?? 0;
}

function failureId(failure: LineFailure, { dry = false }: FailureOrigin): string {
  const place = [failure.step, failure.lineKey ?? failure.locator ?? '', failure.size ?? ''];
  const which = failure.severity === 'ERROR' ? place : [...place, failure.column ?? '', failure.reason];
  return uuidV5((dry ? [...which, 'dry'] : which).join('|'));
}

function failureRow(id: string, failure: LineFailure, origin: FailureOrigin) {
  return {
    err_id: id,
    batch_id: origin.batchId,
    run_id: origin.runId,
    step: failure.step,
    severity: failure.severity,
    reason: failure.reason.slice(0, 128),
    column_name: failure.column ?? null,
    line_key: failure.lineKey,
    record_uuid: failure.recordUuid ?? null,
    customer: failure.customer ?? null,
    row_hash: failure.rowHash ?? null,
    mapping_version: failure.mappingVersion ?? null,
    error_message: failure.message,
    request_id: failure.requestId ?? null,
    size_label: failure.size ?? null,
    order_qty: failure.quantity ?? null,
  };
}
