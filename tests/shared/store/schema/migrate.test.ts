import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Clock, systemClock } from '../../../../shared/ground/clock.js';
import { parseMapping } from '../../../../shared/mapping/mapping.js';
import { ddlScript } from '../../../../shared/store/schema/ddl.js';
import { migrate, ownTables, planMigration, splitScript, stepsOf } from '../../../../shared/store/schema/migrate.js';
import { ARCHIVES } from '../../../../shared/store/schema/own-tables.js';
import { differenceText, planTables } from '../../../../shared/store/schema/plan.js';
import { stepOf } from '../../../../shared/store/schema/versions.js';
import type { Warehouse } from '../../../../shared/warehouse/port/warehouse.js';
import { createTestDatabase, type TestDatabase } from '../../../helpers/database.js';
import { dropIndex } from '../../../helpers/dialect.js';
import { createWarehouseDatabase, openWarehouseAt } from '../../../helpers/engine.js';
import { mapping, sql } from '../../../helpers/warehouse.js';

const clock = systemClock();
const PATIENCE = { waitMs: 10_000, signal: new AbortController().signal };
let database: TestDatabase;
let warehouse: Warehouse;

beforeAll(async () => {
  database = await createWarehouseDatabase();
  warehouse = await openWarehouseAt(database.url, { schema: 'my orders' });
});
afterAll(async () => {
  await warehouse.close();
  await database.drop();
});

const todo = async (): Promise<string[]> => stepsOf(await planMigration(warehouse, mapping)).map(({ what }) => what);
const done = async (): Promise<string[]> =>
  (await migrate(warehouse, mapping, clock, PATIENCE)).done.map(({ what }) => what);

