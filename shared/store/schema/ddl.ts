import { createHash } from 'node:crypto';
import type { Engine } from '../../warehouse/port/sql-types.js';
import { EXACT_COLLATION, isText, sqlType } from '../../warehouse/port/sql-types.js';
import { quoteColumns, quoteIdentifier } from '../../warehouse/port/statements.js';
import type { ColumnDescription, ForeignKey, Index, Table } from './table.js';

/** The statements that create a table, its foreign keys and indexes on one engine. Schema is written `dbo.`. */
export function createTable(engine: Engine, table: Table): string[] {
  const constraints = [primaryKeyOf(table), ...(table.foreignKeys ?? []).map((key) => foreignKeyOf(table, key))];
  const lines = [...table.columns.map((column) => columnDefinition(engine, column)), ...constraints].map(
    (line) => `  ${line}`,
  );
  const create = `CREATE TABLE ${nameOf(table)} (\n${lines.join(',\n')}\n)`;
  const external = table.columns
    .filter(({ incompressible }) => incompressible && engine === 'postgres')
    .map(({ name }) => `ALTER TABLE ${nameOf(table)} ALTER COLUMN ${quoteIdentifier(name)} SET STORAGE EXTERNAL`);
  return [create, ...external, ...(table.indexes ?? []).map((index) => createIndex(table, index))];
}

/** Adds one column to a table that exists. */
export function addColumn(engine: Engine, table: Table, column: ColumnDescription): string {
  const keyword = engine === 'postgres' ? 'ADD COLUMN' : 'ADD';
  return `ALTER TABLE ${nameOf(table)} ${keyword} ${columnDefinition(engine, column)}`;
}

/** Forbids null in a column that has none. */
export function setNotNull(engine: Engine, table: Table, column: ColumnDescription): string {
  const alter = `ALTER TABLE ${nameOf(table)} ALTER COLUMN`;
  if (engine === 'postgres') return `${alter} ${quoteIdentifier(column.name)} SET NOT NULL`;
  return `${alter} ${columnDefinition(engine, { name: column.name, type: column.type, required: true })}`;
}

export function addPrimaryKey(table: Table): string {
  return `ALTER TABLE ${nameOf(table)} ADD ${primaryKeyOf(table)}`;
}

export function addForeignKey(table: Table, key: ForeignKey): string {
  return `ALTER TABLE ${nameOf(table)} ADD ${foreignKeyOf(table, key)}`;
}

const nameOf = ({ name }: Pick<Table, 'name'>): string => `dbo.${quoteIdentifier(name)}`;

function primaryKeyOf({ name, primaryKey }: Table): string {
  return `CONSTRAINT ${quoteIdentifier(constraintName('PK', name, []))} PRIMARY KEY (${quoteColumns(primaryKey)})`;
}

function foreignKeyOf({ name }: Table, { columns, table, references }: ForeignKey): string {
  const constraint = quoteIdentifier(constraintName('FK', name, columns));
  return `CONSTRAINT ${constraint} FOREIGN KEY (${quoteColumns(columns)}) REFERENCES ${nameOf({ name: table })} (${quoteColumns(references)})`;
}

function columnDefinition(engine: Engine, column: ColumnDescription): string {
  const standard = column.default === undefined ? '' : ` DEFAULT ${column.default}`;
  const collation = engine === 'mssql' && isText(column.type) ? ` ${EXACT_COLLATION}` : '';
  const identity = column.identity ? ' GENERATED ALWAYS AS IDENTITY' : '';
  return `${quoteIdentifier(column.name)} ${sqlType(engine, column.type)}${collation}${identity} ${column.required ? 'NOT NULL' : 'NULL'}${standard}`;
}

export function createIndex(table: Table, index: Index): string {
  const name = constraintName(index.unique ? 'UX' : 'IX', table.name, index.columns);
  const filter = index.where === undefined ? '' : ` WHERE ${index.where}`;
  return `CREATE ${index.unique ? 'UNIQUE ' : ''}INDEX ${quoteIdentifier(name)} ON ${nameOf(table)} (${quoteColumns(index.columns)})${filter}`;
}

/** PostgreSQL cuts names at 63 bytes: longer ones end in a hash instead, so that they stay different. */
export function constraintName(prefix: string, table: string, columns: readonly string[]): string {
  const name = [prefix, table, ...columns].join('_');
  if (name.length <= 63) return name;
  return `${name.slice(0, 54)}_${createHash('sha256').update(name).digest('hex').slice(0, 8)}`;
}

/** The whole schema as a script. */
export function ddlScript(engine: Engine, tables: readonly Table[]): string {
  return `${tables.flatMap((table) => createTable(engine, table)).join(';\n\n')};\n`;
}
