import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { ENGINE, patience } from '../helpers/engine.js';
import { readBoard } from './board-view.js';
import { World } from './world.js';

let world: World;

beforeAll(async () => {
  world = await World.open(['TITLE 9']);
  const type = ENGINE === 'mssql' ? 'NVARCHAR(40)' : 'TYPE VARCHAR(40)';
  await world.sql(`ALTER TABLE dbo."ORDERS_UNIFIED" ALTER COLUMN "record_uuid" ${type}`);
  await world.sql(`UPDATE dbo."ORDERS_UNIFIED" SET "record_uuid" = UPPER("record_uuid")`);
}, patience(120_000));
afterAll(() => world.close());

const keys = async () => (await readBoard(world)).map(({ key }) => key).sort();

it(
  'a source that keeps its uuids as text, in any case, comes to the board and is followed there',
  async () => {
    await world.carry();
    const lines = await world.sql('SELECT LOWER("record_uuid") AS "uuid" FROM dbo."ORDERS_UNIFIED"');
    expect(await keys()).toEqual(lines.map(({ uuid }) => String(uuid)).sort());
    await world.sql(`UPDATE dbo."ORDERS_UNIFIED" SET "NOTES" = 'by air', "record_uuid" = LOWER("record_uuid")`);
    const { detected } = await world.carry();
    expect(detected).toMatchObject({ new: 0, changed: lines.length, rekeyed: 0, pendingDeletes: 0 });
    expect(await keys()).toHaveLength(lines.length);
    expect(await world.carry()).toMatchObject({ detected: { changed: 0 } });
  },
  patience(120_000),
);
