import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { recordFailures } from '../../../shared/failures.js';
import { batchId, newUuid } from '../../../shared/ids.js';
import { listBatches } from '../../../tasks/batch/list.js';
import { runBatch } from '../../../tasks/batch/run.js';
import { taskContext } from '../../helpers/task-context.js';
import { mapping, openTestWarehouse, sql, type TestWarehouse, uuid } from '../../helpers/warehouse.js';

let test: TestWarehouse;
let seq = 0;

beforeAll(async () => {
  test = await openTestWarehouse();
});
afterAll(() => test.drop());

const HASH = 'a'.repeat(64);

/** A run as detect leaves it: per customer the numbers of its lines. */
async function makeRun(
  customers: Record<string, number[]>,
  options: { change?: string; state?: string; runState?: string } = {},
): Promise<string> {
  const runId = newUuid();
  seq += 1;
  await sql(
    test.warehouse,
    `INSERT INTO dbo."MON_Run" ("run_id", "run_key", "seq", "state", "kind", "method", "mapping_version", "started_at") VALUES (@run_id, @run_key, @seq, @state, 'SYNC', 'hash', @version, @now)`,
    {
      run_id: runId,
      run_key: runId,
      seq,
      state: options.runState ?? 'DONE',
      version: mapping.version,
      now: new Date(),
    },
  );
  for (const [customer, lines] of Object.entries(customers)) {
    await sql(
      test.warehouse,
      `INSERT INTO dbo."MON_ChangeSet" ("run_id", "customer", "state") VALUES (@run_id, @customer, @state)`,
      { run_id: runId, customer, state: options.state ?? 'OPEN' },
    );
    for (const n of lines) {
      await sql(
        test.warehouse,
        `INSERT INTO dbo."MON_Change" ("run_id", "line_key", "customer", "record_uuid", "change", "reason", "row_hash") VALUES (@run_id, @key, @customer, @key_uuid, @change, 'CONTENT', @hash)`,
        { run_id: runId, key: uuid(n), key_uuid: uuid(n), customer, change: options.change ?? 'NEW', hash: HASH },
      );
    }
  }
  return runId;
}

async function batch(runId: string, flags: { customer?: string[]; retryFailed?: boolean } = {}) {
  const context = taskContext(['WAREHOUSE_URL', 'MAPPING_FILE', 'ERR_RETRY_AFTER'], { warehouse: test.warehouse });
  return (await runBatch(context, { runId, customer: flags.customer, retryFailed: flags.retryFailed ?? false }))
    .outputs;
}

describe('batch', () => {
  it('makes one batch per customer, smallest first, and the same ones when asked again', async () => {
    const runId = await makeRun({ RHONE: [1, 2], GREYSON: [3] });
    const expected = {
      count: 2,
      batches: [
        { batchId: batchId(runId, 'GREYSON'), customer: 'GREYSON', lines: 1 },
        { batchId: batchId(runId, 'RHONE'), customer: 'RHONE', lines: 2 },
      ],
      heldBack: 0,
      superseded: [],
    };
    expect(await batch(runId)).toEqual(expected);
    expect(await batch(runId)).toEqual(expected);
  });

  it('takes any spelling of a customer and leaves the others for later', async () => {
    const runId = await makeRun({ RHONE: [1], GREYSON: [2] });
    expect(await batch(runId, { customer: ['greyson clothiers'] })).toMatchObject({
      count: 1,
      batches: [{ customer: 'GREYSON' }],
    });
    expect(await batch(runId)).toMatchObject({ count: 2 });
  });

  it('leaves out customers whose changes a newer detect has superseded', async () => {
    const runId = await makeRun({ RHONE: [1] }, { state: 'SUPERSEDED' });
    expect(await batch(runId)).toMatchObject({ count: 0, superseded: ['RHONE'] });
  });

  it('holds back a line that failed with this content, until asked to retry it', async () => {
    const failure = {
      step: 'push',
      severity: 'ERROR',
      reason: 'ColumnValueException',
      message: 'refused',
      lineKey: uuid(20),
      rowHash: HASH,
      mappingVersion: mapping.version,
    } as const;
    await recordFailures(test.warehouse, [failure], { batchId: null, runId: null, now: new Date() });
    const runId = await makeRun({ RHONE: [20, 21] });
    expect(await batch(runId)).toMatchObject({ heldBack: 1, batches: [{ lines: 1 }] });
    expect(await batch(runId, { retryFailed: true })).toMatchObject({ heldBack: 0, batches: [{ lines: 2 }] });
  });

  it('makes no batch when every line of a customer is held back', async () => {
    const runId = await makeRun({ RHONE: [20] });
    expect(await batch(runId)).toMatchObject({ count: 0, heldBack: 1 });
  });

  it('never holds back a deleted line', async () => {
    const runId = await makeRun({ RHONE: [20] }, { change: 'DELETED' });
    expect(await batch(runId)).toMatchObject({ count: 1, heldBack: 0 });
  });

  it('lets a line go once its failure is older than ERR_RETRY_AFTER', async () => {
    await sql(test.warehouse, `UPDATE dbo."ERR_MON_CustMasterSchedule" SET "last_seen_date" = @earlier`, {
      earlier: new Date(Date.now() - 86_400_001),
    });
    expect(await batch(await makeRun({ RHONE: [20] }))).toMatchObject({ count: 1, heldBack: 0 });
  });

  it('says what to do about an unknown run, an unfinished one and an unknown customer', async () => {
    await expect(batch(newUuid())).rejects.toMatchObject({
      exitCode: 2,
      message: expect.stringContaining('runId that detect printed'),
    });
    await expect(batch(await makeRun({}, { runState: 'OPEN' }))).rejects.toMatchObject({
      exitCode: 2,
      message: expect.stringContaining('--run-key'),
    });
    await expect(batch(await makeRun({}), { customer: ['NOBODY'] })).rejects.toMatchObject({
      exitCode: 2,
      message: expect.stringContaining('NOBODY'),
    });
  });

  it('lists batches for people and for programs', async () => {
    const runId = await makeRun({ 'TITLE NINE': [30] });
    await batch(runId);
    const context = () => taskContext(['WAREHOUSE_URL', 'MAPPING_FILE'], { warehouse: test.warehouse });
    const { text } = await listBatches(context(), { open: true, customer: ['TITLE 9'], json: false });
    expect(text).toMatch(
      new RegExp(`^${batchId(runId, 'TITLE NINE')}  STARTED +TITLE NINE: 1 lines, 0 failed, 0 held back`),
    );
    const json = await listBatches(context(), { open: true, customer: ['TITLE 9'], json: true });
    expect(JSON.parse(json.text ?? '')).toMatchObject([{ customer: 'TITLE NINE', status: 'STARTED', lines: 1 }]);
  });
});
