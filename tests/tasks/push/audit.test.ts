import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { insertLines, line, sql, updateLine, uuid } from '../../helpers/warehouse.js';
import { Pushing, quantities } from './pushing.js';

let pushing: Pushing;

beforeEach(async () => {
  pushing = await Pushing.open();
  await insertLines(pushing.test.warehouse, [line(1, { XS: 10, S: 20, 'PO NUMBER': '4755' }), line(2, { OS: 7 })]);
  await pushing.carry([
    { line: 1, change: 'NEW' },
    { line: 2, change: 'NEW' },
  ]);
});
afterEach(() => pushing.close());

const CLEAN = { status: 'AUDITED', missing: 0, surplus: 0, differing: 0, edited: 0, foreign: 0, repaired: 0 };

async function subitemOf(n: number, size: string): Promise<string> {
  const { subitems } = await pushing.itemOf(uuid(n));
  const found = subitems.find(({ values }) => values['line_key']?.text === `${uuid(n)}|${size}`);
  return found?.id ?? '';
}

/** What the snapshot says that the board has acknowledged of a line. */
const hashesOf = (n: number) =>
  sql(pushing.test.warehouse, 'SELECT "row_hash" FROM dbo."ORDERS_UNIFIED_SNAPSHOT" WHERE "line_key" = @key', {
    key: uuid(n),
  });

