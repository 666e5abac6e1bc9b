import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { systemClock } from '../../../shared/ground/clock.js';
import { batchId as batchIdOf } from '../../../shared/ground/ids.js';
import { compileKeptHasher } from '../../../shared/lines/hash.js';
import { loadMapping } from '../../../shared/mapping/mapping.js';
import { hashedColumns } from '../../../shared/mapping/mapping-version.js';
import { customerLock } from '../../../shared/store/locks.js';
import { migrate } from '../../../shared/store/schema/migrate.js';
import { migrateArchive } from '../../../shared/store/schema/migrate-archive.js';
import { quoteColumns } from '../../../shared/warehouse/port/statements.js';
import { archiveCommand } from '../../../tasks/archive/commands.js';
import { runRestore } from '../../../tasks/archive/restore/run.js';
import { runArchive } from '../../../tasks/archive/run.js';
import { runStage } from '../../../tasks/stage/run.js';
import { makeBatch } from '../../helpers/batches.js';
import { insertSnapshot, type SnapshotLine } from '../../helpers/snapshot.js';
import { taskContext } from '../../helpers/task-context.js';
import {
  IN_DBO,
  insertLines,
  line,
  mapping,
  openTestWarehouse,
  sql,
  type TestWarehouse,
  uuid,
} from '../../helpers/warehouse.js';
import { Detector } from '../detect/detector.js';
import { afterScan, failing } from '../detect/intercept.js';

let test: TestWarehouse;
let folder: string;
/** A mapping that reads BULK AGREEMENT NUMBER in place of PATTERN ID. */
let elder: { file: string; version: string; columns: string[] };

const CUSTOMER = 'GREYSON';

beforeAll(async () => {
  test = await openTestWarehouse();
  await migrateArchive({ url: test.archiveUrl, schema: 'public' }, { clock: systemClock(), look: false });
  folder = await mkdtemp(join(tmpdir(), 'restore-test-'));
  const file = join(folder, 'elder.yaml');
  const shipped = await readFile('sql/mappings/customer-orders.yaml', 'utf8');
  await writeFile(file, shipped.replace('source: PATTERN ID,', 'source: BULK AGREEMENT NUMBER,'));
  const other = loadMapping(file);
  elder = { file, version: other.version, columns: hashedColumns(other) };
  await migrate(test.warehouse, other, systemClock(), { waitMs: 10_000, signal: new AbortController().signal });
});

afterEach(async () => {
  for (const table of [
    'ORDERS_UNIFIED',
    'ORDERS_UNIFIED_SNAPSHOT',
    'STG_MON_CustMasterSchedule_Subitems',
    'STG_MON_CustMasterSchedule',
    'MON_RestoredLine',
    'MON_BatchProcessing',
    'MON_Change',
    'MON_ChangeSet',
    'MON_Run',
    'MON_Mapping',
  ])
    await sql(test.warehouse, `DELETE FROM dbo."${table}"`);
  await sql(test.archive, 'DELETE FROM public."snapshot_archive"');
});

afterAll(async () => {
  await test.drop();
  await rm(folder, { recursive: true });
});

const context = (env: Record<string, string> = {}, warehouse = test.warehouse) =>
  taskContext(archiveCommand.settings, { warehouse, env: { ARCHIVE_URL: test.archiveUrl, ...env } });

async function archive(): Promise<number> {
  return Number((await runArchive(context(), { customer: CUSTOMER })).outputs?.['archiveId']);
}

/** What the snapshot has from now on, as later batches leave it. */
async function snapshotBecomes(...lines: readonly SnapshotLine[]): Promise<void> {
  await sql(test.warehouse, 'DELETE FROM dbo."ORDERS_UNIFIED_SNAPSHOT"');
  await insertSnapshot(test.warehouse, lines);
}

async function restore(archiveId: number, flags: { dryRun?: boolean } = {}, env: Record<string, string> = {}) {
  const { outputs, lines } = await runRestore(context(env), { archiveId, dryRun: false, json: true, ...flags });
  const { leftAloneLines } = JSON.parse(lines?.join() ?? '') as { leftAloneLines: { lineKey: string; why: string }[] };
  return { outputs: outputs ?? {}, leftAlone: leftAloneLines };
}

