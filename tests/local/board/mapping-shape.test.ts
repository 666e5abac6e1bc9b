import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { shapeOf } from '../../../local/board/mapping-shape.js';
import { startBoard } from '../../../local/board/server.js';
import { type AccountShape, SHIPPED_SHAPE } from '../../../local/board/shape.js';
import { loadMapping, parseMapping } from '../../../shared/mapping/mapping.js';
import { itemField, subitemField, TestBoard } from './board.js';

/** Another domain, a key of another name, and a status column with more labels than four. */
const OWN = `
source: { uuid: ID, customer: PLANT, order_number: ORDER, purchase_order: [ORDER], business_key: [ORDER] }
scope: { all: [{ customer: mapped }, { column: STATE, in: [planned, released, running, paused, done] }] }
cancelled: { column: STATE, in: [scrapped] }
sizes: { after: UNIT, before: TOTAL, total: TOTAL, maximum: 99 }
item:
  key: { id: order_key, title: Order key }
  name: { parts: [ORDER], separator: "", max_length: 255 }
  group: { title: "{season}", season: [LINE], fallback: NO LINE, max_length: 255 }
  columns:
    - { id: plant, title: Plant, type: dropdown, source: PLANT, rule: customer }
    - { id: state, title: State, type: status, source: STATE, rule: label, values: { planned: Planned, SCRAPPED: Scrap } }
    - { id: line, title: Line, type: dropdown, source: LINE, rule: label, create_labels: true }
    - { id: due, title: Due, type: date, source: DUE, rule: date }
    - { id: notes, title: Notes, type: long_text, source: NOTES, rule: trim }
  last_change: { id: told, title: Told, type: text }
subitem:
  key: { id: batch_key, title: Batch key }
  name: "Batch {label}"
  columns:
    - { id: batch, title: Batch, type: dropdown, value: label, create_labels: true }
    - { id: pieces, title: Pieces, type: numbers, value: quantity }
customers:
  LYON: [LYON 2]
  GENT: []
`;

const own = parseMapping(OWN, 'own.yaml');

