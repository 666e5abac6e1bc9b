import { describe, expect, it } from '@jest/globals';
import { compareTable } from '../../../../shared/store/schema/compare.js';
import { col, key, type Table } from '../../../../shared/store/schema/table.js';
import type { TableColumn, TableInfo } from '../../../../shared/warehouse/port/warehouse.js';

const table: Table = {
  name: 'T',
  columns: [
    key('id', 'uuid'),
    col('name', 'text(255)'),
    col('note', 'text'),
    col('at', 'datetime'),
    col('price', 'decimal'),
    col('share', 'decimal(6,4)'),
  ],
  primaryKey: ['id'],
  foreignKeys: [{ columns: ['id'], table: 'U', references: ['id'] }],
  indexes: [{ columns: ['name'], unique: true, where: '"note" IS NOT NULL' }, { columns: ['name', 'at'] }],
};

const column = (name: string, type: string, change: Partial<TableColumn> = {}): TableColumn => ({
  name,
  type,
  nullable: name !== 'id',
  optional: name !== 'id',
  collation: null,
  ...change,
});
const keys = (filter: string): Omit<TableInfo, 'columns'> => ({
  primaryKey: ['id'],
  indexes: [
    { name: 'UX_T_name', columns: ['name'], unique: true, filter, disabled: false },
    { name: 'by_name_and_time', columns: ['name', 'at'], unique: false, filter: null, disabled: false },
  ],
  foreignKeys: [{ name: 'FK_T_id', columns: ['id'], table: 'U', references: ['id'] }],
});
const postgres: TableInfo = {
  columns: [
    column('id', 'uuid'),
    column('name', 'character varying(255)'),
    column('note', 'text'),
    column('at', 'timestamp(3) without time zone'),
    column('price', 'numeric(38,18)'),
    column('share', 'numeric(6,4)'),
  ],
  ...keys('(note IS NOT NULL)'),
};
const EXACT = { collation: 'Latin1_General_100_BIN2' };
const mssql: TableInfo = {
  columns: [
    column('id', 'uniqueidentifier'),
    column('name', 'nvarchar(255)', EXACT),
    column('note', 'nvarchar(max)', EXACT),
    column('at', 'datetime2(3)'),
    column('price', 'decimal(38,18)'),
    column('share', 'decimal(6,4)'),
  ],
  ...keys('([note] IS NOT NULL)'),
};

const states = (engine: 'postgres' | 'mssql', live: TableInfo) =>
  Object.fromEntries(
    compareTable(engine, table, live).map(({ kind, name, state }) => [
      kind === 'column' ? name : `${kind} ${name}`,
      state,
    ]),
  );
const having = (live: TableInfo, changed: TableColumn): TableInfo => ({
  ...live,
  columns: live.columns.map((each) => (each.name === changed.name ? changed : each)),
});

