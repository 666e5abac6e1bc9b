import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { commands } from '../../../local/orders/command.js';
import { openTestWarehouse, sql, type TestWarehouse } from '../../helpers/warehouse.js';

let test: TestWarehouse;
const NAMES = ['WAREHOUSE_URL', 'WAREHOUSE_SCHEMA'];
const before = NAMES.map((name) => [name, process.env[name]] as const);

beforeAll(async () => {
  test = await openTestWarehouse();
});

afterAll(async () => {
  for (const [name, value] of before)
    if (value === undefined) delete process.env[name];
    else process.env[name] = value;
  await test.drop();
});

it('--warehouse WAREHOUSE_URL loads into the database of that setting, so that the command holds no password', async () => {
  process.env['WAREHOUSE_URL'] = test.url;
  const flags = { warehouse: 'WAREHOUSE_URL', seed: '1', sizes: '12', lines: '100', replace: true };
  expect(await commands[0]?.start(flags)).toBe(0);
  const [row] = await sql(test.warehouse, 'SELECT COUNT(*) AS n FROM dbo."ORDERS_UNIFIED"');
  expect(Number(row?.['n'])).toBe(100);
});

it('--warehouse WAREHOUSE_URL loads into the schema of WAREHOUSE_SCHEMA as well, unless --schema names one', async () => {
  Object.assign(process.env, { WAREHOUSE_URL: test.url, WAREHOUSE_SCHEMA: 'settled' });
  const flags = { warehouse: 'WAREHOUSE_URL', seed: '1', sizes: '12', lines: '100', replace: true };
  for (const given of [{}, { schema: 'said' }]) expect(await commands[0]?.start({ ...flags, ...given })).toBe(0);
  for (const schema of ['settled', 'said']) {
    const [row] = await sql(test.warehouse, `SELECT COUNT(*) AS n FROM ${schema}."ORDERS_UNIFIED"`);
    expect(Number(row?.['n'])).toBe(100);
  }
});
