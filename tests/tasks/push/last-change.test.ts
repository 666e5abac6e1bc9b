import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { loadMapping } from '../../../shared/mapping/mapping.js';
import type { Checkpoint } from '../../../tasks/push/send/session.js';
import { insertLines, line, sql, updateLine, uuid } from '../../helpers/warehouse.js';
import { ITEMS } from '../../local/board/board.js';
import { type BoardItem, Pushing } from './pushing.js';

const COLUMN = 'last_change';
let folder: string;
let pushing: Pushing;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'last-change-'));
  for (const type of ['long_text', 'text'])
    writeFileSync(
      join(folder, `${type}.yaml`),
      readFileSync('sql/mappings/customer-orders.yaml', 'utf8').replace(
        /^item:\n/m,
        `item:\n  last_change: { id: ${COLUMN}, title: LAST CHANGE, type: ${type} }\n`,
      ),
    );
});
afterAll(() => rmSync(folder, { recursive: true }));
beforeEach(() => open('long_text'));
afterEach(() => pushing.close());

async function open(type: 'long_text' | 'text'): Promise<void> {
  pushing = await Pushing.open(join(folder, `${type}.yaml`));
  await pushing.board.push([
    { alias: 'a', operation: 'createColumn', variables: { boardId: ITEMS, id: COLUMN, title: 'LAST CHANGE', type } },
  ]);
}

const warehouse = () => pushing.test.warehouse;
const textOf = (item: BoardItem): string | null => item.values[COLUMN]?.text ?? null;
const told = async (n: number): Promise<string> => {
  const [day = '', words = ''] = (textOf(await pushing.itemOf(uuid(n))) ?? '').split(/: (.*)/s);
  expect(day).toMatch(/^\d{4}-\d{2}-\d{2}$/);
  return words;
};
const change = [{ line: 1, change: 'CHANGED' }] as const;

async function load(): Promise<void> {
  const values = { XS: 10, S: 20, 'PO NUMBER': '4755', NOTES: 'ship early' };
  await insertLines(warehouse(), [line(1, values), line(2, { OS: 7 })]);
  await pushing.carry([
    { line: 1, change: 'NEW' },
    { line: 2, change: 'NEW' },
  ]);
}

/** The bodies with a text of the column that were begun, in their order. */
function recorded(): { bodies: string[]; checkpoint: Checkpoint } {
  const bodies: string[] = [];
  const checkpoint: Checkpoint = async (moment) => {
    if (moment !== 'begun') return;
    for (const { body } of await sql(warehouse(), 'SELECT "body" FROM dbo."MON_Request"'))
      if (String(body).includes(COLUMN) && !bodies.includes(String(body))) bodies.push(String(body));
  };
  return { bodies, checkpoint };
}

