import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { stringify } from 'yaml';
import { shapeOf } from '../../local/board/mapping-shape.js';
import { type RunningBoard, startBoard } from '../../local/board/server.js';
import { type AccountShape, type ColumnShape, ITEMS_BOARD } from '../../local/board/shape.js';
import { BoardControl } from '../../local/demo/board-control.js';
import { addLabels } from '../../local/demo/labels.js';
import { arranged } from '../../local/orders/arranged.js';
import { mappedSample } from '../../local/orders/mapped/sample.js';
import { loadOrders } from '../../local/orders/source-table.js';
import { compileMapping, type MappedLine } from '../../shared/mapper/map-line.js';
import { loadMapping, type Mapping } from '../../shared/mapping/mapping.js';
import { quoteIdentifier } from '../../shared/warehouse/port/statements.js';
import type { Warehouse } from '../../shared/warehouse/port/warehouse.js';
import { type DoctorReport, reportSchema } from '../../tasks/doctor/finding.js';
import { createTestDatabase, type TestDatabase } from '../helpers/database.js';
import { openWarehouseAt, patience } from '../helpers/engine.js';
import { randomMapping } from '../helpers/random-mapping.js';
import { sql } from '../helpers/warehouse.js';
import { mutationsAfter } from './board-view.js';
import { type Ended, type Environment, HURRY, type LocalProgram, Program, type Task } from './program.js';

const LONG = patience(180_000);
const SEEDS = [1, 2, 3];
const LINES = 40;
const TABLE = 'ANY_TABLE';

let folder: string;
let database: TestDatabase;
let warehouse: Warehouse;
let board: RunningBoard | undefined;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'any-mapping-'));
  database = await createTestDatabase();
  warehouse = await openWarehouseAt(database.url);
});
afterEach(async () => {
  rmSync(folder, { recursive: true, force: true });
  await board?.close();
  await warehouse.close();
  await database.drop();
});

interface Tried {
  file: string;
  mapping: Mapping;
  lines: MappedLine[];
  shape: AccountShape;
}

/** The mapping of a seed, and its table with random lines. */
async function tried(seed: number): Promise<Tried> {
  const [data] = fc.sample(randomMapping, { seed, numRuns: 1 });
  const file = join(folder, 'any.yaml');
  writeFileSync(file, stringify(data));
  const mapping = loadMapping(file);
  const sample = mappedSample(mapping, { lines: LINES, seed });
  await loadOrders(warehouse, sample, { table: TABLE });
  const { layout, arrange } = arranged(mapping, sample.columns);
  const read = compileMapping(mapping, layout);
  return { file, mapping, lines: [...sample.rows()].map((row) => read(arrange(row))), shape: shapeOf(mapping, file) };
}

/** A board with the labels that the lines need and push may not create. */
async function startWith(shape: AccountShape, { mapping }: Tried, seed: number): Promise<RunningBoard> {
  board = await startBoard({ limits: 'raised', shape });
  await addLabels(new BoardControl(board.url), mapping, mappedSample(mapping, { lines: LINES, seed }));
  return board;
}

function run(program: Task | LocalProgram, args: readonly string[], { file }: Tried): Promise<Ended> {
  const env: Environment = {
    ...HURRY,
    WAREHOUSE_URL: database.url,
    ARCHIVE_URL: database.url,
    SOURCE_TABLE: TABLE,
    MAPPING_FILE: file,
    MONDAY_API_URL: `${board?.url}/v2`,
    MONDAY_API_TOKEN: 'token',
    MONDAY_BOARD_ID: ITEMS_BOARD,
    MONDAY_MIN_INTERVAL_MS: '0',
  };
  return new Program(program, args, env).ended;
}

async function check(of: Tried): Promise<DoctorReport> {
  const { said } = await run('doctor', ['mapping', 'check', of.file, '--json'], of);
  const line = said.split('\n').find((each) => each.startsWith('{"agrees"'));
  if (line === undefined) throw new Error(said);
  return reportSchema.parse(JSON.parse(line));
}

