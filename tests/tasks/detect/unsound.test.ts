import { beforeEach, describe, expect, it } from '@jest/globals';
import { insertSnapshot } from '../../helpers/snapshot.js';
import { deleteLine, insertLines, line, sql, updateLine, uuid } from '../../helpers/warehouse.js';
import { changesOf, useDetector } from './detector.js';

const LINES = Array.from({ length: 300 }, (_, index) => index + 1);

describe('detect, given rows with an unsound uuid,', () => {
  const test = useDetector();
  beforeEach(async () => {
    const lines = LINES.map((n) => line(n, { S: n }));
    await insertSnapshot(
      test.database.warehouse,
      lines.map((source) => ({ source })),
    );
    await insertLines(test.database.warehouse, lines);
  });

  const failures = () =>
    sql(
      test.database.warehouse,
      `SELECT "reason", "record_uuid", "severity", "customer", CASE WHEN "resolved_date" IS NULL THEN 1 ELSE 0 END AS "open"
       FROM dbo."ERR_MON_CustMasterSchedule" ORDER BY "reason", "record_uuid"`,
    );

  it('records each row of a repeated uuid and leaves its line alone', async () => {
    await insertLines(test.database.warehouse, [line(7, { S: 99, NOTES: 'the same uuid again' })]);
    const { outputs, rowErrors } = await test.detector.runTask({ confirmDeletes: true });
    expect(rowErrors).toBe(true);
    expect(outputs).toMatchObject({ unsound: 2, newFailures: 2, new: 0, changed: 0, deleted: 0, unchanged: 299 });
    expect(await failures()).toEqual([
      { reason: 'UUID_REPEATED', record_uuid: uuid(7), severity: 'ERROR', customer: 'GREYSON', open: 1 },
      { reason: 'UUID_REPEATED', record_uuid: uuid(7), severity: 'ERROR', customer: 'GREYSON', open: 1 },
    ]);
  });

  it('records a row without uuid, and freezes the line with its business key', async () => {
    await sql(
      test.database.warehouse,
      'UPDATE dbo."ORDERS_UNIFIED" SET "record_uuid" = NULL WHERE "record_uuid" = @uuid',
      {
        uuid: uuid(7),
      },
    );
    expect(await test.detector.run({ confirmDeletes: true })).toMatchObject({
      unsound: 1,
      deleted: 0,
      pendingDeletes: 0,
    });
    expect(await failures()).toMatchObject([{ reason: 'UUID_MISSING', record_uuid: null, open: 1 }]);
    const looks = await sql(
      test.database.warehouse,
      'SELECT "line_key" FROM dbo."ORDERS_UNIFIED_SNAPSHOT" WHERE "missing_since" IS NOT NULL',
    );
    expect(looks).toEqual([]);
  });

  it('takes rows that may be a frozen line for that line, and not for new ones, when all uuids are renewed', async () => {
    const twin = { 'AAG ORDER NUMBER': 'GRE-04268', 'CUSTOMER STYLE': 'TWIN' };
    const twins = [301, 302, 303].map((n) => line(n, { ...twin, S: n }));
    const { warehouse } = test.database;
    await insertSnapshot(
      warehouse,
      twins.map((source) => ({ source })),
    );
    await sql(warehouse, 'DELETE FROM dbo."ORDERS_UNIFIED"');
    const renewed = [...LINES.map((n) => line(n, { S: n })), ...twins].map((row, n) => ({
      ...row,
      record_uuid: uuid(1_000 + n),
    }));
    await insertLines(warehouse, [...renewed.slice(0, -1), { ...twins[2], record_uuid: null }]);
    const first = await test.detector.run({ confirmDeletes: true });
    expect(first).toMatchObject({ unsound: 1, rekeyed: 300, new: 0, deleted: 0 });
    await sql(warehouse, 'UPDATE dbo."ORDERS_UNIFIED" SET "record_uuid" = @uuid WHERE "record_uuid" IS NULL', {
      uuid: uuid(9_000),
    });
    expect(await test.detector.run({ confirmDeletes: true })).toMatchObject({ rekeyed: 303, new: 0, deleted: 0 });
  });

  it('freezes nothing else: other lines change and vanish as usual', async () => {
    await sql(
      test.database.warehouse,
      'UPDATE dbo."ORDERS_UNIFIED" SET "record_uuid" = NULL WHERE "record_uuid" = @uuid',
      {
        uuid: uuid(7),
      },
    );
    await updateLine(test.database.warehouse, 8, { S: 1_000 });
    await deleteLine(test.database.warehouse, 9);
    const { runId } = await test.detector.run({ confirmDeletes: true });
    expect(await changesOf(test.database.warehouse, runId)).toMatchObject([
      { line_key: uuid(8), change: 'CHANGED' },
      { line_key: uuid(9), change: 'DELETED' },
    ]);
  });

  it('reports it once, and resolves the entry when the row is corrected', async () => {
    await insertLines(test.database.warehouse, [line(7, { S: 99 })]);
    await test.detector.run();
    const again = await test.detector.runTask();
    expect(again.rowErrors).toBe(false);
    expect(again.outputs).toMatchObject({ unsound: 2, newFailures: 0 });
    await sql(test.database.warehouse, 'DELETE FROM dbo."ORDERS_UNIFIED" WHERE "record_uuid" = @uuid AND "S" = 99', {
      uuid: uuid(7),
    });
    expect(await test.detector.run()).toMatchObject({ unsound: 0, unchanged: 300 });
    expect(await failures()).toMatchObject([{ open: 0 }, { open: 0 }]);
  });

  it('refuses a source where more than 1 % of the rows have one', async () => {
    await insertLines(
      test.database.warehouse,
      [1, 2].map((n) => line(n, { S: 5 })),
    );
    await expect(test.detector.run()).rejects.toMatchObject({
      exitCode: 2,
      message: expect.stringContaining('4 or more of 302'),
    });
    expect(await failures()).toEqual([]);
  });
});
