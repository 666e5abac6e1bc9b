import { FixFirstError } from '../../shared/ground/errors.js';
import { isUuid, newUuid } from '../../shared/ground/ids.js';
import { nearest } from '../../shared/ground/text.js';
import { readDate } from '../../shared/mapping/dates.js';
import { fold } from '../../shared/mapping/fold.js';
import type { ArrayRow, BulkColumn, SqlType } from '../../shared/warehouse/port/warehouse.js';
import type { SampleValue } from './catalogue.js';
import { type CsvRecord, readCsv } from './csv.js';
import type { Orders } from './sample.js';
import { SHIPPED_FORM, type SourceForm } from './source-form.js';

const INTEGER = /^\s*[+-]?\d{1,9}\s*$/;

/**
 * The orders of a CSV file whose first record names the columns. It is read twice: once to see which columns hold
 * nothing but integers or dates, and again for each pass over `rows`. Where the column of the uuid is missing, every line gets one.
 * What a spreadsheet would read is read so; what it has spoilt is refused with line and column.
 */
export async function ordersFromCsv(path: string, form: SourceForm = SHIPPED_FORM): Promise<Orders> {
  const { names, types } = await inspect(path, form);
  const missing = form.uuid === undefined || names.includes(form.uuid) ? [] : [form.uuid];
  const columns: BulkColumn[] = names.map((name, index) => ({ name, type: types[index] ?? 'text' }));
  return {
    columns: [...columns, ...missing.map((name): BulkColumn => ({ name, type: 'uuid' }))],
    async *rows() {
      for await (const { fields } of records(path, names.length)) {
        const row: ArrayRow = names.map((_, index) => convert(fields[index] ?? null, types[index] ?? 'text', form));
        yield [...row, ...missing.map(newUuid)];
      }
    },
  };
}

/** Reads the whole file: names of the columns, and the narrowest type that holds each column's every value. */
async function inspect(path: string, form: SourceForm): Promise<{ names: string[]; types: SqlType[] }> {
  const names = await readHeader(path, form);
  const types = expectedTypes(form, names);
  let lines = 0;
  for await (const { line, fields } of records(path, names.length)) {
    lines += 1;
    fields.forEach((field, index) => {
      if (field === null) return;
      const spoilt = spoiltBy(field);
      if (spoilt !== undefined) throw problem(path, line, `${columnAt(index, names[index])} ${spoilt}`);
      if (fits(field, types[index], form)) return;
      if (types[index] === 'uuid')
        throw problem(path, line, `"${field}" in ${columnAt(index, form.uuid)} is not a UUID`);
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

async function readHeader(path: string, form: SourceForm): Promise<string[]> {
  for await (const { line, fields } of readCsv(path)) {
    if (isEmpty(fields)) continue;
    const used = fields.length - [...fields].reverse().findIndex((field) => !isBlank(field));
    const names = fields.slice(0, used).map((field) => knownName(field ?? '', form));
    const unnamed = names.indexOf('');
    if (unnamed >= 0) throw problem(path, line, `${columnAt(unnamed)} has no name`);
    const second = names.findIndex((name, index) => names.indexOf(name) !== index);
    const name = names[second];
    if (name !== undefined)
      throw problem(path, line, `"${name}" names ${columnAt(names.indexOf(name))} and ${columnAt(second)}`);
    const missing = form.required.find((column) => !names.includes(column));
    if (missing !== undefined) throw problem(path, line, `the column "${missing}" is missing${nearTo(missing, names)}`);
    refuseMisspelt(path, line, names, form);
    return names;
  }
  throw new FixFirstError('ORDERS_FILE_INVALID', `${path} is empty. Its first line must name the columns.`);
}

/** The name of a column as the table has it, where only case, blanks or line breaks differ; else as the file has it. */
function knownName(field: string, { columns, sizes }: SourceForm): string {
  const name = field.trim();
  const known = [...columns, ...(sizes?.known ?? [])];
  if (known.includes(name)) return name;
  return known.findLast((each) => fold(each) === fold(name)) ?? name.replace(/\s+/g, ' ');
}

/** A slip in the name of a column would make two of it: one that is new, and one without values. */
function refuseMisspelt(path: string, line: number, names: readonly string[], form: SourceForm): void {
  const absent = form.columns.filter((name) => !names.includes(name));
  names.forEach((name, index) => {
    if (isBetweenEnds(form, names, index) || form.columns.includes(name)) return;
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
function expectedTypes(form: SourceForm, names: readonly string[]): SqlType[] {
  return names.map((name, index) => {
    if (name === form.uuid) return 'uuid';
    const isSize = isBetweenEnds(form, names, index) && !form.columns.includes(name);
    return form.types.get(name) ?? (isSize ? 'int' : 'text');
  });
}

function isBetweenEnds({ sizes }: SourceForm, names: readonly string[], index: number): boolean {
  return sizes !== undefined && index > names.indexOf(sizes.after) && index < names.indexOf(sizes.before);
}

function fits(field: string, type: SqlType | undefined, { dates }: SourceForm): boolean {
  if (type === 'int') return INTEGER.test(field);
  if (type === 'date') return readDate(field, dates) !== undefined;
  return type === 'uuid' ? isUuid(field) : true;
}

function convert(field: string | null, type: SqlType, { dates }: SourceForm): SampleValue {
  if (field === null) return null;
  if (type === 'int') return Number(field);
  if (type === 'date') return readDate(field, dates) ?? null;
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
