import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { shapeOf } from '../../local/board/mapping-shape.js';
import { type RunningBoard, startBoard } from '../../local/board/server.js';
import { type AccountShape, ITEMS_BOARD } from '../../local/board/shape.js';
import { chooseOrders } from '../../local/orders/choose.js';
import { loadOrders } from '../../local/orders/source-table.js';
import { loadMapping } from '../../shared/mapping/mapping.js';
import type { Warehouse } from '../../shared/warehouse/port/warehouse.js';
import { shellLines } from '../docs/commands.js';
import { createTestDatabase, type TestDatabase } from '../helpers/database.js';
import { openWarehouseAt, patience } from '../helpers/engine.js';
import { Checkout } from './checkout.js';

const LONG = patience(300_000);
const PAGE = 'docs/your-own-table.md';
const EXAMPLE = 'sql/mappings/examples/production-orders.yaml';

/** What is not run here, and why. */
const NOT_RUN: readonly (readonly [command: RegExp, reason: string])[] = [
  [/^npm ci$/, 'would replace the packages under this test'],
  [/^npm run build$/, 'replaces the bundle that this test runs'],
  [/^npm run demo -- --mapping sql/, 'tests/e2e/demo-mapping.test.ts'],
];
/** Commands that are to find something at this point: what they say of it. */
const FINDINGS: readonly (readonly [command: RegExp, said: RegExp])[] = [
  // Nothing in the table is called customer or order: somebody has to decide.
  [/mapping propose/, /own\.yaml: 15 columns, 0 of the board left/],
  // What the next step creates is all that is left.
  [/mapping check/, /\[KEY_COLUMN_MISSING\]\n.*\[BOARD_COLUMN_CREATABLE\]\n[\s\S]*^2 errors and 0 warnings/m],
];
const lines = shellLines(PAGE);
const runnable = lines.filter((line) => !NOT_RUN.some(([command]) => command.test(line)));

/** A board as planners have made it: with titles of their own, and without a key column. */
function plannersBoard(): AccountShape {
  const shape = shapeOf(loadMapping(EXAMPLE), 'jobs.yaml');
  const columns = shape.items.columns.filter(({ id }) => id !== shape.keyColumn && id !== 'last_change');
  return { ...shape, items: { ...shape.items, columns } };
}

/** The jobs of the example as somebody's own table, an empty board, and a folder in which the page's commands are typed. */
describe('the commands of the page, typed one after the other', () => {
  let database: TestDatabase;
  let warehouse: Warehouse;
  let board: RunningBoard;
  let folder: string;
  let checkout: Checkout;
  let settings: string[];

  beforeAll(async () => {
    database = await createTestDatabase();
    warehouse = await openWarehouseAt(database.url);
    const { orders, table } = await chooseOrders({ mapping: EXAMPLE });
    await loadOrders(warehouse, orders, { table });
    board = await startBoard({ limits: 'raised', shape: plannersBoard() });
    folder = mkdtempSync(join(tmpdir(), 'own-table-'));
    copyFileSync(EXAMPLE.replace('.yaml', '.csv'), join(folder, 'extract.csv'));
    checkout = new Checkout(folder);
    settings = [
      `export WAREHOUSE_URL='${database.url}' ARCHIVE_URL='${database.url}' SOURCE_TABLE=${table}`,
      `export MONDAY_API_URL=${board.url}/v2 MONDAY_API_TOKEN=any MONDAY_BOARD_ID=${ITEMS_BOARD} MONDAY_MIN_INTERVAL_MS=0`,
    ];
  }, LONG);

  afterAll(async () => {
    rmSync(folder, { recursive: true, force: true });
    await board.close();
    await warehouse.close();
    await database.drop();
  });

  it('are most of those that stand there', () => {
    expect(runnable.length).toBeGreaterThan(8);
    expect(NOT_RUN.filter(([command]) => !lines.some((line) => command.test(line)))).toEqual([]);
  });

  it.each(runnable)(
    '%s',
    async (line) => {
      const exports = lines.slice(0, lines.indexOf(line)).filter((each) => each.startsWith('export '));
      const { code, said } = await checkout.typed(line, [...settings, ...exports]);
      const finding = FINDINGS.find(([command]) => command.test(line))?.[1];
      // The decisions of whoever knows the table.
      if (line.includes('mapping propose')) copyFileSync(EXAMPLE, join(folder, 'own.yaml'));
      expect(said).not.toMatch(/Unexpected|fault of the program/);
      expect(said).toMatch(finding ?? /^/);
      expect({ code, said }).toEqual({ code: finding === undefined ? 0 : 2, said });
    },
    LONG,
  );

  it('have put every job in scope on the board, as the audit has read it back', () => {
    const { state } = board.account.store;
    const items = state.itemsOf(state.board(ITEMS_BOARD));
    expect(items).toHaveLength(158);
    expect(items.find(({ name }) => name === 'G26001 · Knob "Dalí"')?.values).toMatchObject({
      job_no: 'G26001',
      quantity: '1314',
      due: { date: '2026-02-23' },
    });
  });
});
