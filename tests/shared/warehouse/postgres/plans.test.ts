import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { batchId, newUuid } from '../../../../shared/ground/ids.js';
import { chunks } from '../../../../shared/ground/lists.js';
import type { Parameters } from '../../../../shared/warehouse/port/warehouse.js';
import { compileForPostgres } from '../../../../shared/warehouse/postgres/parameters.js';
import { BY_KEYS } from '../../../../shared/warehouse/postgres/session.js';
import { filledAsIn } from '../../../helpers/statement-places.js';
import { loadStatement } from '../../../helpers/statements.js';
import { insertLines, line, mapping, openTestWarehouse, type TestWarehouse, uuid } from '../../../helpers/warehouse.js';

/** Lines of the batch that the statements are about, and of the one before, which alone the statistics know. */
const [LINES, EARLIER] = [3_000, 5];
/** A plan that compares each row with each looks a thousand times at every one. */
const MOST_LOOKS = 40;
/** A load of so few rows is not looked at. */
const TOO_FEW_TO_ANALYZE = 400;
const CUSTOMER = 'GREYSON';
const NOW = new Date('2026-01-05T12:00:00Z');

let test: TestWarehouse;
let client: pg.Client;
let batch: { runId: string; id: string };

beforeAll(async () => {
  test = await openTestWarehouse();
  client = new pg.Client({ connectionString: test.url });
  await client.connect();
  const { rows } = await client.query<{ name: string }>(
    `SELECT table_name AS name FROM information_schema.tables WHERE table_schema = 'dbo' AND table_type = 'BASE TABLE'`,
  );
  for (const { name } of rows) await client.query(`ALTER TABLE dbo."${name}" SET (autovacuum_enabled = false)`);
  await loadBatch(1, EARLIER);
  await client.query('ANALYZE');
  batch = await loadBatch(EARLIER + 1, LINES);
});
afterAll(async () => {
  await client.end();
  await test.drop();
});

/** A batch of lines that landed, and are in every table that promote joins; without statistics of them. */
async function loadBatch(first: number, count: number): Promise<{ runId: string; id: string }> {
  const runId = newUuid();
  const id = batchId(runId, CUSTOMER);
  await client.query('BEGIN');
  await client.query(`SET LOCAL session_replication_role = 'replica'`);
  const lines = Array.from({ length: count }, (_, n) => line(first + n, { S: 5 }));
  for (const few of chunks(lines, TOO_FEW_TO_ANALYZE)) await insertLines(test.warehouse, few);
  const rows = `dbo."ORDERS_UNIFIED" s WHERE s."record_uuid" BETWEEN '${uuid(first)}' AND '${uuid(first + count - 1)}'`;
  const hash = '0'.repeat(64);
  for (const text of [
    `INSERT INTO dbo."MON_Run" ("run_id", "run_key", "seq", "state", "kind", "method", "mapping_version", "started_at") VALUES ('${runId}', '${runId}', ${first}, 'DONE', 'SYNC', 'hash', '${mapping.version}', now())`,
    `INSERT INTO dbo."MON_Change" ("run_id", "line_key", "customer", "record_uuid", "change", "reason", "row_hash") SELECT '${runId}', "record_uuid", '${CUSTOMER}', "record_uuid", 'CHANGED', 'CONTENT', '${hash}' FROM ${rows}`,
    `INSERT INTO dbo."STG_MON_CustMasterSchedule" ("batch_id", "line_key", "stg_status", "stg_change", "stg_reason", "stg_customer", "row_hash", "mapping_version", "record_uuid", "stg_monday_item_id", "src sizes") SELECT '${id}', "record_uuid", 'API_SUCCESS', 'CHANGED', 'CONTENT', '${CUSTOMER}', '${hash}', '${mapping.version}', "record_uuid", 1, '' FROM ${rows}`,
    `INSERT INTO dbo."STG_MON_CustMasterSchedule_Subitems" ("batch_id", "line_key", "Size", "Order Qty", "size_order", "stg_status", "stg_monday_subitem_id") SELECT '${id}', "record_uuid", z.size, 5, 1, 'API_SUCCESS', 1 FROM (VALUES ('S'), ('M'), ('L')) z(size), ${rows}`,
    `INSERT INTO dbo."MON_Ledger" ("board_id", "kind", "ledger_key", "size", "updated_at") SELECT 1, 'item', LOWER(CAST("record_uuid" AS VARCHAR(36))), '', now() FROM ${rows}`,
    `INSERT INTO dbo."ORDERS_UNIFIED_SNAPSHOT" ("line_key", "record_uuid", "row_hash", "mapping_version", "customer", "snapshot_date", "sizes") SELECT "record_uuid", "record_uuid", '${hash}', '${mapping.version}', '${CUSTOMER}', now(), '' FROM ${rows}`,
    `INSERT INTO dbo."MON_CustMasterSchedule" ("line_key", "Item ID", "record_uuid", "batch_id", "promoted_at") SELECT "record_uuid", 1, "record_uuid", '${id}', now() FROM ${rows}`,
    `INSERT INTO dbo."MON_CustMasterSchedule_Subitems" ("line_key", "Size", "parent_item_id", "subitem_id", "Order Qty", "batch_id", "promoted_at") SELECT "record_uuid", z.size, 1, 1, 5, '${id}', now() FROM (VALUES ('S'), ('M'), ('L')) z(size), ${rows}`,
  ])
    await client.query(text);
  await client.query('COMMIT');
  return { runId, id };
}

interface PlanNode {
  'Node Type': string;
  'Relation Name'?: string;
  'Actual Rows': number;
  'Actual Loops': number;
  'Rows Removed by Filter'?: number;
  'Rows Removed by Join Filter'?: number;
  Plans?: PlanNode[];
}

