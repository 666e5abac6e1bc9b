import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { stringify } from 'yaml';
import { COLUMN_TYPES, type ColumnType } from '../../shared/mapping/column-types.js';
import type { ValueRule } from '../../shared/mapping/mapping.js';
import { RULES_OF_TYPE } from '../../shared/mapping/mapping-checks.js';
import { sqlType } from '../../shared/warehouse/port/sql-types.js';
import { readWhole } from '../helpers/dialect.js';
import { ENGINE } from '../helpers/engine.js';
import { control, lastRequest, mutationsAfter, readBoard } from './board-view.js';
import type { Environment, Task } from './program.js';
import { World } from './world.js';

type Shown = readonly [source: string, canonical: string, shown?: string];
interface Sample {
  /** What the source says first and then, with what the tables keep and what the board shows of it. */
  first: Shown;
  next: Shown;
  /** What a planner writes over it. */
  planner: unknown;
}

/** What rules make of texts in a column that shows any text. */
const BY_RULE: Record<ValueRule, { first: Shown; next: Shown }> = {
  trim: { first: [' Black ', 'Black'], next: ['Navy, dark', 'Navy, dark'] },
  trim_and_clean: { first: ['JET  BLACK', 'JET BLACK'], next: ['NAVY', 'NAVY'] },
  label: { first: ['2026  FALL', '2026 FALL'], next: ['28', '28'] },
  number: { first: ['1,234.50', '1234.5'], next: ['007', '7'] },
  date: { first: ['9/30/2026', '2026-09-30'], next: ['1-Oct-2026', '2026-10-01'] },
  customer: { first: ['rhone apparel', 'RHONE'], next: ['Other', 'Other'] },
};
const MINE: Partial<Record<ColumnType, unknown>> = {
  text: 'mine',
  long_text: { text: 'mine' },
  dropdown: { labels: ['mine'] },
  status: { label: 'mine' },
};
/** The same of the other types. */
const BY_TYPE: Partial<Record<ColumnType, Sample>> = {
  numbers: { first: ['$1,240.50', '1240.5'], next: ['12', '12'], planner: '13' },
  date: { first: ['9/30/2026', '2026-09-30'], next: ['2026-10-01', '2026-10-01'], planner: { date: '2026-10-02' } },
  timeline: {
    first: ['2026-01-02/2026-01-09', '2026-01-02 - 2026-01-09'],
    next: ['2026-01-03', '2026-01-03 - 2026-01-03'],
    planner: { from: '2026-01-02', to: '2026-01-10' },
  },
  checkbox: { first: ['yes', 'true', 'v'], next: ['1', 'true', 'v'], planner: null },
  email: {
    first: ['po@rhone.example', 'po@rhone.example', 'po@rhone.example - po@rhone.example'],
    next: ['desk@rhone.example', 'desk@rhone.example', 'desk@rhone.example - desk@rhone.example'],
    planner: { email: 'desk@rhone.example', text: 'The desk' },
  },
  link: {
    first: ['https://rhone.example/a', 'https://rhone.example/a', 'https://rhone.example/a - https://rhone.example/a'],
    next: [
      'https://rhone.example/b The specs',
      'https://rhone.example/b The specs',
      'The specs - https://rhone.example/b',
    ],
    planner: { url: 'https://rhone.example/c', text: 'The specs' },
  },
  phone: {
    first: ['+44 (0)20 7946 0990', '+442079460990 GB', '+442079460990'],
    next: ['(212) 555-0100', '2125550100 US', '2125550100'],
    planner: { phone: '+12125550101', countryShortName: 'US' },
  },
  country: {
    first: ['Viet Nam', 'VN', 'Vietnam'],
    next: ['tur', 'TR', 'Turkey'],
    planner: { countryCode: 'US', countryName: 'United States' },
  },
  rating: { first: ['4', '4'], next: ['5.0', '5'], planner: { rating: 1 } },
  hour: {
    first: ['8:05', '08:05', '08:05 AM'],
    next: ['14:30:00', '14:30', '02:30 PM'],
    planner: { hour: 14, minute: 31 },
  },
};