describe('a board shaped after a mapping', () => {
  it('has of the shipped mapping every column that it writes, as the shipped shape has it', () => {
    const made = shapeOf(loadMapping(), 'customer-orders.yaml');
    const plain = (column: { id: string; title: string; type: string }) => ({ ...column, labels: undefined });
    const shipped = (of: 'items' | 'subitems') => (SHIPPED_SHAPE[of]?.columns ?? []).map(plain);
    const withoutOwnTitles = (of: 'items' | 'subitems') =>
      (made[of]?.columns ?? []).map(plain).filter(({ id, type }) => id !== 'line_key' && type !== 'subtasks');
    expect(shipped('items')).toEqual(expect.arrayContaining(withoutOwnTitles('items')));
    expect(shipped('subitems')).toEqual(expect.arrayContaining(withoutOwnTitles('subitems')));
    expect(made.keyColumn).toBe('line_key');
  });

  it('knows the labels that push may not create as far as the mapping names them', () => {
    const labels = (id: string) =>
      [...(SHIPPED_SHAPE.items.columns.find((column) => column.id === id)?.labels ?? [])].sort();
    const made = shapeOf(loadMapping(), 'customer-orders.yaml');
    const labelsOf = (id: string) => [...(made.items.columns.find((column) => column.id === id)?.labels ?? [])].sort();
    expect(labelsOf('dropdown_mkr542p2')).toEqual(labels('dropdown_mkr542p2'));
    expect(labelsOf('dropdown_mkr518fc')).toEqual(['CANCELLED', 'FORECAST', 'RECEIVED']);
  });

  it('takes items, labels and subitems of that mapping, and shows them under its words', async () => {
    const board = await TestBoard.start({ limits: 'raised', shape: shapeOf(own, 'plant-orders.yaml') });
    try {
      const values = {
        order_key: 'k1',
        plant: { labels: ['GENT'] },
        state: { label: 'done' },
        due: { date: '2026-03-01' },
      };
      const made = await board.push([itemField('a0', 'P-1', values)]);
      expect(made.json.errors).toBeUndefined();
      const item = String(made.json.data.a0.id);
      await board.subitem(item, 'Batch 7', { pieces: '40' });
      const dump = (await board.control('GET', '/_board')).json;
      expect(dump.columns.map(({ id }: { id: string }) => id)).toEqual([
        'name',
        'order_key',
        'subtasks',
        'plant',
        'state',
        'line',
        'due',
        'notes',
        'told',
      ]);
      expect(dump.items[0].values).toMatchObject({ order_key: { text: 'k1' }, state: { text: 'done' } });
      const state = dump.columns.find(({ id }: { id: string }) => id === 'state');
      expect(state.labels.map(({ label }: { label: string }) => label)).toEqual([
        'Planned',
        'Scrap',
        'released',
        'running',
        'paused',
        'done',
      ]);
      const page = await (await fetch(board.board.url)).text();
      expect(page).toContain('<h1>Plant orders</h1>');
      expect(page).toContain('1 item · 1 batch ·');
      const rows = await (await fetch(`${board.board.url}/_page/group?id=topics`)).text();
      expect(rows).toContain('<span>Plant</span><span>State</span><span>Due</span><span>Line</span>');
      expect(rows).toContain('in 1 batch');
      const shown = await (await fetch(`${board.board.url}/_page/item?id=${item}`)).text();
      expect(shown).toContain('<caption>Batches</caption>');
      expect(shown).toContain('<dt>Order key</dt><dd>k1</dd>');
    } finally {
      await board.close();
    }
  });

  it('has no board of subitems where the shape has none', async () => {
    const { subitems: _, ...items } = shapeOf(own, 'own.yaml');
    const columns = items.items.columns.filter(({ type }) => type !== 'subtasks');
    const board = await TestBoard.start({ shape: { ...items, items: { ...items.items, columns } } });
    try {
      const item = (await board.push([itemField('a0', 'P-1')])).json.data.a0.id;
      const refused = await board.push([subitemField('a0', item, 'Batch 7')]);
      expect(refused.text).toContain('NoSubitemsColumnInThisBoard');
      expect((await board.control('POST', '/_edit', { create: { name: 'by hand' } })).status).toBe(200);
      expect((await board.control('GET', '/_board')).json).toMatchObject({ subitemsBoardId: null, subitemColumns: [] });
      const shown = await Promise.all(
        ['', '/_page/group?id=topics', `/_page/item?id=${item}`].map(async (path) =>
          (await fetch(`${board.board.url}${path}`)).text(),
        ),
      );
      expect(shown.join('').replace(/<(style|script)>[\s\S]*?<\/\1>/g, '')).not.toMatch(/batch|quantity/i);
    } finally {
      await board.close();
    }
  });
});

describe('a board in a folder', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'shaped-board-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  /** Starts the board, makes an item, and gives the ids of its columns. */
  async function started(shape?: AccountShape): Promise<string[]> {
    const board = await TestBoard.start({ dataDir: folder, ...(shape === undefined ? {} : { shape }) });
    try {
      await board.item('P-1');
      return (await board.dump()).columns.map(({ id }: { id: string }) => id);
    } finally {
      await board.close();
    }
  }

  it('keeps its shape, whether or not it is started with its mapping again', async () => {
    const shape = shapeOf(own, 'own.yaml');
    const columns = await started(shape);
    expect(columns).toContain('order_key');
    expect(await started()).toEqual(columns);
    expect(await started(shape)).toEqual(columns);
  });

  it('refuses another mapping, with what to do', async () => {
    await started();
    await expect(startBoard({ dataDir: folder, shape: shapeOf(own, 'own.yaml') })).rejects.toThrow(
      /has other columns than this mapping\. Name an empty folder, or leave out --mapping/,
    );
  });
});