describe('a table compared with its description', () => {
  it.each([
    ['postgres', postgres],
    ['mssql', mssql],
  ] as const)('agrees on %s as migrate creates it', (engine, live) => {
    const found = states(engine, live);
    expect(Object.keys(found)).toHaveLength(table.columns.length + 4);
    expect(new Set(Object.values(found))).toEqual(new Set(['agrees']));
  });

  it.each([
    ['character varying(50)', 'differs'],
    ['character varying(300)', 'agrees'],
    ['character varying', 'agrees'],
    ['text', 'agrees'],
    ['integer', 'differs'],
  ])('compares a text(255) that is %s: %s', (type, state) => {
    expect(states('postgres', having(postgres, column('name', type)))).toMatchObject({ name: state, note: 'agrees' });
  });

  it.each([
    ['numeric', 'agrees'],
    ['numeric(40,18)', 'agrees'],
    ['numeric(38,10)', 'differs'],
    ['numeric(38,20)', 'differs'],
    ['double precision', 'differs'],
  ])('compares a decimal(38,18) that is %s: %s', (type, state) => {
    expect(states('postgres', having(postgres, column('price', type)))).toMatchObject({ price: state });
  });

  it.each([
    [column('note', 'nvarchar(4000)', EXACT), 'note'],
    [column('name', 'varchar(255)', EXACT), 'name'],
    [column('name', 'nvarchar(255)', { collation: 'Latin1_General_CI_AS' }), 'name'],
    [column('at', 'datetime2(0)'), 'at'],
    [column('price', 'float'), 'price'],
  ])('reports on SQL Server that %j differs', (changed, name) => {
    expect(states('mssql', having(mssql, changed))).toMatchObject({ [name]: 'differs' });
  });

  it('reports what is missing, and what is not ours', () => {
    const live = { ...postgres, columns: [...postgres.columns.slice(1), column('theirs', 'text')] };
    expect(states('postgres', live)).toMatchObject({ id: 'missing', theirs: 'other' });
  });

  it('reports a foreign column that every row of ours would have to fill', () => {
    const theirs = column('theirs', 'text', { nullable: false, optional: false });
    expect(states('postgres', { ...postgres, columns: [...postgres.columns, theirs] })).toMatchObject({
      theirs: 'differs',
    });
  });

  it('reports a column that is nullable and must not be, and one that must be and is not', () => {
    const loose = having(postgres, column('id', 'uuid', { nullable: true, optional: true }));
    expect(states('postgres', loose)).toMatchObject({ id: 'agrees', 'not null id': 'missing' });
    const tight = having(postgres, column('note', 'text', { nullable: false, optional: false }));
    expect(states('postgres', tight)).toMatchObject({ 'not null note': 'differs' });
  });

  it('reports missing keys and indexes', () => {
    const bare = { ...postgres, primaryKey: [], indexes: [], foreignKeys: [] };
    expect(states('postgres', bare)).toMatchObject({
      'primary key PK_T': 'missing',
      'index UX_T_name': 'missing',
      'index IX_T_name_at': 'missing',
      'foreign key FK_T_id': 'missing',
    });
  });

  it('reports a key or an index with our name and another definition', () => {
    const [unique] = postgres.indexes;
    const changed = { ...postgres, primaryKey: ['name'], indexes: [{ ...unique, filter: null, columns: ['name'] }] };
    expect(states('postgres', changed as TableInfo)).toMatchObject({
      'primary key PK_T': 'differs',
      'index UX_T_name': 'differs',
      'index IX_T_name_at': 'missing',
    });
  });

  it('treats a disabled index as missing', () => {
    const indexes = mssql.indexes.map((index) => ({ ...index, disabled: true }));
    expect(states('mssql', { ...mssql, indexes })).toMatchObject({
      'index UX_T_name': 'differs',
      'index IX_T_name_at': 'missing',
    });
  });

  it('reports only missing columns in a table that other systems may replace', () => {
    const bare = { columns: postgres.columns.slice(1), primaryKey: [], indexes: [], foreignKeys: [] };
    const parts = compareTable('postgres', { ...table, columnsOnly: true }, bare);
    expect(parts.filter(({ state }) => state !== 'agrees')).toMatchObject([{ kind: 'column', name: 'id' }]);
  });

  it('reports in a table that other systems may replace what our rows would have to fill, whatever its collation', () => {
    const columns = mssql.columns.map((each) => ({ ...each, collation: each.collation && 'Latin1_General_CI_AS' }));
    const live = { ...mssql, columns: [...columns, column('theirs', 'int', { nullable: false, optional: false })] };
    const strict = having(live, column('note', 'nvarchar(max)', { nullable: false, optional: false }));
    const parts = compareTable('mssql', { ...table, columnsOnly: true }, strict);
    expect(parts.filter(({ state }) => state !== 'agrees').map(({ kind, name, state }) => [kind, name, state])).toEqual(
      [
        ['column', 'theirs', 'differs'],
        ['not null', 'note', 'differs'],
      ],
    );
  });
});
