import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { deleteLine, insertLines, line, sql, updateLine, uuid } from '../../helpers/warehouse.js';
import { Pushing, quantities } from './pushing.js';

let pushing: Pushing;

beforeEach(async () => {
  pushing = await Pushing.open();
});
afterEach(() => pushing.close());

const warehouse = () => pushing.test.warehouse;

describe('push: a first load', () => {
  it("creates one item per line and one subitem per size, in the line's group", async () => {
    await insertLines(warehouse(), [line(1, { XS: 10, S: 20, M: 0, L: 15 }), line(2, { OS: 7 })]);
    const batchId = await pushing.stage([
      { line: 1, change: 'NEW' },
      { line: 2, change: 'NEW' },
    ]);
    const { outputs } = await pushing.push(batchId);
    expect(outputs).toMatchObject({
      status: 'PUSHED',
      itemsCreated: 2,
      subitemsCreated: 4,
      pending: 0,
      itemsFailed: 0,
    });
    const item = await pushing.itemOf(uuid(1));
    expect(item.name).toBe('MSP26B1BLACKGRE-00001');
    expect(quantities(item)).toEqual({ XS: '10', S: '20', L: '15' });
    expect(await pushing.groupOf(item)).toBe('GREYSON 2025 FALL');
  });

  it('sends no mutation when it is pushed again', async () => {
    await insertLines(warehouse(), [line(1, { XS: 10 })]);
    const batchId = await pushing.stage([{ line: 1, change: 'NEW' }]);
    const first = await pushing.push(batchId);
    const seen = await pushing.requests();
    const second = await pushing.push(batchId);
    expect(await pushing.mutations(seen)).toEqual([]);
    expect(second.outputs).toEqual({ ...first.outputs, requests: 0, points: 0 });
  });
});

describe('push: changes', () => {
  beforeEach(async () => {
    await insertLines(warehouse(), [
      line(1, { XS: 10, S: 20, 'PO NUMBER': '4755', NOTES: 'ship early' }),
      line(2, { OS: 7 }),
    ]);
    await pushing.carry([
      { line: 1, change: 'NEW' },
      { line: 2, change: 'NEW' },
    ]);
  });

  it('sends only what differs', async () => {
    await updateLine(warehouse(), 1, { 'PO NUMBER': '4756', S: 25 });
    const seen = await pushing.requests();
    const outputs = await pushing.carry([{ line: 1, change: 'CHANGED' }]);
    expect(outputs).toMatchObject({ itemsUpdated: 1, subitemsUpdated: 1, subitemsUnchanged: 1 });
    expect(await pushing.mutations(seen)).toEqual(['change_multiple_column_values', 'change_multiple_column_values']);
    const item = await pushing.itemOf(uuid(1));
    expect(item.values['text_mkr5ej2x']?.text).toBe('4756');
    expect(quantities(item)).toEqual({ XS: '10', S: '25' });
  });

  it('clears a value that became empty, and sets a removed size to 0', async () => {
    await updateLine(warehouse(), 1, { NOTES: null, XS: 0 });
    const outputs = await pushing.carry([{ line: 1, change: 'CHANGED' }]);
    expect(outputs).toMatchObject({ itemsUpdated: 1, subitemsUpdated: 1, subitemsUnchanged: 1 });
    const item = await pushing.itemOf(uuid(1));
    expect(item.values['long_text_mkr5hass']?.text ?? '').toBe('');
    expect(quantities(item)).toEqual({ XS: '0', S: '20' });
  });

  it('sets every size of a cancelled line to 0 and keeps its item', async () => {
    await updateLine(warehouse(), 1, { 'ORDER TYPE': 'CANCELLED' });
    await pushing.carry([{ line: 1, change: 'CHANGED' }]);
    expect(quantities(await pushing.itemOf(uuid(1)))).toEqual({ XS: '0', S: '0' });
  });

  it('moves and renames a line, keeping its item', async () => {
    const before = await pushing.itemOf(uuid(1));
    await updateLine(warehouse(), 1, { 'CUSTOMER SEASON': '2026 SPRING', 'CUSTOMER STYLE': 'NEWSTYLE' });
    await pushing.carry([{ line: 1, change: 'CHANGED' }]);
    const after = await pushing.itemOf(uuid(1));
    expect(after.id).toBe(before.id);
    expect(after.name).toBe('NEWSTYLEBLACKGRE-00001');
    expect(await pushing.groupOf(after)).toBe('GREYSON 2026 SPRING');
  });

  it('leaves a line where a planner has moved it', async () => {
    const { id } = await pushing.itemOf(uuid(1));
    await pushing.board.control('POST', '/_edit', { move: id, group: 'topics' });
    await updateLine(warehouse(), 1, { 'PO NUMBER': '1' });
    await pushing.carry([{ line: 1, change: 'CHANGED' }]);
    expect((await pushing.itemOf(uuid(1))).groupId).toBe('topics');
  });

  it('creates an item archived by hand again, with all its sizes', async () => {
    const { id } = await pushing.itemOf(uuid(1));
    await pushing.board.control('POST', '/_edit', { archive: id });
    await updateLine(warehouse(), 1, { 'PO NUMBER': '1' });
    const outputs = await pushing.carry([{ line: 1, change: 'CHANGED' }]);
    expect(outputs).toMatchObject({ itemsCreated: 1, subitemsCreated: 2 });
    const item = await pushing.itemOf(uuid(1));
    expect(item.id).not.toBe(id);
    expect(quantities(item)).toEqual({ XS: '10', S: '20' });
  });

  it.each([
    ['archive', { itemsArchived: 1, subitemsArchived: 2 }, undefined],
    ['zero', { itemsUnchanged: 1, subitemsUpdated: 2 }, { XS: '0', S: '0' }],
    ['keep', { itemsUnchanged: 1 }, { XS: '10', S: '20' }],
  ])('handles a deleted line by the policy %s', async (policy, expected, left) => {
    await deleteLine(warehouse(), 1);
    const batchId = await pushing.stage([{ line: 1, change: 'DELETED' }]);
    const { outputs } = await pushing.push(batchId, { env: { DELETE_POLICY: policy } });
    expect(outputs).toMatchObject({ status: 'PUSHED', ...expected });
    const shown = (await pushing.items()).find(({ values }) => values['line_key']?.text === uuid(1));
    expect(shown && quantities(shown)).toEqual(left);
  });

  it('adopts what is on the board when the ledger is lost', async () => {
    await sql(warehouse(), 'DELETE FROM dbo."MON_Ledger"');
    const before = await pushing.items();
    await updateLine(warehouse(), 1, { S: 0 });
    const outputs = await pushing.carry([{ line: 1, change: 'CHANGED' }]);
    expect(outputs).toMatchObject({ itemsCreated: 0, itemsUpdated: 1, subitemsCreated: 0 });
    expect((await pushing.items()).map(({ id }) => id)).toEqual(before.map(({ id }) => id));
    expect(quantities(await pushing.itemOf(uuid(1)))).toEqual({ XS: '10', S: '0' });
  });
});
