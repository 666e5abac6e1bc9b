import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ENGINE, patience } from '../helpers/engine.js';
import { effectsAfter, lastRequest, readBoard } from './board-view.js';
import { World } from './world.js';

const [PRICE, DAY] = ['numeric_mkr5cact', 'date_mkr57811'];

let world: World;
let uuid: string;

beforeAll(async () => {
  world = await World.open(['TITLE 9']);
  const type = ENGINE === 'mssql' ? 'NVARCHAR(40)' : 'TYPE VARCHAR(40)';
  for (const column of ['S', 'M', 'L', 'EX FACTORY DATE'])
    await world.sql(`ALTER TABLE dbo."ORDERS_UNIFIED" ALTER COLUMN "${column}" ${type}`);
  const [line] = await world.sql(
    'SELECT "record_uuid" FROM dbo."ORDERS_UNIFIED" WHERE "S" IS NOT NULL ORDER BY "record_uuid"',
  );
  uuid = String(line?.['record_uuid']);
  await edit(`"CUSTOMER PRICE" = '$1,234.50', "EX FACTORY DATE" = '2025-09-30', "S" = '1,200', "M" = '20', "L" = '15'`);
  await world.carry();
}, patience(120_000));

afterAll(() => world.close());

const edit = (assignments: string) =>
  world.sql(`UPDATE dbo."ORDERS_UNIFIED" SET ${assignments} WHERE "record_uuid" = @uuid`, { uuid });

async function shown() {
  const item = (await readBoard(world)).find(({ key }) => key === uuid);
  return { price: item?.values[PRICE], day: item?.values[DAY], sizes: item?.sizes };
}

async function produced() {
  const [item] = await world.sql(
    `SELECT CAST("CUSTOMER PRICE" AS VARCHAR(60)) AS "price", CAST("CUSTOMER EX FACTORY DATE" AS VARCHAR(60)) AS "day"
     FROM dbo."MON_CustMasterSchedule" WHERE "line_key" = @uuid`,
    { uuid },
  );
  const sizes = await world.sql(
    'SELECT "Size", "Order Qty" FROM dbo."MON_CustMasterSchedule_Subitems" WHERE "line_key" = @uuid',
    { uuid },
  );
  return {
    price: String(Number(item?.['price'])),
    day: item?.['day'],
    sizes: Object.fromEntries(sizes.map((row) => [row['Size'], row['Order Qty']])),
  };
}

const warnings = () =>
  world.sql(
    `SELECT "reason", "error_message" AS "message" FROM dbo."ERR_MON_CustMasterSchedule" WHERE "line_key" = @uuid AND "resolved_date" IS NULL
     UNION ALL SELECT "reason", "error_message" FROM dbo."ERR_MON_CustMasterSchedule_Subitems" WHERE "line_key" = @uuid AND "resolved_date" IS NULL
     ORDER BY 1`,
    { uuid },
  );

const FIRST = { price: '1234.5', day: '2025-09-30', sizes: { S: 1200, M: 20, L: 15 } };

// One story of a line whose values become texts that nobody can read, and are put right again.
describe('a value that cannot be read', () => {
  it('is readable at first: the board and the production tables show it', async () => {
    expect(await shown()).toEqual(FIRST);
    expect(await produced()).toEqual(FIRST);
  });

  it('leaves the old one on the board and in the production tables, and is quoted in the warning', async () => {
    const sent = await lastRequest(world);
    await edit(
      `"CUSTOMER PRICE" = '12,50', "EX FACTORY DATE" = '30.9.2025', "S" = '1O', "M" = '-3', "NOTES" = 'asked'`,
    );
    const { detected, pushed } = await world.carry('--allow-large-change');
    expect(detected).toMatchObject({ changed: 1 });
    expect(pushed['TITLE NINE']).toMatchObject({ itemsUpdated: 1, subitemsUpdated: 0, pending: 0 });
    expect((await effectsAfter(world, sent)).kinds).toEqual({ 'item.updated': 1 });
    expect(await shown()).toEqual(FIRST);
    expect(await produced()).toEqual(FIRST);
    expect(await warnings()).toEqual([
      { reason: 'NOT_A_DATE', message: expect.stringContaining('"30.9.2025" is not a date') },
      { reason: 'NOT_A_NUMBER', message: expect.stringContaining('"12,50" is not a number') },
      { reason: 'SIZE_NEGATIVE', message: expect.stringContaining('"-3" is not a whole number above zero') },
      { reason: 'SIZE_NOT_A_NUMBER', message: expect.stringContaining('"1O" is not a whole number above zero') },
      { reason: 'TOTAL_DIFFERS', message: expect.any(String) },
    ]);
    expect((await world.batches()).detected).toMatchObject({ changed: 0, unchanged: 4 });
  });

  it('is written again if the production tables have lost the line', async () => {
    await world.sql('DELETE FROM dbo."MON_CustMasterSchedule_Subitems"');
    await world.sql('DELETE FROM dbo."MON_CustMasterSchedule"');
    await edit(`"NOTES" = 'asked again'`);
    await world.carry('--allow-large-change');
    expect(await produced()).toEqual(FIRST);
  });

  it('leaves the production table unchanged even if the ledger knows no value', async () => {
    await world.sql(`UPDATE dbo."MON_CustMasterSchedule" SET "FREIGHT" = 7.5 WHERE "line_key" = @uuid`, { uuid });
    await edit(`"FREIGHT" = 'TBC 5'`);
    await world.carry('--allow-large-change');
    const rows = await world.sql(
      `SELECT CAST("FREIGHT" AS VARCHAR(60)) AS "freight" FROM dbo."MON_CustMasterSchedule" WHERE "line_key" = @uuid`,
      { uuid },
    );
    expect(Number(rows[0]?.['freight'])).toBe(7.5);
  });

  it('goes to 0 with all sizes of a cancelled line', async () => {
    await edit(`"ORDER TYPE" = 'CANCELLED'`);
    await world.carry('--allow-large-change');
    expect((await shown()).sizes).toEqual({ S: 0, M: 0, L: 0 });
    expect((await produced()).sizes).toEqual({ S: 0, M: 0, L: 0 });
  });

  it('is sent as soon as it is readable, and the warnings end', async () => {
    await edit(
      `"ORDER TYPE" = 'ACTIVE', "FREIGHT" = '1', "CUSTOMER PRICE" = '12.50', "EX FACTORY DATE" = '9/30/2025 12:00:00 AM', "S" = '10', "M" = '0', "TOTAL QTY" = 25`,
    );
    await world.carry('--allow-large-change');
    const after = { price: '12.5', day: '2025-09-30', sizes: { S: 10, M: 0, L: 15 } };
    expect(await shown()).toEqual(after);
    expect(await produced()).toEqual(after);
    expect(await warnings()).toEqual([]);
  });
});
