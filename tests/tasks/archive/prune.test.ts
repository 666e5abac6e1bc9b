import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { systemClock } from '../../../shared/ground/clock.js';
import { silentLog } from '../../../shared/ground/errors.js';
import { batchId as batchIdOf, newUuid } from '../../../shared/ground/ids.js';
import { EXPIRED, placesOf } from '../../../shared/store/retention.js';
import { mappedColumns } from '../../../shared/store/schema/mapped-columns.js';
import { migrateArchive } from '../../../shared/store/schema/migrate-archive.js';
import { warehouseTables } from '../../../shared/store/schema/tables.js';
import type { BatchState, ChangeSetState, RunKind } from '../../../shared/store/states.js';
import { compileForSqlServer } from '../../../shared/warehouse/mssql/parameters.js';
import { pruneCommand } from '../../../tasks/archive/commands.js';
import { runPrune } from '../../../tasks/archive/prune/run.js';
import { pruneTables } from '../../../tasks/archive/prune/tables.js';
import { insertSnapshot } from '../../helpers/snapshot.js';
import { loadStatement } from '../../helpers/statements.js';
import { taskContext } from '../../helpers/task-context.js';
import { tsqlErrors } from '../../helpers/tsql.js';
import {
  insertLines,
  line,
  mapping,
  openTestWarehouse,
  sql,
  type TestWarehouse,
  uuid,
} from '../../helpers/warehouse.js';
import { Detector } from '../detect/detector.js';

const NOW = new Date('2026-06-01T12:00:00Z');
const RETENTION = {
  STAGING_RETENTION_DAYS: 7,
  ERR_RETENTION_DAYS: 30,
  BATCH_RETENTION_DAYS: 90,
  ERR_RETRY_AFTER: 86_400_000,
};
const daysAgo = (days: number): Date => new Date(NOW.getTime() - days * 86_400_000);
const NOTHING = Object.fromEntries(EXPIRED.map(({ name }) => [name, 0]));

let test: TestWarehouse;
let seq = 0;

beforeAll(async () => {
  test = await openTestWarehouse();
  await migrateArchive({ url: test.archiveUrl, schema: 'public' }, { clock: systemClock(), look: false });
});
afterAll(() => test.drop());
beforeEach(async () => {
  seq = 0;
  const tables = warehouseTables(mappedColumns(mapping)).map(({ name }) => name);
  for (const table of [...tables].reverse()) await sql(test.warehouse, `DELETE FROM dbo."${table}"`);
  // The newest run is always kept, so it is not one of those that tests look at.
  await makeRun({ age: 0, seq: 1_000_000 });
});

interface RunOf {
  /** Days since it was done. */
  age: number;
  seq?: number;
  kind?: RunKind;
  dry?: boolean;
  release?: boolean;
  customer?: string;
  /** Its change set. */
  state?: ChangeSetState;
  /** Its batch, with rows in every table that belongs to one. */
  batch?: BatchState;
  /** Days since the batch ended; null while it has not. */
  ended?: number | null;
  lines?: number;
}

/** A run as it stands in the tables, with everything under it; gives its id. */
async function makeRun(run: RunOf): Promise<string> {
  const runId = newUuid();
  seq += 1;
  const customer = run.customer ?? 'GREYSON';
  const dry = run.dry ? 1 : 0;
  await insert('MON_Run', {
    run_id: runId,
    run_key: runId,
    seq: run.seq ?? seq,
    state: 'DONE',
    kind: run.kind ?? 'SYNC',
    method: 'hash',
    dry,
    allow_large_change: run.release ? 1 : 0,
    mapping_version: 'm',
    started_at: daysAgo(run.age),
    finished_at: daysAgo(run.age),
    outputs: JSON.stringify({ customers: [customer], busy: [] }),
  });
  const state = run.state ?? (run.batch === undefined ? undefined : 'BATCHED');
  if (state === undefined) return runId;
  await insert('MON_ChangeSet', { run_id: runId, customer, state });
  for (let n = 1; n <= (run.lines ?? 1); n++) {
    const change = { run_id: runId, line_key: uuid(n), customer, change: 'NEW', reason: 'CONTENT', row_hash: 'h' };
    await insert('MON_Change', change);
  }
  if (run.batch !== undefined) await makeBatch(runId, customer, run);
  return runId;
}

