import { isUuid } from '../../../../shared/ground/ids.js';
import { addCount } from '../../../../shared/ground/lists.js';
import { readPeriod } from '../../../../shared/mapping/dates.js';
import { fold } from '../../../../shared/mapping/fold.js';
import { readDecimal, readNumber } from '../../../../shared/mapping/numbers.js';
import { textOf } from '../../../../shared/mapping/texts.js';
import { scanRows } from '../../../../shared/store/source.js';
import { isNumberType, isTextType } from '../../../../shared/warehouse/port/sql-types.js';
import type { ArrayRow, ColumnInfo, Warehouse } from '../../../../shared/warehouse/port/warehouse.js';
import { isPersonal } from './people.js';

/** So many different texts of a column are kept. */
const MOST_WORDS = 1_000;
/** Words that people and programs write for nothing. */
const NOTHING: ReadonlySet<string> = new Set(['', 'NAN', 'NONE', 'NULL', 'N/A', '-']);

/** A column of the live table with what a sample of its values looks like. */
export interface SampledColumn {
  readonly title: string;
  readonly dataType: string;
  /** Names of people, by its title: its values are not read. */
  readonly personal: boolean;
  /** Values that are something. */
  filled: number;
  /** Among the filled ones: how many of each kind there are; a period counts as a day. */
  readonly are: { uuid: number; whole: number; point: number; comma: number; monthFirst: number; dayFirst: number };
  /** Different texts with their numbers, as far as they are kept. */
  readonly words: Map<string, number>;
  /** Whether no value is there twice. */
  distinct: boolean;
  /** Words that mean nothing, as they are written. */
  readonly nothing: Set<string>;
}

export interface SampledTable {
  table: string;
  columns: readonly SampledColumn[];
  rows: readonly ArrayRow[];
  /** Where the values of a column are in a row; -1 for one that is not read. */
  position(title: string): number;
}

/** Reads the first rows of a table; columns of people's names are left out. */
export async function sampleTable(
  database: Warehouse,
  table: string,
  live: readonly ColumnInfo[],
  most: number,
): Promise<SampledTable> {
  const select = live.map(({ name }) => name).filter((name) => !isPersonal(name));
  const rows: ArrayRow[] = [];
  for await (const chunk of scanRows(database, { table, live, select })) {
    rows.push(...chunk.slice(0, most - rows.length));
    if (rows.length >= most) break;
  }
  return describeTable(table, live, rows);
}

/** A table by rows of all its columns but those of people, in their order. */
export function describeTable(table: string, live: readonly ColumnInfo[], rows: readonly ArrayRow[]): SampledTable {
  const columns = live.map(
    ({ name, dataType }): SampledColumn => ({
      title: name,
      dataType,
      personal: isPersonal(name),
      filled: 0,
      are: { uuid: 0, whole: 0, point: 0, comma: 0, monthFirst: 0, dayFirst: 0 },
      words: new Map(),
      distinct: true,
      nothing: new Set(),
    }),
  );
  const read = columns.filter(({ personal }) => !personal);
  for (const [place, column] of read.entries()) look(column, rows, place);
  const places = new Map(read.map(({ title }, place) => [title, place]));
  return { table, columns, rows, position: (title) => places.get(title) ?? -1 };
}

function look(column: SampledColumn, rows: readonly ArrayRow[], place: number): void {
  const seen = new Set<string>();
  for (const row of rows) {
    const text = textOf(row[place])?.trim() ?? '';
    if (NOTHING.has(fold(text))) {
      if (text !== '') column.nothing.add(text);
      continue;
    }
    column.filled += 1;
    column.distinct &&= !seen.has(text);
    seen.add(text);
    if (column.words.size < MOST_WORDS || column.words.has(text)) addCount(column.words, text);
    count(column.are, text);
  }
}

function count(are: SampledColumn['are'], text: string): void {
  const number = readDecimal(text);
  if (isUuid(text)) are.uuid += 1;
  if (number !== undefined && !number.negative && number.digits.length <= number.point) are.whole += 1;
  if (number !== undefined) are.point += 1;
  if (readNumber(text, ',') !== undefined) are.comma += 1;
  if (readPeriod(text, 'mdy') !== undefined) are.monthFirst += 1;
  if (readPeriod(text, 'dmy') !== undefined) are.dayFirst += 1;
}

/** By its type, or where that is text by every value of the sample. */
export function isNumeric({ dataType, filled, are }: SampledColumn): boolean {
  return isNumberType(dataType) || (isTextType(dataType) && filled > 0 && are.whole === filled);
}

export function isUuidType(dataType: string): boolean {
  return dataType === 'uuid' || dataType === 'uniqueidentifier';
}
