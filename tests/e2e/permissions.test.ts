import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Warehouse } from '../../shared/warehouse/port/warehouse.js';
import { openWarehouseAt } from '../helpers/engine.js';
import { sql } from '../helpers/warehouse.js';
import { World } from './world.js';

let world: World;
let folder: string;
let limited: Warehouse | undefined;

beforeAll(async () => {
  world = await World.open(['TITLE 9', 'JOHNNIE O']);
  limited = await openWarehouseAt((await world.limitUser()).url);
  folder = await mkdtemp(join(tmpdir(), 'permissions-test-'));
}, 120_000);

afterAll(async () => {
  await limited?.close();
  await world.close();
  await rm(folder, { recursive: true, force: true });
});

const edit = (assignment: string, which: string) =>
  world.sql(`UPDATE dbo."ORDERS_UNIFIED" SET ${assignment} WHERE ${which}`);

async function oneLine(customer: string): Promise<string> {
  const rows = await world.sql(
    'SELECT "record_uuid" FROM dbo."ORDERS_UNIFIED" WHERE "CUSTOMER NAME" = @customer ORDER BY "record_uuid"',
    { customer },
  );
  return String(rows[0]?.['record_uuid']);
}

// One story: each run starts where the one before it ended.
describe('a user with exactly the permissions of the grant script', () => {
  it('carries a first load to the board', async () => {
    const { detected, pushed } = await world.carry();
    expect(detected).toMatchObject({ new: 5, outOfScope: 0, braked: [], busy: [] });
    expect(pushed['TITLE NINE']).toMatchObject({ itemsCreated: 4, itemsFailed: 0 });
  }, 180_000);

  it('carries edits, a delete, a line that fails, and one that no longer fails', async () => {
    const uuid = await oneLine('TITLE 9');
    await edit(`"NOTES" = 'SHIP EARLY', "AAG ORDER NUMBER" = NULL`, `"record_uuid" = '${uuid}'`);
    await edit(`"NOTES" = 'SHIP LATE'`, `"CUSTOMER NAME" = 'JOHNNIE O'`);
    const first = await world.batches('--method', 'fields', '--allow-large-change');
    expect(first.detected).toMatchObject({ changed: 2 });
    for (const { batchId } of first.batches) {
      await world.run('stage', ['--batch-id', batchId]);
      await world.run('push', ['--batch-id', batchId]);
      await world.run('promote', ['--batch-id', batchId]);
      await world.expect('archive', '--batch-id', batchId);
    }
    await edit(`"AAG ORDER NUMBER" = 'TIT-00001'`, `"record_uuid" = '${uuid}'`);
    await world.sql(`DELETE FROM dbo."ORDERS_UNIFIED" WHERE "CUSTOMER NAME" = 'JOHNNIE O'`);
    const { detected } = await world.carry('--confirm-deletes', '--allow-large-change');
    expect(detected).toMatchObject({ changed: 1, deleted: 1 });
    const rows = await world.sql(
      `SELECT "step", "resolved_date" FROM dbo."ERR_MON_CustMasterSchedule" WHERE "severity" = 'ERROR'`,
    );
    expect(rows).toEqual([{ step: 'stage', resolved_date: expect.any(Date) }]);
  }, 240_000);

  it('makes a dry run, audits the board, and explains a line', async () => {
    await edit(`"NOTES" = 'NEVER SENT'`, `"CUSTOMER NAME" = 'TITLE 9'`);
    const { batches } = await world.batches('--dry-run', '--full', '--allow-large-change');
    const [{ batchId } = { batchId: '' }] = batches;
    await world.expect('stage', '--batch-id', batchId);
    expect(await world.expect('push', '--batch-id', batchId)).toMatchObject({ status: 'DRY_RUN' });
    await world.expect('push', '--audit');
    await world.expect('detect', '--list-customers');
    await world.expect('detect', '--explain', await oneLine('TITLE 9'));
  }, 180_000);

  it('restores an archive, and prunes', async () => {
    const [archive] = await world.archiveSql(
      `SELECT "id" FROM snapshot_archive WHERE "customer_filter" = 'TITLE NINE' ORDER BY "id" LIMIT 1`,
    );
    const id = String(archive?.['id']);
    await world.expect('archive', 'verify');
    await world.expect('archive', 'list');
    await world.expect('archive', 'export', '--archive-id', id, '--output', join(folder, 'archive.csv'));
    const { batchId } = await world.expect('archive', 'restore', '--archive-id', id);
    for (const task of ['stage', 'push', 'promote', 'archive'] as const)
      await world.expect(task, '--batch-id', String(batchId));
    await world.expect('archive', 'prune');
    // Everything that may go at all: a right to delete is asked for row by row.
    await world.sql(`UPDATE dbo."MON_BatchProcessing" SET "start_time" = '2001-01-01', "end_time" = '2001-01-01'`);
    await world.sql(`UPDATE dbo."MON_Run" SET "started_at" = '2001-01-01', "finished_at" = '2001-01-01'`);
    await world.sql(
      `UPDATE dbo."ERR_MON_CustMasterSchedule" SET "last_seen_date" = '2001-01-01', "resolved_date" = '2001-01-01'`,
    );
    const pruned = await world.expect('archive', 'prune');
    expect(pruned).toMatchObject({ restoredLines: 1, lineFailures: 1 });
    for (const name of ['stagedLines', 'stagedSizes', 'changes', 'changeSets', 'batches', 'runs'])
      expect(Number(pruned[name])).toBeGreaterThan(0);
  }, 240_000);

  it('lists, reports and watches', async () => {
    await world.expect('batch', 'list', '--open');
    await world.expect('batch', 'list', '--held');
    await world.expect('batch', 'report', '--output', join(folder, 'run.html'));
    await world.expect('batch', 'watch');
  }, 120_000);

  it('passes doctor', async () => {
    const { outputs, said } = await world.run('doctor');
    expect({ outputs, said }).toMatchObject({ outputs: { errors: 0, skipped: [] } });
    expect(said).not.toContain('RIGHTS_LACKING');
    await world.expect('doctor', '--table', 'MON_Ledger');
    await world.expect('doctor', '--adopt', '--customer', 'JOHNNIE O');
  }, 120_000);

  it('may neither create tables nor change the source', async () => {
    await world.sql('DROP TABLE dbo."MON_RestoredLine"');
    const { code, said } = await world.run('migrate');
    expect({ code: Number(code) > 0, said }).toEqual({ code: true, said: expect.stringMatching(/permission/i) });
    for (const text of [
      'DELETE FROM dbo."ORDERS_UNIFIED"',
      'UPDATE dbo."ORDERS_UNIFIED" SET "NOTES" = NULL',
      'DELETE FROM dbo."ORDERS_UNIFIED_SNAPSHOT"',
      'DROP TABLE dbo."MON_Board"',
    ])
      await expect(sql(limited as Warehouse, text)).rejects.toThrow(/permission|denied|owner/i);
  }, 60_000);
});
