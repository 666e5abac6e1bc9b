import { readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { TryAgainError } from '../../../shared/ground/errors.js';
import { newUuid } from '../../../shared/ground/ids.js';
import { MAPPING_CHECKS } from '../../../tasks/doctor/run.js';
import { makeBatch } from '../../helpers/batches.js';
import { createTestDatabase } from '../../helpers/database.js';
import { changeType, dropIndex, earlier, renameColumn } from '../../helpers/dialect.js';
import { createWarehouseDatabase, ENGINE, openWarehouseAt } from '../../helpers/engine.js';
import { createLimitedUser } from '../../helpers/limited-user.js';
import { insertSnapshot } from '../../helpers/snapshot.js';
import { insertLines, line, sql, updateLine } from '../../helpers/warehouse.js';
import { codesOf, Doctoring } from './doctoring.js';

let doctoring: Doctoring;

beforeEach(async () => {
  doctoring = await Doctoring.open();
});
afterEach(() => doctoring.close());

const run = (text: string) => sql(doctoring.test.warehouse, text);

describe('doctor, about names and words in the source,', () => {
  const lines = [1, 2, 3, 4].map((n) => line(n, { S: n }));
  beforeEach(async () => {
    await run('DELETE FROM dbo."ORDERS_UNIFIED"');
    await insertLines(doctoring.test.warehouse, lines);
    await insertSnapshot(
      doctoring.test.warehouse,
      lines.map((source) => ({ source })),
    );
    await run(
      `INSERT INTO dbo."MON_CustMasterSchedule" ("line_key", "Item ID", "record_uuid", "batch_id", "promoted_at")
       SELECT "line_key", 1, "record_uuid", "line_key", "snapshot_date" FROM dbo."ORDERS_UNIFIED_SNAPSHOT"`,
    );
  });

  it('warns of unknown ones that affect lines on the board, with counts and the nearest known name', async () => {
    await updateLine(doctoring.test.warehouse, 1, { 'CUSTOMER NAME': 'GREYSON CLOTHIERS LTD' });
    await updateLine(doctoring.test.warehouse, 2, { 'CUSTOMER NAME': 'Greyson\u00a0Clothiers  Ltd' });
    await updateLine(doctoring.test.warehouse, 3, { 'ORDER TYPE': 'CANCELED' });
    await updateLine(doctoring.test.warehouse, 4, { 'CUSTOMER NAME': 'GREYSON\u00a0CLOTHIERS' });
    const report = await doctoring.examine();
    expect(report).toMatchObject({
      agrees: false,
      findings: [
        { check: 'scope', code: 'CUSTOMER_UNMAPPED', severity: 'warning', subject: 'GREYSON CLOTHIERS LTD' },
        { check: 'scope', code: 'SCOPE_WORD_UNKNOWN', severity: 'warning', subject: 'ORDER TYPE' },
      ],
    });
    expect(report.findings.map(({ what }) => what)).toEqual([
      'The mapping does not know "GREYSON CLOTHIERS LTD" (2 lines, 2 of them known, nearest is "GREYSON").',
      'The mapping does not know ORDER TYPE "CANCELED" (1 line, 1 of them known, nearest is "CANCELLED").',
    ]);
  });

  it('reports those without a line on the board as info, and those in out_of_scope not at all', async () => {
    await insertLines(doctoring.test.warehouse, [
      line(5, { 'CUSTOMER NAME': 'ACME' }),
      line(6, { 'CUSTOMER NAME': 'BLOGGS' }),
      line(7, { 'ORDER TYPE': 'SAMPLE' }),
    ]);
    const report = await doctoring.examine();
    expect(report).toMatchObject({
      agrees: true,
      findings: [
        { code: 'CUSTOMER_UNMAPPED', severity: 'info', subject: '2 names' },
        { code: 'SCOPE_WORD_UNKNOWN', severity: 'info', subject: 'ORDER TYPE' },
      ],
    });
    const file = join(tmpdir(), `mapping-${newUuid()}.yaml`);
    const shipped = readFileSync('sql/mappings/customer-orders.yaml', 'utf8');
    writeFileSync(file, shipped.replace('out_of_scope: []', 'out_of_scope: [acme, Bloggs, sample]'));
    expect(await doctoring.codes({ env: { MAPPING_FILE: file } })).toEqual([]);
  });

  it('tells of cancelled lines on the board where a scope without any leaves their sizes as they were', async () => {
    await updateLine(doctoring.test.warehouse, 1, { 'ORDER TYPE': 'CANCELLED' });
    const file = join(tmpdir(), `mapping-${newUuid()}.yaml`);
    const shipped = readFileSync('sql/mappings/customer-orders.yaml', 'utf8');
    const words = (of: string) => writeFileSync(file, shipped.replace('[ACTIVE, CANCELLED, FORECAST, RECEIVED]', of));
    words('[ACTIVE, FORECAST, RECEIVED]');
    const { findings } = await doctoring.examine({ env: { MAPPING_FILE: file } });
    expect(findings).toMatchObject([{ check: 'scope', code: 'CANCELLED_OUT_OF_SCOPE', severity: 'info' }]);
    expect(findings[0]?.what).toBe('No cancelled line is in scope; of those out of scope the board shows 1 line.');
    words('[ACTIVE, CANCELLED]');
    expect(await doctoring.codes({ env: { MAPPING_FILE: file } })).toEqual([]);
  });
});

describe('doctor, about settings and databases,', () => {
  it('reports nothing when everything agrees', async () => {
    const report = await doctoring.examine();
    expect(report).toMatchObject({ agrees: true, findings: [], fixed: [] });
    expect(report.checks.every(({ state }) => state === 'passed')).toBe(true);
  });

  it('reports each unusable setting, and checks everything that does not need it', async () => {
    const env = { LOCK_WAIT: 'soon', MONDAY_API_TOKEN: '', DELETE_POLICY: 'burn' };
    const report = await doctoring.examine({ env });
    expect(codesOf(report.findings)).toEqual([
      'settings SETTING_UNUSABLE MONDAY_API_TOKEN',
      'settings SETTING_UNUSABLE DELETE_POLICY',
      'settings SETTING_UNUSABLE LOCK_WAIT',
    ]);
    const skipped = report.checks.filter(({ state }) => state === 'skipped');
    expect(skipped.map(({ check }) => check)).toEqual(['account', 'board', 'columns', 'labels', 'room', 'keys']);
    expect(skipped[0]?.summary).toBe('not checked, see settings');
  });

  it('reports a mapping with faults once, with the first of them and the command that lists all', async () => {
    const file = join(tmpdir(), `mapping-${newUuid()}.yaml`);
    writeFileSync(file, 'blank: [nan]\n');
    const report = await doctoring.examine({ env: { MAPPING_FILE: file } });
    expect(codesOf(report.findings)).toEqual([`settings MAPPING_UNUSABLE ${file}`]);
    const [finding] = report.findings;
    expect(finding?.what).toMatch(
      / has [2-9] faults, all of which `.*doctor.* mapping check .*\.yaml` lists\. The first is source: /,
    );
    expect(report.checks.find(({ check }) => check === 'archive')?.state).toBe('passed');
  });

  it('reports an unreachable database, and still checks the other one and the board', async () => {
    const away = new TryAgainError('DATABASE_UNREACHABLE', 'PostgreSQL: connect ECONNREFUSED.');
    const report = await doctoring.examine({ warehouse: away });
    expect(codesOf(report.findings)).toEqual(['warehouse WAREHOUSE_UNREACHABLE warehouse']);
    expect(report.findings[0]).toMatchObject({ passing: true, severity: 'error' });
    const state = Object.fromEntries(report.checks.map(({ check, state: each }) => [check, each]));
    expect(state).toMatchObject({ archive: 'passed', tables: 'skipped', keys: 'skipped', columns: 'passed' });
    const url = 'postgres://orders:hidden-password@127.0.0.1:1/archive';
    expect(await doctoring.codes({ env: { ARCHIVE_URL: url } })).toEqual(['archive ARCHIVE_UNREACHABLE archive']);
  });

  it('creates the tables of the archives and their schema, if it is missing', async () => {
    const env = { ARCHIVE_SCHEMA: 'second pipeline' };
    expect(await doctoring.codes({ env })).toEqual(['archive ARCHIVE_TABLE_MISSING snapshot_archive']);
    const { fixed, findings } = await doctoring.examine({ env, fix: true });
    expect(findings).toEqual([]);
    expect(fixed).toEqual(['Create the schema second pipeline: done.', 'Create snapshot_archive: done.']);
  });

  it('reports missing permissions, and does not mistake hidden tables for missing ones', async () => {
    const { warehouse } = doctoring.test;
    const user = await createLimitedUser(warehouse, doctoring.test.url);
    const holder = ENGINE === 'mssql' ? 'customer_orders' : new URL(user.url).username;
    // SQL Server does not even tell that there is a table to those who have no right to it.
    const hidden = ENGINE === 'mssql' ? [] : ['ORDERS_UNIFIED', 'MON_Ledger'];
    await run(`REVOKE DELETE ON dbo."MON_Request" FROM "${holder}"`);
    for (const table of hidden) await run(`REVOKE ALL ON dbo."${table}" FROM "${holder}"`);
    const limited = await openWarehouseAt(user.url);
    const { findings } = await doctoring.examine({ warehouse: limited });
    await limited.close();
    await user.drop();
    expect(codesOf(findings).sort()).toEqual(
      ['MON_Request', ...hidden].map((table) => `warehouse RIGHTS_LACKING ${table}`).sort(),
    );
    expect(findings.find(({ subject }) => subject === 'MON_Request')).toMatchObject({
      what: 'The user may not DELETE on MON_Request.',
      remedy: 'Grant DELETE on "dbo"."MON_Request" to the user of the URL.',
    });
  });

  const onPostgres = ENGINE === 'mssql' ? it.skip : it;
  onPostgres('reports that the user may not use the schema, and no permission that it has', async () => {
    const user = await createLimitedUser(doctoring.test.warehouse, doctoring.test.url);
    await run(`REVOKE USAGE ON SCHEMA dbo FROM "${new URL(user.url).username}"`);
    const limited = await openWarehouseAt(user.url);
    const { findings } = await doctoring.examine({ warehouse: limited });
    await limited.close();
    await user.drop();
    expect(findings.filter(({ code }) => code === 'RIGHTS_LACKING')).toMatchObject([
      { subject: 'dbo', remedy: 'Grant USAGE on schema "dbo" to the user of the URL.' },
    ]);
  });

  onPostgres('reports to a check of a mapping alone that the user may not read the source', async () => {
    const user = await createLimitedUser(doctoring.test.warehouse, doctoring.test.url);
    await run(`REVOKE ALL ON dbo."ORDERS_UNIFIED" FROM "${new URL(user.url).username}"`);
    const limited = await openWarehouseAt(user.url);
    const { findings } = await doctoring.examine({ warehouse: limited, checks: MAPPING_CHECKS });
    await limited.close();
    await user.drop();
    expect(codesOf(findings)).toEqual(['source RIGHTS_LACKING ORDERS_UNIFIED']);
  });

  it('creates all tables of an empty database, including the schema', async () => {
    const [empty, archive] = [await createWarehouseDatabase(), await createTestDatabase()];
    const warehouse = await openWarehouseAt(empty.url);
    const env = { ARCHIVE_URL: archive.url };
    const before = await doctoring.codes({ warehouse, env });
    expect(before).toEqual([
      'archive ARCHIVE_TABLE_MISSING snapshot_archive',
      'tables SCHEMA_EMPTY dbo',
      'production-tables PRODUCTION_TABLE_MISSING MON_CustMasterSchedule',
      'production-tables PRODUCTION_TABLE_MISSING MON_CustMasterSchedule_Subitems',
      'source SOURCE_MISSING ORDERS_UNIFIED',
    ]);
    const { findings, fixed } = await doctoring.examine({ warehouse, env, fix: true });
    expect(codesOf(findings)).toEqual(['source SOURCE_MISSING ORDERS_UNIFIED']);
    expect(fixed[0]).toBe('Create snapshot_archive: done.');
    expect(fixed).toContain('Create MON_Ledger: done.');
    await warehouse.close();
    await Promise.all([empty.drop(), archive.drop()]);
  });

  it('reports tables and columns that differ, and restores missing ones once', async () => {
    await run('DROP TABLE dbo."MON_Change"');
    await run('ALTER TABLE dbo."MON_Ledger" DROP COLUMN "alias"');
    await changeType(doctoring.test.warehouse, 'MON_Run', 'mapping_version', 'text(20)');
    const { findings } = await doctoring.examine();
    expect(codesOf(findings).sort()).toEqual([
      'tables COLUMN_DIFFERS MON_Run.mapping_version',
      'tables COLUMN_MISSING MON_Ledger',
      'tables TABLE_MISSING MON_Change',
    ]);
    const fixed = await doctoring.examine({ fix: true });
    expect(codesOf(fixed.findings)).toEqual(['tables COLUMN_DIFFERS MON_Run.mapping_version']);
    expect(fixed.fixed).toHaveLength(2);
    expect((await doctoring.examine({ fix: true })).fixed).toEqual([]);
  });

  it('tells what it restored before a step that failed, and does not report it as missing', async () => {
    await run('DROP TABLE dbo."MON_Change"');
    await run('ALTER TABLE dbo."MON_Mapping" DROP CONSTRAINT "PK_MON_Mapping"');
    await run('DELETE FROM dbo."MON_Mapping"');
    const twin = `VALUES ('m', '[]', '2026-01-05')`;
    for (let n = 0; n < 2; n++)
      await run(`INSERT INTO dbo."MON_Mapping" ("mapping_version", "hashed_columns", "created_at") ${twin}`);
    const { findings, fixed } = await doctoring.examine({ fix: true });
    expect(codesOf(findings)).toEqual(['tables INDEX_MISSING MON_Mapping', 'tables FIX_FAILED tables']);
    expect(fixed).toEqual(['Create MON_Change: done.']);
  });

  it('reports a missing or different view, and replaces it', async () => {
    await run('DROP VIEW dbo."v_order_line_status"');
    expect(await doctoring.codes()).toEqual(['tables VIEW_MISSING v_order_line_status']);
    await run(`CREATE VIEW dbo."v_order_line_status" AS SELECT 'mine' AS "state"`);
    expect(await doctoring.codes()).toEqual(['tables VIEW_DIFFERS v_order_line_status']);
    expect(await doctoring.codes({ fix: true })).toEqual([]);
    expect(await run('SELECT "state" FROM dbo."v_order_line_status"')).toEqual([]);
  });

  it('reports missing and different keys and indexes, and restores the missing ones', async () => {
    await dropIndex(doctoring.test.warehouse, 'MON_Ledger', 'IX_MON_Ledger_request_id');
    await dropIndex(doctoring.test.warehouse, 'MON_Ledger', 'IX_MON_Ledger_monday_id');
    await run('CREATE INDEX "IX_MON_Ledger_monday_id" ON dbo."MON_Ledger" ("kind")');
    const found = await doctoring.codes();
    expect(found.sort()).toEqual([
      'tables INDEX_DIFFERS MON_Ledger.IX_MON_Ledger_monday_id',
      'tables INDEX_MISSING MON_Ledger',
    ]);
    expect(await doctoring.codes({ fix: true })).toEqual(['tables INDEX_DIFFERS MON_Ledger.IX_MON_Ledger_monday_id']);
  });

  it('reports a production table that another system has replaced, and restores our columns', async () => {
    await run(
      'ALTER TABLE dbo."MON_CustMasterSchedule_Subitems" DROP CONSTRAINT "FK_MON_CustMasterSchedule_Subitems_line_key"',
    );
    await run('DROP TABLE dbo."MON_CustMasterSchedule"');
    await run('CREATE TABLE dbo."MON_CustMasterSchedule" ("Item ID" BIGINT, "Title" VARCHAR(80))');
    await run(`INSERT INTO dbo."MON_CustMasterSchedule" VALUES (1, 'theirs')`);
    const [finding, ...others] = (await doctoring.examine()).findings;
    const short = 'production-tables PRODUCTION_COLUMN_DIFFERS MON_CustMasterSchedule';
    expect(codesOf(others)).toEqual([short]);
    expect(finding).toMatchObject({ code: 'PRODUCTION_COLUMN_MISSING', severity: 'warning', fixable: true });
    expect(await doctoring.codes({ fix: true })).toEqual([short]);
    expect(await run('SELECT "Title" FROM dbo."MON_CustMasterSchedule"')).toEqual([{ Title: 'theirs' }]);
  });

  it('reports what a production table of another system does not take, at which promote stops', async () => {
    const table = 'ALTER TABLE dbo."MON_CustMasterSchedule"';
    await run(`${table} ADD "THEIRS" INT NOT NULL`);
    await run(`${table} ADD "COUNTED" INT NOT NULL DEFAULT 1`);
    await changeType(doctoring.test.warehouse, 'MON_CustMasterSchedule', 'Title', 'text(80)');
    const [finding, ...others] = (await doctoring.examine()).findings;
    expect(others).toEqual([]);
    expect(finding).toMatchObject({ code: 'PRODUCTION_COLUMN_DIFFERS', subject: 'MON_CustMasterSchedule' });
    expect(finding?.what).toMatch(/"Title" is .+\(80\) instead of n?varchar\(255\)/);
    expect(finding?.what).toMatch(/"THEIRS" is int\w* not null instead of nullable, or with a default\.$/);
    expect(finding?.what).not.toContain('COUNTED');
  });

  it('reports a source that is missing, empty, or lacks a required column', async () => {
    await run('DELETE FROM dbo."ORDERS_UNIFIED"');
    expect(await doctoring.codes()).toEqual(['source SOURCE_EMPTY ORDERS_UNIFIED']);
    await renameColumn(doctoring.test.warehouse, 'ORDERS_UNIFIED', 'NOTES', 'Notes');
    const [finding] = (await doctoring.examine()).findings;
    expect(finding).toMatchObject({ code: 'SOURCE_UNFIT', what: expect.stringContaining('(it has "Notes")') });
    expect(await doctoring.codes({ env: { SOURCE_TABLE: 'ORDERS' } })).toContain('source SOURCE_MISSING ORDERS');
  });

  it('reports sizes added and removed since the last run', async () => {
    await makeBatch(doctoring.test.warehouse, []);
    await run(`UPDATE dbo."MON_Run" SET "size_labels" = '["XS","S","M","L","XL","28","30/30","OLD","UNUSED"]'`);
    await insertSnapshot(doctoring.test.warehouse, [{ source: line(1, { S: 3 }) }]);
    await run(`UPDATE dbo."ORDERS_UNIFIED_SNAPSHOT" SET "sizes" = 'S=3;OLD=2'`);
    const codes = (await doctoring.codes()).filter((code) => code.startsWith('source'));
    expect(codes).toEqual(['source SIZE_GONE "OLD"', 'source SIZE_NEW "OS"']);
  });

  it('reports open batches, and those that no run has resumed', async () => {
    const [fresh, old] = [await makeBatch(doctoring.test.warehouse, []), await makeBatch(doctoring.test.warehouse, [])];
    await makeBatch(doctoring.test.warehouse, [], { dry: true });
    await run(
      `UPDATE dbo."MON_BatchProcessing" SET ${earlier('start_time', 360)}, "last_error" = 'The board is full.' WHERE "batch_id" = '${old}'`,
    );
    const { findings, agrees } = await doctoring.examine();
    expect(codesOf(findings)).toEqual([`batches BATCH_OPEN ${fresh}`, `batches BATCH_STUCK ${old}`]);
    expect(findings[1]?.what).toMatch(/GREYSON has been STARTED for 6 h .*The board is full/);
    expect(agrees).toBe(false);
  });

  it('reports the open batch of a restore, which no run takes up, with what finishes it', async () => {
    const batchId = await makeBatch(doctoring.test.warehouse, []);
    await run(`UPDATE dbo."MON_Run" SET "kind" = 'RESTORE', "archive_id" = 7`);
    const [finding, ...others] = (await doctoring.examine()).findings;
    expect(others).toEqual([]);
    expect(finding).toMatchObject({ code: 'RESTORE_OPEN', severity: 'warning', subject: batchId });
    expect(finding?.what).toMatch(/^The batch that restores archive 7 of GREYSON has been STARTED for /);
    expect(finding?.remedy).toContain('stage, push, promote');
  });
});
