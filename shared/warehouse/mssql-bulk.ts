import sql from 'mssql';
import { sqlType } from '../schema/sql-types.js';
import { quoteColumns, quoteIdentifier } from './statements.js';
import type { ArrayRow, BulkColumn, SqlType } from './warehouse.js';

type Value = ArrayRow[number];
type Rows = Iterable<ArrayRow> | AsyncIterable<ArrayRow>;

/** Wide enough for every DECIMAL in its text form. */
const DECIMAL_TEXT: SqlType = 'text(64)';
const STAGING = '#bulk_load';

/**
 * Loads rows with the server's bulk protocol. The client makes doubles of decimals, so a table that has some is loaded
 * by way of a temporary one, in which they are texts.
 */
export async function bulkLoad(
  transaction: sql.Transaction,
  target: string,
  columns: readonly BulkColumn[],
  rows: Rows,
): Promise<number> {
  if (!columns.some(({ type }) => type === 'decimal')) return load(transaction, target, columns, rows);
  const staged = columns.map(({ name, type }) => ({ name, type: type === 'decimal' ? DECIMAL_TEXT : type }));
  const definitions = staged.map(({ name, type }) => `${quoteIdentifier(name)} ${sqlType('mssql', type)} NULL`);
  const names = quoteColumns(columns.map(({ name }) => name));
  await transaction.request().batch(`CREATE TABLE ${STAGING} (${definitions.join(', ')})`);
  const loaded = await load(transaction, STAGING, staged, rows);
  const move = `INSERT INTO ${target} (${names}) SELECT ${names} FROM ${STAGING}; DROP TABLE ${STAGING}`;
  await transaction.request().batch(move);
  return loaded;
}

async function load(
  transaction: sql.Transaction,
  target: string,
  columns: readonly BulkColumn[],
  rows: Rows,
): Promise<number> {
  const table = new sql.Table(bracketed(target));
  for (const { name, type } of columns)
    table.columns.add(name.replaceAll(']', ']]'), clientType(type), { nullable: true });
  const source = new CountedRows(columns, rows);
  // The client takes any iterable, and waits for it as the server takes the rows.
  Object.assign(table, { rows: source });
  try {
    await transaction.request().bulk(table, { keepNulls: true, checkConstraints: true });
  } catch (error) {
    throw source.failure ?? error;
  }
  return source.count;
}

/** Rows in the client's own kinds of value. Remembers what the rows' source threw, which the client would reword. */
class CountedRows {
  count = 0;
  failure: unknown;
  readonly #rows: Rows;
  readonly #writers: readonly ((value: Value) => unknown)[];

  constructor(columns: readonly BulkColumn[], rows: Rows) {
    this.#rows = rows;
    this.#writers = columns.map(({ type }) => writer(type));
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<unknown[]> {
    const writers = this.#writers;
    try {
      for await (const row of this.#rows) {
        this.count += 1;
        yield writers.map((write, index) => write(row[index] ?? null));
      }
    } catch (error) {
      this.failure = error;
      throw error;
    }
  }
}

const asText = (value: Value): string | null => (value === null ? null : String(value));
const asNumber = (value: Value): number | null => (value === null ? null : Number(value));
const asDate = (value: Value): Date | null => (value === null ? null : new Date(`${value}T00:00:00Z`));
const asTime = (value: Value): Date | null => (value === null ? null : new Date(utcText(String(value))));

function writer(type: SqlType): (value: Value) => unknown {
  switch (type) {
    case 'int':
    case 'smallint':
      return asNumber;
    case 'date':
      return asDate;
    case 'datetime':
      return asTime;
    default:
      return asText;
  }
}

function utcText(text: string): string {
  const iso = text.replace(' ', 'T');
  return iso.endsWith('Z') ? iso : `${iso}Z`;
}

function clientType(type: SqlType): sql.ISqlType {
  const width = /^text\((\d+)\)$/.exec(type)?.[1];
  if (width !== undefined) return sql.NVarChar(Number(width));
  switch (type) {
    case 'uuid':
      return sql.UniqueIdentifier();
    case 'int':
      return sql.Int();
    case 'smallint':
      return sql.SmallInt();
    case 'bigint':
      return sql.BigInt();
    case 'date':
      return sql.Date();
    case 'datetime':
      return sql.DateTime2(3);
    case 'text':
      return sql.NVarChar(sql.MAX);
    default:
      throw new TypeError(`${type} cannot be loaded in bulk`);
  }
}

/** `"dbo"."T"` as `[dbo].[T]`, the only form that the client reads whole. */
function bracketed(target: string): string {
  return target.replaceAll(/"((?:[^"]|"")*)"/g, (_, name: string) => `[${name.replaceAll('""', '"')}]`);
}
