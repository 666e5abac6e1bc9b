import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { commands } from '../../../local/orders/command.js';
import { openTestWarehouse, sql, type TestWarehouse } from '../../helpers/warehouse.js';

let test: TestWarehouse;
const before = process.env['WAREHOUSE_URL'];

beforeAll(async () => {
  test = await openTestWarehouse();
});

afterAll(async () => {
  if (before === undefined) delete process.env['WAREHOUSE_URL'];
  else process.env['WAREHOUSE_URL'] = before;
  await test.drop();
});

it('--warehouse WAREHOUSE_URL loads into the database of that setting, so that the command holds no password', async () => {
  process.env['WAREHOUSE_URL'] = test.url;
  const flags = { warehouse: 'WAREHOUSE_URL', schema: 'dbo', seed: '1', sizes: '12', lines: '100', replace: true };
  expect(await commands[0]?.start(flags)).toBe(0);
  const [row] = await sql(test.warehouse, 'SELECT COUNT(*) AS n FROM dbo."ORDERS_UNIFIED"');
  expect(Number(row?.['n'])).toBe(100);
});
