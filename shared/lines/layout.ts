import { FixFirstError } from '../ground/errors.js';
import { nearest } from '../ground/text.js';
import type { Mapping } from '../mapping/mapping.js';
import { hashedColumns, identityColumns } from '../mapping/mapping-version.js';
import { isNumberType } from '../warehouse/port/sql-types.js';
import type { ColumnInfo, Warehouse } from '../warehouse/port/warehouse.js';

/**
 * Where each value of an array row is: the uuid, then the hashed columns in name order, then columns that only other
 * mapping versions hash or that are of the key alone, then the sizes in table order. Rows stay arrays: a size named 28 is an integer-like key, and
 * an object would move it to the front.
 */
export interface SourceLayout {
  /** What identifies a row, as messages call it: `record_uuid`, or `key (ORDER, LINE)`. */
  readonly identity: string;
  /** The column of the uuids; of a key the first, in whose place the uuid is put: see line-uuid.ts. */
  readonly uuidColumn: string;
  /** The positions of the columns of a key; undefined where a column holds the uuid. */
  readonly key: readonly number[] | undefined;
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
  const taken = new Set([...columns, ...sizes, ...mapping.source.personal, ...identityColumns(mapping.source)]);
  const present = new Set(names);
  const extraColumns = [...new Set(otherColumns)].filter((column) => present.has(column) && !taken.has(column)).sort();
  return makeLayout(mapping, { columns, extraColumns, sizes }, live);
}

/** The layout of some columns of the live source and of what identifies its rows. */
export function partialLayout(mapping: Mapping, columns: readonly string[], live: readonly ColumnInfo[]): SourceLayout {
  return makeLayout(mapping, { columns, extraColumns: [], sizes: [] }, live);
}

/**
 * The layout of rows built from kept values, whose sizes may differ from those of the live source; `live` says
 * which columns a database wrote as numbers.
 */
export function keptLayout(mapping: Mapping, sizes: readonly string[], live: readonly ColumnInfo[] = []): SourceLayout {
  const own = mapping.sizes === undefined ? [] : sizes;
  return makeLayout(mapping, { columns: hashedColumns(mapping), extraColumns: [], sizes: own }, live);
}

function makeLayout(
  { source }: Mapping,
  { columns, extraColumns: others, sizes }: Pick<SourceLayout, 'columns' | 'extraColumns' | 'sizes'>,
  live: readonly ColumnInfo[],
): SourceLayout {
  const identity = identityColumns(source);
  const isKey = 'key' in source.uuid;
  const extraColumns = [...others, ...(isKey ? identity.filter((column) => !columns.includes(column)) : [])];
  const [uuidColumn = ''] = identity;
  const select = [uuidColumn, ...columns, ...extraColumns, ...sizes];
  // Of a column that stands in the place of the uuid and in its own, the latter.
  const positions = new Map(select.map((name, index) => [name, index]));
  const position = (column: string): number => positions.get(column) ?? -1;
  return {
    identity: isKey ? `key (${identity.join(', ')})` : uuidColumn,
    uuidColumn,
    key: isKey ? identity.map(position) : undefined,
    columns,
    extraColumns,
    sizes,
    select,
    firstSize: select.length - sizes.length,
    numeric: new Set(live.filter(({ dataType }) => isNumberType(dataType)).map(({ name }) => name)),
    position,
  };
}

function requireColumns(mapping: Mapping, columns: readonly string[], names: readonly string[]): void {
  const present = new Set(names);
  const ends = mapping.sizes === undefined ? [] : [mapping.sizes.after, mapping.sizes.before];
  const needed = [...new Set([...identityColumns(mapping.source), ...columns, ...ends])];
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
  const between = names.slice(first + 1, last);
  for (const name of except.filter((each) => !names.includes(each))) {
    const meant = nearest(name, between);
    if (meant !== undefined && !except.includes(meant))
      throw new FixFirstError(
        'SIZE_COLUMNS_INVALID',
        `The source lacks "${name}" of sizes.except, and has "${meant}", which would count as a size. Correct the name in the mapping.`,
      );
  }
  const noSizes = [...except, ...identityColumns(mapping.source)];
  const sizes = between.filter((name) => !noSizes.includes(name));
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