async function makeBatch(runId: string, customer: string, run: RunOf): Promise<void> {
  const batchId = batchIdOf(runId, customer);
  const ended = run.ended === undefined ? run.age : run.ended;
  await insert('MON_BatchProcessing', {
    batch_id: batchId,
    run_id: runId,
    customer_name: customer,
    batch_type: 'CUSTOMER_DELTA',
    status: run.batch ?? 'STARTED',
    dry: run.dry ? 1 : 0,
    start_time: daysAgo(run.age),
    end_time: ended === null ? null : daysAgo(ended),
  });
  for (let n = 1; n <= (run.lines ?? 1); n++) {
    const key = { batch_id: batchId, line_key: uuid(n) };
    const hashed = { row_hash: 'h', mapping_version: 'm' };
    const states = { stg_status: 'API_SUCCESS', stg_change: 'NEW', stg_reason: 'CONTENT' };
    await insert('STG_MON_CustMasterSchedule', { ...key, ...hashed, ...states, stg_customer: customer });
    for (const Size of ['S', 'M'])
      await insert('STG_MON_CustMasterSchedule_Subitems', {
        ...key,
        Size,
        'Order Qty': 1,
        size_order: 1,
        stg_status: 'API_SUCCESS',
      });
    await insert('MON_RestoredLine', { run_id: runId, line_key: uuid(n), record_uuid: uuid(n), customer, ...hashed });
  }
}

interface FailureOf {
  seen: number;
  resolved?: number;
  batchId?: string;
}

async function makeFailure({ seen, resolved, batchId }: FailureOf): Promise<string> {
  const id = newUuid();
  const failure = {
    err_id: id,
    last_batch_id: batchId ?? null,
    step: 'push',
    severity: 'ERROR',
    reason: 'X',
    error_message: 'x',
    created_date: daysAgo(400),
    last_seen_date: daysAgo(seen),
    resolved_date: resolved === undefined ? null : daysAgo(resolved),
  };
  await insert('ERR_MON_CustMasterSchedule', failure);
  await insert('ERR_MON_CustMasterSchedule_Subitems', { ...failure, size_label: 'S' });
  return id;
}

async function makeRequest(age: number, operation: string | null): Promise<string> {
  const requestId = newUuid();
  await insert('MON_Request', {
    request_id: requestId,
    board_id: 1,
    idempotency_key: requestId,
    operation: 'createItem',
    body: '{}',
    batch_id: newUuid(),
    generation: 1,
    created_at: daysAgo(age),
    sent_at: daysAgo(age),
  });
  await insert('MON_Ledger', {
    board_id: 1,
    kind: 'item',
    ledger_key: requestId,
    operation,
    request_id: requestId,
    updated_at: daysAgo(age),
  });
  return requestId;
}

async function insert(table: string, row: Record<string, string | number | Date | null>): Promise<void> {
  const names = Object.keys(row);
  await sql(
    test.warehouse,
    `INSERT INTO dbo."${table}" (${names.map((name) => `"${name}"`).join(', ')}) VALUES (${names.map((_, n) => `@v${n}`).join(', ')})`,
    Object.fromEntries(Object.values(row).map((value, n) => [`v${n}`, value])),
  );
}

async function prune(options: { dryRun?: boolean; chunk?: number; retention?: Partial<typeof RETENTION> } = {}) {
  const rows = await pruneTables(test.warehouse, {
    now: NOW,
    retention: { ...RETENTION, ...options.retention },
    dryRun: options.dryRun ?? false,
    signal: new AbortController().signal,
    ...(options.chunk === undefined ? {} : { chunk: options.chunk }),
  });
  return Object.fromEntries(rows);
}

