import { FixFirstError } from '../ground/errors.js';
import { nearest } from '../ground/text.js';
import type { Mapping } from '../mapping/mapping.js';
import { hashedColumns } from '../mapping/mapping-version.js';
import { isNumberType } from '../warehouse/port/sql-types.js';
import type { ColumnInfo, Warehouse } from '../warehouse/port/warehouse.js';

/**
 * Where each value of an array row is: the uuid, then the hashed columns in name order, then columns that only other
 * mapping versions hash, then the sizes in table order. Rows stay arrays: a size named 28 is an integer-like key, and
 * an object would move it to the front.
 */
export interface SourceLayout {
  readonly uuidColumn: string;
  readonly columns: readonly string[];
  readonly extraColumns: readonly string[];
  readonly sizes: readonly string[];
  /** All of them in row order: the select list. */
  readonly select: readonly string[];
  /** Position of the first size; the sizes fill the rest of the row. */
  readonly firstSize: number;
  /** Columns that are numeric in the database: their texts have a decimal point, whatever people write elsewhere. */
  readonly numeric: ReadonlySet<string>;
  /** The position of a column in a row, -1 if the row does not have it. */
  position(column: string): number;
}

/**
 * The layout of the live source. `otherColumns` are hashed columns of other mapping versions; those that the source
 * no longer has are left out, and are therefore null in a hash.
 */
export function sourceLayout(
  mapping: Mapping,
  live: readonly ColumnInfo[],
  otherColumns: readonly string[] = [],
): SourceLayout {
  const names = live.map((column) => column.name);
  const columns = hashedColumns(mapping);
  requireColumns(mapping, columns, names);
  const sizes = sizesBetween(mapping, columns, names);
  const taken = new Set([...columns, ...sizes, ...mapping.source.personal, mapping.source.uuid]);
  const present = new Set(names);
  const extraColumns = [...new Set(otherColumns)].filter((column) => present.has(column) && !taken.has(column)).sort();
  return makeLayout(mapping.source.uuid, columns, extraColumns, sizes, live);
}

/**
 * The layout of rows built from kept values, whose sizes may differ from those of the live source; `live` says
 * which columns a database wrote as numbers.
 */
export function keptLayout(mapping: Mapping, sizes: readonly string[], live: readonly ColumnInfo[] = []): SourceLayout {
  return makeLayout(mapping.source.uuid, hashedColumns(mapping), [], mapping.sizes === undefined ? [] : sizes, live);
}

function makeLayout(
  uuidColumn: string,
  columns: readonly string[],
  extraColumns: readonly string[],
  sizes: readonly string[],
  live: readonly ColumnInfo[],
): SourceLayout {
  const select = [uuidColumn, ...columns, ...extraColumns, ...sizes];
  const positions = new Map(select.map((name, index) => [name, index]));
  return {
    uuidColumn,
    columns,
    extraColumns,
    sizes,
    select,
    firstSize: select.length - sizes.length,
    numeric: new Set(live.filter(({ dataType }) => isNumberType(dataType)).map(({ name }) => name)),
    position: (column) => positions.get(column) ?? -1,
  };
}

function requireColumns(mapping: Mapping, columns: readonly string[], names: readonly string[]): void {
  const present = new Set(names);
  const ends = mapping.sizes === undefined ? [] : [mapping.sizes.after, mapping.sizes.before];
  const needed = [...new Set([mapping.source.uuid, ...columns, ...ends])];
  const missing = needed.filter((column) => !present.has(column));
  if (missing.length === 0) return;
  throw new FixFirstError(
    'SOURCE_COLUMN_MISSING',
    `The source lacks ${missing.map((column) => describeMissing(column, names)).join(', ')}, which the mapping needs. ` +
      'Names are compared exactly. Put the column back, or change the mapping to the name the source has now.',
  );
}

function describeMissing(column: string, names: readonly string[]): string {
  const similar =
    names.find((name) => name.trim().toUpperCase() === column.trim().toUpperCase()) ?? nearest(column, names);
  return similar === undefined ? `"${column}"` : `"${column}" (it has "${similar}")`;
}

/** The size columns of the live table, none where the mapping has no sizes. */
function sizesBetween(mapping: Mapping, columns: readonly string[], names: readonly string[]): string[] {
  if (mapping.sizes === undefined) return [];
  const { after, before, except } = mapping.sizes;
  const [first, last] = [names.indexOf(after), names.indexOf(before)];
  if (last < first) {
    throw new FixFirstError(
      'SIZE_COLUMNS_INVALID',
      `In the source "${before}" stands before "${after}"; the sizes are the columns between them. Put sizes.after and sizes.before of the mapping in the order of the table.`,
    );
  }
  const sizes = names.slice(first + 1, last).filter((name) => !except.includes(name) && name !== mapping.source.uuid);
  if (sizes.length === 0) {
    throw new FixFirstError(
      'SIZE_COLUMNS_INVALID',
      `The source has no size column between "${after}" and "${before}". Check the table, and sizes.after, sizes.before and sizes.except of the mapping.`,
    );
  }
  const notSizes = sizes.filter((name) => columns.includes(name) || mapping.source.personal.includes(name));
  if (notSizes.length > 0) {
    throw new FixFirstError(
      'SIZE_COLUMNS_INVALID',
      `The source has ${notSizes.map((name) => `"${name}"`).join(', ')} between "${after}" and "${before}", which the mapping knows as something other than a size. Add it to sizes.except of the mapping.`,
    );
  }
  return sizes;
}

/** The live columns of the source. @throws FixFirstError when the table does not exist, or our user may not see it. */
export async function sourceColumns(warehouse: Warehouse, table: string): Promise<ColumnInfo[]> {
  const columns = await warehouse.columns(table);
  if (columns.length > 0) return columns;
  throw new FixFirstError(
    'SOURCE_MISSING',
    `There is no table or view "${table}" in schema "${warehouse.schema}" that the user may see. Correct SOURCE_TABLE or WAREHOUSE_SCHEMA, or grant the user SELECT on it.`,
  );
}
