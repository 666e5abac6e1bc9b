import { FixFirstError } from '../../shared/ground/errors.js';
import { newUuid } from '../../shared/ground/ids.js';
import { nearest } from '../../shared/ground/text.js';
import { readDate } from '../../shared/mapping/dates.js';
import { fold } from '../../shared/mapping/fold.js';
import type { ArrayRow, BulkColumn, SqlType } from '../../shared/warehouse/port/warehouse.js';
import type { SampleValue } from './catalogue.js';
import { type CsvRecord, readCsv } from './csv.js';
import type { Orders } from './sample.js';
import {
  DATE_COLUMNS,
  OTHER_COLUMNS,
  QUANTITY_COLUMNS,
  SIZES_AFTER,
  SIZES_BEFORE,
  sizeLabels,
  UUID_COLUMN,
} from './source-table.js';

/** As many as the sample has. */
const SIZES = 276;
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
const INTEGER = /^\s*[+-]?\d{1,9}\s*$/;

/**
 * The orders of a CSV file whose first record names the columns. It is read twice: once to see which columns hold
 * nothing but integers or dates, and again for each pass over `rows`. A missing record_uuid is given to every line.
 * What a spreadsheet would read is read so; what it has spoilt is refused with line and column.
 */
export async function ordersFromCsv(path: string): Promise<Orders> {
  const { names, types } = await inspect(path);
  const hasUuid = names.includes(UUID_COLUMN);
  const columns: BulkColumn[] = names.map((name, index) => ({ name, type: types[index] ?? 'text' }));
  return {
    columns: hasUuid ? columns : [...columns, { name: UUID_COLUMN, type: 'uuid' }],
    async *rows() {
      for await (const { fields } of records(path, names.length)) {
        const row: ArrayRow = names.map((_, index) => convert(fields[index] ?? null, types[index] ?? 'text'));
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
      if (field === null) return;
      const spoilt = spoiltBy(field);
      if (spoilt !== undefined) throw problem(path, line, `${columnAt(index, names[index])} ${spoilt}`);
      if (fits(field, types[index])) return;
      if (types[index] === 'uuid')
        throw problem(path, line, `"${field}" in ${columnAt(index, UUID_COLUMN)} is not a UUID`);
      types[index] = 'text';
    });
  }
  if (lines === 0)
    throw new FixFirstError('ORDERS_FILE_INVALID', `${path} holds no order lines, only names of columns.`);
  return { names, types };
}

const ERROR_VALUE = /^(#(N\/A|REF!|VALUE!|DIV\/0!|NAME\?|NUM!|NULL!|SPILL!|CALC!|ERROR!)|#{4,})$/;
/** How a spreadsheet shows, and then saves, a number that is too long for its cell. */
const SHORTENED = /^-?\d([.,]\d{1,14})?E[+-]\d{2,3}$/;

/** What a spreadsheet left in a cell in place of its value; undefined where nothing is wrong. */
function spoiltBy(field: string): string | undefined {
  const text = field.trim();
  if (ERROR_VALUE.test(text)) return `holds ${text}, which a spreadsheet writes in place of a value`;
  if (SHORTENED.test(text))
    return `holds ${text}, a number that a spreadsheet has shortened: make the column text before the file is saved`;
  return field.includes('\u0000') ? 'holds a NUL; save the file as "CSV UTF-8"' : undefined;
}

async function readHeader(path: string): Promise<string[]> {
  for await (const { line, fields } of readCsv(path)) {
    if (isEmpty(fields)) continue;
    const used = fields.length - [...fields].reverse().findIndex((field) => !isBlank(field));
    const names = fields.slice(0, used).map((field) => knownName(field ?? ''));
    const unnamed = names.indexOf('');
    if (unnamed >= 0) throw problem(path, line, `${columnAt(unnamed)} has no name`);
    const second = names.findIndex((name, index) => names.indexOf(name) !== index);
    const name = names[second];
    if (name !== undefined)
      throw problem(path, line, `"${name}" names ${columnAt(names.indexOf(name))} and ${columnAt(second)}`);
    const missing = [SIZES_AFTER, SIZES_BEFORE].find((marker) => !names.includes(marker));
    if (missing !== undefined) throw problem(path, line, `the column "${missing}" is missing${nearTo(missing, names)}`);
    refuseMisspelt(path, line, names);
    return names;
  }
  throw new FixFirstError('ORDERS_FILE_INVALID', `${path} is empty. Its first line must name the columns.`);
}

const KNOWN_NAMES = [...OTHER_COLUMNS, ...sizeLabels(SIZES)];
const KNOWN_BY_FOLD = new Map(KNOWN_NAMES.map((name) => [fold(name), name]));

/** The name of a column as the table has it, where only case, blanks or line breaks differ; else as the file has it. */
function knownName(field: string): string {
  const name = field.trim();
  return KNOWN_NAMES.includes(name) ? name : (KNOWN_BY_FOLD.get(fold(name)) ?? name.replace(/\s+/g, ' '));
}

/** A slip in the name of a column would make two of it: one that is new, and one without values. */
function refuseMisspelt(path: string, line: number, names: readonly string[]): void {
  const [first, last] = [names.indexOf(SIZES_AFTER), names.indexOf(SIZES_BEFORE)];
  const absent = OTHER_COLUMNS.filter((name) => !names.includes(name));
  names.forEach((name, index) => {
    const isSize = index > first && index < last;
    if (isSize || OTHER_COLUMNS.includes(name)) return;
    const meant = nearest(name, absent);
    if (meant === undefined) return;
    throw problem(path, line, `${columnAt(index, name)} is not known and looks like "${meant}", which is missing`);
  });
}

function nearTo(missing: string, names: readonly string[]): string {
  const near = nearest(missing, names);
  return near === undefined ? '' : `; ${columnAt(names.indexOf(near), near)} is near`;
}

/** `column 28 (AB) "PO NUMBER"`: by number, as a spreadsheet calls it, and by name. */
function columnAt(index: number, name?: string): string {
  let letters = '';
  for (let rest = index + 1; rest > 0; rest = Math.floor((rest - 1) / 26))
    letters = String.fromCharCode(65 + ((rest - 1) % 26)) + letters;
  return `column ${index + 1} (${letters})${name === undefined ? '' : ` "${name}"`}`;
}

const isBlank = (field: string | null): boolean => field === null || field.trim() === '';
const isEmpty = (fields: readonly (string | null)[]): boolean => fields.every(isBlank);

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

function convert(field: string | null, type: SqlType): SampleValue {
  if (field === null) return null;
  if (type === 'int') return Number(field);
  if (type === 'date') return readDate(field) ?? null;
  return field;
}

/** The records below the header; rows and columns without a name and a value, which spreadsheets leave, are left out. */
async function* records(path: string, width: number): AsyncGenerator<CsvRecord> {
  let header = true;
  for await (const { line, fields } of readCsv(path)) {
    if (isEmpty(fields)) continue;
    if (header) {
      header = false;
      continue;
    }
    if (fields.length < width || !isEmpty(fields.slice(width)))
      throw problem(path, line, `${fields.length} fields where the first line names ${width} columns`);
    yield { line, fields: fields.slice(0, width) };
  }
}

function problem(path: string, line: number, what: string): FixFirstError {
  return new FixFirstError('ORDERS_FILE_INVALID', `${path}, line ${line}: ${what}.`);
}
