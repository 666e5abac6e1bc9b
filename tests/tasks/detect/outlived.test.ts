import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { newUuid } from '../../../shared/ground/ids.js';
import { type LineFailure, recordFailures } from '../../../shared/store/failures.js';
import { customerLock } from '../../../shared/store/locks.js';
import { insertSnapshot } from '../../helpers/snapshot.js';
import {
  IN_DBO,
  insertLines,
  line,
  mapping,
  openTestWarehouse,
  sql,
  type TestWarehouse,
  updateLine,
  uuid,
} from '../../helpers/warehouse.js';
import { Detector, emptyTables } from './detector.js';

const ERRORS = 'ERR_MON_CustMasterSchedule';
const OTHER_CONTENT = 'f'.repeat(64);

describe('an open failure of a line', () => {
  let database: TestWarehouse;
  let detector: Detector;
  beforeAll(async () => {
    database = await openTestWarehouse();
  });
  beforeEach(async () => {
    await emptyTables(database.warehouse);
    detector = new Detector(database.warehouse);
    const lines = [1, 2].map((n) => line(n, { S: n }));
    await insertSnapshot(
      database.warehouse,
      lines.map((source) => ({ source })),
    );
    await insertLines(database.warehouse, lines);
  });
  afterAll(() => database.drop());

  const fail = (failure: Partial<LineFailure> = {}) =>
    recordFailures(
      database.warehouse,
      [
        {
          step: 'stage',
          severity: 'ERROR',
          reason: 'REQUIRED',
          message: 'AAG ORDER NUMBER is required.',
          lineKey: uuid(1),
          customer: 'GREYSON',
          rowHash: OTHER_CONTENT,
          mappingVersion: mapping.version,
          ...failure,
        },
      ],
      { batchId: newUuid(), runId: null, now: detector.clock.now() },
    );
  const open = async (table = ERRORS) =>
    (await sql(database.warehouse, `SELECT "line_key" FROM dbo."${table}" WHERE "resolved_date" IS NULL`)).length;
  const hashOf = async (n: number) => {
    const [row] = await sql(
      database.warehouse,
      'SELECT "row_hash" FROM dbo."ORDERS_UNIFIED_SNAPSHOT" WHERE "line_key" = @key',
      {
        key: uuid(n),
      },
    );
    return String(row?.['row_hash']);
  };

  it.each<[string, Partial<LineFailure>, string]>([
    ['found by stage', {}, ERRORS],
    ['found by push', { step: 'push', reason: 'LABEL' }, ERRORS],
    ['that is only a warning', { severity: 'WARNING', column: 'FREIGHT', reason: 'NOT_A_NUMBER' }, ERRORS],
    ['of one size', { step: 'push', size: 'S' }, `${ERRORS}_Subitems`],
  ])('%s is resolved when the content is again what the board acknowledged', async (_, failure, table) => {
    await fail(failure);
    await updateLine(database.warehouse, 1, { NOTES: 'changed' });
    await detector.run();
    expect(await open(table)).toBe(1);
    await updateLine(database.warehouse, 1, { NOTES: null });
    await detector.run({ dryRun: true });
    await detector.run({ customer: ['PELOTON'] });
    expect(await open(table)).toBe(1);
    const { runId } = await detector.run();
    expect(await open(table)).toBe(0);
    const rows = await sql(database.warehouse, `SELECT "resolved_by" FROM dbo."${table}"`);
    expect(rows).toEqual([{ resolved_by: runId }]);
  });

  it('is resolved although another one is renewed, or the uuid is', async () => {
    await fail();
    await fail({ lineKey: uuid(2), rowHash: OTHER_CONTENT });
    await sql(database.warehouse, 'UPDATE dbo."ORDERS_UNIFIED" SET "record_uuid" = @new WHERE "record_uuid" = @old', {
      new: newUuid(),
      old: uuid(2),
    });
    expect(await detector.run({ full: true })).toMatchObject({ changed: 2 });
    expect(await open()).toBe(0);
  });

  it('stays open while the content is unchanged, or the board has acknowledged nothing', async () => {
    await fail({ severity: 'WARNING', reason: 'TOTAL_DIFFERS', rowHash: await hashOf(1) });
    await fail({ lineKey: uuid(2), step: 'push' });
    await sql(
      database.warehouse,
      `UPDATE dbo."ORDERS_UNIFIED_SNAPSHOT" SET "row_hash" = NULL WHERE "line_key" = @key`,
      {
        key: uuid(2),
      },
    );
    await detector.run();
    expect(await open()).toBe(2);
  });

  it('stays open while another process works on the customer', async () => {
    await fail();
    const lock = await database.warehouse.lock(customerLock(IN_DBO, 'GREYSON'), 0);
    expect(await detector.run()).toMatchObject({ busy: ['GREYSON'] });
    expect(await open()).toBe(1);
    await lock?.release();
    await detector.run();
    expect(await open()).toBe(0);
  });
});
