import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { systemClock } from '../../../shared/clock.js';
import { parseMapping } from '../../../shared/mapping/mapping.js';
import { ddlScript } from '../../../shared/schema/ddl.js';
import { mappedColumns } from '../../../shared/schema/mapped-columns.js';
import { migrate, planMigration, splitScript, stepsOf } from '../../../shared/schema/migrate.js';
import { warehouseTables } from '../../../shared/schema/tables.js';
import type { Warehouse } from '../../../shared/warehouse/warehouse.js';
import type { TestDatabase } from '../../helpers/database.js';
import { createWarehouseDatabase, openWarehouseAt } from '../../helpers/engine.js';
import { mapping, sql } from '../../helpers/warehouse.js';

const clock = systemClock();
let database: TestDatabase;
let warehouse: Warehouse;

beforeAll(async () => {
  database = await createWarehouseDatabase();
  warehouse = await openWarehouseAt(database.url, 'my orders');
});
afterAll(async () => {
  await warehouse.close();
  await database.drop();
});

describe('migrate', () => {
  it('creates everything once, in a schema with any name, with two starters at once', async () => {
    await Promise.all([migrate(warehouse, mapping, clock, 10_000), migrate(warehouse, mapping, clock, 10_000)]);
    expect(await planMigration(warehouse, mapping)).toEqual({ scripts: [], tables: [], columns: [], version: 1 });
    for (const table of warehouseTables(mappedColumns(mapping))) {
      expect((await warehouse.columns(table.name)).map(({ name }) => name)).toEqual(
        table.columns.map(({ name }) => name),
      );
    }
  });

  it('puts back a table or column that somebody took away, whatever rows are there', async () => {
    await sql(warehouse, 'DROP TABLE dbo."MON_Change"');
    await sql(
      warehouse,
      `INSERT INTO dbo."MON_Mapping" ("mapping_version", "hashed_columns", "created_at") VALUES ('m', '[]', '2026-01-05')`,
    );
    await sql(warehouse, 'ALTER TABLE dbo."MON_Mapping" DROP COLUMN "created_at"');
    const plan = await migrate(warehouse, mapping, clock, 10_000);
    expect(stepsOf(plan)).toEqual(['create MON_Change', 'add created_at to MON_Mapping']);
    expect(await warehouse.columns('MON_Change')).not.toEqual([]);
    expect(stepsOf(await planMigration(warehouse, mapping))).toEqual([]);
  });

  it('adds the columns of another mapping', async () => {
    const text = readFileSync('sql/mappings/customer-orders.yaml', 'utf8').replace(
      'source: PATTERN ID,',
      'source: BULK AGREEMENT NUMBER,',
    );
    const other = parseMapping(text, 'other.yaml');
    const { columns } = await migrate(warehouse, other, clock, 10_000);
    expect(columns.map(({ table, column }) => `${table.name}.${column.name}`).sort()).toEqual([
      'MON_RestoredLine.BULK AGREEMENT NUMBER',
      'ORDERS_UNIFIED_SNAPSHOT.BULK AGREEMENT NUMBER',
      'STG_MON_CustMasterSchedule.src BULK AGREEMENT NUMBER',
    ]);
  });
});

describe('the checked-in DDL', () => {
  const tables = warehouseTables(mappedColumns(mapping));

  it.each(['postgres', 'mssql'] as const)('of %s is what the description gives', (engine) => {
    expect(readFileSync(`sql/ddl/${engine}/0001-initial.sql`, 'utf8')).toBe(ddlScript(engine, tables));
  });

  it('has the same tables, columns, keys and indexes on both engines', () => {
    const shape = (engine: 'postgres' | 'mssql') =>
      splitScript(ddlScript(engine, tables)).map((text) => text.match(/"[^"]+"/g));
    expect(shape('postgres')).toEqual(shape('mssql'));
  });

  it('has no two columns of one table that differ in case alone: most databases of SQL Server take them for one', () => {
    for (const { name, columns } of tables) {
      const folded = columns.map((column) => column.name.toLowerCase());
      expect([name, folded.filter((each, index) => folded.indexOf(each) !== index)]).toEqual([name, []]);
    }
  });
});