async function stage(batchId: unknown, env: Record<string, string> = {}) {
  const names = ['WAREHOUSE_URL', 'SOURCE_TABLE', 'MAPPING_FILE', 'LOCK_WAIT'] as const;
  return (await runStage(taskContext(names, { warehouse: test.warehouse, env }), { batchId: String(batchId) })).outputs;
}

const staged = async (batchId: unknown) => {
  const rows = await sql(
    test.warehouse,
    'SELECT * FROM dbo."STG_MON_CustMasterSchedule" WHERE "batch_id" = @batch_id ORDER BY "line_key"',
    { batch_id: String(batchId) },
  );
  return new Map(rows.map((row) => [row['line_key'], row]));
};

const hashOf = async (n: number) =>
  (
    await sql(test.warehouse, 'SELECT "row_hash" FROM dbo."ORDERS_UNIFIED_SNAPSHOT" WHERE "line_key" = @key', {
      key: uuid(n),
    })
  )[0]?.['row_hash'];

const changes = (runId: unknown) =>
  sql(
    test.warehouse,
    'SELECT "line_key", "record_uuid", "change", "reason", "differences" FROM dbo."MON_Change" WHERE "run_id" = @run_id ORDER BY "line_key"',
    { run_id: String(runId) },
  );

const count = async (what: string) =>
  Number((await sql(test.warehouse, `SELECT COUNT(*) AS "n" FROM dbo.${what}`))[0]?.['n']);

