import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { stringify } from 'yaml';
import { shapeOf } from '../../../local/board/mapping-shape.js';
import { createSourceTable } from '../../../local/orders/source-table.js';
import { systemClock } from '../../../shared/ground/clock.js';
import { sourceLayout } from '../../../shared/lines/layout.js';
import { comparedColumn, orderColumn } from '../../../shared/mapper/compared.js';
import { compileMapping } from '../../../shared/mapper/map-line.js';
import type { ColumnType } from '../../../shared/mapping/column-types.js';
import { loadMapping, type Mapping } from '../../../shared/mapping/mapping.js';
import { migrate } from '../../../shared/store/schema/migrate.js';
import { scanLines } from '../../../shared/store/source.js';
import { keys } from '../../../tasks/doctor/checks/keys.js';
import { examine } from '../../../tasks/doctor/examine.js';
import { customersByOrder } from '../../../tasks/doctor/orders.js';
import { runDoctor } from '../../../tasks/doctor/run.js';
import { Site } from '../../../tasks/doctor/site.js';
import { pushCommand } from '../../../tasks/push/commands.js';
import { readBoard } from '../../../tasks/push/model/board-state.js';
import { connect } from '../../../tasks/push/model/connect.js';
import type { Unit } from '../../../tasks/push/model/unit.js';
import { foreignOrders } from '../../../tasks/push/plan/foreign-orders.js';
import { taskContext } from '../../helpers/task-context.js';
import { openTestWarehouse, sql, type TestWarehouse } from '../../helpers/warehouse.js';
import {
  itemsOf,
  mappingOf,
  NUMBERS_OF_EACH_TYPE,
  rowsOf,
  SOURCE_COLUMNS,
  type WrittenNumbers,
} from '../../helpers/written-numbers.js';
import { ITEMS, TestBoard } from '../../local/board/board.js';

const TABLE = 'NUMBERED';
const folder = mkdtempSync(join(tmpdir(), 'order-numbers-'));
const file = join(folder, 'numbered.yaml');
let test: TestWarehouse;
let board: TestBoard | undefined;

beforeAll(async () => {
  test = await openTestWarehouse();
  await createSourceTable(test.warehouse, SOURCE_COLUMNS, TABLE);
});
beforeEach(() => sql(test.warehouse, `DELETE FROM dbo."${TABLE}"`));
afterEach(() => board?.close());
afterAll(async () => {
  rmSync(folder, { recursive: true, force: true });
  await test.drop();
});

async function open(type: ColumnType, written: WrittenNumbers): Promise<Mapping> {
  writeFileSync(file, stringify(mappingOf(type, written)));
  const mapping = loadMapping(file);
  const patience = { waitMs: 10_000, signal: new AbortController().signal };
  await migrate(test.warehouse, mapping, systemClock(), patience);
  await test.warehouse.bulkLoad(TABLE, SOURCE_COLUMNS, rowsOf(written));
  board = await TestBoard.start({ limits: 'raised', shape: shapeOf(mapping, file) });
  for (const edit of itemsOf(written)) expect((await board.control('POST', '/_edit', edit)).status).toBe(200);
  return mapping;
}

const env = () => ({
  ...{ WAREHOUSE_URL: test.url, ARCHIVE_URL: test.archiveUrl, SOURCE_TABLE: TABLE, MAPPING_FILE: file },
  ...{ MONDAY_API_URL: `${board?.board.url}/v2`, MONDAY_API_TOKEN: 'token', MONDAY_BOARD_ID: ITEMS },
  MONDAY_MIN_INTERVAL_MS: '0',
});
const inTest = () => ({ warehouse: test.warehouse, env: env() });

async function doctorFinds(): Promise<string[]> {
  const site = new Site(taskContext([], inTest()), env());
  const { findings } = await examine(site, [keys], { fix: false });
  await site.close();
  return findings.map(({ code, what }) => `${code} ${what.split(':')[0]}`);
}

function adopting(): ReturnType<typeof runDoctor> {
  const flags = { adopt: true, fix: false, json: false, apply: false, dryRun: false } as const;
  return runDoctor(taskContext([], inTest()), flags as Parameters<typeof runDoctor>[1], env());
}

