import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { shapeOf } from '../../local/board/mapping-shape.js';
import { type RunningBoard, startBoard } from '../../local/board/server.js';
import { type AccountShape, ITEMS_BOARD, SUBITEMS_BOARD } from '../../local/board/shape.js';
import { chooseOrders } from '../../local/orders/choose.js';
import { sampleOrders } from '../../local/orders/sample.js';
import { createSourceTable, loadOrders } from '../../local/orders/source-table.js';
import { uuidV5 } from '../../shared/ground/ids.js';
import { sourceLayout } from '../../shared/lines/layout.js';
import { loadMapping, parseMapping } from '../../shared/mapping/mapping.js';
import type { ArrayRow, BulkColumn, Warehouse } from '../../shared/warehouse/port/warehouse.js';
import { reportSchema } from '../../tasks/doctor/finding.js';
import type { TestDatabase } from '../helpers/database.js';
import { createWarehouseDatabase, ENGINE, openWarehouseAt } from '../helpers/engine.js';
import { type Environment, runProgram } from './program.js';

const TOKEN = 'token-of-the-board';
const proposed = z.object({
  columns: z.array(z.object({ id: z.string(), source: z.string(), doubts: z.array(z.string()) })),
  left: z.array(z.object({ id: z.string(), title: z.string(), why: z.string() })),
  mapping: z.string(),
  check: reportSchema,
});

let database: TestDatabase;
let warehouse: Warehouse;
let folder: string;
const boards: RunningBoard[] = [];

beforeAll(async () => {
  database = await createWarehouseDatabase();
  warehouse = await openWarehouseAt(database.url);
  folder = mkdtempSync(join(tmpdir(), 'mapping-propose-'));
  await loadOrders(warehouse, sampleOrders({ lines: 1_500 }));
});
afterAll(async () => {
  rmSync(folder, { recursive: true, force: true });
  for (const board of boards) await board.close();
  await warehouse.close();
  await database.drop();
});

async function settingsFor(shape?: AccountShape): Promise<Environment> {
  const board = await startBoard({ token: TOKEN, limits: 'raised', ...(shape === undefined ? {} : { shape }) });
  boards.push(board);
  return {
    WAREHOUSE_URL: database.url,
    MONDAY_API_URL: `${board.url}/v2`,
    MONDAY_API_TOKEN: TOKEN,
    MONDAY_MIN_INTERVAL_MS: '0',
  };
}

async function propose(table: string, env: Environment, ...more: string[]) {
  const words = ['mapping', 'propose', '--table', table, '--board', ITEMS_BOARD, ...more];
  const { code, said } = await runProgram('doctor', [...words, '--json'], env);
  const line = said.split('\n').find((each) => each.startsWith('{"columns"'));
  if (line === undefined) throw new Error(said);
  return { code, ...proposed.parse(JSON.parse(line)) };
}