describe('archive restore', () => {
  it('restores what changed or was deleted, and lists what it leaves alone', async () => {
    await insertSnapshot(test.warehouse, [
      { source: line(1, { S: 1 }) },
      { source: line(2, { S: 2 }) },
      { source: line(3, { S: 3 }) },
      { source: line(4, { S: 4 }) },
      { source: line(5, { S: 5 }), acknowledged: false },
      { source: line(6, { S: 6 }) },
      { source: line(7, { S: 7 }) },
      { source: line(8, { S: 8 }) },
    ]);
    const archiveId = await archive();
    await snapshotBecomes(
      { source: line(1, { S: 1 }) },
      { source: line(2, { S: 20, NOTES: 'later' }) },
      // A reload gave it another uuid.
      { source: { ...line(3, { S: 3 }), record_uuid: uuid(30) }, lineKey: uuid(3), acknowledged: false },
      { source: line(4, { S: 4 }), deleted: true },
      { source: line(5, { S: 50 }) },
      { source: line(6, { S: 6 }), customer: 'PELOTON' },
      { source: line(7, { S: 7 }), deleted: true },
      { source: { ...line(8, { S: 8 }), record_uuid: uuid(80) }, lineKey: uuid(8) },
      { source: { ...line(9, { S: 9 }), record_uuid: uuid(7) }, lineKey: uuid(9) },
      { source: line(10, { S: 10 }), customer: 'PELOTON' },
    );
    const { outputs, leftAlone } = await restore(archiveId);
    expect(outputs).toMatchObject({
      status: 'STARTED',
      customer: CUSTOMER,
      archiveId,
      batchId: batchIdOf(String(outputs['runId']), CUSTOMER),
      lines: 3,
      new: 1,
      changed: 2,
      unchanged: 2,
      leftAlone: 4,
    });
    expect(new Map(leftAlone.map(({ lineKey, why }) => [lineKey, why]))).toEqual(
      new Map([
        [uuid(5), 'NOT_ACKNOWLEDGED'],
        [uuid(6), 'OTHER_CUSTOMER'],
        [uuid(7), 'UUID_TAKEN'],
        [uuid(9), 'NOT_IN_ARCHIVE'],
      ]),
    );
    expect(await changes(outputs['runId'])).toEqual([
      {
        line_key: uuid(2),
        record_uuid: uuid(2),
        change: 'CHANGED',
        reason: 'CONTENT',
        differences: JSON.stringify([
          { kind: 'column', name: 'NOTES', before: 'later', after: null },
          { kind: 'column', name: 'TOTAL QTY', before: '20', after: '2' },
          { kind: 'size', name: 'S', before: '20', after: '2' },
        ]),
      },
      { line_key: uuid(3), record_uuid: uuid(30), change: 'CHANGED', reason: 'RETRY', differences: '[]' },
      { line_key: uuid(4), record_uuid: uuid(4), change: 'NEW', reason: 'CONTENT', differences: null },
    ]);
    expect(await stage(outputs['batchId'])).toMatchObject({ status: 'STAGED', items: 3, subitems: 3, obsolete: 0 });
  });

  it('stages the archived values with their hashes, without reading the source', async () => {
    await insertSnapshot(test.warehouse, [{ source: line(1, { S: 1, NOTES: 'that day', 'TOTAL QTY': '01' }) }]);
    const [archiveId, hash] = [await archive(), await hashOf(1)];
    await snapshotBecomes({ source: line(1, { S: 9, M: 9 }) });
    const { outputs } = await restore(archiveId);
    await stage(outputs['batchId'], { SOURCE_TABLE: 'NO_SUCH_TABLE' });
    expect((await staged(outputs['batchId'])).get(uuid(1))).toMatchObject({
      stg_status: 'PENDING',
      stg_change: 'CHANGED',
      row_hash: hash,
      mapping_version: mapping.version,
      'src NOTES': 'that day',
      'src TOTAL QTY': '01',
      'src sizes': 'S=1',
    });
  });

  it('restores sizes that the source no longer has, after those it has', async () => {
    await sql(test.warehouse, 'ALTER TABLE dbo."ORDERS_UNIFIED" ADD "3XL" INT');
    await insertSnapshot(test.warehouse, [{ source: line(1, { M: 1 }) }]);
    await sql(
      test.warehouse,
      `UPDATE dbo."ORDERS_UNIFIED_SNAPSHOT" SET "sizes" = '3XL=5;M=1', "row_hash" = NULL WHERE "line_key" = '${uuid(1)}'`,
    );
    await acknowledge(1, mapping.version, hashedColumns(mapping));
    const [archiveId, hash] = [await archive(), await hashOf(1)];
    await sql(test.warehouse, 'ALTER TABLE dbo."ORDERS_UNIFIED" DROP COLUMN "3XL"');
    // A run since has seen the source without that size.
    await insertLines(test.warehouse, [line(1, { S: 2 })]);
    await snapshotBecomes({ source: line(1, { S: 2 }) });
    await new Detector(test.warehouse).run();
    const { outputs } = await restore(archiveId);
    expect(await stage(outputs['batchId'])).toMatchObject({ items: 1, subitems: 2, rejected: 0 });
    expect((await staged(outputs['batchId'])).get(uuid(1))).toMatchObject({ row_hash: hash, 'src sizes': 'M=1;3XL=5' });
    const sizes = await sql(
      test.warehouse,
      'SELECT "Size", "Order Qty" FROM dbo."STG_MON_CustMasterSchedule_Subitems" ORDER BY "size_order"',
    );
    expect(sizes).toEqual([
      { Size: 'M', 'Order Qty': 1 },
      { Size: '3XL', 'Order Qty': 5 },
    ]);
    // The size that the source lacks stops no run of the others.
    expect(await new Detector(test.warehouse).run()).toMatchObject({ braked: [{ reason: 'RESTORED' }] });
  });

  /** Gives a line of the snapshot the hash that its kept values have by these columns. */
  async function acknowledge(n: number, version: string, columns: readonly string[]): Promise<void> {
    const [row] = await sql(
      test.warehouse,
      `SELECT "sizes", ${quoteColumns(columns)} FROM dbo."ORDERS_UNIFIED_SNAPSHOT" WHERE "line_key" = @key`,
      { key: uuid(n) },
    );
    const values = columns.map((column) => (row?.[column] as string | null) ?? null);
    await sql(
      test.warehouse,
      'UPDATE dbo."ORDERS_UNIFIED_SNAPSHOT" SET "row_hash" = @hash, "mapping_version" = @version WHERE "line_key" = @key',
      {
        hash: compileKeptHasher(columns)({ values, sizes: String(row?.['sizes'] ?? '') }).toString('hex'),
        version,
        key: uuid(n),
      },
    );
  }

  describe('from an earlier mapping', () => {
    /** Line 1 was acknowledged under the elder mapping, and since then under the one in use with other values. */
    async function earlierArchive(now: Parameters<typeof line>[1]): Promise<number> {
      await insertSnapshot(test.warehouse, [{ source: line(1, { S: 1, NOTES: 'that day' }) }]);
      await sql(test.warehouse, `UPDATE dbo."ORDERS_UNIFIED_SNAPSHOT" SET "BULK AGREEMENT NUMBER" = 'B-1'`);
      await acknowledge(1, elder.version, elder.columns);
      await sql(test.warehouse, 'INSERT INTO dbo."MON_Mapping" VALUES (@version, @columns, @now)', {
        version: elder.version,
        columns: JSON.stringify(elder.columns),
        now: new Date(),
      });
      const archiveId = await archive();
      await snapshotBecomes({ source: line(1, now) });
      // What the mapping in use does not read stays in the snapshot as it was.
      await sql(test.warehouse, `UPDATE dbo."ORDERS_UNIFIED_SNAPSHOT" SET "BULK AGREEMENT NUMBER" = 'B-1'`);
      return archiveId;
    }

    it('finds a line unchanged by the columns it was hashed by', async () => {
      const archiveId = await earlierArchive({ S: 1, NOTES: 'that day', 'PATTERN ID': 'P-9' });
      expect((await restore(archiveId)).outputs).toMatchObject({ status: 'UNCHANGED', unchanged: 1, lines: 0 });
    });

    it('restores its columns and leaves later ones unchanged', async () => {
      const archiveId = await earlierArchive({ S: 1, NOTES: 'today', 'PATTERN ID': 'P-9' });
      await sql(test.warehouse, 'DELETE FROM dbo."MON_Mapping"');
      const { outputs } = await restore(archiveId);
      expect(outputs).toMatchObject({ lines: 1, changed: 1 });
      await stage(outputs['batchId']);
      const row = (await staged(outputs['batchId'])).get(uuid(1));
      expect(row).toMatchObject({ mapping_version: mapping.version, 'src NOTES': 'that day', 'src PATTERN ID': 'P-9' });
      const columns = hashedColumns(mapping);
      const values = columns.map((column) => (row?.[`src ${column}`] as string | null) ?? null);
      expect(row?.['row_hash']).toBe(compileKeptHasher(columns)({ values, sizes: 'S=1' }).toString('hex'));
    });

    it('can also be staged by the image of that time, with the older mapping', async () => {
      const archiveId = await earlierArchive({ S: 1, NOTES: 'today', 'PATTERN ID': 'P-9' });
      const { outputs } = await restore(archiveId);
      await stage(outputs['batchId'], { MAPPING_FILE: elder.file });
      const [kept] = await sql(test.warehouse, 'SELECT "row_hash" FROM dbo."MON_RestoredLine"');
      expect((await staged(outputs['batchId'])).get(uuid(1))).toMatchObject({
        mapping_version: elder.version,
        row_hash: kept?.['row_hash'],
        'src BULK AGREEMENT NUMBER': 'B-1',
      });
    });
  });

  it('supersedes open batches of the customer, and of nobody else', async () => {
    await insertSnapshot(test.warehouse, [{ source: line(1, { S: 1 }) }]);
    const archiveId = await archive();
    const [mine, other] = [
      await makeBatch(test.warehouse, [{ line: 1, change: 'CHANGED' }]),
      await makeBatch(test.warehouse, [{ line: 9, change: 'NEW' }], { customer: 'RHONE' }),
    ];
    const { outputs } = await restore(archiveId);
    const batches = await sql(
      test.warehouse,
      'SELECT "batch_id", "status", "superseded_by" FROM dbo."MON_BatchProcessing"',
    );
    expect(new Map(batches.map((row) => [row['batch_id'], [row['status'], row['superseded_by']]]))).toEqual(
      new Map<unknown, unknown>([
        [mine, ['SUPERSEDED', outputs['runId']]],
        [other, ['STARTED', null]],
      ]),
    );
    expect(await stage(mine)).toMatchObject({ status: 'SUPERSEDED', supersededBy: outputs['runId'] });
  });

  it('returns the same run and batch while that is open, and another one for another archive', async () => {
    await insertSnapshot(test.warehouse, [{ source: line(1, { S: 1 }) }]);
    const first = await archive();
    await snapshotBecomes({ source: line(1, { S: 2 }) });
    const second = await archive();
    await snapshotBecomes({ source: line(1, { S: 3 }) });
    const { outputs } = await runRestore(context(), { archiveId: first, dryRun: false, json: false });
    const again = await runRestore(context(), { archiveId: first, dryRun: false, json: false });
    expect(again.outputs).toEqual(outputs);
    expect(again.lines?.join()).toContain(String(outputs?.['batchId']));
    const other = await restore(second);
    expect(other.outputs['batchId']).not.toBe(outputs?.['batchId']);
    expect(await count(`"MON_BatchProcessing" WHERE "status" = 'SUPERSEDED'`)).toBe(1);
    expect((await restore(first)).outputs['batchId']).not.toBe(outputs?.['batchId']);
  });

  it('makes a new batch in place of an open one that was staged by another mapping, which push would refuse', async () => {
    await insertSnapshot(test.warehouse, [{ source: line(1, { S: 1 }) }]);
    const archiveId = await archive();
    await snapshotBecomes({ source: line(1, { S: 2 }) });
    const earlier = await restore(archiveId, {}, { MAPPING_FILE: elder.file });
    await stage(earlier.outputs['batchId'], { MAPPING_FILE: elder.file });
    expect(await restore(archiveId, {}, { MAPPING_FILE: elder.file })).toMatchObject({
      outputs: { batchId: earlier.outputs['batchId'] },
    });
    const { outputs } = await restore(archiveId);
    expect(outputs).toMatchObject({ status: 'STARTED', lines: 1 });
    expect(outputs['batchId']).not.toBe(earlier.outputs['batchId']);
    expect(await stage(outputs['batchId'])).toMatchObject({ status: 'STAGED', items: 1 });
    expect(await stage(earlier.outputs['batchId'])).toMatchObject({ supersededBy: outputs['runId'] });
  });

  it('leaves nothing behind when it is killed before the end', async () => {
    await insertSnapshot(test.warehouse, [{ source: line(1, { S: 1 }) }]);
    const archiveId = await archive();
    await snapshotBecomes({ source: line(1, { S: 2 }) });
    const dying = context({}, failing(test.warehouse, 'batches/insert-batch'));
    await expect(runRestore(dying, { archiveId, dryRun: false, json: false })).rejects.toThrow('killed');
    for (const table of ['MON_Run', 'MON_ChangeSet', 'MON_Change', 'MON_RestoredLine'])
      expect([table, await count(`"${table}"`)]).toEqual([table, 0]);
    expect((await restore(archiveId)).outputs).toMatchObject({ status: 'STARTED', lines: 1 });
  });

  it('with --dry-run counts and estimates, but holds, supersedes and brakes nothing', async () => {
    await insertLines(test.warehouse, [line(1, { S: 2 })]);
    await insertSnapshot(test.warehouse, [{ source: line(1, { S: 1 }) }]);
    const archiveId = await archive();
    await snapshotBecomes({ source: line(1, { S: 2 }) });
    const open = await makeBatch(test.warehouse, [{ line: 1, change: 'CHANGED' }]);
    const lock = await test.warehouse.lock(customerLock(IN_DBO, CUSTOMER), 0);
    const { outputs } = await restore(archiveId, { dryRun: true });
    await lock?.release();
    // The total and the size: one request each for an item and its subitem, of 30,000 points at most.
    expect(outputs).toMatchObject({ status: 'DRY_RUN', lines: 1, requests: 1, points: 60_000, minutes: 0.02 });
    expect(await stage(outputs['batchId'])).toMatchObject({ status: 'STAGED', items: 1 });
    expect(await count(`"MON_BatchProcessing" WHERE "batch_id" = '${open}' AND "status" = 'STARTED'`)).toBe(1);
    expect(await new Detector(test.warehouse).run()).toMatchObject({ braked: [] });
  });

  it('is not undone by a run with --allow-large-change that scans at the same time', async () => {
    await insertLines(test.warehouse, [line(1, { S: 2 })]);
    await insertSnapshot(test.warehouse, [{ source: line(1, { S: 1 }) }]);
    const archiveId = await archive();
    await snapshotBecomes({ source: line(1, { S: 3 }) });
    let batchId: unknown;
    const scanning = afterScan(test.warehouse, async () => {
      batchId = (await restore(archiveId)).outputs['batchId'];
    });
    const detector = new Detector(test.warehouse);
    const { outputs } = await detector.runTask({ allowLargeChange: true }, {}, scanning);
    expect(outputs).toMatchObject({ busy: [CUSTOMER], changed: 0 });
    expect(await count(`"MON_BatchProcessing" WHERE "batch_id" = '${String(batchId)}' AND "status" = 'STARTED'`)).toBe(
      1,
    );
    expect(await detector.run()).toMatchObject({ braked: [{ customer: CUSTOMER, reason: 'RESTORED' }] });
    expect(await detector.run({ allowLargeChange: true })).toMatchObject({ busy: [], braked: [], changed: 1 });
  });

  it('refuses a damaged or unknown archive, and writes nothing', async () => {
    await insertSnapshot(test.warehouse, [{ source: line(1, { S: 1 }) }]);
    const archiveId = await archive();
    await sql(test.archive, `UPDATE public."snapshot_archive" SET "content_hash" = '${'0'.repeat(64)}'`);
    await expect(restore(archiveId)).rejects.toMatchObject({
      exitCode: 2,
      message: expect.stringContaining('its lines do not have the hashes they had'),
    });
    await expect(restore(999_999)).rejects.toMatchObject({ exitCode: 2 });
    expect(await count('"MON_Run"')).toBe(0);
  });

  it('refuses an archive with columns that the tables lack', async () => {
    await insertSnapshot(test.warehouse, [{ source: line(1, { S: 1 }) }]);
    const archiveId = await archive();
    await sql(test.warehouse, 'ALTER TABLE dbo."MON_RestoredLine" DROP COLUMN "NOTES"');
    try {
      await expect(restore(archiveId)).rejects.toMatchObject({
        exitCode: 2,
        message: expect.stringContaining('"NOTES"'),
      });
    } finally {
      await migrate(test.warehouse, mapping, systemClock(), { waitMs: 10_000, signal: new AbortController().signal });
    }
  });

  it.each([
    ['holds other values', `UPDATE dbo."MON_RestoredLine" SET "NOTES" = 'by hand'`, 'another row_hash'],
    ['has lost a line', 'DELETE FROM dbo."MON_RestoredLine"', 'has lost this line'],
  ])('is not staged when MON_RestoredLine %s', async (_, tamper, told) => {
    await insertSnapshot(test.warehouse, [{ source: line(1, { S: 1 }) }]);
    const archiveId = await archive();
    await snapshotBecomes({ source: line(1, { S: 2 }) });
    const { outputs } = await restore(archiveId);
    await sql(test.warehouse, tamper);
    await expect(stage(outputs['batchId'])).rejects.toMatchObject({
      exitCode: 2,
      message: expect.stringContaining(told),
      where: { lineKey: uuid(1) },
    });
    expect(await count('"STG_MON_CustMasterSchedule"')).toBe(0);
  });

  it('waits for the customer, then names the holder of the lock', async () => {
    await insertSnapshot(test.warehouse, [{ source: line(1, { S: 1 }) }]);
    const archiveId = await archive();
    const lock = await test.warehouse.lock(customerLock(IN_DBO, CUSTOMER), 0);
    await expect(restore(archiveId, {}, { LOCK_WAIT: '50ms' })).rejects.toMatchObject({ exitCode: 1 });
    await lock?.release();
  });
});
