import { beforeEach, describe, expect, it } from '@jest/globals';
import { customerLock } from '../../../shared/store/locks.js';
import { makeBatch } from '../../helpers/batches.js';
import { insertSnapshot } from '../../helpers/snapshot.js';
import { deleteLine, IN_DBO, insertLines, line, sql } from '../../helpers/warehouse.js';
import { useDetector } from './detector.js';
import { afterScan, failing } from './intercept.js';

describe('a run of detect', () => {
  const test = useDetector();
  beforeEach(async () => {
    await insertLines(test.database.warehouse, [line(1, { S: 1 }), line(2, { S: 2, 'CUSTOMER NAME': 'PELOTON' })]);
  });

  const count = async (what: string) =>
    Number((await sql(test.database.warehouse, `SELECT COUNT(*) AS "n" FROM dbo.${what}`))[0]?.['n']);

  it('has exactly the outputs that other programs rely on', async () => {
    expect(Object.keys(await test.detector.run())).toEqual([
      'runId',
      'customers',
      'new',
      'changed',
      'deleted',
      'rekeyed',
      'unchanged',
      'pendingDeletes',
      'movedOut',
      'outOfScope',
      'unmapped',
      'busy',
      'braked',
      'unsound',
      'newFailures',
      'status',
    ]);
  });

  it('with the key of a finished run returns the same outputs and scans nothing', async () => {
    const { outputs: first, metrics } = await test.detector.runTask({ runKey: 'execution-1' });
    expect(metrics).toContainEqual({ name: 'lines_new', type: 'counter', value: 2 });
    await insertLines(test.database.warehouse, [line(3)]);
    const again = await test.detector.runTask({ runKey: 'execution-1' });
    expect(again.outputs).toEqual(first);
    expect(again.metrics).toBeUndefined();
    expect(await count('"MON_Run"')).toBe(1);
    expect(await test.detector.run({ runKey: 'execution-2' })).toMatchObject({ new: 3 });
  });

  it('that ended with an error keeps it, and is repeated under the same id', async () => {
    const killed = failing(test.database.warehouse, 'runs/finish-run');
    await expect(test.detector.runTask({ runKey: 'execution-1' }, {}, killed)).rejects.toThrow('killed');
    const runs = () => sql(test.database.warehouse, 'SELECT "run_id", "state", "last_error" FROM dbo."MON_Run"');
    const [open] = await runs();
    expect(open).toMatchObject({ state: 'OPEN', last_error: 'killed' });
    expect(await count('"MON_Change"')).toBe(0);
    const outputs = await test.detector.run({ runKey: 'execution-1' });
    expect(outputs).toMatchObject({ runId: open?.['run_id'], new: 2 });
    await expect(test.detector.run({ runKey: 'execution-1' })).resolves.toEqual(outputs);
    expect(await runs()).toEqual([expect.objectContaining({ state: 'DONE', last_error: null })]);
  });

  it('that is unfinished is not resumed with other flags', async () => {
    const killed = failing(test.database.warehouse, 'runs/finish-run');
    await expect(test.detector.runTask({ runKey: 'execution-1' }, {}, killed)).rejects.toThrow('killed');
    await expect(test.detector.run({ runKey: 'execution-1', dryRun: true })).rejects.toMatchObject({
      exitCode: 2,
      message: expect.stringContaining('other flags (dry)'),
    });
  });

  it('that is finished gives its outputs to the same flags alone', async () => {
    await test.detector.run({ runKey: 'execution-1', customer: ['PELOTON'], dryRun: true });
    await expect(test.detector.run({ runKey: 'execution-1', customer: ['GREYSON'] })).rejects.toMatchObject({
      code: 'RUN_KEY_REUSED',
      message: expect.stringContaining('other flags (dry, customer)'),
    });
  });

  it('started twice at the same time with one key works once', async () => {
    const [first, second] = await Promise.all([
      test.detector.run({ runKey: 'execution-1' }),
      test.detector.run({ runKey: 'execution-1' }),
    ]);
    expect(second).toEqual(first);
    expect(await count('"MON_Change"')).toBe(2);
  });

  it('concurrent with another never covers the same customer', async () => {
    const outputs = await Promise.all([test.detector.run(), test.detector.run(), test.detector.run()]);
    const done = await sql(
      test.database.warehouse,
      `SELECT "customer" FROM dbo."MON_ChangeSet" WHERE "state" = 'OPEN' ORDER BY "customer"`,
    );
    expect(done).toEqual([{ customer: 'GREYSON' }, { customer: 'PELOTON' }]);
    for (const { new: found, busy } of outputs) expect(Number(found) + (busy as string[]).length).toBe(2);
  });

  it('leaves out a customer that another process works on, and names it', async () => {
    const lock = await test.database.warehouse.lock(customerLock(IN_DBO, 'GREYSON'), 0);
    try {
      expect(await test.detector.run()).toMatchObject({ busy: ['GREYSON'], new: 1 });
      expect(await test.detector.run({ dryRun: true })).toMatchObject({ busy: [], new: 2 });
    } finally {
      await lock?.release();
    }
    expect(await test.detector.run()).toMatchObject({ busy: [], new: 2 });
  });

  it('leaves out a customer that a newer run has handled since the scan', async () => {
    const overtaken = afterScan(test.database.warehouse, async () => {
      await insertLines(test.database.warehouse, [line(3)]);
      await test.detector.run({ customer: ['GREYSON'] });
    });
    const { outputs } = await test.detector.runTask({}, {}, overtaken);
    expect(outputs).toMatchObject({ busy: ['GREYSON'], new: 1 });
    expect(await count(`"MON_ChangeSet" WHERE "customer" = 'GREYSON' AND "state" = 'OPEN'`)).toBe(1);
  });

  it('supersedes open batches and unbatched change sets of its customers, and removes their owner', async () => {
    const batch = await makeBatch(test.database.warehouse, [{ line: 1, change: 'NEW' }]);
    const other = await makeBatch(test.database.warehouse, [{ line: 9, change: 'NEW' }], { customer: 'RHONE' });
    const dry = await makeBatch(test.database.warehouse, [{ line: 1, change: 'NEW' }], { dry: true });
    await sql(test.database.warehouse, `UPDATE dbo."MON_BatchProcessing" SET "owner_token" = "batch_id"`);
    const { runId } = await test.detector.run({ customer: ['GREYSON'] });
    await test.detector.run({ customer: ['GREYSON'] });
    const batches = await sql(
      test.database.warehouse,
      'SELECT "batch_id", "status", "superseded_by", CASE WHEN "owner_token" = "batch_id" THEN 1 ELSE 0 END AS "owned" FROM dbo."MON_BatchProcessing"',
    );
    expect(
      new Map(batches.map((row) => [row['batch_id'], [row['status'], row['superseded_by'], row['owned']]])),
    ).toEqual(
      new Map<unknown, unknown>([
        [batch, ['SUPERSEDED', runId, 0]],
        [other, ['STARTED', null, 1]],
        [dry, ['STARTED', null, 1]],
      ]),
    );
    expect(await count(`"MON_ChangeSet" WHERE "run_id" = '${String(runId)}' AND "state" = 'SUPERSEDED'`)).toBe(1);
  });

  it('that is dry stores its findings and changes nothing else', async () => {
    await insertSnapshot(test.database.warehouse, [{ source: line(5, { S: 5 }) }]);
    const batch = await makeBatch(test.database.warehouse, [{ line: 1, change: 'NEW' }]);
    const { runId } = await test.detector.run();
    await sql(test.database.warehouse, `UPDATE dbo."MON_BatchProcessing" SET "status" = 'STARTED'`);
    await sql(test.database.warehouse, 'UPDATE dbo."ORDERS_UNIFIED_SNAPSHOT" SET "missing_since" = NULL');
    expect(await test.detector.run({ dryRun: true })).toMatchObject({ new: 2, pendingDeletes: 1, status: 'DRY_RUN' });
    expect(await count('"ORDERS_UNIFIED_SNAPSHOT" WHERE "missing_since" IS NOT NULL')).toBe(0);
    expect(await count(`"MON_BatchProcessing" WHERE "batch_id" = '${batch}' AND "status" = 'STARTED'`)).toBe(1);
    expect(await count(`"MON_ChangeSet" WHERE "run_id" = '${String(runId)}' AND "state" = 'OPEN'`)).toBe(2);
    expect(await count('"MON_Change" c JOIN dbo."MON_Run" r ON r."run_id" = c."run_id" WHERE r."dry" = 1')).toBe(2);
  });

  it('covers customers that left the source', async () => {
    await insertSnapshot(test.database.warehouse, [
      { source: line(5, { 'CUSTOMER NAME': 'RHONE' }), customer: 'RHONE' },
      { source: line(1, { S: 1 }) },
    ]);
    await deleteLine(test.database.warehouse, 1);
    expect(await test.detector.run({ confirmDeletes: true })).toMatchObject({
      customers: ['GREYSON', 'PELOTON', 'RHONE'],
      deleted: 2,
      new: 1,
    });
  });

  it('refuses a missing source, or one that lacks a mapped column', async () => {
    await expect(test.detector.run({}, { SOURCE_TABLE: 'ORDERS_UNIFIDE' })).rejects.toMatchObject({
      exitCode: 2,
      message: expect.stringContaining('no table or view "ORDERS_UNIFIDE"'),
    });
    await sql(
      test.database.warehouse,
      'CREATE VIEW dbo."NO_NOTES" AS SELECT "record_uuid", "CUSTOMER NAME" FROM dbo."ORDERS_UNIFIED"',
    );
    await expect(test.detector.run({}, { SOURCE_TABLE: 'NO_NOTES' })).rejects.toMatchObject({
      exitCode: 2,
      message: expect.stringContaining('"NOTES"'),
    });
    expect(await count('"MON_Change"')).toBe(0);
  });
});
