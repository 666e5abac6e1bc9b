import { z } from 'zod';
import { loadStatement, quoteIdentifier } from '../../../shared/warehouse/port/statements.js';
import type { Queryable } from '../../../shared/warehouse/port/warehouse.js';

const TABLES = [
  { table: quoteIdentifier('ERR_MON_CustMasterSchedule'), size: "''" },
  { table: quoteIdentifier('ERR_MON_CustMasterSchedule_Subitems'), size: 'e."size_label"' },
] as const;

const text = z.string().nullable();
const severity = z.enum(['ERROR', 'WARNING']);

const failureRow = z
  .object({
    severity,
    step: z.string(),
    reason: z.string(),
    column_name: text,
    line_key: text,
    customer: text,
    error_message: z.string(),
    request_id: text,
    retry_count: z.number(),
    created_date: z.date(),
    resolved_date: z.date().nullable(),
    size: z.string(),
    title: text,
  })
  .transform((row) => ({
    severity: row.severity,
    step: row.step,
    reason: row.reason,
    column: row.column_name,
    lineKey: row.line_key,
    customer: row.customer,
    message: row.error_message,
    requestId: row.request_id,
    repeats: row.retry_count,
    since: row.created_date,
    resolvedAt: row.resolved_date,
    size: row.size,
    title: row.title,
  }));

/** One thing that is wrong with a line or a size. */
export type ReportedFailure = z.infer<typeof failureRow>;

const countRow = z.object({ severity, step: z.string(), reason: z.string(), rows: z.coerce.number() });
export type FailureCount = z.infer<typeof countRow>;

/** The first entries that ERR has of a run, errors before warnings, and how many there are of each kind. */
export async function readFailures(
  queryable: Queryable,
  runId: string,
  most: number,
): Promise<{ failures: ReportedFailure[]; counts: FailureCount[] }> {
  const failures: ReportedFailure[] = [];
  const counts: FailureCount[] = [];
  for (const places of TABLES) {
    const listed = await queryable.query(loadStatement('failures/select-failures').with(places), {
      run_id: runId,
      most,
    });
    failures.push(...listed.map((row) => failureRow.parse(row)));
    const counted = await queryable.query(loadStatement('failures/count-failures').with(places), { run_id: runId });
    counts.push(...counted.map((row) => countRow.parse(row)));
  }
  const errorsFirst = (failure: ReportedFailure): number => (failure.severity === 'ERROR' ? 0 : 1);
  return { failures: failures.sort((a, b) => errorsFirst(a) - errorsFirst(b)).slice(0, most), counts };
}

const heldRow = z
  .object({
    customer: z.string(),
    line_key: z.string(),
    step: z.string(),
    reason: z.string(),
    error_message: z.string(),
    request_id: text,
    created_date: z.date(),
    last_seen_date: z.date(),
    resolved_date: z.date().nullable(),
    size: z.string(),
    title: text,
  })
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
    size: row.size,
    title: row.title,
  }));

/** A line that was not tried in a run because it had failed before, and the error that holds it. */
export type HeldLine = z.infer<typeof heldRow>;

export async function readHeldLines(queryable: Queryable, runId: string, most: number): Promise<HeldLine[]> {
  const held: HeldLine[] = [];
  for (const places of TABLES) {
    const rows = await queryable.query(loadStatement('failures/select-held').with(places), { run_id: runId, most });
    held.push(...rows.map((row) => heldRow.parse(row)));
  }
  return held.slice(0, most);
}

const heldCountRow = z.object({ customer: z.string(), held: z.coerce.number() });

/** How many lines of each customer were held back. */
export async function countHeldLines(queryable: Queryable, runId: string): Promise<ReadonlyMap<string, number>> {
  const rows = await queryable.query(loadStatement('changes/count-held'), { run_id: runId });
  return new Map(rows.map((row) => heldCountRow.parse(row)).map(({ customer, held }) => [customer, held]));
}