describe('migrate', () => {
  it('creates everything once, in a schema with any name, even when two start at once', async () => {
    expect(await planMigration(warehouse, mapping)).toMatchObject({ fresh: true });
    await Promise.all([migrate(warehouse, mapping, clock, PATIENCE), migrate(warehouse, mapping, clock, PATIENCE)]);
    const plan = await planMigration(warehouse, mapping);
    expect(plan).toMatchObject({ fresh: false, pending: [], steps: [], missing: [], differences: [], version: 1 });
    for (const table of ownTables(mapping)) {
      expect((await warehouse.columns(table.name)).map(({ name }) => name)).toEqual(
        table.columns.map(({ name }) => name),
      );
    }
  });

  it('restores a dropped table', async () => {
    await sql(warehouse, 'DROP TABLE dbo."MON_Change"');
    expect(await done()).toEqual(['create MON_Change']);
    expect(await todo()).toEqual([]);
  });

  it('restores a column in a table with rows, and names columns that have to be filled', async () => {
    await sql(
      warehouse,
      `INSERT INTO dbo."MON_Mapping" ("mapping_version", "hashed_columns", "created_at") VALUES ('m', '[]', '2026-01-05')`,
    );
    await sql(warehouse, 'ALTER TABLE dbo."MON_Mapping" DROP COLUMN "created_at"');
    const { done: made, differences } = await migrate(warehouse, mapping, clock, PATIENCE);
    expect(made.map(({ what }) => what)).toEqual(['add created_at to MON_Mapping']);
    expect(differences.map(differenceText)).toEqual(['MON_Mapping."created_at" is null in 1 row, not not null.']);
    await sql(warehouse, `UPDATE dbo."MON_Mapping" SET "created_at" = '2026-01-05'`);
    expect(await done()).toEqual(['forbid null in created_at of MON_Mapping']);
    expect((await planMigration(warehouse, mapping)).differences).toEqual([]);
  });

  it('restores a column of an empty table with NOT NULL', async () => {
    await sql(warehouse, 'ALTER TABLE dbo."MON_Request" DROP COLUMN "generation"');
    expect(await done()).toEqual(['add generation to MON_Request', 'forbid null in generation of MON_Request']);
  });

  it('restores keys and indexes, and drops no others', async () => {
    await dropIndex(warehouse, 'MON_Ledger', 'IX_MON_Ledger_request_id');
    await dropIndex(warehouse, 'ORDERS_UNIFIED_SNAPSHOT', 'UX_ORDERS_UNIFIED_SNAPSHOT_record_uuid');
    await sql(warehouse, 'ALTER TABLE dbo."MON_Change" DROP CONSTRAINT "FK_MON_Change_run_id_customer"');
    await sql(warehouse, 'ALTER TABLE dbo."MON_Change" DROP CONSTRAINT "PK_MON_Change"');
    await sql(warehouse, 'CREATE INDEX "theirs" ON dbo."MON_Change" ("change")');
    const parts = [
      'add the primary key PK_MON_Change to MON_Change',
      'add the index UX_ORDERS_UNIFIED_SNAPSHOT_record_uuid to ORDERS_UNIFIED_SNAPSHOT',
      'add the index IX_MON_Ledger_request_id to MON_Ledger',
      'add the foreign key FK_MON_Change_run_id_customer to MON_Change',
    ];
    expect(await todo()).toEqual(parts);
    expect(await done()).toEqual(parts);
    const live = await warehouse.describeTables(['MON_Change']);
    expect(live.get('MON_Change')?.indexes.map(({ name }) => name)).toContain('theirs');
    expect(await todo()).toEqual([]);
  });

  it('names an index that differs, and does not change it', async () => {
    await dropIndex(warehouse, 'MON_Ledger', 'IX_MON_Ledger_monday_id');
    await sql(warehouse, 'CREATE INDEX "IX_MON_Ledger_monday_id" ON dbo."MON_Ledger" ("monday_id", "kind")');
    const { done: made, differences } = await migrate(warehouse, mapping, clock, PATIENCE);
    expect(made).toEqual([]);
    expect(differences.map(differenceText)).toEqual([
      'The index IX_MON_Ledger_monday_id of MON_Ledger is (monday_id, kind), not (monday_id).',
    ]);
    await dropIndex(warehouse, 'MON_Ledger', 'IX_MON_Ledger_monday_id');
    expect(await done()).toEqual(['add the index IX_MON_Ledger_monday_id to MON_Ledger']);
  });

  it('adds the columns of another mapping', async () => {
    const text = readFileSync('sql/mappings/customer-orders.yaml', 'utf8').replace(
      'source: PATTERN ID,',
      'source: BULK AGREEMENT NUMBER,',
    );
    const other = parseMapping(text, 'other.yaml');
    const { done: made } = await migrate(warehouse, other, clock, PATIENCE);
    expect(made.map(({ what }) => what).sort()).toEqual([
      'add BULK AGREEMENT NUMBER to MON_RestoredLine',
      'add BULK AGREEMENT NUMBER to ORDERS_UNIFIED_SNAPSHOT',
      'add src BULK AGREEMENT NUMBER to STG_MON_CustMasterSchedule',
    ]);
  });

  it('says which step failed, and why', async () => {
    await sql(warehouse, 'ALTER TABLE dbo."MON_Mapping" DROP CONSTRAINT "PK_MON_Mapping"');
    await sql(
      warehouse,
      `INSERT INTO dbo."MON_Mapping" ("mapping_version", "hashed_columns", "created_at") VALUES ('m', '[]', '2026-01-05')`,
    );
    await expect(migrate(warehouse, mapping, clock, PATIENCE)).rejects.toThrow(
      /^migrate could not add the primary key PK_MON_Mapping to MON_Mapping: /,
    );
    await sql(warehouse, `DELETE FROM dbo."MON_Mapping"`);
    expect(await done()).toEqual(['add the primary key PK_MON_Mapping to MON_Mapping']);
  });
});

