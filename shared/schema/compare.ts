import type { ColumnInfo, Warehouse } from '../warehouse/warehouse.js';
import { sqlType } from './sql-types.js';
import type { Table } from './table.js';

type Engine = Warehouse['engine'];

/** How one column of a table is and how it should be. */
export interface ColumnState {
  name: string;
  /** The engine's type as the description wants it; absent for a column that is not ours. */
  expected?: string;
  /** The type it has; absent when it is not there. */
  live?: string;
  state: 'agrees' | 'missing' | 'differs' | 'other';
}

/** INFORMATION_SCHEMA writes some types in other words than CREATE TABLE. */
const LONG_NAMES: Readonly<Record<string, string>> = {
  varchar: 'character varying',
  timestamp: 'timestamp without time zone',
};

/** Compares what a table should be with what it is. Further columns are other people's and nobody's fault. */
export function compareTable(engine: Engine, table: Table, live: readonly ColumnInfo[]): ColumnState[] {
  const byName = new Map(live.map((column) => [column.name, column]));
  const own = table.columns.map(({ name, type }): ColumnState => {
    const expected = sqlType(engine, type).toLowerCase();
    const column = byName.get(name);
    if (column === undefined) return { name, expected, state: 'missing' };
    return { name, expected, live: describe(column), state: isSame(expected, column) ? 'agrees' : 'differs' };
  });
  const names = new Set(table.columns.map(({ name }) => name));
  const others = live
    .filter(({ name }) => !names.has(name))
    .map((column): ColumnState => ({ name: column.name, live: describe(column), state: 'other' }));
  return [...own, ...others];
}

/** A text that takes more than it has to is no harm; one that takes less is. */
function isSame(expected: string, { dataType, length }: ColumnInfo): boolean {
  const [, name = '', width] = /^(\w+)(?:\((\d+|max)\b.*\))?$/.exec(expected) ?? [];
  if (/char|text/.test(name) && /char|text/.test(dataType)) {
    const unlimited = width === undefined || width === 'max';
    return length === undefined || (!unlimited && length >= Number(width));
  }
  return dataType === name || dataType === LONG_NAMES[name];
}

function describe({ dataType, length }: ColumnInfo): string {
  return length === undefined ? dataType : `${dataType}(${length})`;
}