const keys = async (table: string, column: string) =>
  new Set((await sql(test.warehouse, `SELECT "${column}" AS k FROM dbo."${table}"`)).map((row) => row['k']));

const count = async (table: string) =>
  Number((await sql(test.warehouse, `SELECT COUNT(*) AS n FROM dbo."${table}"`))[0]?.['n']);

describe('archive prune, in the tables of the warehouse,', () => {
  it('removes staged rows of closed batches after a week, and the batches after ninety days', async () => {
    const young = await makeRun({ age: 6, batch: 'COMPLETED' });
    const week = await makeRun({ age: 8, batch: 'COMPLETED_WITH_ERRORS' });
    await makeRun({ age: 91, batch: 'SUPERSEDED' });
    const expired = {
      ...NOTHING,
      stagedSizes: 4,
      stagedLines: 2,
      restoredLines: 2,
      changes: 1,
      changeSets: 1,
      batches: 1,
      runs: 1,
    };
    expect(await prune({ dryRun: true })).toEqual(expired);
    expect(await count('STG_MON_CustMasterSchedule')).toBe(3);
    expect(await prune()).toEqual(expired);
    expect(await keys('STG_MON_CustMasterSchedule', 'batch_id')).toEqual(new Set([batchIdOf(young, 'GREYSON')]));
    expect(await keys('MON_RestoredLine', 'run_id')).toEqual(new Set([young]));
    for (const table of ['MON_Change', 'MON_ChangeSet', 'MON_BatchProcessing'])
      expect(await keys(table, 'run_id')).toEqual(new Set([young, week]));
    expect(await prune()).toEqual(NOTHING);
  });

  it('keeps open batches and their run, whatever their age', async () => {
    for (const batch of ['STARTED', 'STAGED', 'PUSHED'] as const) await makeRun({ age: 400, batch, ended: null });
    // Taken up late: it counts when it ended.
    await makeRun({ age: 400, batch: 'COMPLETED', ended: 1 });
    await makeRun({ age: 400, state: 'OPEN' });
    expect(await prune()).toEqual(NOTHING);
  });

  it('removes dry runs, and change sets without a batch', async () => {
    await makeRun({ age: 91, batch: 'STARTED', ended: null, dry: true });
    await makeRun({ age: 91, state: 'OPEN', dry: true });
    for (const state of ['BATCHED', 'SUPERSEDED', 'BRAKED', 'BUSY'] as const) await makeRun({ age: 91, state });
    await makeRun({ age: 91 });
    expect(await prune()).toMatchObject({ stagedLines: 1, changes: 6, changeSets: 6, batches: 1, runs: 7 });
  });

  it('removes errors a month after they were resolved or last seen, except those that hold a line back', async () => {
    const open = batchIdOf(await makeRun({ age: 40, batch: 'STAGED', ended: null }), 'GREYSON');
    const kept = [
      await makeFailure({ seen: 29 }),
      await makeFailure({ seen: 400, resolved: 29 }),
      await makeFailure({ seen: 31, batchId: open }),
    ];
    await makeFailure({ seen: 31 });
    await makeFailure({ seen: 400, resolved: 31 });
    expect(await prune()).toMatchObject({ lineFailures: 2, sizeFailures: 2 });
    for (const table of ['ERR_MON_CustMasterSchedule', 'ERR_MON_CustMasterSchedule_Subitems'])
      expect(await keys(table, 'err_id')).toEqual(new Set(kept));
    const longer = { ERR_RETRY_AFTER: 60 * 86_400_000 };
    const held = await makeFailure({ seen: 59 });
    await makeFailure({ seen: 61 });
    expect(await prune({ retention: longer })).toMatchObject({ lineFailures: 1, sizeFailures: 1 });
    expect((await keys('ERR_MON_CustMasterSchedule', 'err_id')).has(held)).toBe(true);
  });

  it('removes request bodies after ninety days, but never one with an unknown outcome', async () => {
    const kept = [await makeRequest(89, null), await makeRequest(400, 'create')];
    await makeRequest(91, null);
    expect(await prune()).toEqual({ ...NOTHING, requests: 1 });
    expect(await keys('MON_Request', 'request_id')).toEqual(new Set(kept));
  });

  it('never removes identities, tombstones, unacknowledged lines, or what other systems read', async () => {
    await insertSnapshot(test.warehouse, [
      { source: line(1) },
      { source: line(2), deleted: true },
      { source: line(3), acknowledged: false },
    ]);
    await sql(test.warehouse, `UPDATE dbo."ORDERS_UNIFIED_SNAPSHOT" SET "snapshot_date" = '2020-01-01 00:00:00'`);
    await makeRequest(400, null);
    await insert('MON_Mapping', { mapping_version: 'm', hashed_columns: '[]', created_at: daysAgo(900) });
    await insert('MON_Board', { board_id: 1, remembered_at: daysAgo(900) });
    const item = { batch_id: newUuid(), promoted_at: daysAgo(900) };
    await insert('MON_CustMasterSchedule', { ...item, line_key: uuid(1), 'Item ID': 7, record_uuid: uuid(1) });
    await insert('MON_CustMasterSchedule_Subitems', {
      ...item,
      line_key: uuid(1),
      Size: 'S',
      parent_item_id: 7,
      subitem_id: 8,
      'Order Qty': 1,
    });
    await makeRun({ age: 900, batch: 'COMPLETED' });
    await prune();
    for (const [table, rows] of [
      ['ORDERS_UNIFIED_SNAPSHOT', 3],
      ['MON_Ledger', 1],
      ['MON_Mapping', 1],
      ['MON_Board', 1],
      ['MON_CustMasterSchedule', 1],
      ['MON_CustMasterSchedule_Subitems', 1],
    ] as const)
      expect([table, await count(table)]).toEqual([table, rows]);
  });

  it('knows every table of ours: those it prunes and those it never touches', () => {
    const never = [
      'ORDERS_UNIFIED_SNAPSHOT',
      'MON_Ledger',
      'MON_Mapping',
      'MON_Board',
      // What the board made of a label holds for as long as the column has it; watch itself takes away names that are known.
      'MON_Label',
      'MON_ToldName',
      'MON_CustMasterSchedule',
      'MON_CustMasterSchedule_Subitems',
    ];
    const all = warehouseTables(mappedColumns(mapping)).map(({ name }) => name);
    expect([...EXPIRED.map(({ table }) => table), ...never].sort()).toEqual([...all].sort());
  });

  it('keeps the newest runs, with which later ones are compared', async () => {
    await sql(test.warehouse, 'DELETE FROM dbo."MON_Run"');
    const withSizes = await makeRun({ age: 200, batch: 'COMPLETED' });
    await sql(test.warehouse, `UPDATE dbo."MON_Run" SET "size_labels" = '["S"]'`);
    const newest = await makeRun({ age: 100, batch: 'COMPLETED' });
    expect(await prune()).toMatchObject({ runs: 0, batches: 0, stagedLines: 2 });
    expect(await keys('MON_Run', 'run_id')).toEqual(new Set([withSizes, newest]));
  });

  it('keeps a restored customer braked, and a released one free', async () => {
    await makeRun({ age: 200, kind: 'RESTORE', batch: 'COMPLETED', customer: 'GREYSON' });
    await makeRun({ age: 200, kind: 'RESTORE', batch: 'COMPLETED', customer: 'PELOTON' });
    await makeRun({ age: 150, release: true, state: 'SUPERSEDED', customer: 'PELOTON' });
    const braked = async () => {
      const detector = new Detector(test.warehouse);
      const outputs = await detector.run({ dryRun: true });
      return (outputs['braked'] as { customer: string }[]).map(({ customer }) => customer);
    };
    await insertSource();
    expect(await braked()).toEqual(['GREYSON']);
    for (let n = 1; n <= 3; n++) {
      await prune();
      expect(await braked()).toEqual(['GREYSON']);
    }
    expect(await count('MON_ChangeSet')).toBeGreaterThan(0);
  });

  async function insertSource(): Promise<void> {
    await sql(test.warehouse, 'DELETE FROM dbo."ORDERS_UNIFIED"');
    const source = [line(1), line(2, { 'CUSTOMER NAME': 'PELOTON' })];
    await insertSnapshot(test.warehouse, [
      { source: source[0] ?? {}, customer: 'GREYSON' },
      { source: source[1] ?? {}, customer: 'PELOTON' },
    ]);
    await insertLines(test.warehouse, source);
  }

  it('works in chunks, and continues where it was stopped', async () => {
    await makeRun({ age: 100, batch: 'COMPLETED', lines: 7 });
    const abort = new AbortController();
    const sizes: number[] = [];
    const counting = new Proxy(test.warehouse, {
      get(target, property) {
        if (property !== 'execute') {
          const value: unknown = Reflect.get(target, property);
          return typeof value === 'function' ? value.bind(target) : value;
        }
        return async (...args: Parameters<typeof target.execute>) => {
          const rows = await target.execute(...args);
          sizes.push(rows);
          if (sizes.length === 3) abort.abort();
          return rows;
        };
      },
    });
    const options = { now: NOW, retention: RETENTION, dryRun: false, signal: abort.signal, chunk: 3 };
    await expect(pruneTables(counting, options)).rejects.toMatchObject({ exitCode: 1 });
    expect(sizes).toEqual([3, 3, 3]);
    expect(await prune({ chunk: 3 })).toMatchObject({
      stagedSizes: 5,
      stagedLines: 7,
      changes: 7,
      batches: 1,
      runs: 1,
    });
    expect(await prune()).toEqual(NOTHING);
  });

  it('removes staged rows before their batch, whatever the settings', async () => {
    await makeRun({ age: 3, batch: 'COMPLETED' });
    const retention = { STAGING_RETENTION_DAYS: 30, BATCH_RETENTION_DAYS: 2 };
    expect(await prune({ retention })).toMatchObject({ stagedSizes: 2, stagedLines: 1, batches: 1, runs: 1 });
  });

  it('returns counts as outputs and metrics, and says in words what it removed', async () => {
    await makeRun({ age: 100, batch: 'COMPLETED' });
    const said: string[] = [];
    const context = taskContext(pruneCommand.settings, {
      log: { ...silentLog, info: (message) => said.push(message) },
      warehouse: test.warehouse,
      env: { ARCHIVE_URL: test.archiveUrl, BATCH_RETENTION_DAYS: '99' },
      clock: { ...systemClock(), now: () => NOW },
    });
    const dry = await runPrune(context, { dryRun: true });
    expect(dry.outputs).toMatchObject({ archives: 0, removed: 0, stagedLines: 1, changes: 1, dryRun: true });
    expect(dry.metrics).toBeUndefined();
    const { outputs, metrics } = await runPrune(context, { dryRun: false });
    expect(outputs).toMatchObject({ stagedLines: 1, batches: 1, runs: 1, dryRun: false });
    expect(metrics).toContainEqual({ name: 'pruned', type: 'counter', value: 1, tags: { of: 'stagedLines' } });
    await runPrune(context, { dryRun: false });
    expect(said).toEqual([
      expect.stringMatching(/^Would remove 2 staged sizes, 1 staged line, .+, 1 batch, 1 run\.$/),
      expect.stringMatching(/^Removed 2 staged sizes, 1 staged line, .+, 1 batch, 1 run\.$/),
      'Nothing is past its retention: nothing was removed.',
    ]);
  });

  it.each(EXPIRED.map((expired) => [expired.table, expired] as const))('is T-SQL: %s', (_, expired) => {
    const parameters = {
      most: 5,
      open_states: ['a', 'b'],
      kept_runs: [1, 2],
      staging_before: 'x',
      failures_before: 'x',
      held_before: 'x',
      batches_before: 'x',
    };
    for (const name of ['retention/delete-expired', 'retention/count-expired'])
      expect(
        tsqlErrors(compileForSqlServer('orders', loadStatement(name).with(placesOf(expired)), parameters).text),
      ).toEqual([]);
  });
});
