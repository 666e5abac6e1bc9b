import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { systemClock } from '../../../../shared/ground/clock.js';
import { PostgresWarehouse } from '../../../../shared/warehouse/postgres/warehouse.js';
import { openTestWarehouse, sql, type TestWarehouse } from '../../../helpers/warehouse.js';

const ALL = ['SELECT', 'INSERT', 'UPDATE', 'DELETE'] as const;
const ROLE = `reader_${process.pid}_${Date.now()}`;

let test: TestWarehouse;
let limited: PostgresWarehouse;

beforeAll(async () => {
  test = await openTestWarehouse();
  await sql(test.warehouse, `CREATE ROLE ${ROLE} LOGIN PASSWORD 'reader-password'`);
  await sql(test.warehouse, `GRANT USAGE ON SCHEMA dbo TO ${ROLE}`);
  await sql(test.warehouse, `GRANT SELECT, INSERT ON dbo."MON_Run" TO ${ROLE}`);
  await sql(test.warehouse, 'CREATE VIEW dbo."ORDERS_VIEW" AS SELECT * FROM dbo."ORDERS_UNIFIED"');
  const url = new URL(test.url);
  url.username = ROLE;
  url.password = 'reader-password';
  limited = new PostgresWarehouse({ url: url.href, schema: 'dbo', clock: systemClock(), applicationName: 'test' });
});

afterAll(async () => {
  await limited.close();
  await sql(test.warehouse, `DROP OWNED BY ${ROLE}`);
  await sql(test.warehouse, `DROP ROLE ${ROLE}`);
  await test.drop();
});

describe('the inspection of PostgreSQL', () => {
  it('returns the version', async () => {
    const { name, supported } = await test.warehouse.version();
    expect(name).toMatch(/^PostgreSQL \d+\.\d+/);
    expect(supported).toBe(true);
  });

  it('returns each column with the length of a text', async () => {
    const columns = await test.warehouse.columns('MON_Board');
    expect(columns.slice(0, 3)).toEqual([
      { name: 'board_id', dataType: 'bigint' },
      { name: 'remembered_at', dataType: 'timestamp without time zone' },
      { name: 'subitems_board_id', dataType: 'bigint' },
    ]);
    const runs = await test.warehouse.columns('MON_Run');
    expect(runs.find(({ name }) => name === 'run_key')).toMatchObject({ dataType: 'character varying', length: 255 });
    expect(runs.find(({ name }) => name === 'outputs')).not.toHaveProperty('length');
  });

  it('returns the columns of a materialized view like those of a table', async () => {
    await sql(test.warehouse, 'CREATE MATERIALIZED VIEW dbo."ORDERS_KEPT" AS SELECT * FROM dbo."ORDERS_UNIFIED"');
    const columns = await test.warehouse.columns('ORDERS_KEPT');
    expect(columns).toEqual(await test.warehouse.columns('ORDERS_UNIFIED'));
    expect(columns.length).toBeGreaterThan(50);
    expect(await limited.columns('ORDERS_KEPT')).toEqual([]);
    await sql(test.warehouse, 'CREATE MATERIALIZED VIEW dbo."RUNS_KEPT" AS SELECT * FROM dbo."MON_Run"');
    expect(await test.warehouse.columns('RUNS_KEPT')).toEqual(await test.warehouse.columns('MON_Run'));
  });

  it('tells the types of columns as information_schema does', async () => {
    await sql(test.warehouse, 'CREATE DOMAIN dbo.style AS VARCHAR(40)');
    await sql(test.warehouse, "CREATE TYPE dbo.season AS ENUM ('SPRING', 'FALL')");
    await sql(
      test.warehouse,
      'CREATE TABLE dbo."Typed" ("a" dbo.style, "b" dbo.season, "c" TEXT[], "d" CHAR(3), "e" NUMERIC(9, 2), "f" TIMESTAMPTZ, "g" VARCHAR)',
    );
    await sql(test.warehouse, 'ALTER TABLE dbo."Typed" DROP COLUMN "e"');
    await sql(test.warehouse, `GRANT SELECT ("d"), REFERENCES ("a") ON dbo."Typed" TO ${ROLE}`);
    const asTold = await sql(
      test.warehouse,
      `SELECT column_name AS "name", data_type AS "dataType", character_maximum_length AS "length"
       FROM information_schema.columns WHERE table_schema = 'dbo' AND table_name = 'Typed' ORDER BY ordinal_position`,
    );
    const found = await test.warehouse.columns('Typed');
    expect(found.map(({ name, dataType, length = null }) => ({ name, dataType, length }))).toEqual(asTold);
    expect(found.map(({ dataType }) => dataType)).toContain('ARRAY');
    expect((await limited.columns('Typed')).map(({ name }) => name)).toEqual(['a', 'd']);
  });

  it('returns the permissions that the user lacks, even on tables it cannot see', async () => {
    expect(await test.warehouse.lackingPermissions('MON_Run', ALL)).toEqual([]);
    expect(await limited.lackingPermissions('MON_Run', ALL)).toEqual(['UPDATE', 'DELETE']);
    expect(await limited.columns('MON_Ledger')).toEqual([]);
    expect(await limited.lackingPermissions('MON_Ledger', ALL)).toEqual(ALL);
    expect(await limited.lackingPermissions('ORDERS_VIEW', ['SELECT'])).toEqual(['SELECT']);
    expect(await limited.lackingPermissions('NOT_THERE', ALL)).toEqual([]);
  });

  it('returns whether the user may create tables', async () => {
    expect(await test.warehouse.mayCreateTables()).toBe(true);
    expect(await limited.mayCreateTables()).toBe(false);
  });
});
