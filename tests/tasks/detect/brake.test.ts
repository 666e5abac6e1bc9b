import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { readSqlFile } from '../../../shared/ground/files.js';
import { newUuid } from '../../../shared/ground/ids.js';
import { readFlags } from '../../../shared/runtime/flag-values.js';
import { batchCommand } from '../../../tasks/batch/commands.js';
import { runBatch } from '../../../tasks/batch/run.js';
import { NEW_UUID, renameColumn } from '../../helpers/dialect.js';
import { insertSnapshot } from '../../helpers/snapshot.js';
import { taskContext } from '../../helpers/task-context.js';
import { deleteLine, insertLines, line, mapping, sql, updateLine } from '../../helpers/warehouse.js';
import { useDetector } from './detector.js';

const LINES = Array.from({ length: 20 }, (_, index) => index + 1);

describe('detect brakes a customer', () => {
  const test = useDetector();
  beforeEach(async () => {
    const lines = LINES.map((n) => line(n, { S: n }));
    await insertSnapshot(
      test.database.warehouse,
      lines.map((source) => ({ source })),
    );
    const other = line(100, { 'CUSTOMER NAME': 'PELOTON', S: 1 });
    await insertLines(test.database.warehouse, [...lines, other]);
  });

  const change = async (numbers: readonly number[]) => {
    for (const n of numbers) await updateLine(test.database.warehouse, n, { NOTES: 'all wrong' });
  };
  const states = () =>
    sql(test.database.warehouse, 'SELECT "customer", "state" FROM dbo."MON_ChangeSet" ORDER BY "customer", "state"');

  it('with more than half of its lines changed, with the numbers, and the others continue', async () => {
    await change(LINES.slice(0, 11));
    expect(await test.detector.run()).toMatchObject({
      braked: [{ customer: 'GREYSON', reason: 'CHANGES', known: 20, changed: 11, deleted: 0 }],
      new: 1,
      changed: 0,
    });
    expect(await states()).toEqual([
      { customer: 'GREYSON', state: 'BRAKED' },
      { customer: 'PELOTON', state: 'OPEN' },
    ]);
  });

  it('but not at exactly half, below the least number of lines, or with --allow-large-change', async () => {
    await change(LINES.slice(0, 10));
    expect(await test.detector.run()).toMatchObject({ braked: [], changed: 10 });
    await change(LINES);
    expect(await test.detector.run({}, { BRAKE_MIN_LINES: '21' })).toMatchObject({ braked: [], changed: 20 });
    expect(await test.detector.run({ allowLargeChange: true })).toMatchObject({ braked: [], changed: 20 });
  });

  it('with more than a tenth of its lines missing, at the first sight', async () => {
    for (const n of [1, 2, 3]) await deleteLine(test.database.warehouse, n);
    expect(await test.detector.run()).toMatchObject({
      braked: [{ customer: 'GREYSON', reason: 'DELETES', known: 20, changed: 0, deleted: 3 }],
    });
  });

  it('that has left the mapping, until a run with --allow-large-change names it as it was called', async () => {
    await sql(test.database.warehouse, `UPDATE dbo."ORDERS_UNIFIED_SNAPSHOT" SET "customer" = 'FORMER LTD'`);
    for (const n of LINES) await deleteLine(test.database.warehouse, n);
    expect(await test.detector.run()).toMatchObject({
      braked: [{ customer: 'FORMER LTD', reason: 'DELETES', known: 20, changed: 0, deleted: 20 }],
    });
    const flags = { allowLargeChange: true, confirmDeletes: true };
    const { runId, ...found } = await test.detector.run({ ...flags, customer: ['Former  Ltd'] });
    expect(found).toMatchObject({ customers: ['FORMER LTD'], braked: [], deleted: 20 });
    const context = taskContext(batchCommand.settings, { warehouse: test.database.warehouse });
    const batch = await readFlags(batchCommand, { runId: String(runId), customer: ['FORMER LTD'] });
    expect((await runBatch(context, batch)).outputs).toMatchObject({ count: 1 });
    await expect(test.detector.run({ ...flags, customer: ['FORMER'] })).rejects.toMatchObject({
      code: 'CUSTOMER_UNKNOWN',
    });
  });

  it('but not because of lines that were never acknowledged, or whose uuid was renewed', async () => {
    await sql(test.database.warehouse, `UPDATE dbo."ORDERS_UNIFIED" SET "record_uuid" = ${NEW_UUID}`);
    expect(await test.detector.run()).toMatchObject({ braked: [], rekeyed: 20 });
    await sql(test.database.warehouse, 'UPDATE dbo."ORDERS_UNIFIED_SNAPSHOT" SET "row_hash" = NULL');
    expect(await test.detector.run()).toMatchObject({ braked: [], changed: 20 });
  });

  /** Writes a restore of GREYSON, and gives its run. */
  async function restoreGreyson(): Promise<string> {
    const restore = newUuid();
    await sql(
      test.database.warehouse,
      `INSERT INTO dbo."MON_Run" ("run_id", "run_key", "seq", "state", "kind", "method", "mapping_version", "started_at")
       VALUES (@run_id, @key, 1, 'DONE', 'RESTORE', 'hash', @version, @now)`,
      { run_id: restore, key: restore, version: mapping.version, now: new Date() },
    );
    await sql(
      test.database.warehouse,
      `INSERT INTO dbo."MON_ChangeSet" ("run_id", "customer", "state") VALUES (@run_id, 'GREYSON', 'OPEN')`,
      { run_id: restore },
    );
    return restore;
  }

  it('that was restored, until a run with --allow-large-change names it', async () => {
    const restore = await restoreGreyson();
    await change([1]);
    expect(await test.detector.run()).toMatchObject({
      braked: [{ customer: 'GREYSON', reason: 'RESTORED' }],
      changed: 0,
    });
    const kept = await sql(
      test.database.warehouse,
      'SELECT "state" FROM dbo."MON_ChangeSet" WHERE "run_id" = @restore',
      {
        restore,
      },
    );
    expect(kept).toEqual([{ state: 'OPEN' }]);
    await test.detector.run({ allowLargeChange: true, customer: ['PELOTON'] });
    await test.detector.run({ allowLargeChange: true, dryRun: true });
    expect(await test.detector.run()).toMatchObject({ braked: [{ reason: 'RESTORED' }] });
    expect(await test.detector.run({ allowLargeChange: true, customer: ['GREYSON'] })).toMatchObject({ changed: 1 });
    expect(await test.detector.run()).toMatchObject({ braked: [], changed: 1 });
  });

  it('that was restored, under another name that the mapping gives it since, until that is released', async () => {
    await restoreGreyson();
    await change([1]);
    const folder = await mkdtemp(join(tmpdir(), 'renamed-'));
    try {
      const env = { MAPPING_FILE: join(folder, 'renamed.yaml') };
      const text = readSqlFile('mappings/customer-orders.yaml');
      await writeFile(env.MAPPING_FILE, text.replace('  GREYSON: [GREYSON', '  GREYSON GOLF: [GREYSON, GREYSON'));
      expect(await test.detector.run({}, env)).toMatchObject({
        braked: expect.arrayContaining([{ customer: 'GREYSON GOLF', reason: 'RESTORED' }]),
        changed: 0,
      });
      await test.detector.run({ allowLargeChange: true, customer: ['GREYSON'] }, env);
      expect(await test.detector.run({}, env)).toMatchObject({ braked: [] });
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it('and refuses a source that lost a size column that lines use', async () => {
    await test.detector.run();
    await renameColumn(test.database.warehouse, 'ORDERS_UNIFIED', 'S', 'S gone');
    await renameColumn(test.database.warehouse, 'ORDERS_UNIFIED', 'XL', 'XL gone');
    try {
      await expect(test.detector.run()).rejects.toMatchObject({
        exitCode: 2,
        message: expect.stringContaining('no longer has the size columns "S", which'),
      });
      // What is let through for one customer is asked again for the others.
      expect(await test.detector.run({ allowLargeChange: true, customer: ['PELOTON'] })).toMatchObject({ changed: 0 });
      await expect(test.detector.run()).rejects.toMatchObject({ code: 'SIZE_COLUMN_GONE' });
      expect(await test.detector.run({ allowLargeChange: true })).toMatchObject({ changed: 20 });
      expect(await test.detector.run()).toMatchObject({ braked: expect.anything() });
    } finally {
      await renameColumn(test.database.warehouse, 'ORDERS_UNIFIED', 'S gone', 'S');
      await renameColumn(test.database.warehouse, 'ORDERS_UNIFIED', 'XL gone', 'XL');
    }
  });
});