/** How many rows a plan looked at: those that its nodes returned, and those that they threw away. */
function rowsSeen(node: PlanNode): number {
  const each = node['Actual Rows'] + (node['Rows Removed by Filter'] ?? 0) + (node['Rows Removed by Join Filter'] ?? 0);
  return each * node['Actual Loops'] + (node.Plans ?? []).reduce((sum, child) => sum + rowsSeen(child), 0);
}

/** The rows that a statement looks at, as it is planned now; what it changes is rolled back. */
async function rowsOf(name: string, parameters: Parameters, settings = ''): Promise<number> {
  const { text, values } = compileForPostgres('dbo', filledAsIn(loadStatement(name)), parameters);
  await client.query(`BEGIN; ${settings}`);
  try {
    const explained = await client.query<{ 'QUERY PLAN': [{ Plan: PlanNode }] }>(
      `EXPLAIN (ANALYZE, TIMING OFF, FORMAT JSON) ${text}`,
      values,
    );
    const plan = explained.rows[0]?.['QUERY PLAN'][0].Plan;
    if (plan === undefined) throw new Error('no plan');
    return rowsSeen(plan);
  } finally {
    await client.query('ROLLBACK');
  }
}

const keys = Array.from({ length: LINES }, (_, n) => uuid(EARLIER + 1 + n));
const ofKeys = (more: Record<string, string | number | null> = {}) => keys.map((key) => ({ line_key: key, ...more }));
const RESULT = { stg_status: 'API_SUCCESS', stg_action: 'UPDATED', monday_id: '1', message: null, request_id: null };
const ofBatch = () => ({ batch_id: batch.id, now: NOW });
const ofChanges = () => ({ run_id: batch.runId, customer: CUSTOMER });

describe('a statement about many rows of which the statistics know nothing', () => {
  it.each<[name: string, parameters: () => Parameters]>([
    ['changes/stream-changes', ofChanges],
    ['changes/stream-returned-lines', ofChanges],
    ['changes/hold-lines', () => ({ ...ofChanges(), mapping_version: mapping.version, failed_after: NOW })],
    ['changes/update-differences', () => ({ ...ofChanges(), rows: ofKeys({ differences: '[]' }) })],
    ['staging/count-lines', ofBatch],
    ['staging/select-absent-columns', ofBatch],
    ['staging/select-items', ofBatch],
    ['staging/select-unpromoted-lines', () => ({ line_keys: keys, open_states: ['STAGED', 'PUSHED'] })],
    ['staging/select-sizes', ofBatch],
    ['staging/update-items', () => ({ ...ofBatch(), rows: ofKeys(RESULT) })],
    ['staging/update-subitems', () => ({ ...ofBatch(), rows: ofKeys({ ...RESULT, size: 'S' }) })],
    ['staging/insert-further-sizes', () => ({ ...ofBatch(), rows: ofKeys({ size: 'S', quantity: 0, size_order: 1 }) })],
    ['staging/update-absent-column', () => ({ ...ofBatch(), rows: ofKeys({ value: 'x' }) })],
    ['snapshot/insert-unacknowledged', () => ({ ...ofBatch(), rows: ofKeys({ batch_id: batch.id, deleted: 0 }) })],
    ['snapshot/bury-deleted', ofBatch],
    ['snapshot/update-snapshot', ofBatch],
    ['snapshot/insert-snapshot', ofBatch],
    ['snapshot/set-missing', () => ({ now: NOW, rows: ofKeys() })],
    ['snapshot/clear-missing', () => ({ rows: ofKeys() })],
    ['snapshot/select-known-values', () => ({ rows: ofKeys() })],
    ['snapshot/withdraw-acknowledgements', () => ({ rows: ofKeys({ deleted: 0 }) })],
    ['production/delete-production-items', ofBatch],
    ['production/delete-production-subitems', ofBatch],
    ['production/delete-subitems-of-deleted', ofBatch],
    ['production/update-production-items', ofBatch],
    ['production/update-rekeyed-items', ofBatch],
    ['production/insert-production-items', ofBatch],
    ['production/insert-production-subitems', ofBatch],
    ['source/select-source-by-uuid', () => ({ rows: keys.map((key) => ({ record_uuid: key })) })],
    [
      'source/select-source-by-text',
      () => ({ rows: keys.map((_, n) => ({ text: `GRE-${String(n).padStart(5, '0')}` })) }),
    ],
  ])('looks at no row more than a few times: %s', async (name, parameters) => {
    expect(await rowsOf(name, parameters())).toBeLessThan(MOST_LOOKS * LINES);
  });
});

describe('a statement of promote where the statistics know staging and nothing else', () => {
  beforeAll(async () => {
    for (const table of ['STG_MON_CustMasterSchedule', 'STG_MON_CustMasterSchedule_Subitems'])
      await client.query(`ANALYZE dbo."${table}"`);
  });

  const statements = [
    'snapshot/bury-deleted',
    'snapshot/update-snapshot',
    'snapshot/insert-snapshot',
    'production/delete-production-items',
    'production/delete-production-subitems',
    'production/update-production-items',
    'production/insert-production-items',
    'production/insert-production-subitems',
    'staging/count-lines',
    'staging/select-absent-columns',
    'failures/resolve-landed-failures',
  ];
  it.each(
    statements.flatMap((name) => [
      [name, 'as any statement', ''],
      [name, 'by keys', BY_KEYS],
    ]),
  )('looks at no row more than a few times: %s, planned %s', async (name, _how, settings) => {
    expect(await rowsOf(name, ofBatch(), settings)).toBeLessThan(MOST_LOOKS * LINES);
  });
});