describe('a numbered step', () => {
  const rename = stepOf('0002-rename-note.sql', 'ALTER TABLE dbo."MON_Board" ADD "note" INT;\n');

  it('is applied once, before tables are compared, and recorded', async () => {
    const first = await migrate(warehouse, mapping, clock, PATIENCE, [rename]);
    expect(first).toMatchObject({ done: [{ what: 'apply 0002-rename-note.sql' }], version: 2 });
    expect(await migrate(warehouse, mapping, clock, PATIENCE, [rename])).toMatchObject({ done: [] });
  });

  it('is reported when its file was rewritten afterwards', async () => {
    const other = stepOf(rename.file, `${rename.text}\n-- more\n`);
    expect(await planMigration(warehouse, mapping, [other])).toMatchObject({ pending: [], rewritten: [rename.file] });
  });

  it('counts as applied in a database that was created after it', async () => {
    const [fresh, never] = [await createWarehouseDatabase(), stepOf('0003-never.sql', 'SELECT 1/0;\n')];
    const empty = await openWarehouseAt(fresh.url);
    expect(await migrate(empty, mapping, clock, PATIENCE, [never])).toMatchObject({ version: 3 });
    expect(await planMigration(empty, mapping, [never])).toMatchObject({ fresh: false, pending: [], rewritten: [] });
    await empty.close();
    await fresh.drop();
  });

  it('is not run on tables whose creation ended between two records', async () => {
    const steps = [stepOf('0002-rename.sql', 'SELECT 1/0;\n'), stepOf('0003-never.sql', 'SELECT 1/0;\n')];
    const fresh = await createWarehouseDatabase();
    const empty = await openWarehouseAt(fresh.url);
    let asked = 0;
    const dying: Clock = {
      ...clock,
      now: () => {
        if (++asked === 2) throw new Error('killed');
        return new Date();
      },
    };
    await expect(migrate(empty, mapping, dying, PATIENCE, steps)).rejects.toThrow('killed');
    expect(await planMigration(empty, mapping, steps)).toMatchObject({ fresh: true, pending: [] });
    expect(await migrate(empty, mapping, clock, PATIENCE, steps)).toMatchObject({ done: [], version: 3 });
    expect(await planMigration(empty, mapping, steps)).toMatchObject({ fresh: false, pending: [] });
    await empty.close();
    await fresh.drop();
  });

  it('is not run on tables whose creation was interrupted', async () => {
    const [fresh, never] = [await createWarehouseDatabase(), stepOf('0003-never.sql', 'SELECT 1/0;\n')];
    const empty = await openWarehouseAt(fresh.url);
    await migrate(empty, mapping, clock, PATIENCE, [never]);
    await sql(empty, 'DELETE FROM dbo."MON_Schema"');
    await sql(empty, 'DROP VIEW dbo."v_order_line_status"');
    await sql(empty, 'DROP TABLE dbo."MON_Ledger"');
    const { done: made } = await migrate(empty, mapping, clock, PATIENCE, [never]);
    expect(made.map(({ what }) => what)).toEqual(['create MON_Ledger', 'create v_order_line_status']);
    await empty.close();
    await fresh.drop();
  });
});

describe('an upgrade', () => {
  it('brings the schema of an earlier version to that of a new database', async () => {
    const [before, after] = [await createWarehouseDatabase(), await createWarehouseDatabase()];
    const [old, fresh] = [await openWarehouseAt(before.url), await openWarehouseAt(after.url)];
    await sql(old, 'CREATE SCHEMA dbo').catch(() => undefined);
    for (const text of splitScript(readFileSync(`tests/fixtures/schema/${old.engine}-1.sql`, 'utf8')))
      await sql(old, text);
    await migrate(old, mapping, clock, PATIENCE);
    await migrate(fresh, mapping, clock, PATIENCE);
    expect(await planMigration(old, mapping)).toMatchObject({ steps: [], differences: [], pending: [] });
    const names = ownTables(mapping).map(({ name }) => name);
    const [upgraded, made] = [await old.describeTables(names), await fresh.describeTables(names)];
    for (const name of names) expect([name, partsOf(upgraded.get(name))]).toEqual([name, partsOf(made.get(name))]);
    for (const each of [old, fresh]) await each.close();
    for (const each of [before, after]) await each.drop();
  });

  it('finds nothing to do in the archives of an earlier version', async () => {
    const archives = await createTestDatabase();
    const archive = await openWarehouseAt(archives.url, { schema: 'public' });
    for (const text of splitScript(readFileSync('tests/fixtures/schema/archive-1.sql', 'utf8')))
      await sql(archive, text);
    expect(await planTables(archive, [ARCHIVES])).toMatchObject({ missing: [], steps: [], differences: [] });
    await archive.close();
    await archives.drop();
  });

  /** Columns of one table in any order: those that were added stand at its end. */
  function partsOf(
    table: Awaited<ReturnType<Warehouse['describeTables']>> extends Map<string, infer T> ? T | undefined : never,
  ) {
    const columns = [...(table?.columns ?? [])].sort((a, b) => (a.name < b.name ? -1 : 1));
    return { ...table, columns };
  }
});

describe('the description of the tables', () => {
  const tables = ownTables(mapping);

  it('has the same tables, columns, keys and indexes on both engines', () => {
    const shape = (engine: 'postgres' | 'mssql') =>
      splitScript(ddlScript(engine, tables)).map((text) => text.match(/"[^"]+"/g));
    expect(shape('postgres')).toEqual(shape('mssql'));
  });

  it('has no two columns of one table that differ only in case, which most SQL Server databases do not distinguish', () => {
    for (const { name, columns } of tables) {
      const folded = columns.map((column) => column.name.toLowerCase());
      expect([name, folded.filter((each, index) => folded.indexOf(each) !== index)]).toEqual([name, []]);
    }
  });
});
