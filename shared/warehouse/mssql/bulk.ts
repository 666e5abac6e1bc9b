import sql from 'mssql';
import { type BulkRows, rowChunks } from '../port/bulk-rows.js';
import { sqlType } from '../port/sql-types.js';
import { quoteColumns, quoteIdentifier } from '../port/statements.js';
import type { ArrayRow, BulkColumn, SqlType } from '../port/warehouse.js';

type BulkValue = ArrayRow[number];

/** Wide enough for every DECIMAL in its text form. */
const DECIMAL_TEXT: SqlType = 'text(64)';
const STAGING = '#bulk_load';

/**
 * Loads rows with the server's bulk protocol. The client turns decimals into doubles, so a table with decimals is loaded
 * through a temporary one, in which they are texts.
 */
export async function bulkLoad(
  transaction: sql.Transaction,
  target: string,
  columns: readonly BulkColumn[],
  rows: BulkRows,
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
  rows: BulkRows,
): Promise<number> {
  const table = new sql.Table(bracketed(target));
  for (const { name, type } of columns)
    table.columns.add(name.replaceAll(']', ']]'), clientType(type), { nullable: true });
  const source = await CountedRows.of(columns, rows);
  // Without rows the client sends no description of the columns, which the server reads as a broken message.
  if (source === undefined) return 0;
  // The client accepts any iterable, and reads it as fast as the server accepts rows.
  Object.assign(table, { rows: source });
  // With constraints checked, the permission to insert suffices, and foreign keys stay trusted. Nulls are not kept: the server
  // would then give no default to columns that are not loaded.
  try {
    await transaction.request().bulk(table, { checkConstraints: true });
  } catch (error) {
    throw source.failure ?? error;
  }
  return source.count;
}

/** Rows with the client's value types. Remembers what the source of the rows threw, which the client would reword. */
class CountedRows {
  count = 0;
  failure: unknown;
  readonly #first: ArrayRow;
  readonly #rest: AsyncIterator<ArrayRow>;
  readonly #writers: readonly ((value: BulkValue) => unknown)[];

  private constructor(columns: readonly BulkColumn[], first: ArrayRow, rest: AsyncIterator<ArrayRow>) {
    this.#first = first;
    this.#rest = rest;
    this.#writers = columns.map(({ type }) => writer(type));
  }

  /** Undefined when there is no row. */
  static async of(columns: readonly BulkColumn[], rows: BulkRows): Promise<CountedRows | undefined> {
    const iterator = oneByOne(rows);
    const first = await iterator.next();
    return first.done ? undefined : new CountedRows(columns, first.value, iterator);
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<unknown[]> {
    const writers = this.#writers;
    try {
      for (let row: ArrayRow | undefined = this.#first; row !== undefined; ) {
        const values = row;
        this.count += 1;
        yield writers.map((write, index) => write(values[index] ?? null));
        const next = await this.#rest.next();
        row = next.done ? undefined : next.value;
      }
    } catch (error) {
      this.failure = error;
      throw error;
    } finally {
      await this.#rest.return?.();
    }
  }
}

async function* oneByOne(rows: BulkRows): AsyncGenerator<ArrayRow> {
  for await (const chunk of rowChunks(rows)) yield* chunk;
}

const asText = (value: BulkValue): string | null => (value === null ? null : String(value));
const asNumber = (value: BulkValue): number | null => (value === null ? null : Number(value));
const asDate = (value: BulkValue): Date | null => (value === null ? null : new Date(`${value}T00:00:00Z`));
const asTime = (value: BulkValue): Date | null => (value === null ? null : new Date(utcText(String(value))));

function writer(type: SqlType): (value: BulkValue) => unknown {
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
