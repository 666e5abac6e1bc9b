import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { shapeOf } from '../../local/board/mapping-shape.js';
import { type RunningBoard, startBoard } from '../../local/board/server.js';
import { ITEMS_BOARD } from '../../local/board/shape.js';
import { mappedSample } from '../../local/orders/mapped/sample.js';
import { loadOrders } from '../../local/orders/source-table.js';
import { loadMapping } from '../../shared/mapping/mapping.js';
import type { Warehouse } from '../../shared/warehouse/port/warehouse.js';
import { createTestDatabase, type TestDatabase } from '../helpers/database.js';
import { createWarehouseDatabase, openWarehouseAt } from '../helpers/engine.js';
import { HURRY, type LocalProgram, Program, type Task } from './program.js';

const NAMES = ['__proto__', 'a\n--b', '{exact}', '{landed}', 'dbo."x"', '@rows AS r', `$1 $& $'`, 'a;\nb', 'a\\b'];

let database: TestDatabase;
let archives: TestDatabase;
let warehouse: Warehouse;
let board: RunningBoard;
let env: Record<string, string>;

beforeAll(async () => {
  [database, archives] = [await createWarehouseDatabase(), await createTestDatabase()];
  warehouse = await openWarehouseAt(database.url);
  const file = join(mkdtempSync(join(tmpdir(), 'hostile-names-')), 'mapping.yaml');
  const columns = NAMES.map((name, place) => ({
    id: `own_${place}`,
    title: name,
    type: 'text',
    source: name,
    rule: 'trim',
  }));
  const mapping = {
    source: { uuid: 'ROW', customer: 'CLIENT', order_number: 'ORDER', business_key: ['ORDER', ...NAMES] },
    item: { key: { id: 'k', title: 'K' }, name: { parts: ['ORDER'], separator: ' ' }, columns },
    customers: { ALPHA: [] },
  };
  // JSON is YAML.
  writeFileSync(file, JSON.stringify(mapping));
  const loaded = loadMapping(file);
  await loadOrders(warehouse, mappedSample(loaded, { lines: 6, seed: 1 }), { table: 'OWN' });
  board = await startBoard({ limits: 'raised', shape: shapeOf(loaded, file) });
  env = {
    ...HURRY,
    WAREHOUSE_URL: database.url,
    ARCHIVE_URL: archives.url,
    SOURCE_TABLE: 'OWN',
    MAPPING_FILE: file,
    MONDAY_API_URL: `${board.url}/v2`,
    MONDAY_API_TOKEN: 'token',
    MONDAY_BOARD_ID: ITEMS_BOARD,
    MONDAY_MIN_INTERVAL_MS: '0',
  };
});
afterAll(async () => {
  await board.close();
  await warehouse.close();
  await Promise.all([database.drop(), archives.drop()]);
});

const run = (program: Task | LocalProgram, args: string[] = []) => new Program(program, args, env).ended;

it('columns whose names look like SQL, like places in it or like what every object has reach the board', async () => {
  const ended = [await run('migrate'), await run('local/sync'), await run('push', ['--audit'])];
  expect(ended.map(({ code, said }) => (code === 0 ? code : said))).toEqual([0, 0, 0]);
  const { items } = await (await fetch(`${board.url}/_board`)).json();
  expect(items).toHaveLength(6);
});
