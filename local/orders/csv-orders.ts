import { FixFirstError } from '../../shared/errors.js';
import { newUuid } from '../../shared/ids.js';
import { readDate } from '../../shared/mapping/dates.js';
import type { ArrayRow, BulkColumn, SqlType } from '../../shared/warehouse/warehouse.js';
import { type CsvRecord, readCsv } from './csv.js';
import type { Cell } from './line.js';
import type { Orders } from './sample.js';
import {
  DATE_COLUMNS,
  OTHER_COLUMNS,
  QUANTITY_COLUMNS,
  SIZES_AFTER,
  SIZES_BEFORE,
  UUID_COLUMN,
} from './source-columns.js';

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
const INTEGER = /^\s*[+-]?\d{1,9}\s*$/;

/**
 * The orders of a CSV file whose first line names the columns. It is read twice: once to see which columns hold
 * nothing but integers or dates, and again for each pass over `rows`. A missing record_uuid is given to every line.
 */
export async function ordersFromCsv(path: string): Promise<Orders> {
  const { names, types } = await inspect(path);
  const hasUuid = names.includes(UUID_COLUMN);
  const columns: BulkColumn[] = names.map((name, index) => ({ name, type: types[index] ?? 'text' }));
  return {
    columns: hasUuid ? columns : [...columns, { name: UUID_COLUMN, type: 'uuid' }],
    async *rows() {
      for await (const { fields } of records(path, names.length)) {
        const row: ArrayRow = fields.map((field, index) => convert(field, types[index] ?? 'text'));
        yield hasUuid ? row : [...row, newUuid()];
      }
    },
  };
}

/** Reads the whole file: names of the columns, and the narrowest type that holds each column's every value. */
async function inspect(path: string): Promise<{ names: string[]; types: SqlType[] }> {
  const names = await readHeader(path);
  const types = names.map((name, index) => expectedType(name, names, index));
  let lines = 0;
  for await (const { line, fields } of records(path, names.length)) {
    lines += 1;
    fields.forEach((field, index) => {
      if (field === null || fits(field, types[index])) return;
      if (types[index] === 'uuid') throw problem(path, line, `"${field}" in ${UUID_COLUMN} is not a UUID`);
      types[index] = 'text';
    });
  }
  if (lines === 0) throw new FixFirstError(`${path} holds no order lines, only names of columns.`);
  return { names, types };
}

async function readHeader(path: string): Promise<string[]> {
  for await (const { line, fields } of readCsv(path)) {
    const names = fields.map((field) => field?.trim() ?? '');
    const unnamed = names.indexOf('');
    if (unnamed >= 0) throw problem(path, line, `column ${unnamed + 1} has no name`);
    const twice = names.find((name, index) => names.indexOf(name) !== index);
    if (twice !== undefined) throw problem(path, line, `the column "${twice}" is there twice`);
    const missing = [SIZES_AFTER, SIZES_BEFORE].filter((name) => !names.includes(name));
    if (missing.length === 0) return names;
    const hint = names.length === 1 ? '; fields must be separated by commas' : '';
    throw problem(path, line, `the column "${missing.join('" and "')}" is missing${hint}`);
  }
  throw new FixFirstError(`${path} is empty. Its first line must name the columns.`);
}

/** Columns that are not known are sizes between the markers and texts elsewhere. */
function expectedType(name: string, names: readonly string[], index: number): SqlType {
  if (name === UUID_COLUMN) return 'uuid';
  if (DATE_COLUMNS.has(name)) return 'date';
  if (QUANTITY_COLUMNS.has(name)) return 'int';
  const between = index > names.indexOf(SIZES_AFTER) && index < names.indexOf(SIZES_BEFORE);
  return between && !OTHER_COLUMNS.includes(name) ? 'int' : 'text';
}

function fits(field: string, type: SqlType | undefined): boolean {
  if (type === 'int') return INTEGER.test(field);
  if (type === 'date') return readDate(field) !== undefined;
  return type === 'uuid' ? UUID.test(field) : true;
}

function convert(field: string | null, type: SqlType): Cell {
  if (field === null) return null;
  if (type === 'int') return Number(field);
  if (type === 'date') return readDate(field) ?? null;
  return field;
}

/** The records below the header. */
async function* records(path: string, width: number): AsyncGenerator<CsvRecord> {
  let header = true;
  for await (const record of readCsv(path)) {
    if (!header && record.fields.length !== width) {
      throw problem(path, record.line, `${record.fields.length} fields where the first line names ${width} columns`);
    }
    if (!header) yield record;
    header = false;
  }
}

function problem(path: string, line: number, what: string): FixFirstError {
  return new FixFirstError(`${path}, line ${line}: ${what}.`);
}