const wrong = ({ findings }: DoctorReport): string[] =>
  findings.filter(({ severity }) => severity !== 'info').map(({ code, what }) => `${code}: ${what}`);

describe('any mapping that the check passes', () => {
  it.each(SEEDS)(
    'is carried out: the board agrees with the table, and a second run sends nothing (seed %i)',
    async (seed) => {
      const of = await tried(seed);
      const started = await startWith(of.shape, of, seed);
      expect(wrong(await check(of))).toEqual([]);
      expect((await run('migrate', [], of)).code).toBe(0);
      const first = await run('local/sync', [], of);
      expect({ code: first.code, said: first.said }).toEqual({ code: 0, said: first.said });

      const { state } = started.account.store;
      const shown = state.itemsOf(state.board(ITEMS_BOARD)).map((item) => item.name);
      const expected = of.lines.filter(({ inScope }) => inScope);
      expect(expected.length).toBeGreaterThan(LINES / 2);
      expect(shown.sort()).toEqual(expected.map(({ itemName }) => itemName).sort());

      const audit = await run('push', ['--audit'], of);
      expect({ code: audit.code, said: audit.said }).toEqual({ code: 0, said: audit.said });
      const before = state.requests.length;
      const second = await run('local/sync', [], of);
      expect({ code: second.code, said: second.said }).toEqual({ code: 0, said: second.said });
      expect(await mutationsAfter({ board: started }, before)).toEqual([]);
    },
    LONG,
  );
});

/** A board after something has been spoilt on it or in the table, and how the check has to tell that. */
interface Spoilt {
  shape: AccountShape;
  told: RegExp;
}

const withoutColumn = (shape: AccountShape, id: string): AccountShape => ({
  ...shape,
  items: { ...shape.items, columns: shape.items.columns.filter((column) => column.id !== id) },
});

const DAMAGES: Readonly<Record<string, (of: Tried) => Promise<Spoilt>>> = {
  'a source column is gone': async ({ mapping, shape }) => {
    const name = mapping.item.columns[0]?.source ?? '';
    await sql(warehouse, `ALTER TABLE dbo.${quoteIdentifier(TABLE)} DROP COLUMN ${quoteIdentifier(name)}`);
    return { shape, told: new RegExp(`^SOURCE_UNFIT: .*"${escaped(name)}"`) };
  },
  'a column of the board is gone': async ({ mapping, shape }) => {
    const { id = '', title = '' } = mapping.item.columns.at(-1) ?? {};
    return { shape: withoutColumn(shape, id), told: new RegExp(`^BOARD_COLUMN_\\w+: .*"${title}" \\(${id}\\)`) };
  },
  'a column of the board is of another type': async ({ mapping, shape }) => {
    const { id = '', title = '', type } = mapping.item.columns[0] ?? {};
    const columns = shape.items.columns.map((column): ColumnShape => {
      const other = type === 'date' ? 'timeline' : 'date';
      return column.id === id ? { id, title: column.title, type: other } : column;
    });
    const spoilt = { ...shape, items: { ...shape.items, columns } };
    return { shape: spoilt, told: new RegExp(`^BOARD_COLUMN_TYPE: .*"${title}"`) };
  },
};

const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

describe('a mapping that does not fit', () => {
  it.each(SEEDS.flatMap((seed) => Object.keys(DAMAGES).map((damage) => [damage, seed] as const)))(
    'is told with that reason and no other: %s (seed %i)',
    async (damage, seed) => {
      const of = await tried(seed);
      const spoilt = await DAMAGES[damage]?.(of);
      if (spoilt === undefined) throw new Error(`Nothing was spoilt: ${damage}`);
      await startWith(spoilt.shape, of, seed);
      const found = wrong(await check(of));
      expect(found).toEqual([expect.stringMatching(spoilt.told)]);
    },
    LONG,
  );
});