const OF_ONE_SOURCE = COLUMN_TYPES.flatMap((type) =>
  RULES_OF_TYPE[type].map((rule) => {
    const id = `${type}_${rule}`;
    const day = ([source, to]: Shown): Shown => [source, `${to} - ${to}`];
    const ofDay = { first: day(BY_RULE.date.first), next: day(BY_RULE.date.next) };
    const sample = { ...BY_RULE[rule], planner: MINE[type], ...BY_TYPE[type] };
    return { id, title: `Column ${id}`, type, rule, ...sample, ...(id === 'timeline_date' ? ofDay : {}) };
  }),
);
/** The same source columns as others read, together. */
const OF_TWO_SOURCES = {
  ...{ id: 'timeline_until', title: 'Column timeline_until', type: 'timeline', rule: 'date' },
  ...{ source: 'DATE_DATE', until: 'TEXT_DATE', planner: { from: '2026-10-01', to: '2026-10-31' } },
  first: ['', '2026-09-30 - 2026-09-30'] as Shown,
  next: ['', '2026-10-01 - 2026-10-01'] as Shown,
} as const;
const COLUMNS = [...OF_ONE_SOURCE, OF_TWO_SOURCES];
const REST = ['CLIENT', 'ORDER', 'STYLE', 'PO', 'STATE', 'SEASON', 'UNIT', 'S', 'M', 'TOTAL'] as const;
const LINE = '5f0c0b7a-0d0a-4b57-9a3e-2f5f0c0b7a11';

const MAPPING = {
  blank: ['none'],
  source: { uuid: 'ID', customer: 'CLIENT', order_number: 'ORDER', purchase_order: ['PO'], business_key: ['ORDER'] },
  scope: { customer: 'mapped' },
  cancelled: { column: 'STATE', in: ['CANCELLED'] },
  sizes: { after: 'UNIT', before: 'TOTAL', total: 'TOTAL', maximum: '999' },
  item: {
    key: { id: 'line_key', title: 'line_key' },
    name: { parts: ['ORDER', 'STYLE'], separator: ' / ', max_length: '255' },
    group: { title: '{customer} {season}', season: ['SEASON'], fallback: 'NO SEASON', max_length: '255' },
    columns: COLUMNS.map(({ id, title, type, rule }) => ({
      ...{ id, title, type, rule, source: id.toUpperCase() },
      ...(id === OF_TWO_SOURCES.id ? { source: OF_TWO_SOURCES.source, until: OF_TWO_SOURCES.until } : {}),
      ...(type === 'dropdown' || type === 'status' ? { create_labels: 'true' } : {}),
      ...(type === 'phone' ? { country: 'US' } : {}),
    })),
  },
  subitem: {
    key: { id: 'line_key', title: 'line_key' },
    name: 'Size {label}',
    columns: [
      { id: 'dropdown_mkrak7qp', title: 'Size', type: 'dropdown', value: 'label', create_labels: 'true' },
      { id: 'numeric_mkra7j8e', title: 'Order Qty', type: 'numbers', value: 'quantity' },
    ],
  },
  customers: { RHONE: ['RHONE APPAREL'] },
};

let world: World;
let folder: string;
let env: Environment;

beforeAll(async () => {
  world = await World.open([]);
  folder = mkdtempSync(join(tmpdir(), 'column-types-'));
  const file = join(folder, 'mapping.yaml');
  writeFileSync(file, stringify(MAPPING));
  env = { MAPPING_FILE: file, SOURCE_TABLE: 'OTHER_ORDERS' };
  const texts = [...OF_ONE_SOURCE.map(({ id }) => id.toUpperCase()), ...REST];
  const columns = texts.map((name) => `"${name}" ${sqlType(ENGINE, 'text')} NULL`);
  await world.sql(`CREATE TABLE dbo."OTHER_ORDERS" ("ID" ${sqlType(ENGINE, 'uuid')} NULL, ${columns.join(', ')})`);
  await world.sql(
    `INSERT INTO dbo."OTHER_ORDERS" ("ID", "CLIENT", "ORDER", "STYLE", "SEASON", "S", "TOTAL") VALUES ('${LINE}', 'Rhone Apparel', 'RH-1', 'POLO', '2026', '12', '12')`,
  );
});
afterAll(async () => {
  rmSync(folder, { recursive: true, force: true });
  await world.close();
});

async function run(task: Task, ...args: string[]): Promise<Record<string, unknown>> {
  const { code, outputs, said } = await world.run(task, args, env);
  if (code !== 0) throw new Error(`${task} ${args.join(' ')} ended with exit code ${code}:\n${said}`);
  return outputs;
}

/** One run of everything. */
async function carry(): Promise<void> {
  const { runId } = await run('detect');
  const { batches } = await run('batch', '--run-id', String(runId));
  const [{ batchId = '' } = {}] = batches as { batchId: string }[];
  for (const task of ['stage', 'push', 'promote', 'archive'] as const) await run(task, '--batch-id', batchId);
}

