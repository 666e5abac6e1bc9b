import { beforeEach, describe, expect, it } from '@jest/globals';
import { batchId } from '../../../shared/ground/ids.js';
import { readFlags } from '../../../shared/runtime/flag-values.js';
import { recordFailures } from '../../../shared/store/failures.js';
import { batchCommand, listCommand } from '../../../tasks/batch/commands.js';
import { listHeld, runList } from '../../../tasks/batch/list.js';
import { runBatch } from '../../../tasks/batch/run.js';
import { taskContext } from '../../helpers/task-context.js';
import { insertLines, line, mapping, sql, uuid } from '../../helpers/warehouse.js';
import { useDetector } from '../detect/detector.js';

describe('batch', () => {
  const test = useDetector();
  beforeEach(async () => {
    await insertLines(test.database.warehouse, [
      line(1, { S: 1 }),
      line(2, { S: 2 }),
      line(3, { S: 3, 'CUSTOMER NAME': 'PELOTON' }),
    ]);
  });

  const batch = async (runId: unknown, flags: Record<string, unknown> = {}) => {
    const context = taskContext(batchCommand.settings, {
      warehouse: test.database.warehouse,
      clock: test.detector.clock,
    });
    return (await runBatch(context, await readFlags(batchCommand, { runId, ...flags }))).outputs;
  };
  const detect = async (flags: Record<string, unknown> = {}) => (await test.detector.run(flags))['runId'];
  const failLine = async (n: number, place: { batchId?: string; size?: string } = {}) => {
    const [change] = await sql(
      test.database.warehouse,
      'SELECT "row_hash" FROM dbo."MON_Change" WHERE "line_key" = @key',
      {
        key: uuid(n),
      },
    );
    await recordFailures(
      test.database.warehouse,
      [
        {
          step: 'push',
          severity: 'ERROR',
          reason: 'ColumnValueException',
          message: 'refused',
          lineKey: uuid(n),
          rowHash: String(change?.['row_hash']),
          mappingVersion: mapping.version,
          requestId: 'R-1',
          ...(place.size === undefined ? {} : { size: place.size }),
        },
      ],
      { batchId: place.batchId ?? null, runId: null, now: test.detector.clock.now() },
    );
  };

  it('creates one batch per customer, smallest first, with an id derived from run and customer', async () => {
    const runId = await detect();
    expect(await batch(runId)).toEqual({
      runId,
      count: 2,
      batches: [
        { batchId: batchId(String(runId), 'PELOTON'), customer: 'PELOTON', lines: 1 },
        { batchId: batchId(String(runId), 'GREYSON'), customer: 'GREYSON', lines: 2 },
      ],
      heldBack: 0,
      superseded: [],
      status: 'DONE',
    });
  });

  it('returns the same batches when run again or twice at the same time', async () => {
    const runId = await detect();
    const [first, second] = await Promise.all([batch(runId), batch(runId)]);
    expect(second).toEqual(first);
    expect(await batch(runId)).toEqual(first);
    const made = await sql(
      test.database.warehouse,
      'SELECT CAST(COUNT(*) AS INT) AS "n" FROM dbo."MON_BatchProcessing"',
    );
    expect(made).toEqual([{ n: 2 }]);
  });

  it('of one customer leaves the others for later', async () => {
    const runId = await detect();
    expect(await batch(runId, { customer: ['greyson clothiers'] })).toMatchObject({
      count: 1,
      batches: [{ lines: 2 }],
    });
    expect(await batch(runId)).toMatchObject({ count: 2 });
  });

  it('leaves out customers with a newer run', async () => {
    const runId = await detect();
    await detect({ customer: ['GREYSON'] });
    expect(await batch(runId)).toMatchObject({ count: 1, batches: [{ customer: 'PELOTON' }], superseded: ['GREYSON'] });
  });

  it('is superseded by a newer detect, even while it is being created', async () => {
    const runId = await detect();
    await Promise.all([batch(runId), detect()]);
    await batch(runId);
    const open = await sql(
      test.database.warehouse,
      `SELECT b."customer_name" FROM dbo."MON_BatchProcessing" b WHERE b."run_id" = @runId AND b."status" = 'STARTED'`,
      { runId: String(runId) },
    );
    expect(open).toEqual([]);
  });

  it('leaves out braked customers', async () => {
    const runId = await detect();
    await sql(
      test.database.warehouse,
      `UPDATE dbo."MON_ChangeSet" SET "state" = 'BRAKED' WHERE "customer" = 'GREYSON'`,
    );
    expect(await batch(runId)).toMatchObject({ count: 1, superseded: [] });
  });

  it('of a dry run is dry, and neither supersedes nor is superseded', async () => {
    const real = await detect();
    const dry = await detect({ dryRun: true });
    await detect({ customer: ['PELOTON'] });
    expect(await batch(dry)).toMatchObject({ count: 2, superseded: [], status: 'DRY_RUN' });
    expect(await batch(real)).toMatchObject({ count: 1, superseded: ['PELOTON'] });
    const rows = await sql(
      test.database.warehouse,
      'SELECT "dry", CAST(COUNT(*) AS INT) AS "n" FROM dbo."MON_BatchProcessing" GROUP BY "dry" ORDER BY "dry"',
    );
    expect(rows).toEqual([
      { dry: 0, n: 1 },
      { dry: 1, n: 2 },
    ]);
  });

  describe('holds a rejected line back', () => {
    it('while its content is unchanged, and reports it', async () => {
      const runId = await detect();
      await failLine(1);
      const outputs = await batch(runId);
      expect(outputs).toMatchObject({ count: 2, heldBack: 1 });
      expect(outputs?.['batches']).toContainEqual({
        batchId: batchId(String(runId), 'GREYSON'),
        customer: 'GREYSON',
        lines: 1,
      });
      const held = await sql(test.database.warehouse, 'SELECT "line_key" FROM dbo."MON_Change" WHERE "held" = 1');
      expect(held).toEqual([{ line_key: uuid(1) }]);
    });

    it('until its content changes', async () => {
      await detect();
      await failLine(1);
      await sql(test.database.warehouse, 'UPDATE dbo."ORDERS_UNIFIED" SET "S" = 50 WHERE "record_uuid" = @uuid', {
        uuid: uuid(1),
      });
      expect(await batch(await detect())).toMatchObject({ heldBack: 0 });
    });

    it('until the mapping changes', async () => {
      const runId = await detect();
      await failLine(1);
      await sql(test.database.warehouse, `UPDATE dbo."ERR_MON_CustMasterSchedule" SET "mapping_version" = 'elder'`);
      expect(await batch(runId)).toMatchObject({ heldBack: 0 });
    });

    it('until ERR_RETRY_AFTER has passed', async () => {
      await detect();
      await failLine(1);
      test.detector.passHours(23);
      expect(await batch(await detect())).toMatchObject({ heldBack: 1 });
      test.detector.passHours(2);
      expect(await batch(await detect())).toMatchObject({ heldBack: 0 });
    });

    it('until --retry-failed; --full does not release it', async () => {
      await detect();
      await failLine(1);
      expect(await batch(await detect({ full: true }))).toMatchObject({ heldBack: 1 });
      expect(await batch(await detect(), { retryFailed: true })).toMatchObject({ heldBack: 0 });
    });

    it('without creating an empty batch, until --retry-failed', async () => {
      await detect();
      await failLine(3);
      const runId = await detect();
      expect(await batch(runId)).toMatchObject({ count: 1, heldBack: 1 });
      expect(await batch(runId)).toMatchObject({ count: 1, heldBack: 1 });
      expect(await batch(runId, { retryFailed: true })).toMatchObject({ count: 2, heldBack: 0 });
    });

    it('and --retry-failed adds it to a batch that is not staged yet, but not to a staged one', async () => {
      await detect();
      await failLine(1);
      const runId = await detect();
      expect(await batch(runId)).toMatchObject({ heldBack: 1 });
      await sql(
        test.database.warehouse,
        `UPDATE dbo."MON_BatchProcessing" SET "status" = 'STAGED' WHERE "status" = 'STARTED'`,
      );
      expect(await batch(runId, { retryFailed: true })).toMatchObject({
        heldBack: 1,
        batches: [{ lines: 1 }, { lines: 1 }],
      });
      await sql(
        test.database.warehouse,
        `UPDATE dbo."MON_BatchProcessing" SET "status" = 'STARTED' WHERE "status" = 'STAGED'`,
      );
      expect(await batch(runId, { retryFailed: true })).toMatchObject({
        heldBack: 0,
        batches: [{ lines: 1 }, { lines: 2 }],
      });
    });

    it('never because of a dry run', async () => {
      const dry = await detect({ dryRun: true });
      await batch(dry);
      await failLine(1);
      await sql(test.database.warehouse, 'UPDATE dbo."ERR_MON_CustMasterSchedule" SET "last_batch_id" = @batch', {
        batch: batchId(String(dry), 'GREYSON'),
      });
      expect(await batch(await detect())).toMatchObject({ heldBack: 0 });
    });

    it('but never a delete or a re-key', async () => {
      const runId = await detect();
      await failLine(1);
      await failLine(2);
      await sql(test.database.warehouse, `UPDATE dbo."MON_Change" SET "change" = 'DELETED' WHERE "line_key" = @key`, {
        key: uuid(1),
      });
      await sql(test.database.warehouse, `UPDATE dbo."MON_Change" SET "change" = 'REKEYED' WHERE "line_key" = @key`, {
        key: uuid(2),
      });
      expect(await batch(runId)).toMatchObject({ count: 2, heldBack: 0 });
    });
  });

  it('refuses an unknown run, and an unfinished one', async () => {
    await expect(batch(uuid(77))).rejects.toMatchObject({ exitCode: 2 });
    const runId = await detect();
    await sql(test.database.warehouse, `UPDATE dbo."MON_Run" SET "state" = 'OPEN'`);
    await expect(batch(runId)).rejects.toMatchObject({ exitCode: 1 });
    await expect(batch('yesterday')).rejects.toThrow('must be an id, its first eight');
  });

  const list = async (flags: Record<string, unknown>) => {
    const context = taskContext(batchCommand.settings, {
      warehouse: test.database.warehouse,
      clock: test.detector.clock,
    });
    const options = await readFlags(listCommand, flags);
    return (await (options.held ? listHeld : runList)(context, options)).lines?.join('\n') ?? '';
  };
  const close = (status: string) =>
    sql(test.database.warehouse, 'UPDATE dbo."MON_BatchProcessing" SET "status" = @status, "failed_records" = 1', {
      status,
    });

  describe('list', () => {
    it('shows state, counts, age and last error', async () => {
      const runId = await detect();
      await batch(runId);
      await sql(
        test.database.warehouse,
        `UPDATE dbo."MON_BatchProcessing" SET "status" = 'COMPLETED', "last_error" = 'told' WHERE "customer_name" = 'GREYSON'`,
      );
      test.detector.passHours(3);
      expect(JSON.parse(await list({ json: true }))).toMatchObject([
        { customer: 'GREYSON', status: 'COMPLETED', lines: 2, failed: 0, heldBack: 0, lastError: 'told' },
        { customer: 'PELOTON', status: 'STARTED', lines: 1, lastError: null },
      ]);
      expect(await list({ open: true })).toMatch(
        /^\S+ {2}STARTED +PELOTON {2}1 lines, 0 failed, 0 held back {2}3 h 0 min old$/,
      );
      expect(await list({ customer: ['GREYSON'] })).toContain('told');
      expect(await list({ customer: ['RHONE'] })).toBe('No batch.');
    });

    it('leaves dry batches out of the unfinished ones', async () => {
      await batch(await detect({ dryRun: true }));
      expect(await list({ open: true })).toBe('No batch.');
      expect(await list({})).toContain('STARTED (dry)');
    });

    it('names the run that took over a batch', async () => {
      await batch(await detect());
      const newer = await detect();
      expect(await list({ customer: ['PELOTON'] })).toMatch(new RegExp(`superseded by run ${String(newer)}$`));
    });

    it('shows how many lines failed, even after the staged rows were pruned', async () => {
      await batch(await detect());
      await close('COMPLETED_WITH_ERRORS');
      expect(JSON.parse(await list({ json: true, customer: ['PELOTON'] }))).toMatchObject([{ failed: 1 }]);
    });
  });

  describe('list --held', () => {
    it('shows each line that the next batch leaves out, with the reason and until when', async () => {
      await batch(await detect());
      const [row] = await sql(
        test.database.warehouse,
        `SELECT b."batch_id" FROM dbo."MON_BatchProcessing" b WHERE b."customer_name" = 'GREYSON'`,
      );
      await failLine(1, { batchId: String(row?.['batch_id']) });
      await failLine(1, { batchId: String(row?.['batch_id']), size: 'S' });
      // It is being tried.
      expect(await list({ held: true })).toBe('No line is held back.');
      await close('COMPLETED_WITH_ERRORS');
      test.detector.passHours(2);
      expect(await list({ held: true })).toBe(
        [
          `GREYSON  ${uuid(1)}  push ColumnValueException  failed for 2 h 0 min, tried again in 22 h 0 min  request R-1`,
          '    refused',
          `GREYSON  ${uuid(1)} S  push ColumnValueException  failed for 2 h 0 min, tried again in 22 h 0 min  request R-1`,
          '    refused',
        ].join('\n'),
      );
      const runId = await detect();
      expect(await batch(runId)).toMatchObject({ heldBack: 1 });
      expect(JSON.parse(await list({ held: true, json: true }))).toMatchObject([
        { customer: 'GREYSON', lineKey: uuid(1), runId, step: 'push', reason: 'ColumnValueException', size: null },
        { customer: 'GREYSON', lineKey: uuid(1), runId, size: 'S', requestId: 'R-1' },
      ]);
      expect(await list({ held: true, customer: ['PELOTON'] })).toBe('No line is held back.');
    });

    it.each<[string, () => Promise<unknown>]>([
      ['--retry-failed has released', async () => batch(await detect(), { retryFailed: true })],
      [
        'has other content now',
        async () => {
          await sql(test.database.warehouse, 'UPDATE dbo."ORDERS_UNIFIED" SET "S" = 50 WHERE "record_uuid" = @uuid', {
            uuid: uuid(1),
          });
          await batch(await detect());
        },
      ],
      [
        'a later success has resolved',
        () =>
          sql(test.database.warehouse, 'UPDATE dbo."ERR_MON_CustMasterSchedule" SET "resolved_date" = "created_date"'),
      ],
      ['is due to be tried again', async () => test.detector.passHours(25)],
      [
        'failed under another mapping',
        () => sql(test.database.warehouse, `UPDATE dbo."ERR_MON_CustMasterSchedule" SET "mapping_version" = 'elder'`),
      ],
    ])('leaves out a line that %s', async (_, happens) => {
      await detect();
      await failLine(1);
      await batch(await detect());
      expect(await list({ held: true })).toContain(uuid(1));
      await happens();
      expect(await list({ held: true })).toBe('No line is held back.');
    });

    it('ignores dry runs', async () => {
      await detect();
      await failLine(1);
      await batch(await detect());
      await batch(await detect({ dryRun: true }), { retryFailed: true });
      expect(await list({ held: true })).toContain(uuid(1));
    });

    it('excludes --open', async () => {
      await expect(list({ open: true, held: true })).rejects.toThrow('ask for one of them');
    });
  });
});
