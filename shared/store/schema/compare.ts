import type { Engine } from '../../warehouse/port/sql-types.js';
import { COLLATION, isText, sqlType } from '../../warehouse/port/sql-types.js';
import type { IndexInfo, TableColumn, TableInfo } from '../../warehouse/port/warehouse.js';
import { constraintName } from './ddl.js';
import type { ColumnDescription, Index, Table } from './table.js';

export type PartKind = 'column' | 'not null' | 'primary key' | 'index' | 'foreign key';

/** One part of a table as it is and as it should be. */
export interface TablePart {
  kind: PartKind;
  /** A column's name; of a key or an index its own name, as migrate gives it. */
  name: string;
  /** What the description requires; absent for what is not ours. */
  expected?: string;
  /** What exists; absent if it is missing. */
  live?: string;
  /** `other`: belongs to somebody else, and is not a fault. */
  state: 'agrees' | 'missing' | 'differs' | 'other';
}

/**
 * Compares a table with its description: columns with their types, whether they are nullable, keys, indexes.
 * A text, number or time column that is larger than necessary is no difference. Keys and indexes are identified by their
 * definition, not by their names.
 */
export function compareTable(engine: Engine, table: Table, live: TableInfo): TablePart[] {
  const byName = new Map(live.columns.map((column) => [column.name, column]));
  // What has another collation takes the same texts: that is for others to decide in a table of theirs.
  const collation = engine === 'mssql' && !table.columnsOnly ? COLLATION : null;
  const own = table.columns.map((column) => compareColumn(engine, column, byName.get(column.name), collation));
  const names = new Set(table.columns.map(({ name }) => name));
  const others = live.columns
    .filter(({ name }) => !names.has(name))
    .map((column): TablePart => ({ kind: 'column', name: column.name, live: column.type, state: 'other' }));
  const all = [...own, ...others.map((part) => blocking(part, byName.get(part.name)))];
  const nullability = table.columns.flatMap((column) => compareNullability(column, byName.get(column.name)));
  // What others make stricter is told, because our rows do not fit then; what they leave out is theirs to decide.
  if (table.columnsOnly) return [...all, ...nullability.filter(({ state }) => state === 'differs')];
  return [
    ...all,
    ...nullability,
    ...comparePrimaryKey(table, live),
    ...(table.indexes ?? []).map((index) => compareIndex(table, index, live.indexes)),
    ...compareForeignKeys(table, live),
  ];
}

function compareColumn(
  engine: Engine,
  column: ColumnDescription,
  live: TableColumn | undefined,
  ofTexts: string | null,
): TablePart {
  const part = { kind: 'column', name: column.name, expected: sqlType(engine, column.type).toLowerCase() } as const;
  if (live === undefined) return { ...part, state: 'missing' };
  const collation = isText(column.type) ? ofTexts : null;
  if (collation === null || live.collation === collation)
    return { ...part, live: live.type, state: takesAll(part.expected, live.type) ? 'agrees' : 'differs' };
  return {
    ...part,
    expected: `${part.expected} ${collation}`,
    live: `${live.type} ${live.collation ?? ''}`.trim(),
    state: 'differs',
  };
}

/** A foreign column that every INSERT of ours would have to fill. */
function blocking(part: TablePart, live: TableColumn | undefined): TablePart {
  if (live === undefined || live.optional) return part;
  return { ...part, expected: 'nullable, or with a default', live: `${live.type} not null`, state: 'differs' };
}

function compareNullability({ name, required }: ColumnDescription, live: TableColumn | undefined): TablePart[] {
  if (live === undefined) return [];
  if (required && live.nullable)
    return [{ kind: 'not null', name, expected: 'not null', live: 'nullable', state: 'missing' }];
  if (!required && !live.optional)
    return [{ kind: 'not null', name, expected: 'nullable', live: 'not null', state: 'differs' }];
  return [];
}

function comparePrimaryKey(table: Table, live: TableInfo): TablePart[] {
  const part = {
    kind: 'primary key',
    name: constraintName('PK', table.name, []),
    expected: listed(table.primaryKey),
  } as const;
  if (live.primaryKey.length === 0) return [{ ...part, state: 'missing' }];
  const state = same(live.primaryKey, table.primaryKey) ? 'agrees' : 'differs';
  return [{ ...part, live: listed(live.primaryKey), state }];
}

