import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { newUuid } from '../../../shared/ground/ids.js';
import { NEW_UUID, renameColumn } from '../../helpers/dialect.js';
import { insertSnapshot } from '../../helpers/snapshot.js';
import {
  deleteLine,
  insertLines,
  line,
  mapping,
  openTestWarehouse,
  sql,
  type TestWarehouse,
  updateLine,
} from '../../helpers/warehouse.js';
import { Detector, emptyTables } from './detector.js';

const LINES = Array.from({ length: 20 }, (_, index) => index + 1);

describe('detect brakes a customer', () => {
  let database: TestWarehouse;
  let detector: Detector;
  beforeAll(async () => {
    database = await openTestWarehouse();
  });
  beforeEach(async () => {
    await emptyTables(database.warehouse);
    detector = new Detector(database.warehouse);
    const lines = LINES.map((n) => line(n, { S: n }));
    await insertSnapshot(
      database.warehouse,
      lines.map((source) => ({ source })),
    );
    const other = line(100, { 'CUSTOMER NAME': 'PELOTON', S: 1 });
    await insertLines(database.warehouse, [...lines, other]);
  });
  afterAll(() => database.drop());

  const change = async (numbers: readonly number[]) => {
    for (const n of numbers) await updateLine(database.warehouse, n, { NOTES: 'all wrong' });
  };
  const states = () =>
    sql(database.warehouse, 'SELECT "customer", "state" FROM dbo."MON_ChangeSet" ORDER BY "customer", "state"');

  it('with more than half of its lines changed, with the numbers, and the others continue', async () => {
    await change(LINES.slice(0, 11));
    expect(await detector.run()).toMatchObject({
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
    expect(await detector.run()).toMatchObject({ braked: [], changed: 10 });
    await change(LINES);
    expect(await detector.run({}, { BRAKE_MIN_LINES: '21' })).toMatchObject({ braked: [], changed: 20 });
    expect(await detector.run({ allowLargeChange: true })).toMatchObject({ braked: [], changed: 20 });
  });

  it('with more than a tenth of its lines missing, at the first sight', async () => {
    for (const n of [1, 2, 3]) await deleteLine(database.warehouse, n);
    expect(await detector.run()).toMatchObject({
      braked: [{ customer: 'GREYSON', reason: 'DELETES', known: 20, changed: 0, deleted: 3 }],
    });
  });

  it('but not because of lines that were never acknowledged, or whose uuid was renewed', async () => {
    await sql(database.warehouse, `UPDATE dbo."ORDERS_UNIFIED" SET "record_uuid" = ${NEW_UUID}`);
    expect(await detector.run()).toMatchObject({ braked: [], rekeyed: 20 });
    await sql(database.warehouse, 'UPDATE dbo."ORDERS_UNIFIED_SNAPSHOT" SET "row_hash" = NULL');
    expect(await detector.run()).toMatchObject({ braked: [], changed: 20 });
  });

  it('that was restored, until a run with --allow-large-change names it', async () => {
    const restore = newUuid();
    await sql(
      database.warehouse,
      `INSERT INTO dbo."MON_Run" ("run_id", "run_key", "seq", "state", "kind", "method", "mapping_version", "started_at")
       VALUES (@run_id, @key, 1, 'DONE', 'RESTORE', 'hash', @version, @now)`,
      { run_id: restore, key: restore, version: mapping.version, now: new Date() },
    );
    await sql(
      database.warehouse,
      `INSERT INTO dbo."MON_ChangeSet" ("run_id", "customer", "state") VALUES (@run_id, 'GREYSON', 'OPEN')`,
      { run_id: restore },
    );
    await change([1]);
    expect(await detector.run()).toMatchObject({ braked: [{ customer: 'GREYSON', reason: 'RESTORED' }], changed: 0 });
    const kept = await sql(database.warehouse, 'SELECT "state" FROM dbo."MON_ChangeSet" WHERE "run_id" = @restore', {
      restore,
    });
    expect(kept).toEqual([{ state: 'OPEN' }]);
    await detector.run({ allowLargeChange: true, customer: ['PELOTON'] });
    await detector.run({ allowLargeChange: true, dryRun: true });
    expect(await detector.run()).toMatchObject({ braked: [{ reason: 'RESTORED' }] });
    expect(await detector.run({ allowLargeChange: true, customer: ['GREYSON'] })).toMatchObject({ changed: 1 });
    expect(await detector.run()).toMatchObject({ braked: [], changed: 1 });
  });

  it('and refuses a source that lost a size column that lines use', async () => {
    await detector.run();
    await renameColumn(database.warehouse, 'ORDERS_UNIFIED', 'S', 'S gone');
    await renameColumn(database.warehouse, 'ORDERS_UNIFIED', 'XL', 'XL gone');
    try {
      await expect(detector.run()).rejects.toMatchObject({
        exitCode: 2,
        message: expect.stringContaining('no longer has the size columns "S", which'),
      });
      expect(await detector.run({ allowLargeChange: true })).toMatchObject({ changed: 20 });
    } finally {
      await renameColumn(database.warehouse, 'ORDERS_UNIFIED', 'S gone', 'S');
      await renameColumn(database.warehouse, 'ORDERS_UNIFIED', 'XL gone', 'XL');
    }
  });
});
