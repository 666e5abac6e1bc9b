import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { stringify } from 'yaml';
import { shapeOf } from '../../local/board/mapping-shape.js';
import { type RunningBoard, startBoard } from '../../local/board/server.js';
import { ITEMS_BOARD } from '../../local/board/shape.js';
import { createSourceTable } from '../../local/orders/source-table.js';
import type { ColumnType } from '../../shared/mapping/column-types.js';
import { loadMapping } from '../../shared/mapping/mapping.js';
import { parseStatement } from '../../shared/warehouse/port/statements.js';
import type { Warehouse } from '../../shared/warehouse/port/warehouse.js';
import { createTestDatabase, type TestDatabase } from '../helpers/database.js';
import { openWarehouseAt, patience } from '../helpers/engine.js';
import {
  itemsOf,
  mappingOf,
  NUMBERS_OF_EACH_TYPE,
  rowsOf,
  SOURCE_COLUMNS,
  type WrittenNumbers,
} from '../helpers/written-numbers.js';
import { type Environment, HURRY, type LocalProgram, Program, type Task } from './program.js';

/** Each takes twenty programs to tell; tests/tasks/doctor/order-numbers.test.ts asks the same of every type. */
const TOLD = new Set(['a column of type text', 'a column of type numbers', 'a text column by rule number']);
const CASES = NUMBERS_OF_EACH_TYPE.filter(([what]) => TOLD.has(what));
const TABLE = 'ORDERS';
const LONG = patience(120_000);

const folder = mkdtempSync(join(tmpdir(), 'order-numbers-'));
let database: TestDatabase;
let warehouse: Warehouse;
let board: RunningBoard;
let tried = 0;

beforeAll(async () => {
  database = await createTestDatabase();
  warehouse = await openWarehouseAt(database.url);
});
afterEach(() => board?.close());
afterAll(async () => {
  rmSync(folder, { recursive: true, force: true });
  await warehouse.close();
  await database.drop();
});

/** A mapping whose order numbers stand in such a column, its table of three lines, and a board that shows two of them. */
async function open(type: ColumnType, written: WrittenNumbers): Promise<Environment> {
  tried += 1;
  const [schema, file] = [`orders_${tried}`, join(folder, `orders-${tried}.yaml`)];
  writeFileSync(file, stringify(mappingOf(type, written)));
  await warehouse.execute(parseStatement('schema', `CREATE SCHEMA "${schema}"`));
  const own = await openWarehouseAt(database.url, { schema });
  await createSourceTable(own, SOURCE_COLUMNS, TABLE);
  await own.bulkLoad(TABLE, SOURCE_COLUMNS, rowsOf(written));
  await own.close();
  board = await startBoard({ limits: 'raised', shape: shapeOf(loadMapping(file), file) });
  for (const each of itemsOf(written)) await edit(each);
  return {
    ...HURRY,
    ...{ WAREHOUSE_URL: database.url, ARCHIVE_URL: database.url, WAREHOUSE_SCHEMA: schema, ARCHIVE_SCHEMA: schema },
    ...{ SOURCE_TABLE: TABLE, MAPPING_FILE: file, MONDAY_API_URL: `${board.url}/v2`, MONDAY_API_TOKEN: 'token' },
    ...{ MONDAY_BOARD_ID: ITEMS_BOARD, MONDAY_MIN_INTERVAL_MS: '0' },
  };
}

async function edit(change: object): Promise<void> {
  const answer = await fetch(`${board.url}/_edit`, { method: 'POST', body: JSON.stringify(change) });
  if (!answer.ok) throw new Error(await answer.text());
}

const itemsShown = (): number => {
  const { state } = board.account.store;
  return state.itemsOf(state.board(ITEMS_BOARD)).length;
};

describe('items of another program that show order numbers of ours', () => {
  it.each(CASES)(
    'are found by doctor, refused by push and adopted, and none is made twice: %s',
    async (_, type, written) => {
      const env = await open(type, written);
      const run = (program: Task | LocalProgram, ...args: string[]) => new Program(program, args, env).ended;
      expect((await run('migrate')).code).toBe(0);
      expect((await run('doctor')).said).toContain('2 items show orders of ALPHA and have no key');
      const refused = await run('local/sync');
      expect(refused.said).toContain('already holds 2 items with order numbers of this customer');
      expect({ code: refused.code, items: itemsShown() }).toEqual({ code: 2, items: 2 });
      expect((await run('doctor', '--adopt', '--apply')).outputs).toMatchObject({ items: 2, left: 0 });
      const synced = await run('local/sync');
      expect({ code: synced.code, said: synced.said }).toMatchObject({ code: 0 });
      expect(itemsShown()).toBe(3);
      expect((await run('doctor')).said).not.toContain('ORDERS_UNKEYED');
    },
    LONG,
  );
});