describe('doctor mapping propose, of the orders and the shipped board,', () => {
  const shipped = loadMapping();
  let env: Environment;
  let result: Awaited<ReturnType<typeof propose>>;

  beforeAll(async () => {
    env = await settingsFor();
    result = await propose('ORDERS_UNIFIED', env);
  });

  it('finds nine of ten pairs of the shipped mapping, and no wrong one', () => {
    const wanted = new Map(shipped.item.columns.map(({ id, source }) => [id, source]));
    const right = result.columns.filter(({ id, source }) => wanted.get(id) === source);
    const wrong = result.columns.filter(({ id, source }) => wanted.get(id) !== source);
    expect(wrong).toEqual([]);
    expect(right.length / wanted.size).toBeGreaterThanOrEqual(0.9);
  });

  it('passes its own check, without an error', () => {
    expect(result.check.findings.filter(({ severity }) => severity === 'error')).toEqual([]);
    expect(result.code).toBe(0);
    expect(() => parseMapping(result.mapping, 'proposed')).not.toThrow();
  });

  it('finds the same sizes, identities, seasons and people, by other words', async () => {
    const mapping = parseMapping(result.mapping, 'proposed');
    const live = await warehouse.columns('ORDERS_UNIFIED');
    expect(sourceLayout(mapping, live).sizes).toEqual(sourceLayout(shipped, live).sizes);
    expect(mapping.sizes?.total).toBe(shipped.sizes?.total);
    const { uuid, customer, orderNumber } = shipped.source;
    expect(mapping.source).toMatchObject({ uuid, customer, orderNumber });
    expect([...mapping.source.purchaseOrder].sort()).toEqual([...shipped.source.purchaseOrder].sort());
    expect([...mapping.source.businessKey].sort()).toEqual([...shipped.source.businessKey].sort());
    expect(mapping.source.personal).toEqual(expect.arrayContaining([...shipped.source.personal]));
    expect(mapping.item.group?.season).toEqual(shipped.item.group?.season);
    expect(mapping.subitem?.columns).toEqual(shipped.subitem?.columns);
    expect(mapping.cancelled).toEqual(shipped.cancelled);
  });

  it('reads no column of people, and repeats no name of one', () => {
    for (const name of ['ROBIN VALE', 'KIM ASTER', 'SASHA LINDEN']) expect(result.mapping).not.toContain(name);
  });

  it('writes a file that mapping check takes, and never over another', async () => {
    const file = join(folder, 'own.yaml');
    const args = ['mapping', 'propose', '--board', ITEMS_BOARD, '--output', file];
    const first = await runProgram('doctor', args, env);
    expect(first).toMatchObject({ code: 0, outputs: { file, errors: 0 } });
    expect(first.said).toMatch(/own\.yaml: \d+ columns, \d+ of the board left, \d+ customers\./);
    const { code } = await runProgram('doctor', ['mapping', 'check', file], { ...env, MONDAY_BOARD_ID: ITEMS_BOARD });
    expect(code).not.toBe(1);
    const text = readFileSync(file, 'utf8');
    const again = await runProgram('doctor', args, env);
    expect(again).toMatchObject({ code: 2, said: expect.stringContaining('own.yaml is there already') });
    expect(readFileSync(file, 'utf8')).toBe(text);
  });

  it('prints a file, and nothing else, on stdout', async () => {
    const { code, said } = await runProgram('doctor', ['mapping', 'propose'], { ...env, MONDAY_BOARD_ID: ITEMS_BOARD });
    expect(code).toBe(0);
    expect(parseMapping(said, 'stdout').version).toBe(parseMapping(result.mapping, 'proposed').version);
  });
});

const SIZES = ['S', 'M', 'L', 'XL', 'XXL'];

