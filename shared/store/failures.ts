import { z } from 'zod';
import { uuidV5 } from '../ground/ids.js';
import { loadStatement, quoteIdentifier, type Statement } from '../warehouse/port/statements.js';
import type { Queryable, Rows } from '../warehouse/port/warehouse.js';

/**
 * Rule 26: something that is wrong with one line, or one size of it. An ERROR holds the line back while its
 * content and the mapping stay as they are; a WARNING only tells. Texts carry no personal data.
 */
export interface Failure {
  step: 'detect' | 'stage' | 'push';
  severity: 'ERROR' | 'WARNING';
  /** A word to search for, such as `REQUIRED` or monday.com's own code. */
  reason: string;
  /** What is wrong, and what to do. */
  message: string;
  /** Null where the source row has no usable uuid; then `locator` names it. */
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
}

const ITEMS = quoteIdentifier('ERR_MON_CustMasterSchedule');
const SUBITEMS = quoteIdentifier('ERR_MON_CustMasterSchedule_Subitems');
/** Keeps one JSON parameter to about a megabyte. */
const ROWS_A_STATEMENT = 2_000;

const same = (table: string): string =>
  `${table}."resolved_date" IS NULL AND COALESCE(${table}."row_hash", '') = COALESCE(r."row_hash", '') AND COALESCE(${table}."mapping_version", '') = COALESCE(r."mapping_version", '')`;

const forItems = (statement: Statement): Statement =>
  statement.with({ table: ITEMS, same: same(ITEMS), sizeColumns: '', sizeValues: '' });
const forSubitems = (statement: Statement): Statement =>
  statement.with({
    table: SUBITEMS,
    same: same(SUBITEMS),
    sizeColumns: ', "size_label", "order_qty"',
    sizeValues: ', r."size_label", r."order_qty"',
  });

/** Records failures once each: an error per step, line and size; a warning also per column and reason. Safe to repeat. */
export async function recordFailures(
  queryable: Queryable,
  failures: readonly Failure[],
  origin: FailureOrigin,
): Promise<void> {
  const groups = [
    { rows: failures.filter((failure) => failure.size === undefined), to: forItems },
    { rows: failures.filter((failure) => failure.size !== undefined), to: forSubitems },
  ];
  for (const { rows, to } of groups) {
    const unique = [...new Map(rows.map((failure) => [failureId(failure), failure])).entries()];
    for (let start = 0; start < unique.length; start += ROWS_A_STATEMENT) {
      const part = unique
        .slice(start, start + ROWS_A_STATEMENT)
        .map(([id, failure]) => failureRow(id, failure, origin));
      await queryable.execute(to(loadStatement('failures/update-failures')), { rows: part, now: origin.now });
      await queryable.execute(to(loadStatement('failures/insert-failures')), { rows: part, now: origin.now });
    }
  }
}

/** Resolves entries of lines that were staged in this batch without repeating them. */
export async function resolveStagedFailures(queryable: Queryable, batchId: string, now: Date): Promise<void> {
  await resolve(queryable, 'failures/resolve-staged-failures', batchId, now);
}

/** Resolves entries of lines that landed on the board in this batch. */
export async function resolveLandedFailures(queryable: Queryable, batchId: string, now: Date): Promise<void> {
  await resolve(queryable, 'failures/resolve-landed-failures', batchId, now);
}

async function resolve(queryable: Queryable, name: string, batchId: string, now: Date): Promise<void> {
  for (const table of [ITEMS, SUBITEMS])
    await queryable.execute(loadStatement(name).with({ table }), { batch_id: batchId, now });
}

/** An entry that is not resolved, with the hash of the content it is about. */
export interface OpenFailure {
  readonly lineKey: string;
  readonly rowHash: string;
}

const openRow = z.object({ err_id: z.string(), line_key: z.string(), row_hash: z.string() });

/** Resolves the entries of lines, found by stage or push, that are over. */
export async function closeFailures(
  transaction: Queryable,
  isOver: (failure: OpenFailure) => boolean,
  { runId, now }: { runId: string; now: Date },
): Promise<void> {
  for (const table of [ITEMS, SUBITEMS]) {
    const open = await transaction.query(loadStatement('failures/select-open-failures').with({ table }));
    const over = open
      .map((row) => openRow.parse(row))
      .filter(({ line_key, row_hash }) => isOver({ lineKey: line_key, rowHash: row_hash }))
      .map(({ err_id }) => ({ err_id }));
    for (let start = 0; start < over.length; start += ROWS_A_STATEMENT) {
      const rows = over.slice(start, start + ROWS_A_STATEMENT);
      await transaction.execute(loadStatement('failures/close-failures').with({ table }), { rows, run_id: runId, now });
    }
  }
}

const countsRow = z.object({ failures: z.coerce.number(), warnings: z.coerce.number() });

/** How many errors became new in this batch at this step, and how many warnings it has. */
export async function countFailures(
  queryable: Queryable,
  batchId: string,
  step: Failure['step'],
): Promise<{ failures: number; warnings: number }> {
  const [row] = await queryable.query(loadStatement('failures/count-new-failures'), { batch_id: batchId, step });
  return countsRow.parse(row);
}

function failureId(failure: Failure): string {
  const place = [failure.step, failure.lineKey ?? failure.locator ?? '', failure.size ?? ''];
  return uuidV5((failure.severity === 'ERROR' ? place : [...place, failure.column ?? '', failure.reason]).join('|'));
}

function failureRow(id: string, failure: Failure, origin: FailureOrigin): Rows[number] {
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
