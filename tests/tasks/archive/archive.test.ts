import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import type { Clock } from '../../../shared/ground/clock.js';
import { systemClock } from '../../../shared/ground/clock.js';
import { TryAgainError } from '../../../shared/ground/errors.js';
import { newUuid } from '../../../shared/ground/ids.js';
import type { Metric } from '../../../shared/runtime/outputs.js';
import { ArchiveStore } from '../../../shared/store/archives.js';
import { customerLock } from '../../../shared/store/locks.js';
import { migrateArchive } from '../../../shared/store/schema/migrate-archive.js';
import type { BatchState } from '../../../shared/store/states.js';
import type { Row } from '../../../shared/warehouse/port/warehouse.js';
import { archiveCommand } from '../../../tasks/archive/commands.js';
import { runRestore } from '../../../tasks/archive/restore/run.js';
import { runArchive } from '../../../tasks/archive/run.js';
import { runExport, runVerify } from '../../../tasks/archive/verify.js';
import { makeBatch } from '../../helpers/batches.js';
import { insertSnapshot, type SnapshotLine } from '../../helpers/snapshot.js';
import { taskContext } from '../../helpers/task-context.js';
import { IN_DBO, line, openTestWarehouse, sql, type TestWarehouse, uuid } from '../../helpers/warehouse.js';

let test: TestWarehouse;

beforeAll(async () => {
  test = await openTestWarehouse();
  await migrateArchive({ url: test.archiveUrl, schema: 'public' }, { clock: systemClock(), look: false });
});

afterEach(async () => {
  await sql(test.warehouse, 'DELETE FROM dbo."ORDERS_UNIFIED_SNAPSHOT"');
  await sql(test.archive, 'DELETE FROM public."snapshot_archive"');
});

afterAll(async () => {
  await test.drop();
});

type Flags = Parameters<typeof runArchive>[1];

async function archive(flags: Flags, given: { env?: Record<string, string>; clock?: Clock; metrics?: Metric[] } = {}) {
  const context = taskContext(archiveCommand.settings, {
    warehouse: test.warehouse,
    env: { ARCHIVE_URL: test.archiveUrl, ...given.env },
    ...(given.clock ? { clock: given.clock } : {}),
    ...(given.metrics ? { metrics: given.metrics } : {}),
  });
  const { outputs } = await runArchive(context, flags);
  return outputs ?? {};
}

function archives(): Promise<Row[]> {
  return sql(test.archive, 'SELECT * FROM public."snapshot_archive" ORDER BY "id"');
}

async function batchIn(status: BatchState, options: { dry?: boolean } = {}): Promise<string> {
  const batchId = await makeBatch(test.warehouse, [], options);
  await sql(test.warehouse, 'UPDATE dbo."MON_BatchProcessing" SET "status" = @status WHERE "batch_id" = @batch_id', {
    status,
    batch_id: batchId,
  });
  return batchId;
}

const threeLines: SnapshotLine[] = [
  { source: line(1, { S: 10, L: 15 }) },
  { source: line(2, { '28': 3, 'CUSTOMER STYLE': null, 'STYLE DESCRIPTION': '' }) },
  { source: line(3, { OS: 7 }), acknowledged: false },
];