describe('doctor mapping propose, of a foreign table with 11 columns and 5 sizes,', () => {
  const columns: BulkColumn[] = [
    { name: 'Line Id', type: 'uuid' },
    { name: 'Client', type: 'text' },
    { name: 'Order No.', type: 'text' },
    { name: 'Article', type: 'text' },
    { name: 'Colour', type: 'text' },
    { name: 'Season', type: 'text' },
    { name: 'Ship Date', type: 'text' },
    { name: 'Unit Price', type: 'decimal' },
    { name: 'Sales Manager', type: 'text' },
    { name: 'Remarks', type: 'text' },
    ...SIZES.map((name): BulkColumn => ({ name, type: 'int' })),
    { name: 'Pieces', type: 'int' },
  ];
  const rows = Array.from({ length: 60 }, (_, n): ArrayRow => {
    const sizes = SIZES.map((_each, place) => (n + place) % 4);
    const sum = sizes.reduce((all, each) => all + each, 0);
    const day = `${String((n % 28) + 1).padStart(2, '0')}.03.2026`;
    const own = [uuidV5(`foreign|${n}`), n % 3 === 0 ? 'Acme ' : 'ACME', `SO-${Math.floor(n / 4)}`, `ART-${n}`, 'Blue'];
    return [...own, 'SS26', day, '12.50', 'Noor Hale', n % 5 === 0 ? 'rush' : null, ...sizes, sum];
  });
  const shape: AccountShape = {
    keyColumn: 'line_key',
    rowColumns: [],
    items: {
      id: ITEMS_BOARD,
      name: 'Production "2026"',
      group: { id: 'topics', title: 'Group' },
      columns: [
        { id: 'name', title: 'Name', type: 'name' },
        { id: 'subtasks_a', title: 'Subitems', type: 'subtasks' },
        { id: 'text_a', title: 'ORDER NUMBER', type: 'text' },
        { id: 'dropdown_a', title: 'Customer', type: 'dropdown' },
        { id: 'text_b', title: 'Article name', type: 'text' },
        { id: 'dropdown_b', title: 'Color', type: 'dropdown', labels: ['BLUE'] },
        { id: 'date_a', title: 'ship-date', type: 'date' },
        { id: 'numeric_a', title: 'Unit price', type: 'numbers' },
        { id: 'numeric_b', title: 'Remarks', type: 'numbers' },
        { id: 'text_c', title: 'Sales manager', type: 'text' },
        { id: 'formula_a', title: 'Margin', type: 'formula' },
      ],
    },
    subitems: {
      id: SUBITEMS_BOARD,
      name: 'Subitems',
      labelColumn: 'text_s',
      quantityColumn: 'numeric_s',
      columns: [
        { id: 'name', title: 'Name', type: 'name' },
        { id: 'text_s', title: 'Size', type: 'text' },
        { id: 'numeric_s', title: 'Qty', type: 'numbers' },
      ],
    },
  };
  let result: Awaited<ReturnType<typeof propose>>;

  beforeAll(async () => {
    await createSourceTable(warehouse, columns, 'SALES_LINES');
    await warehouse.bulkLoad('SALES_LINES', columns, rows);
    result = await propose('SALES_LINES', await settingsFor(shape));
  });

  it('pairs titles by letters and words, and by the types of the board', () => {
    const mapping = parseMapping(result.mapping, 'proposed');
    expect(mapping.item.columns.map(({ id, source, rule }) => [id, source, rule])).toEqual([
      ['text_a', 'Order No.', 'trim'],
      ['dropdown_a', 'Client', 'customer'],
      ['text_b', 'Article', 'trim'],
      ['dropdown_b', 'Colour', 'label'],
      ['date_a', 'Ship Date', 'date'],
      ['numeric_a', 'Unit Price', 'number'],
    ]);
    expect(mapping.item.columns[3]).toMatchObject({ values: [['BLUE', 'BLUE']], createLabels: false });
    expect(mapping.dates.order).toBe('dmy');
  });

  it('finds sizes, key, customer and season', () => {
    const mapping = parseMapping(result.mapping, 'proposed');
    expect(mapping.sizes).toMatchObject({ after: 'Remarks', before: 'Pieces', total: 'Pieces' });
    expect(mapping.source).toMatchObject({
      uuid: { column: 'Line Id' },
      customer: { column: 'Client' },
      orderNumber: 'Order No.',
    });
    expect(mapping.source.businessKey).toEqual(['Order No.', 'Article', 'Colour']);
    expect(mapping.item.group?.season).toEqual(['Season']);
    expect(mapping.subitem?.columns.map(({ id }) => id)).toEqual(['text_s', 'numeric_s']);
    // To SQL Server "Acme " and "ACME" are one text, and it gives either.
    const name = ENGINE === 'mssql' ? expect.stringMatching(/^acme$/i) : 'ACME';
    expect(mapping.customers).toEqual([{ name, spellings: [] }]);
  });

  it('leaves out people and what its values contradict, with the reason as a comment', () => {
    expect(parseMapping(result.mapping, 'proposed').source.personal).toEqual(['Sales Manager']);
    expect(result.mapping).not.toContain('Noor');
    expect(result.mapping).toMatch(/# Sales manager \(text_c\): .*may name people, and is not read/);
    expect(result.mapping).toMatch(/# Remarks \(numeric_b\): .*a text that is not a number/);
  });

  it('says which key columns have to be made', () => {
    expect(result.check.findings.map(({ code }) => code)).toContain('KEY_COLUMN_MISSING');
    expect(result.mapping).toMatch(/^#.*KEY_COLUMN_MISSING\]$/m);
    expect(result.code).toBe(2);
  });
});

describe('doctor mapping propose, of a table without sizes,', () => {
  const columns: BulkColumn[] = [
    { name: 'id', type: 'uuid' },
    { name: 'customer_name', type: 'text' },
    { name: 'order_no', type: 'text' },
    { name: 'po_number', type: 'text' },
    { name: 'season', type: 'text' },
    { name: 'status', type: 'text' },
    { name: 'website', type: 'text' },
    { name: 'price', type: 'decimal' },
    { name: 'discount', type: 'decimal' },
  ];
  const shape: AccountShape = {
    keyColumn: 'line_key',
    rowColumns: [],
    items: {
      id: ITEMS_BOARD,
      name: 'Deals',
      group: { id: 'topics', title: 'Group' },
      columns: [
        { id: 'name', title: 'Name', type: 'name' },
        { id: 'line_key', title: 'Line key', type: 'text' },
        { id: 'text_a', title: 'Order Number', type: 'text' },
        { id: 'status_a', title: 'Status', type: 'status', labels: ['Open'] },
        { id: 'link_a', title: 'Website', type: 'link' },
        { id: 'numeric_a', title: 'Price', type: 'numbers' },
        { id: 'numeric_b', title: 'Discount', type: 'numbers' },
      ],
    },
  };

  it('writes a mapping without sizes and subitems, which passes its check', async () => {
    await createSourceTable(warehouse, columns, 'DEALS');
    const rows = Array.from({ length: 20 }, (_, n): ArrayRow => {
      const own = [uuidV5(`deal|${n}`), `Customer ${n % 3}`, `D-${n}`, `PO${n}`, 'SS26', n === 7 ? 'Canceled' : 'open'];
      return [...own, 'https://example.com/a', '9.50', n === 3 ? '0.5' : null];
    });
    await warehouse.bulkLoad('DEALS', columns, rows);
    const result = await propose('DEALS', await settingsFor(shape));
    const { sizes, subitem, item, cancelled, customers } = parseMapping(result.mapping, 'proposed');
    expect([sizes, subitem]).toEqual([undefined, undefined]);
    expect(item.columns.map(({ id, source }) => [id, source])).toEqual([
      ['text_a', 'order_no'],
      ['status_a', 'status'],
      ['link_a', 'website'],
      ['numeric_a', 'price'],
      ['numeric_b', 'discount'],
    ]);
    expect(item.columns[1]).toMatchObject({ values: [['Open', 'Open']], createLabels: true });
    expect(cancelled).toMatchObject({ column: 'status', in: ['CANCELED'] });
    expect(customers.map(({ name }) => name)).toEqual(['Customer 0', 'Customer 1', 'Customer 2']);
    expect(result.check.findings.filter(({ severity }) => severity !== 'info')).toEqual([]);
    expect(result.code).toBe(0);
  });
});

describe('doctor mapping propose, of a table without UUIDs', () => {
  const columns: BulkColumn[] = [
    { name: 'Order No', type: 'text' },
    { name: 'Line No', type: 'int' },
    { name: 'Article', type: 'text' },
    { name: 'Price', type: 'decimal' },
    { name: 'Buyer Group', type: 'text' },
  ];
  const shape: AccountShape = {
    keyColumn: 'line_key',
    rowColumns: [],
    items: {
      id: ITEMS_BOARD,
      name: 'Lines',
      group: { id: 'topics', title: 'Group' },
      columns: [
        { id: 'name', title: 'Name', type: 'name' },
        { id: 'line_key', title: 'Line key', type: 'text' },
        { id: 'text_a', title: 'Article', type: 'text' },
        { id: 'numeric_a', title: 'Price', type: 'numbers' },
      ],
    },
  };
  /** Prices are there once each, by chance; every row has another buyer group than its neighbours. */
  const rows = Array.from(
    { length: 12 },
    (_, n): ArrayRow => [`SO-${Math.floor(n / 3)}`, (n % 3) + 1, `ART-${n % 5}`, `${n + 1}.50`, `G${n}`],
  );

  it('takes the fewest columns that tell lines apart, and one customer where none is named', async () => {
    await createSourceTable(warehouse, columns, 'KEYED_LINES');
    await warehouse.bulkLoad('KEYED_LINES', columns, rows);
    const result = await propose('KEYED_LINES', await settingsFor(shape));
    const { source, customers } = parseMapping(result.mapping, 'proposed');
    expect(source).toMatchObject({ uuid: { key: ['Order No', 'Line No'] }, customer: { constant: 'KEYED_LINES' } });
    expect(customers).toEqual([{ name: 'KEYED_LINES', spellings: [] }]);
    expect(result.mapping).toMatch(/# UNSURE: no column holds a UUID for each line; these are together unique/);
    expect(result.mapping).toMatch(/# UNSURE: .*all lines are of one customer/);
    expect(result.check.findings.filter(({ severity }) => severity === 'error')).toEqual([]);
    expect(result.code).toBe(0);
  });
});

describe('doctor mapping propose, of a table of more customers than a file should list', () => {
  const columns: BulkColumn[] = [
    { name: 'id', type: 'uuid' },
    { name: 'customer_name', type: 'text' },
    { name: 'order_no', type: 'text' },
  ];
  const shape: AccountShape = {
    keyColumn: 'line_key',
    rowColumns: [],
    items: {
      id: ITEMS_BOARD,
      name: 'Many',
      group: { id: 'topics', title: 'Group' },
      columns: [
        { id: 'name', title: 'Name', type: 'name' },
        { id: 'line_key', title: 'Line key', type: 'text' },
        { id: 'text_a', title: 'Order no', type: 'text' },
      ],
    },
  };

  it('takes all of them, and names those with most lines', async () => {
    await createSourceTable(warehouse, columns, 'MANY_CUSTOMERS');
    const rows = Array.from(
      { length: 602 },
      (_, n): ArrayRow => [uuidV5(`many|${n}`), `Shop ${n === 601 ? 7 : n}`, `O-${n}`],
    );
    await warehouse.bulkLoad('MANY_CUSTOMERS', columns, rows);
    const result = await propose('MANY_CUSTOMERS', await settingsFor(shape));
    expect(result.mapping).toMatch(/^customers: all$/m);
    expect(result.mapping).toMatch(/# UNSURE: there are 601 names, too many to list/);
    expect(result.mapping).toMatch(/# Most lines: Shop 7 \(2\)/);
    expect(result.check.findings.filter(({ severity }) => severity === 'error')).toEqual([]);
    expect(result.code).toBe(0);
  });
});

describe('doctor mapping propose, of the shipped example of another domain,', () => {
  const FILE = 'sql/mappings/examples/production-orders.yaml';

  it('finds nine of ten pairs, how numbers and days are written, and who must not be read', async () => {
    const { mapping, orders, table } = await chooseOrders({ mapping: FILE });
    await loadOrders(warehouse, orders, { table });
    const result = await propose(table, await settingsFor(shapeOf(mapping, FILE)));
    const wanted = new Map(mapping.item.columns.map(({ id, source }) => [id, source]));
    expect(result.columns.filter(({ id, source }) => wanted.get(id) !== source)).toEqual([]);
    expect(result.columns.length / wanted.size).toBeGreaterThanOrEqual(0.9);
    const { source, numbers, dates, sizes, cancelled } = parseMapping(result.mapping, 'proposed');
    expect({ numbers, dates, sizes }).toEqual({ numbers: { decimal: ',' }, dates: { order: 'dmy' }, sizes: undefined });
    const { uuid, customer, orderNumber, personal } = mapping.source;
    expect(source).toMatchObject({ uuid, customer, orderNumber, personal });
    expect(result.mapping).toMatch(/# UNSURE: no title says customer; .*\n {2}customer: PLANT$/m);
    expect(cancelled).toEqual({ kind: 'any', rules: [] });
    expect(source.purchaseOrder).toEqual([]);
  });
});

describe('doctor mapping propose', () => {
  it('says which table or board is not there, and writes no file', async () => {
    const env = await settingsFor();
    const output = join(folder, 'none.yaml');
    const args = ['mapping', 'propose', '--output', output];
    const table = await runProgram('doctor', [...args, '--table', 'NOWHERE', '--board', ITEMS_BOARD], env);
    expect(table).toMatchObject({ code: 2, said: expect.stringContaining('NOWHERE') });
    const board = await runProgram('doctor', [...args, '--board', '77'], env);
    expect(board).toMatchObject({ code: 2, said: expect.stringContaining('Board 77 does not exist') });
    const none = await runProgram('doctor', args, env);
    expect(none).toMatchObject({ code: 2, said: expect.stringContaining('MONDAY_BOARD_ID') });
    expect(existsSync(output)).toBe(false);
  });
});