describe('an audit', () => {
  it('finds nothing on an untouched board, and changes nothing', async () => {
    const seen = await pushing.requests();
    const { outputs, lines, rowErrors } = await pushing.audit();
    expect(outputs).toMatchObject({ ...CLEAN, entries: 5 });
    expect({ lines, rowErrors }).toEqual({ lines: ['The board shows what the ledger says.'], rowErrors: false });
    expect(await pushing.mutations(seen)).toEqual([]);
  });

  it('reports a value changed by hand, with its column', async () => {
    const { id } = await pushing.itemOf(uuid(1));
    await pushing.board.control('POST', '/_edit', { item: id, values: { text_mkr5ej2x: 'mine' } });
    const { outputs, lines } = await pushing.audit({ customer: 'GREYSON CLOTHIERS' });
    expect(outputs).toMatchObject({ ...CLEAN, edited: 1 });
    expect(lines?.join()).toContain('text_mkr5ej2x: ledger "4755", board "mine"');
  });

  it.each([
    ['an item', () => pushing.itemOf(uuid(1)).then(({ id }) => id)],
    ['a size', () => subitemOf(1, 'S')],
  ])('reports a key changed by hand on %s as an edit, and restores it', async (_, find) => {
    const item = await find();
    await pushing.board.control('POST', '/_edit', { item, values: { line_key: uuid(9) } });
    const { outputs, lines } = await pushing.audit();
    expect(outputs).toMatchObject({ ...CLEAN, edited: 1 });
    expect(lines?.join()).toContain(`board "${uuid(9)}"`);
    expect((await pushing.audit({ repair: true, overwriteEdits: true })).outputs).toMatchObject({ repaired: 1 });
    const before = (await pushing.items(true)).flatMap(({ id, subitems }) => [id, ...subitems.map((each) => each.id)]);
    await pushing.carry([{ line: 1, change: 'CHANGED' }]);
    expect(quantities(await pushing.itemOf(uuid(1)))).toEqual({ XS: '10', S: '20' });
    expect((await pushing.audit()).outputs).toMatchObject(CLEAN);
    const after = (await pushing.items(true)).flatMap(({ id, subitems }) => [id, ...subitems.map((each) => each.id)]);
    expect(after).toEqual(before);
  });

  it('does not assign an item to another line whose key was typed into it', async () => {
    const { id } = await pushing.itemOf(uuid(1));
    await pushing.board.control('POST', '/_edit', { item: id, values: { line_key: uuid(2) } });
    expect((await pushing.audit()).outputs).toMatchObject({ ...CLEAN, edited: 1 });
  });

  it('overwrites edits by hand only with --overwrite-edits', async () => {
    const { id } = await pushing.itemOf(uuid(1));
    await pushing.board.control('POST', '/_edit', { item: id, values: { text_mkr5ej2x: 'mine' } });
    const left = await pushing.audit({ repair: true });
    expect(left.outputs).toMatchObject({ edited: 1, repaired: 0 });
    expect(left.lines?.at(-1)).toBe('edited: 1 left as a planner made them; --overwrite-edits overwrites them.');
    expect((await pushing.audit({ repair: true, overwriteEdits: true })).outputs).toMatchObject({ repaired: 1 });
    await pushing.carry([{ line: 1, change: 'CHANGED' }]);
    expect((await pushing.itemOf(uuid(1))).values['text_mkr5ej2x']?.text).toBe('4755');
    expect((await pushing.audit()).outputs).toMatchObject(CLEAN);
  });

  it('leaves a value typed into a never-sent column alone, until the source has one for it', async () => {
    const { id } = await pushing.itemOf(uuid(2));
    await pushing.board.control('POST', '/_edit', { item: id, values: { text_mkr5ej2x: 'mine' } });
    expect((await pushing.audit({ repair: true, overwriteEdits: true })).outputs).toMatchObject(CLEAN);
    await pushing.carry([{ line: 2, change: 'CHANGED' }]);
    expect((await pushing.itemOf(uuid(2))).values['text_mkr5ej2x']?.text).toBe('mine');
    await updateLine(pushing.test.warehouse, 2, { 'PO NUMBER': '4755' });
    await pushing.carry([{ line: 2, change: 'CHANGED' }]);
    expect((await pushing.itemOf(uuid(2))).values['text_mkr5ej2x']?.text).toBe('4755');
  });

  it('has a size archived by hand created again by the next run', async () => {
    await pushing.board.control('POST', '/_edit', { archive: await subitemOf(1, 'S') });
    const repaired = await pushing.audit({ repair: true });
    expect(repaired.outputs).toMatchObject({ missing: 1, repaired: 1 });
    expect(repaired.lines?.at(-1)).toBe(
      'missing: 1 of 1, the next run sends it again, unless its line is out of scope by now.',
    );
    expect(await hashesOf(1)).toEqual([{ row_hash: null }]);
    await pushing.carry([{ line: 1, change: 'CHANGED' }]);
    expect(quantities(await pushing.itemOf(uuid(1)))).toEqual({ XS: '10', S: '20' });
    expect((await pushing.audit()).outputs).toMatchObject(CLEAN);
  });

  it('leaves a line alone until the batch that has sent it is promoted', async () => {
    await updateLine(pushing.test.warehouse, 1, { 'PO NUMBER': '4756' });
    const batchId = await pushing.stage([{ line: 1, change: 'CHANGED' }]);
    await pushing.push(batchId);
    await pushing.board.control('POST', '/_edit', { archive: (await pushing.itemOf(uuid(1))).id });
    const early = await pushing.audit({ repair: true });
    expect(early.outputs).toMatchObject({ repaired: 0 });
    expect(early.lines?.join('\n')).toContain('finish the open batches of their customers, then run the audit again');
    await pushing.promote(batchId);
    const late = await pushing.audit({ repair: true });
    expect(Number(late.outputs?.['repaired'])).toBeGreaterThan(0);
    expect(await hashesOf(1)).toEqual([{ row_hash: null }]);
    await pushing.carry([{ line: 1, change: 'CHANGED' }]);
    expect((await pushing.audit()).outputs).toMatchObject(CLEAN);
  });

  it('with --overwrite-edits says which edits it had to leave, and that they are not done', async () => {
    await updateLine(pushing.test.warehouse, 1, { 'PO NUMBER': '4756' });
    const batchId = await pushing.stage([{ line: 1, change: 'CHANGED' }]);
    await pushing.push(batchId);
    const { id } = await pushing.itemOf(uuid(1));
    await pushing.board.control('POST', '/_edit', { item: id, values: { text_mkr5ej2x: 'mine' } });
    const asked = await pushing.audit({ repair: true });
    expect({ lines: asked.lines?.at(-1), rowErrors: asked.rowErrors }).toEqual({
      lines: expect.stringContaining('--overwrite-edits overwrites them'),
      rowErrors: false,
    });
    const early = await pushing.audit({ repair: true, overwriteEdits: true });
    expect(early.outputs).toMatchObject({ edited: 1, repaired: 0 });
    expect(early.lines?.at(-1)).toMatch(/^edited: 1 could not be mended now: finish the open batches/);
    expect(early.rowErrors).toBe(true);
    await pushing.promote(batchId);
    const late = await pushing.audit({ repair: true, overwriteEdits: true });
    expect(late.outputs).toMatchObject({ edited: 1, repaired: 1 });
    expect(late.rowErrors).toBe(false);
  });

  it("leaves a planner's copy alone, and archives a copy that one of our sends may have created", async () => {
    const { id } = await pushing.itemOf(uuid(2));
    await pushing.board.control('POST', '/_edit', { duplicate: id });
    const alone = await pushing.audit({ repair: true });
    expect(alone.outputs).toMatchObject({ surplus: 0, repaired: 0 });
    expect(alone.lines?.join('\n')).not.toMatch(/archived|again/);
    expect(alone.lines?.at(-1)).toMatch(/^foreign: \d+ left alone/);
    await sql(
      pushing.test.warehouse,
      'UPDATE dbo."MON_Ledger" SET "suspect_since" = @since, "suspect_until" = @until WHERE "ledger_key" = @key AND "kind" = \'item\'',
      { key: uuid(2), since: new Date(0), until: new Date(Date.UTC(2100, 0, 1)) },
    );
    const repaired = await pushing.audit({ repair: true });
    expect(repaired.outputs).toMatchObject({ surplus: 1, repaired: 1 });
    expect(repaired.lines?.join('\n')).toContain('surplus: 1 of 1, archived on the board.');
    expect((await pushing.itemOf(uuid(2))).id).toBe(id);
  });
});
