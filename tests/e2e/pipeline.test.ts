import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { loadMapping } from '../../shared/mapping/mapping.js';
import { copyLine, NEW_UUID } from '../helpers/dialect.js';
import { sizesOf } from '../helpers/sized.js';
import { COLUMN, effectsAfter, lastRequest, mutationsAfter, readBoard, requestsAfter } from './board-view.js';
import { World } from './world.js';

const REFERENCE_GROUP = 'GREYSON 2025 FALL';

let world: World;

beforeAll(async () => {
  world = await World.open();
});

afterAll(() => world.close());

/** Sum of a source line's sizes, line by line: an independent reading of the columns between the markers. */
async function sourceQuantities(): Promise<Record<string, number>> {
  const { after, before, except } = sizesOf(loadMapping());
  const names = (await world.warehouse.columns('ORDERS_UNIFIED')).map(({ name }) => name);
  const sizes = names.slice(names.indexOf(after) + 1, names.indexOf(before)).filter((name) => !except.includes(name));
  const rows = await world.sql('SELECT * FROM dbo."ORDERS_UNIFIED" WHERE "CUSTOMER NAME" <> \'NORTHWIND ATHLETICS\'');
  return Object.fromEntries(
    rows.map((row) => [row['record_uuid'], sizes.reduce((sum, name) => sum + Number(row[name] ?? 0), 0)]),
  );
}

/** Quantities by line key as the board shows them. */
async function boardQuantities(): Promise<Record<string, number>> {
  const items = (await readBoard(world)).filter(({ state }) => state === 'active');
  return Object.fromEntries(
    items.map(({ key, sizes }) => [key, Object.values(sizes).reduce((sum, quantity) => sum + quantity, 0)]),
  );
}

/** Active lines of the reference order, always in the same order. */
async function referenceLines(): Promise<string[]> {
  const rows = await world.sql(
    `SELECT "record_uuid" FROM dbo."ORDERS_UNIFIED"
     WHERE "PO NUMBER" = '4755' AND "ORDER TYPE" = 'ACTIVE' AND "XS" > 0 AND "XL" > 0 ORDER BY "record_uuid"`,
  );
  return rows.map((row) => String(row['record_uuid']));
}

