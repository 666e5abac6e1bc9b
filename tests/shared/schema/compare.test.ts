import { describe, expect, it } from '@jest/globals';
import { compareTable } from '../../../shared/schema/compare.js';
import { col, key } from '../../../shared/schema/table.js';
import type { ColumnInfo } from '../../../shared/warehouse/warehouse.js';

const table = {
  name: 'T',
  columns: [
    key('id', 'uuid'),
    col('name', 'text(255)'),
    col('note', 'text'),
    col('at', 'datetime'),
    col('price', 'decimal'),
  ],
  primaryKey: ['id'],
};
const postgres: ColumnInfo[] = [
  { name: 'id', dataType: 'uuid' },
  { name: 'name', dataType: 'character varying', length: 255 },
  { name: 'note', dataType: 'text' },
  { name: 'at', dataType: 'timestamp without time zone' },
  { name: 'price', dataType: 'numeric' },
];
const mssql: ColumnInfo[] = [
  { name: 'id', dataType: 'uniqueidentifier' },
  { name: 'name', dataType: 'nvarchar', length: 255 },
  { name: 'note', dataType: 'nvarchar' },
  { name: 'at', dataType: 'datetime2' },
  { name: 'price', dataType: 'decimal' },
];

const states = (engine: 'postgres' | 'mssql', live: readonly ColumnInfo[]) =>
  Object.fromEntries(compareTable(engine, table, live).map(({ name, state }) => [name, state]));
const with_ = (live: readonly ColumnInfo[], changed: ColumnInfo) =>
  live.map((column) => (column.name === changed.name ? changed : column));

describe('a table beside its description', () => {
  it.each([
    ['postgres', postgres],
    ['mssql', mssql],
  ] as const)('agrees on %s as migrate makes it', (engine, live) => {
    expect(new Set(Object.values(states(engine, live)))).toEqual(new Set(['agrees']));
  });

  it('differs where a text is shorter or a type another, not where a text takes more', () => {
    const short = with_(postgres, { name: 'name', dataType: 'character varying', length: 50 });
    expect(states('postgres', short)).toMatchObject({ name: 'differs', note: 'agrees' });
    expect(states('postgres', with_(postgres, { name: 'name', dataType: 'text' }))).toMatchObject({ name: 'agrees' });
    const cut = with_(mssql, { name: 'note', dataType: 'nvarchar', length: 4000 });
    expect(states('mssql', cut)).toMatchObject({ note: 'differs' });
    const float = with_(mssql, { name: 'price', dataType: 'float' });
    expect(states('mssql', float)).toMatchObject({ price: 'differs' });
  });

  it('tells what is missing, and what is not ours', () => {
    const live = [...postgres.slice(1), { name: 'theirs', dataType: 'text' }];
    expect(states('postgres', live)).toMatchObject({ id: 'missing', theirs: 'other' });
  });
});