describe('archive --customer', () => {
  it('keeps the lines of the customer, whatever spelling is asked for', async () => {
    await insertSnapshot(test.warehouse, [
      ...threeLines,
      { source: line(4), deleted: true },
      { source: line(5), customer: 'PELOTON' },
    ]);
    const outputs = await archive({ customer: 'greyson clothiers' });
    const [row] = await archives();
    expect(outputs).toMatchObject({ status: 'ARCHIVED', customer: 'GREYSON', rows: 3, unacknowledged: 1 });
    expect(outputs).toMatchObject({ archiveId: Number(row?.['id']), bytes: Number(row?.['file_size_bytes']) });
    expect(row).toMatchObject({ customer_filter: 'GREYSON', record_count: 3, schema_version: 2, batch_id: null });
  });

  it('gives the same archive again while the content is the same', async () => {
    await insertSnapshot(test.warehouse, threeLines);
    const first = await archive({ customer: 'GREYSON' });
    await sql(test.warehouse, `UPDATE dbo."ORDERS_UNIFIED_SNAPSHOT" SET "missing_since" = '2026-01-06 00:00:00'`);
    expect(await archive({ customer: 'GREYSON' })).toEqual(first);
    expect(await archives()).toHaveLength(1);
  });

  it.each([
    ['a value is not acknowledged any more', `"row_hash" = NULL WHERE "line_key" = '${uuid(1)}'`],
    ['a line has a new record_uuid', `"record_uuid" = '${uuid(99)}' WHERE "line_key" = '${uuid(1)}'`],
    ['a line is deleted', `"deleted_at" = '2026-01-06 00:00:00' WHERE "line_key" = '${uuid(1)}'`],
    ['a value of an unacknowledged line differs', `"DROP" = 'DROP01' WHERE "line_key" = '${uuid(3)}'`],
  ])('makes a new archive when %s', async (_, change) => {
    await insertSnapshot(test.warehouse, threeLines);
    const first = await archive({ customer: 'GREYSON' });
    await sql(test.warehouse, `UPDATE dbo."ORDERS_UNIFIED_SNAPSHOT" SET ${change}`);
    const second = await archive({ customer: 'GREYSON' });
    expect(second['archiveId']).toBeGreaterThan(Number(first['archiveId']));
    expect(await archives()).toHaveLength(2);
  });

  it('counts the bytes of an archive once, when it is made', async () => {
    await insertSnapshot(test.warehouse, threeLines);
    const metrics: Metric[] = [];
    const { bytes } = await archive({ customer: 'GREYSON' }, { metrics });
    await archive({ customer: 'GREYSON' }, { metrics });
    expect(metrics).toEqual([{ name: 'archive_bytes', type: 'counter', value: bytes }]);
  });

  it('makes a new archive when the bytes of the newest are damaged', async () => {
    await insertSnapshot(test.warehouse, threeLines);
    await archive({ customer: 'GREYSON' });
    await sql(
      test.archive,
      `UPDATE public."snapshot_archive" SET "parquet_data" = set_byte("parquet_data", 40, 255 - get_byte("parquet_data", 40))`,
    );
    await archive({ customer: 'GREYSON' });
    expect(await archives()).toHaveLength(2);
  });

  it.each([
    ['customer', `"customer_filter" = 'TITLE NINE'`, 'its row says TITLE NINE and its file GREYSON'],
    ['schema version', '"schema_version" = 1', 'its row says schema version 1 and its file 2'],
    ['batch', `"batch_id" = '${uuid(7)}'`, `its row says batch ${uuid(7)} and its file none`],
    ['number of lines', '"record_count" = 2', 'it has 3 lines instead of 2'],
  ])('is not sound under a row with another %s, and its content is archived again', async (_, change, fault) => {
    await insertSnapshot(test.warehouse, threeLines);
    const archiveId = Number((await archive({ customer: 'GREYSON' }))['archiveId']);
    await sql(test.archive, `UPDATE public."snapshot_archive" SET ${change}`);
    const context = taskContext(['WAREHOUSE_URL', 'ARCHIVE_URL', 'ARCHIVE_SCHEMA', 'MAPPING_FILE', 'LOCK_WAIT'], {
      warehouse: test.warehouse,
      env: { ARCHIVE_URL: test.archiveUrl },
    });
    expect(await runVerify(context, {})).toEqual({ outputs: { archives: 1, damaged: [archiveId] }, exitCode: 2 });
    const refused = { exitCode: 2, message: expect.stringContaining(fault) };
    const output = join(tmpdir(), `not-sound-${process.pid}.csv`);
    await expect(runExport(context, { archiveId, output, safe: false })).rejects.toMatchObject(refused);
    expect(existsSync(output)).toBe(false);
    await expect(runRestore(context, { archiveId, dryRun: true, json: false })).rejects.toMatchObject(refused);
    const again = await archive({ customer: 'GREYSON' });
    expect(await runVerify(context, { archiveId: Number(again['archiveId']) })).not.toHaveProperty('exitCode');
    expect(await archives()).toHaveLength(2);
  });

  it('verifies the archives that are left where one is pruned meanwhile', async () => {
    await insertSnapshot(test.warehouse, threeLines);
    await archive({ customer: 'GREYSON' });
    const context = taskContext(['WAREHOUSE_URL', 'ARCHIVE_URL', 'ARCHIVE_SCHEMA', 'MAPPING_FILE', 'LOCK_WAIT'], {
      warehouse: test.warehouse,
      env: { ARCHIVE_URL: test.archiveUrl },
    });
    const list = ArchiveStore.prototype.list;
    const withPruned = jest.spyOn(ArchiveStore.prototype, 'list').mockImplementation(async function (
      this: ArchiveStore,
    ) {
      const listed = await list.call(this);
      return listed.flatMap((each) => [{ ...each, id: each.id + 1_000_000 }, each]);
    });
    try {
      expect(await runVerify(context, {})).toEqual({ outputs: { archives: 1, damaged: [] } });
    } finally {
      withPruned.mockRestore();
    }
    await expect(runVerify(context, { archiveId: 1_000_000 })).rejects.toMatchObject({ code: 'ARCHIVE_NOT_FOUND' });
  });

  it('keeps nothing for a customer that never had a line, and an empty archive for one that has none left', async () => {
    expect(await archive({ customer: 'GREYSON' })).toMatchObject({ status: 'EMPTY', archiveId: null, rows: 0 });
    expect(await archives()).toHaveLength(0);
    await insertSnapshot(test.warehouse, threeLines);
    await archive({ customer: 'GREYSON' });
    await sql(test.warehouse, `UPDATE dbo."ORDERS_UNIFIED_SNAPSHOT" SET "deleted_at" = '2026-01-06 00:00:00'`);
    expect(await archive({ customer: 'GREYSON' })).toMatchObject({ status: 'ARCHIVED', rows: 0 });
    expect(await archives()).toHaveLength(2);
  });

  it('says until when the archive is kept', async () => {
    await insertSnapshot(test.warehouse, threeLines);
    const clock = { ...systemClock(), now: () => new Date('2026-02-20T23:00:00Z') };
    await archive({ customer: 'GREYSON' }, { env: { ARCHIVE_RETENTION_DAYS: '10' }, clock });
    const [row] = await archives();
    expect(row).toMatchObject({ snapshot_date: clock.now(), retention_until: '2026-03-02' });
  });

  it('refuses a line whose values are not those of its hash, and keeps nothing', async () => {
    await insertSnapshot(test.warehouse, threeLines);
    await sql(test.warehouse, `UPDATE dbo."ORDERS_UNIFIED_SNAPSHOT" SET "DROP" = 'X' WHERE "line_key" = '${uuid(2)}'`);
    await expect(archive({ customer: 'GREYSON' })).rejects.toMatchObject({ exitCode: 2, where: { lineKey: uuid(2) } });
    expect(await archives()).toHaveLength(0);
  });

  it('proves lines of an earlier mapping by the columns that mapping hashed', async () => {
    await insertSnapshot(test.warehouse, threeLines);
    await sql(
      test.warehouse,
      `UPDATE dbo."ORDERS_UNIFIED_SNAPSHOT" SET "mapping_version" = 'earlier', "row_hash" = NULL`,
    );
    await expect(archive({ customer: 'GREYSON' })).resolves.toMatchObject({ unacknowledged: 3 });
    await sql(
      test.warehouse,
      `UPDATE dbo."ORDERS_UNIFIED_SNAPSHOT" SET "row_hash" = '${'0'.repeat(64)}' WHERE "line_key" = '${uuid(1)}'`,
    );
    await expect(archive({ customer: 'GREYSON' })).rejects.toThrow('mapping version earlier');
    await sql(test.warehouse, `INSERT INTO dbo."MON_Mapping" VALUES ('earlier', '["DROP", "NOT KEPT"]', '2026-01-01')`);
    await expect(archive({ customer: 'GREYSON' })).rejects.toThrow('do not have its row_hash');
    // SHA-256 of the pair (S, 10) and the pair (L, 15) with their lengths, in name order.
    const hash = createHash('sha256');
    for (const text of ['L', '15', 'S', '10']) {
      const length = Buffer.alloc(4);
      length.writeUInt32BE(text.length);
      hash.update(length).update(text);
    }
    await sql(
      test.warehouse,
      'UPDATE dbo."ORDERS_UNIFIED_SNAPSHOT" SET "row_hash" = @hash WHERE "line_key" = @line_key',
      { hash: hash.digest('hex'), line_key: uuid(1) },
    );
    await expect(archive({ customer: 'GREYSON' })).resolves.toMatchObject({ rows: 3, unacknowledged: 2 });
  });

  it('waits for the customer and then names who holds it', async () => {
    await insertSnapshot(test.warehouse, threeLines);
    const lock = await test.warehouse.lock(customerLock(IN_DBO, 'GREYSON'), 0);
    await expect(archive({ customer: 'GREYSON' }, { env: { LOCK_WAIT: '50ms' } })).rejects.toThrow(TryAgainError);
    await lock?.release();
    expect(await archives()).toHaveLength(0);
  });

  it('refuses a customer that the mapping does not know', async () => {
    await expect(archive({ customer: 'GREYSO' })).rejects.toMatchObject({ exitCode: 2 });
  });
});