function compareIndex(table: Table, index: Index, live: readonly IndexInfo[]): TablePart {
  const name = constraintName(index.unique ? 'UX' : 'IX', table.name, index.columns);
  const wanted = { columns: index.columns, unique: index.unique ?? false, filter: index.where ?? null };
  const part = { kind: 'index', name, expected: describeIndex(wanted) } as const;
  const equal = live.find((each) => !each.disabled && describeIndex(each) === part.expected);
  if (equal !== undefined) return { ...part, live: describeIndex(equal), state: 'agrees' };
  const named = live.find((each) => each.name === name);
  if (named === undefined) return { ...part, state: 'missing' };
  return { ...part, live: `${describeIndex(named)}${named.disabled ? ', disabled' : ''}`, state: 'differs' };
}

function compareForeignKeys(table: Table, live: TableInfo): TablePart[] {
  return (table.foreignKeys ?? []).map(({ columns, table: target, references }): TablePart => {
    const name = constraintName('FK', table.name, columns);
    const expected = `${listed(columns)} to ${target} ${listed(references)}`;
    const found = live.foreignKeys.find((each) => same(each.columns, columns) && each.table === target);
    if (found === undefined) return { kind: 'foreign key', name, expected, state: 'missing' };
    const text = `${listed(found.columns)} to ${found.table} ${listed(found.references)}`;
    return { kind: 'foreign key', name, expected, live: text, state: text === expected ? 'agrees' : 'differs' };
  });
}

function describeIndex({ columns, unique, filter }: Pick<IndexInfo, 'columns' | 'unique' | 'filter'>): string {
  const where = filter === null ? '' : ` where ${plain(filter)}`;
  return `${unique ? 'unique ' : ''}${listed(columns)}${where}`;
}

/** Both engines return a filter in their own wording, quotes and brackets. */
function plain(filter: string): string {
  return filter.replace(/["[\]()]/g, '').toLowerCase();
}

const listed = (columns: readonly string[]): string => `(${columns.join(', ')})`;
const same = (a: readonly string[], b: readonly string[]): boolean => listed(a) === listed(b);

interface TypeText {
  name: string;
  /** Length, or precision and scale; Infinity for no limit. */
  sizes: readonly number[];
}

/** The catalogue of PostgreSQL names some types differently from CREATE TABLE. */
const SHORT_NAMES: Readonly<Record<string, string>> = {
  'character varying': 'varchar',
  'timestamp without time zone': 'timestamp',
};
/** PostgreSQL's defaults for types without length, and how its unlimited text compares. */
const UNSAID: Readonly<Record<string, TypeText>> = {
  varchar: { name: 'varchar', sizes: [Number.POSITIVE_INFINITY] },
  text: { name: 'varchar', sizes: [Number.POSITIVE_INFINITY] },
  numeric: { name: 'numeric', sizes: [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY] },
  timestamp: { name: 'timestamp', sizes: [6] },
};

/** Whether a column of the one type holds every value of the other. */
function takesAll(expected: string, live: string): boolean {
  const [wanted, given] = [readType(expected), readType(live)];
  if (wanted.name !== given.name || wanted.sizes.length !== given.sizes.length) return false;
  const [digits = 0, scale] = wanted.sizes;
  const [room = 0, roomScale = 0] = given.sizes;
  if (scale === undefined) return room >= digits;
  return roomScale >= scale && (room === Number.POSITIVE_INFINITY || room - roomScale >= digits - scale);
}

function readType(text: string): TypeText {
  const [, sizes] = /\(([^()]*)\)/.exec(text) ?? [];
  const long = text.replace(/\([^()]*\)/, '').trim();
  const name = SHORT_NAMES[long] ?? long;
  if (sizes === undefined) return UNSAID[name] ?? { name, sizes: [] };
  return { name, sizes: sizes.split(',').map((size) => (size === 'max' ? Number.POSITIVE_INFINITY : Number(size))) };
}