/** What push would refuse of the lines of the table, if none was ever sent. */
async function pushFinds(mapping: Mapping): Promise<string[]> {
  const context = taskContext(pushCommand.settings, inTest());
  const connection = await connect(context, test.warehouse, context.signal);
  const live = await test.warehouse.columns(TABLE);
  const layout = sourceLayout(mapping, live);
  const map = compileMapping(mapping, layout);
  const creates: Pick<Unit, 'wanted'>[] = [];
  for await (const rows of scanLines(test.warehouse, { table: TABLE, live, layout }))
    for (const row of rows) {
      const values = Object.fromEntries(map(row).values);
      creates.push({ wanted: { kind: 'present', values, create: true } });
    }
  const { items } = await foreignOrders({ ...connection, board: await readBoard(connection) }, 'ALPHA', creates);
  return items.map(({ name }) => name);
}

describe('an order number that the board shows otherwise than the source writes it', () => {
  it.each(NUMBERS_OF_EACH_TYPE)('is the same for doctor, an adoption and push: %s', async (_, type, written) => {
    const mapping = await open(type, written);
    expect(await doctorFinds()).toEqual(['ORDERS_UNKEYED_NEW 2 items show orders of ALPHA and have no key']);
    expect((await adopting()).outputs).toMatchObject({ status: 'DRY_RUN', items: 2, left: 0 });
    expect(await pushFinds(mapping)).toEqual(['old 0', 'old 1']);
  });

  it.each(NUMBERS_OF_EACH_TYPE)('is not taken for one that the source does not have: %s', async (_, type, written) => {
    if (type === 'checkbox') return;
    const mapping = await open(type, { ...written, cells: [written.cells[1], written.cells[1]] });
    await sql(test.warehouse, `DELETE FROM dbo."${TABLE}" WHERE "STYLE" = 'STYLE 1'`);
    expect(await doctorFinds()).toEqual(['ITEMS_UNKEYED 2 items have no key']);
    expect(await pushFinds(mapping)).toEqual([]);
  });
});

describe('a mapping that shows order numbers in no column', () => {
  it('has nothing to compare: doctor and push find no order, and an adoption says so', async () => {
    const written = NUMBERS_OF_EACH_TYPE[0]?.[2] as WrittenNumbers;
    await open('text', written);
    const { item, ...rest } = mappingOf('text', written);
    writeFileSync(file, stringify({ ...rest, item: { ...item, columns: item.columns.slice(1) } }));
    expect(await doctorFinds()).toEqual(['ITEMS_UNKEYED 2 items have no key']);
    await expect(adopting()).rejects.toThrow('The mapping has no board column for ORDER');
    expect(await pushFinds(loadMapping(file))).toEqual([]);
  });
});

describe('whose an order is', () => {
  const written = NUMBERS_OF_EACH_TYPE[0]?.[2] as WrittenNumbers;
  const ownersOf = async (customer: string | { constant: string }) => {
    const { source, ...rest } = mappingOf('text', written);
    writeFileSync(file, stringify({ ...rest, source: { ...source, customer }, customers: { ALPHA: [], BETA: [] } }));
    const mapping = loadMapping(file);
    const column = orderColumn(mapping);
    if (column === undefined) throw new Error('no column shows order numbers');
    const owners = await customersByOrder(test.warehouse, mapping, TABLE, comparedColumn(column));
    return [...owners].sort();
  };

  it("says the column of customers, or the one customer of all lines; rows without either are nobody's", async () => {
    const rows = [
      ['ALPHA', 'SO-1'],
      ['beta', 'so  2'],
      ['NOBODY', 'SO-3'],
      ['ALPHA', null],
      [null, 'SO-4'],
    ];
    await test.warehouse.bulkLoad(
      TABLE,
      SOURCE_COLUMNS,
      rows.map(([client, order]) => [null, client, order, 'S'] as (string | null)[]),
    );
    expect(await ownersOf('CLIENT')).toEqual([
      ['SO 2', 'BETA'],
      ['SO-1', 'ALPHA'],
    ]);
    expect(await ownersOf({ constant: 'beta' })).toEqual(
      ['SO 2', 'SO-1', 'SO-3', 'SO-4'].map((number) => [number, 'BETA']),
    );
  });
});
