import { beforeEach, describe, expect, it } from '@jest/globals';
import { newUuid } from '../../../shared/ground/ids.js';
import { type LineFailure, recordFailures } from '../../../shared/store/failures.js';
import { customerLock } from '../../../shared/store/locks.js';
import { insertSnapshot } from '../../helpers/snapshot.js';
import { IN_DBO, insertLines, line, mapping, sql, updateLine, uuid } from '../../helpers/warehouse.js';
import { useDetector } from './detector.js';

const ERRORS = 'ERR_MON_CustMasterSchedule';
const OTHER_CONTENT = 'f'.repeat(64);

describe('an open failure of a line', () => {
  const test = useDetector();
  beforeEach(async () => {
    const lines = [1, 2].map((n) => line(n, { S: n }));
    await insertSnapshot(
      test.database.warehouse,
      lines.map((source) => ({ source })),
    );
    await insertLines(test.database.warehouse, lines);
  });

  const fail = (failure: Partial<LineFailure> = {}) =>
    recordFailures(
      test.database.warehouse,
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
      { batchId: newUuid(), runId: null, now: test.detector.clock.now() },
    );
  const open = async (table = ERRORS) =>
    (await sql(test.database.warehouse, `SELECT "line_key" FROM dbo."${table}" WHERE "resolved_date" IS NULL`)).length;
  const hashOf = async (n: number) => {
    const [row] = await sql(
      test.database.warehouse,
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
    await updateLine(test.database.warehouse, 1, { NOTES: 'changed' });
    await test.detector.run();
    expect(await open(table)).toBe(1);
    await updateLine(test.database.warehouse, 1, { NOTES: null });
    await test.detector.run({ dryRun: true });
    await test.detector.run({ customer: ['PELOTON'] });
    expect(await open(table)).toBe(1);
    const { runId } = await test.detector.run();
    expect(await open(table)).toBe(0);
    const rows = await sql(test.database.warehouse, `SELECT "resolved_by" FROM dbo."${table}"`);
    expect(rows).toEqual([{ resolved_by: runId }]);
  });

  it('is resolved although another one is renewed, or the uuid is', async () => {
    await fail();
    await fail({ lineKey: uuid(2), rowHash: OTHER_CONTENT });
    await sql(
      test.database.warehouse,
      'UPDATE dbo."ORDERS_UNIFIED" SET "record_uuid" = @new WHERE "record_uuid" = @old',
      {
        new: newUuid(),
        old: uuid(2),
      },
    );
    expect(await test.detector.run({ full: true })).toMatchObject({ changed: 2 });
    expect(await open()).toBe(0);
  });

  it('stays open while the content is unchanged, or the board has acknowledged nothing', async () => {
    await fail({ severity: 'WARNING', reason: 'TOTAL_DIFFERS', rowHash: await hashOf(1) });
    await fail({ lineKey: uuid(2), step: 'push' });
    await sql(
      test.database.warehouse,
      `UPDATE dbo."ORDERS_UNIFIED_SNAPSHOT" SET "row_hash" = NULL WHERE "line_key" = @key`,
      {
        key: uuid(2),
      },
    );
    await test.detector.run();
    expect(await open()).toBe(2);
  });

  it('stays open while another process works on the customer', async () => {
    await fail();
    const lock = await test.database.warehouse.lock(customerLock(IN_DBO, 'GREYSON'), 0);
    expect(await test.detector.run()).toMatchObject({ busy: ['GREYSON'] });
    expect(await open()).toBe(1);
    await lock?.release();
    await test.detector.run();
    expect(await open()).toBe(0);
  });
});