describe('archive --batch-id', () => {
  it.each(['COMPLETED', 'COMPLETED_WITH_ERRORS'] as const)(
    'archives the customer of a %s batch, once',
    async (status) => {
      await insertSnapshot(test.warehouse, threeLines);
      const batchId = await batchIn(status);
      const first = await archive({ batchId });
      expect(first).toMatchObject({ status, customer: 'GREYSON', rows: 3 });
      expect(await archives()).toMatchObject([{ batch_id: batchId }]);
      // What later batches change is theirs to archive.
      await sql(test.warehouse, 'UPDATE dbo."ORDERS_UNIFIED_SNAPSHOT" SET "row_hash" = NULL');
      expect(await archive({ batchId })).toEqual(first);
      expect(await archives()).toHaveLength(1);
    },
  );

  it('does not take the archive of another batch for its own', async () => {
    await insertSnapshot(test.warehouse, threeLines);
    const [first, second] = [await batchIn('COMPLETED'), await batchIn('COMPLETED')];
    const { archiveId } = await archive({ batchId: first });
    await sql(test.archive, 'UPDATE public."snapshot_archive" SET "batch_id" = @second', { second });
    expect((await archive({ batchId: second }))['archiveId']).toBeGreaterThan(Number(archiveId));
    expect(await archives()).toHaveLength(2);
  });

  it.each([
    ['STAGED', 'PARTIAL'],
    ['PUSHED', 'PARTIAL'],
    ['SUPERSEDED', 'SUPERSEDED'],
    ['DRY_RUN', 'DRY_RUN'],
  ] as const)('keeps nothing for a %s batch and says so', async (state, status) => {
    await insertSnapshot(test.warehouse, threeLines);
    const outputs = await archive({ batchId: await batchIn(state, { dry: state === 'DRY_RUN' }) });
    expect(outputs).toMatchObject({ status, archiveId: null, rows: 0, bytes: 0 });
    expect(await archives()).toHaveLength(0);
  });

  it('refuses a batch that is not staged yet, and one that there is not', async () => {
    await expect(archive({ batchId: await batchIn('STARTED') })).rejects.toMatchObject({ exitCode: 2 });
    await expect(archive({ batchId: newUuid() })).rejects.toMatchObject({ exitCode: 2 });
  });
});
