import { createHash } from 'node:crypto';
import { quoteColumns, quoteIdentifier } from '../warehouse/statements.js';
import type { Warehouse } from '../warehouse/warehouse.js';
import { EXACT_COLLATION, isText, sqlType } from './sql-types.js';
import type { Column, Index, Table } from './tables.js';

type Engine = Warehouse['engine'];

/** The statements that create a table, its foreign keys and indexes on one engine. Schema is written `dbo.`. */
export function createTable(engine: Engine, table: Table): string[] {
  const constraints = [
    `CONSTRAINT ${quoteIdentifier(constraintName('PK', table.name, []))} PRIMARY KEY (${quoteColumns(table.primaryKey)})`,
  ];
  for (const { columns, table: target, references } of table.foreignKeys ?? []) {
    const name = constraintName('FK', table.name, columns);
    constraints.push(
      `CONSTRAINT ${quoteIdentifier(name)} FOREIGN KEY (${quoteColumns(columns)}) REFERENCES dbo.${quoteIdentifier(target)} (${quoteColumns(references)})`,
    );
  }
  const lines = [...table.columns.map((column) => columnDefinition(engine, column)), ...constraints].map(
    (line) => `  ${line}`,
  );
  const create = `CREATE TABLE dbo.${quoteIdentifier(table.name)} (\n${lines.join(',\n')}\n)`;
  return [create, ...(table.indexes ?? []).map((index) => createIndex(table, index))];
}

/** Adds one column to a table that exists. */
export function addColumn(engine: Engine, table: Table, column: Column): string {
  const keyword = engine === 'postgres' ? 'ADD COLUMN' : 'ADD';
  return `ALTER TABLE dbo.${quoteIdentifier(table.name)} ${keyword} ${columnDefinition(engine, column)}`;
}

function columnDefinition(engine: Engine, column: Column): string {
  const standard = column.default === undefined ? '' : ` DEFAULT ${column.default}`;
  const collation = engine === 'mssql' && isText(column.type) ? ` ${EXACT_COLLATION}` : '';
  return `${quoteIdentifier(column.name)} ${sqlType(engine, column.type)}${collation} ${column.required ? 'NOT NULL' : 'NULL'}${standard}`;
}

function createIndex(table: Table, index: Index): string {
  const name = constraintName(index.unique ? 'UX' : 'IX', table.name, index.columns);
  const filter = index.where === undefined ? '' : ` WHERE ${index.where}`;
  return `CREATE ${index.unique ? 'UNIQUE ' : ''}INDEX ${quoteIdentifier(name)} ON dbo.${quoteIdentifier(table.name)} (${quoteColumns(index.columns)})${filter}`;
}

/** PostgreSQL cuts names at 63 bytes: longer ones end in a hash instead, so that they stay different. */
function constraintName(prefix: string, table: string, columns: readonly string[]): string {
  const name = [prefix, table, ...columns].join('_');
  if (name.length <= 63) return name;
  return `${name.slice(0, 54)}_${createHash('sha256').update(name).digest('hex').slice(0, 8)}`;
}

/** The whole first version of the schema as a script, as it is checked in under sql/ddl/. */
export function ddlScript(engine: Engine, tables: readonly Table[]): string {
  const head = `-- Made by "npm run ddl" from shared/schema/tables.ts and the mapping; do not edit.\n`;
  return `${head}\n${tables.flatMap((table) => createTable(engine, table)).join(';\n\n')};\n`;
}