async function write(texts: (column: (typeof OF_ONE_SOURCE)[number]) => string | null): Promise<void> {
  const set = OF_ONE_SOURCE.map(({ id }) => `"${id.toUpperCase()}" = @${id}`).join(', ');
  const values = Object.fromEntries(OF_ONE_SOURCE.map((column) => [column.id, texts(column)]));
  await world.sql(`UPDATE dbo."OTHER_ORDERS" SET ${set}`, values);
}

/** What the board shows in the columns of the mapping, an empty cell as null. */
async function shown(): Promise<Record<string, string | null>> {
  const [item] = await readBoard(world);
  return Object.fromEntries(COLUMNS.map(({ id }) => [id, item?.values[id] || null]));
}
const expected = (of: 'first' | 'next') =>
  Object.fromEntries(COLUMNS.map(({ id, [of]: [, canonical, text = canonical] }) => [id, text]));

async function kept(table: string): Promise<Record<string, unknown>> {
  const [row = {}] = await readWhole(world.warehouse, table, ['line_key']);
  return Object.fromEntries(
    COLUMNS.map(({ id, title, type }) => [id, type === 'numbers' ? String(Number(row[title])) : String(row[title])]),
  );
}
const canonical = (of: 'first' | 'next') => Object.fromEntries(COLUMNS.map(({ id, [of]: [, text] }) => [id, text]));

const audit = (...flags: string[]) => world.run('push', ['--audit', ...flags], env);
const AGREES = { missing: 0, surplus: 0, differing: 0, edited: 0, foreign: 0 };

// One story of one line, in a mapping with every type of column and every rule that fits it.
describe('a column of each type, by each rule that fits', () => {
  it('is missing on the board, and doctor creates it', async () => {
    await run('migrate');
    const { code, said } = await world.run('doctor', ['--fix'], env);
    expect({ code, said }).toMatchObject({ code: 0, said: expect.stringContaining('Created the column') });
    const checked = await world.run('doctor', ['mapping', 'check', String(env['MAPPING_FILE'])], env);
    expect({ code: checked.code, said: checked.said }).toMatchObject({ code: 0 });
  });

  it('shows what the source says, and an audit finds no difference', async () => {
    await write(({ first: [source] }) => source);
    await carry();
    expect(await shown()).toEqual(expected('first'));
    expect((await audit()).outputs).toMatchObject(AGREES);
  });

  it('is kept in the production table, numbers and days as such', async () => {
    expect(await kept('MON_CustMasterSchedule')).toEqual(canonical('first'));
  });

  it('shows what the source says next, and an audit finds no difference', async () => {
    await write(({ next: [source] }) => source);
    await carry();
    expect(await shown()).toEqual(expected('next'));
    expect((await audit()).outputs).toMatchObject(AGREES);
  });

  it('is sent nothing when nothing has changed', async () => {
    const before = await lastRequest(world);
    const { runId } = await run('detect');
    expect(await run('batch', '--run-id', String(runId))).toMatchObject({ batches: [] });
    expect(await mutationsAfter(world, before)).toEqual([]);
  });

  it('with a value of a planner is found by an audit, and has its own value again after a repair', async () => {
    const [item] = await readBoard(world);
    const values = Object.fromEntries(COLUMNS.map(({ id, planner }) => [id, planner]));
    await control(world, '/_edit', { item: item?.id, values });
    const found = await audit('--repair', '--overwrite-edits');
    expect(found.outputs).toMatchObject({ ...AGREES, edited: 1, repaired: 1 });
    for (const { id } of COLUMNS) expect(found.said).toContain(`${id}: ledger`);
    await carry();
    expect(await shown()).toEqual(expected('next'));
    expect((await audit()).outputs).toMatchObject(AGREES);
  });

  it('is empty when its source is, and an audit finds no difference', async () => {
    await write(() => null);
    await carry();
    expect(new Set(Object.values(await shown()))).toEqual(new Set([null]));
    expect((await audit()).outputs).toMatchObject(AGREES);
  });

  it('is archived with its value, and shows that of the archive again after a restore', async () => {
    const [first] = await world.archiveSql('SELECT MIN("id") AS id FROM "snapshot_archive"');
    const { batchId } = await run('archive', 'restore', '--archive-id', String(first?.['id']));
    for (const task of ['stage', 'push', 'promote'] as const) await run(task, '--batch-id', String(batchId));
    expect(await shown()).toEqual(expected('first'));
    expect(await kept('MON_CustMasterSchedule')).toEqual(canonical('first'));
    expect((await audit()).outputs).toMatchObject(AGREES);
  });
});