// One story: each run starts where the one before it ended.
describe('the pipeline, run after run', () => {
  it('puts every line in scope on the board once, with its sizes and quantities', async () => {
    const { detected, batches } = await world.batches();
    expect(detected).toMatchObject({
      new: 76,
      changed: 0,
      deleted: 0,
      rekeyed: 0,
      outOfScope: 1,
      braked: [],
      busy: [],
    });
    expect(batches.map(({ customer, lines }) => [customer, lines])).toEqual([
      ['JOHNNIE O', 1],
      ['TITLE NINE', 4],
      ['GREYSON', 71],
    ]);
    expect(await requestsAfter(world)).toEqual([]);
    for (const { batchId, lines } of batches) {
      await world.expect('stage', '--batch-id', batchId);
      const pushed = await world.expect('push', '--batch-id', batchId);
      expect(pushed).toMatchObject({
        status: 'PUSHED',
        itemsCreated: lines,
        itemsFailed: 0,
        subitemsFailed: 0,
        pending: 0,
      });
      const sent = await lastRequest(world);
      const again = await world.expect('push', '--batch-id', batchId);
      expect(await mutationsAfter(world, sent)).toEqual([]);
      expect({ ...again, requests: 0, points: 0 }).toEqual({ ...pushed, requests: 0, points: 0 });
      const promoted = await world.expect('promote', '--batch-id', batchId);
      expect(promoted).toMatchObject({ status: 'COMPLETED', promoted: lines, failed: 0 });
      expect(await world.expect('archive', '--batch-id', batchId)).toMatchObject({ rows: lines, unacknowledged: 0 });
    }
    expect(await boardQuantities()).toEqual(await sourceQuantities());
  });

  it('shows GREYSON PO 4755 as 69 items in one group, with 264 subitems', async () => {
    const order = (await readBoard(world)).filter(({ values }) => values[COLUMN.poNumber] === '4755');
    expect(order).toHaveLength(69);
    expect([...new Set(order.map(({ group }) => group))]).toEqual([REFERENCE_GROUP]);
    expect(order.reduce((sum, { subitems }) => sum + subitems, 0)).toBe(264);
    expect(order.reduce((sum, { sizes }) => sum + Object.keys(sizes).length, 0)).toBe(264);
  });

  it('records what landed in the production tables', async () => {
    const [items] = await world.sql('SELECT CAST(COUNT(*) AS INT) AS n FROM dbo."MON_CustMasterSchedule"');
    const sizes = await world.sql('SELECT "line_key", "Size", "Order Qty" FROM dbo."MON_CustMasterSchedule_Subitems"');
    expect(items).toEqual({ n: 76 });
    const sums: Record<string, number> = {};
    for (const row of sizes)
      sums[String(row['line_key'])] = (sums[String(row['line_key'])] ?? 0) + Number(row['Order Qty']);
    const onBoard = Object.entries(await boardQuantities()).filter(([, quantity]) => quantity > 0);
    expect(sums).toEqual(Object.fromEntries(onBoard));
  });

  it('does nothing on a closed batch', async () => {
    const [batch] = await world.sql(
      'SELECT "batch_id" FROM dbo."MON_BatchProcessing" WHERE "customer_name" = @customer',
      { customer: 'GREYSON' },
    );
    const sent = await lastRequest(world);
    for (const task of ['stage', 'push', 'promote'] as const) {
      const outputs = await world.expect(task, '--batch-id', String(batch?.['batch_id']));
      expect(outputs['status']).toBe('COMPLETED');
    }
    expect(await requestsAfter(world, sent)).toEqual([]);
  });

  it('finds nothing and sends nothing when nothing has changed', async () => {
    const sent = await lastRequest(world);
    const { detected, batches } = await world.batches();
    expect(detected).toMatchObject({ new: 0, changed: 0, deleted: 0, rekeyed: 0, unchanged: 76 });
    expect(batches).toEqual([]);
    expect(await requestsAfter(world, sent)).toEqual([]);
  });

  it('sends exactly the differences that edits cause', async () => {
    const [more, added, removed, cancelled, noted, moved, gone, model] = await referenceLines();
    const edit = (uuid: string | undefined, assignment: string) =>
      world.sql(`UPDATE dbo."ORDERS_UNIFIED" SET ${assignment} WHERE "record_uuid" = @uuid`, { uuid: uuid ?? null });
    const fresh = randomUUID();
    await edit(more, '"S" = "S" + 7, "TOTAL QTY" = "TOTAL QTY" + 7');
    await edit(added, '"XXL" = 11, "TOTAL QTY" = "TOTAL QTY" + 11');
    await edit(removed, '"TOTAL QTY" = "TOTAL QTY" - "XS", "XS" = NULL');
    await edit(cancelled, '"ORDER TYPE" = \'CANCELLED\'');
    await edit(noted, '"NOTES" = \'SHIP WITH THE NEXT VESSEL\'');
    await edit(moved, '"CUSTOMER SEASON" = \'2027 RESORT\'');
    await world.sql('DELETE FROM dbo."ORDERS_UNIFIED" WHERE "record_uuid" = @uuid', { uuid: gone ?? null });
    await copyLine(world.warehouse, model ?? '', fresh, { 'AAG ORDER NUMBER': 'GRE-99999' });
    const sent = await lastRequest(world);
    const { detected, pushed } = await world.carry('--confirm-deletes');
    expect(detected).toMatchObject({ new: 1, changed: 6, deleted: 1, rekeyed: 0, unchanged: 69 });
    expect(Object.keys(pushed)).toEqual(['GREYSON']);
    const { kinds, keys } = await effectsAfter(world, sent);
    expect(keys).toEqual([more, added, removed, cancelled, noted, moved, gone, fresh].sort());
    expect(kinds).toEqual({
      'item.created': 1,
      'item.updated': 3,
      'item.moved': 1,
      'item.archived': 1,
      'group.created': 1,
      // The labels 2027 RESORT and XXL.
      'column.updated': 2,
      'subitem.created': 6,
      'subitem.updated': 7,
      // They went with their item.
      'subitem.archived': 5,
    });
    const items = new Map((await readBoard(world)).map((item) => [item.key, item]));
    expect(items.get(added ?? '')?.sizes).toMatchObject({ XXL: 11 });
    expect(items.get(removed ?? '')?.sizes).toMatchObject({ XS: 0 });
    expect(Object.values(items.get(cancelled ?? '')?.sizes ?? {})).toEqual([0, 0, 0, 0, 0]);
    expect(items.get(cancelled ?? '')?.values[COLUMN.orderType]).toBe('CANCELLED');
    expect(items.get(noted ?? '')?.values[COLUMN.notes]).toBe('SHIP WITH THE NEXT VESSEL');
    expect(items.get(moved ?? '')?.group).toBe('GREYSON 2027 RESORT');
    expect(items.get(gone ?? '')?.state).toBe('archived');
    const wanted = await sourceQuantities();
    expect(await boardQuantities()).toEqual({ ...wanted, [cancelled ?? '']: 0 });
  });

  it('sends no mutation when a reload gives every line a new uuid', async () => {
    const before = await readBoard(world);
    await world.sql(`UPDATE dbo."ORDERS_UNIFIED" SET "record_uuid" = ${NEW_UUID}`);
    const sent = await lastRequest(world);
    const { detected } = await world.carry();
    expect(detected).toMatchObject({ new: 0, changed: 0, deleted: 0, pendingDeletes: 0, rekeyed: 76, unchanged: 0 });
    expect(await mutationsAfter(world, sent)).toEqual([]);
    expect(await readBoard(world)).toEqual(before);
    expect((await world.batches()).detected).toMatchObject({ new: 0, changed: 0, rekeyed: 0, unchanged: 76 });
  });
});