describe('the column of the last change', () => {
  beforeEach(load);

  it('says "new" in a first load', async () => {
    expect([await told(1), await told(2)]).toEqual(['new', 'new']);
  });

  it('says what changed, including sizes, in the mutation that changes it', async () => {
    await updateLine(warehouse(), 1, { 'PO NUMBER': '4756', NOTES: null, S: 25, XS: 0, M: 3 });
    const seen = await pushing.requests();
    await pushing.carry(change);
    expect((await told(1)).split('\n')).toEqual([
      'PO NUMBER: 4755 → 4756',
      'NOTES: ship early → (empty)',
      'Size S: 20 → 25',
      'Size M: 0 → 3',
      'Size XS: 10 → 0',
    ]);
    const changes = (await pushing.mutations(seen)).filter((name) => name === 'change_multiple_column_values');
    expect(changes).toHaveLength(3);
    expect(await told(2)).toBe('new');
  });

  it('is never sent alone', async () => {
    await updateLine(warehouse(), 1, { S: 25 });
    const seen = await pushing.requests();
    expect(await pushing.carry(change)).toMatchObject({ itemsUnchanged: 1, subitemsUpdated: 1 });
    expect(await pushing.mutations(seen)).toHaveLength(1);
    expect(await told(1)).toBe('new');
    const again = await pushing.requests();
    await pushing.carry(change);
    expect(await pushing.mutations(again)).toEqual([]);
  });

  it('is neither compared, reported nor restored when somebody edits it', async () => {
    const { id } = await pushing.itemOf(uuid(1));
    await pushing.board.control('POST', '/_edit', { item: id, values: { [COLUMN]: 'mine' } });
    const audited = { missing: 0, differing: 0, edited: 0, foreign: 0, surplus: 0, repaired: 0 };
    expect((await pushing.audit()).outputs).toMatchObject(audited);
    expect((await pushing.audit({ repair: true, overwriteEdits: true })).outputs).toMatchObject(audited);
    await pushing.carry(change);
    expect(textOf(await pushing.itemOf(uuid(1)))).toBe('mine');
    const [row] = await sql(
      warehouse(),
      `SELECT COUNT(*) AS "rows" FROM dbo."MON_Ledger" WHERE "answered_values" LIKE '%${COLUMN}%' OR "pending_columns" LIKE '%${COLUMN}%'`,
    );
    expect(Number(row?.['rows'])).toBe(0);
  });

  it('says which value is restored when an edit is undone', async () => {
    const { id } = await pushing.itemOf(uuid(1));
    await pushing.board.control('POST', '/_edit', { item: id, values: { text_mkr5ej2x: 'mine' } });
    await pushing.audit({ repair: true, overwriteEdits: true });
    await pushing.carry(change);
    expect(await told(1)).toBe('PO NUMBER: again 4755');
  });

  it.each(['reset', 'resetAfterCommit', 'lateCommit'])(
    'has the same text when a change without an answer (%s) is sent again',
    async (fault) => {
      await updateLine(warehouse(), 1, { 'PO NUMBER': '4756' });
      const batchId = await pushing.stage(change);
      await pushing.board.fault('change_multiple_column_values', fault, 1);
      const { bodies, checkpoint } = recorded();
      await pushing.push(batchId, { checkpoint });
      expect(bodies.every((body) => body.includes('PO NUMBER: 4755 → 4756'))).toBe(true);
      expect(await told(1)).toBe('PO NUMBER: 4755 → 4756');
      expect((await pushing.audit()).outputs).toMatchObject({ differing: 0, edited: 0 });
    },
  );

  it('has one text for each created item, whatever happens to the answer or the process', async () => {
    await insertLines(warehouse(), [line(3, { M: 1 }), line(4, { L: 2 })]);
    const batchId = await pushing.stage([
      { line: 3, change: 'NEW' },
      { line: 4, change: 'NEW' },
    ]);
    const { bodies, checkpoint } = recorded();
    const killed = async (moment: Parameters<Checkpoint>[0]): Promise<void> => {
      await checkpoint(moment);
      if (moment === 'begun') throw new Error('killed');
    };
    await expect(pushing.push(batchId, { checkpoint: killed })).rejects.toThrow('killed');
    await pushing.board.fault('create_item', 'resetAfterCommit', 1);
    await pushing.push(batchId, { checkpoint });
    const texts = new Set(bodies.flatMap((body) => [...body.matchAll(/\d{4}-\d{2}-\d{2}: [^"\\]*/g)].map(String)));
    expect(texts.size).toBe(1);
    expect([await told(3), await told(4)]).toEqual(['new', 'new']);
    expect(await pushing.items()).toHaveLength(4);
  });

  it("is cut to the board's limit, in a text column to that of names", async () => {
    const long = 'A LONG NOTE '.repeat(150);
    const every = ['NOTES', 'STYLE DESCRIPTION', 'NOTES FOR PRICE', 'RANGE / COLLECTION', 'DESTINATION'];
    const edits = Object.fromEntries([...every, 'CUSTOMER ALT PO', 'PATTERN ID'].map((name) => [name, long]));
    await updateLine(warehouse(), 1, edits);
    await pushing.carry(change);
    const words = await told(1);
    expect(words).toContain('NOTES: ship early → A LONG NOTE');
    expect(words.length).toBeLessThanOrEqual(2_000);
    await pushing.close();
    await open('text');
    await load();
    await updateLine(warehouse(), 1, { ...edits, XS: 12 });
    await pushing.carry(change);
    const text = textOf(await pushing.itemOf(uuid(1))) ?? '';
    expect(text).toHaveLength(255);
    expect(text).toMatch(/^\d{4}-\d{2}-\d{2}: .*: \(empty\) → A LONG .*; .*…$/);
  });

  it('is required on the board before anything is sent', async () => {
    await pushing.board.control('POST', '/_edit', { deleteColumn: COLUMN });
    await updateLine(warehouse(), 1, { 'PO NUMBER': '4756' });
    const batchId = await pushing.stage(change);
    await expect(pushing.push(batchId)).rejects.toThrow(/no writable column "LAST CHANGE" \(last_change\)/);
  });

  it('does not change the mapping version or any line when it is added', () => {
    const [without, having] = [loadMapping(), loadMapping(join(folder, 'text.yaml'))];
    expect(having.version).toBe(without.version);
    expect(having.item.lastChange).toEqual({ id: COLUMN, title: 'LAST CHANGE', type: 'text' });
  });
});
