import type { SqlType } from './warehouse.js';

const POSTGRES: Readonly<Record<string, string>> = {
  uuid: 'UUID',
  int: 'INTEGER',
  bigint: 'BIGINT',
  smallint: 'SMALLINT',
  date: 'DATE',
  datetime: 'TIMESTAMP(3)',
  decimal: 'NUMERIC(38,18)',
  bytes: 'BYTEA',
  json: 'JSONB',
  text: 'TEXT',
};

const MSSQL: Readonly<Record<string, string>> = {
  uuid: 'UNIQUEIDENTIFIER',
  int: 'INT',
  bigint: 'BIGINT',
  smallint: 'SMALLINT',
  date: 'DATE',
  datetime: 'DATETIME2(3)',
  decimal: 'DECIMAL(38,18)',
  bytes: 'VARBINARY(MAX)',
  json: 'NVARCHAR(MAX)',
  text: 'NVARCHAR(MAX)',
};

/** A column type in an engine's own words. Times are UTC; texts are Unicode. */
export function sqlType(engine: 'postgres' | 'mssql', type: SqlType): string {
  const width = /^text\((\d+)\)$/.exec(type)?.[1];
  if (width !== undefined) return engine === 'postgres' ? `VARCHAR(${width})` : `NVARCHAR(${width})`;
  const digits = /^decimal(\(\d+,\d+\))$/.exec(type)?.[1];
  if (digits !== undefined) return `${engine === 'postgres' ? 'NUMERIC' : 'DECIMAL'}${digits}`;
  const name = (engine === 'postgres' ? POSTGRES : MSSQL)[type];
  if (name === undefined) throw new Error(`no SQL type for ${type}`);
  return name;
}

/**
 * How texts of ours compare on SQL Server: by code point, as on PostgreSQL, whatever the database's collation is. Most
 * take "Fall" and "FALL", and older ones any two emoji, for the same.
 */
export const COLLATION = 'Latin1_General_100_BIN2';
export const EXACT_COLLATION = `COLLATE ${COLLATION}`;

export const isText = (type: SqlType): boolean => type.startsWith('text') || type === 'json';

/** The types of both engines whose values are numbers, as INFORMATION_SCHEMA names them. */
const NUMBER_TYPES: ReadonlySet<string> = new Set([
  'smallint',
  'bigint',
  'numeric',
  'real',
  'money',
  // PostgreSQL
  'integer',
  'double precision',
  // SQL Server
  'bit',
  'tinyint',
  'int',
  'decimal',
  'float',
  'smallmoney',
]);

/** Whether the database writes the values of a column of this type, with a point before their fraction. */
export function isNumberType(dataType: string): boolean {
  return NUMBER_TYPES.has(dataType);
}

/** Whether values of this type are texts. */
export function isTextType(dataType: string): boolean {
  return /char|text/.test(dataType);
}

/** Whether values of this type are days or times. */
export function isDayType(dataType: string): boolean {
  return /^(?:date|time|smalldatetime)/.test(dataType);
}

export type Engine = 'postgres' | 'mssql';

/** Which engine the URL of a warehouse names. */
export function engineOf(url: string): Engine {
  return url.startsWith('mssql:') ? 'mssql' : 'postgres';
}
