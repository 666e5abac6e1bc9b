import { z } from 'zod';
import { systemClock } from '../../shared/ground/clock.js';
import type { Outputs } from '../../shared/runtime/outputs.js';
import { runVerify } from '../../tasks/archive/verify.js';
import { FINDING_KINDS } from '../../tasks/push/audit/findings.js';
import { taskContext } from '../helpers/task-context.js';
import { sql, type TestWarehouse } from '../helpers/warehouse.js';
import type { Violation } from './verdict.js';

/** The ledger's marks of creates that were given up. */
export async function countSuspects({ warehouse }: TestWarehouse): Promise<number> {
  const rows = await sql(warehouse, 'SELECT 1 AS n FROM dbo."MON_Ledger" WHERE "suspect_until" IS NOT NULL');
  return rows.length;
}

/** What push --audit says of a board on which everything has settled. */
export async function auditFault(test: TestWarehouse, outputs: Outputs | undefined): Promise<Violation | undefined> {
  const found = FINDING_KINDS.filter((kind) => outputs?.[kind] !== 0);
  if (found.length > 0) return { kind: 'audit', what: `the audit says ${JSON.stringify(outputs)}` };
  const suspects = await countSuspects(test);
  return suspects === 0 ? undefined : { kind: 'suspect', what: `${suspects} creates are suspect after their audit` };
}

/** Customers of whom the snapshot has ever had a line. */
export async function readCustomers({ warehouse }: TestWarehouse): Promise<string[]> {
  const rows = await sql(
    warehouse,
    'SELECT DISTINCT "customer" FROM dbo."ORDERS_UNIFIED_SNAPSHOT" ORDER BY "customer"',
  );
  return rows.map((row) => String(row['customer']));
}

const archiveRows = z.array(
  z.object({
    id: z.coerce.number(),
    customer_filter: z.string(),
    batch_id: z.string().nullable(),
    record_count: z.number(),
    content_hash: z.string(),
  }),
);
type ArchiveRow = z.infer<typeof archiveRows>[number];

/** What an archive said that it had kept. */
export const toldSchema = z.object({ archiveId: z.number(), rows: z.number() });
export type Told = z.infer<typeof toldSchema>;

/**
 * The archives after all: each of them whole, none made twice of one batch or of the same content, every one there that
 * was told of, and the newest of each customer with every line of its snapshot.
 */
export async function archivesFault(test: TestWarehouse, told: readonly Told[]): Promise<Violation | undefined> {
  const context = taskContext(['ARCHIVE_URL', 'ARCHIVE_SCHEMA'], {
    warehouse: test.warehouse,
    env: { ARCHIVE_URL: test.archiveUrl },
    clock: systemClock(),
  });
  const { outputs } = await runVerify(context, {});
  const fault = (what: string): Violation => ({ kind: 'archive', what });
  if (JSON.stringify(outputs?.['damaged']) !== '[]') return fault(`not as written: ${JSON.stringify(outputs)}`);
  const archives = archiveRows.parse(
    await sql(
      test.archive,
      'SELECT "id", "customer_filter", CAST("batch_id" AS VARCHAR(36)) AS "batch_id", "record_count", "content_hash" FROM public."snapshot_archive" ORDER BY "id"',
    ),
  );
  const byId = new Map(archives.map((archive) => [archive.id, archive]));
  const missing = told.find(({ archiveId, rows }) => byId.get(archiveId)?.record_count !== rows);
  if (missing) return fault(`archive ${missing.archiveId} was told of with ${missing.rows} lines, and is not there`);
  const batches = archives.flatMap(({ batch_id }) => batch_id ?? []);
  if (new Set(batches).size < batches.length) return fault('a batch has two archives');
  const newest = new Map<string, ArchiveRow>();
  for (const archive of archives) {
    if (newest.get(archive.customer_filter)?.content_hash === archive.content_hash)
      return fault(`archive ${archive.id} holds what the one before it does`);
    newest.set(archive.customer_filter, archive);
  }
  for (const [customer, lines] of await countLines(test))
    if ((newest.get(customer)?.record_count ?? 0) !== lines)
      return fault(`the newest archive of ${customer} has ${newest.get(customer)?.record_count} of ${lines} lines`);
  return undefined;
}

async function countLines({ warehouse }: TestWarehouse): Promise<Map<string, number>> {
  const rows = await sql(
    warehouse,
    'SELECT "customer", SUM(CASE WHEN "deleted_at" IS NULL THEN 1 ELSE 0 END) AS "lines" FROM dbo."ORDERS_UNIFIED_SNAPSHOT" GROUP BY "customer"',
  );
  return new Map(rows.map((row) => [String(row['customer']), Number(row['lines'])]));
}
