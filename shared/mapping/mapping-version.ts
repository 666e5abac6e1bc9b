import { createHash } from 'node:crypto';
import { groupParts } from './group-parts.js';
import type { ItemColumn, MappingText } from './mapping-schema.js';
import { columnsOfRule } from './rules.js';

/** Code-unit order, the one order of column names everywhere: the same on every machine and engine. */
export function byCodeUnits(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** The source columns that a column of the board shows. */
export function sourcesOf({ source, until }: ItemColumn): string[] {
  return until === undefined ? [source] : [source, until];
}

/** The source column that says who a line is for; none where all lines have the same customer. */
export function customerColumns({ customer }: MappingText['source']): string[] {
  return 'column' in customer ? [customer.column] : [];
}

/** The source columns that say which line a row is: that of its uuid, or those of its key. */
export function identityColumns({ uuid }: MappingText['source']): readonly string[] {
  return 'column' in uuid ? [uuid.column] : uuid.key;
}

/**
 * Every source column whose value decides what the board shows, or who or where a line is; in code-unit order.
 * The uuid and the sizes are not among them: the one is identity, the others are read from the live table.
 */
export function hashedColumns(mapping: MappingText): string[] {
  const columns = new Set([
    ...customerColumns(mapping.source),
    mapping.source.orderNumber,
    ...mapping.source.purchaseOrder,
    ...mapping.source.businessKey,
    ...columnsOfRule(mapping.scope),
    ...columnsOfRule(mapping.cancelled),
    ...(mapping.sizes?.total === undefined ? [] : [mapping.sizes.total]),
    ...mapping.item.name.parts,
    ...groupParts(mapping.item.group).flatMap(({ columns }) => columns),
    ...mapping.item.columns.flatMap(sourcesOf),
  ]);
  return [...columns].sort(byCodeUnits);
}

/**
 * Rule 9: names the mapping's output: two files with the same version give the same board and the same hashed columns.
 * Titles, personal columns, the column of the last change and the order of things that have none do not count.
 */
export function mappingVersion(mapping: MappingText): string {
  const output = {
    blank: sorted(mapping.blank),
    // Left out where they are as in a file without them, so that stating them changes nothing.
    numbers: mapping.numbers.decimal === '.' ? undefined : mapping.numbers,
    dates: mapping.dates.order === 'mdy' ? undefined : mapping.dates,
    hashed: hashedColumns(mapping),
    scope: mapping.scope,
    cancelled: mapping.cancelled,
    sizes: mapping.sizes && { ...mapping.sizes, except: sorted(mapping.sizes.except) },
    itemKey: mapping.item.key.id,
    name: mapping.item.name,
    group: mapping.item.group,
    columns: mapping.item.columns.map(withoutTitle).sort(byId),
    subitemKey: mapping.subitem?.key.id,
    subitemName: mapping.subitem?.name,
    subitemColumns: mapping.subitem?.columns.map(withoutTitle).sort(byId),
    // Left out where it is as in a mapping that cannot state it.
    everyCustomer: mapping.everyCustomer || undefined,
    customer: 'constant' in mapping.source.customer ? mapping.source.customer : undefined,
    customers: mapping.customers
      .map(({ name, spellings }) => ({ name, spellings: sorted(spellings) }))
      .sort((a, b) => byCodeUnits(a.name, b.name)),
  };
  return createHash('sha256').update(canonicalJson(output)).digest('hex').slice(0, 12);
}

/** Names what staged rows are read by: the version, and under which title the values of each board column stand. */
export function stagedForm({ version, item }: { version: string; item: MappingText['item'] }): string {
  const columns = item.columns.map(({ id, title, type }) => [id, title, type]);
  columns.sort(([a = ''], [b = '']) => byCodeUnits(a, b));
  return createHash('sha256')
    .update(JSON.stringify([version, columns]))
    .digest('hex');
}

function sorted(texts: readonly string[]): string[] {
  return [...texts].sort(byCodeUnits);
}

function byId(a: { id: string }, b: { id: string }): number {
  return byCodeUnits(a.id, b.id);
}

function withoutTitle<Column extends { id: string; title: string; values?: [string, string][] }>(column: Column) {
  const { title: _title, ...rest } = column;
  return { ...rest, values: [...(column.values ?? [])].sort(([a], [b]) => byCodeUnits(a, b)) };
}

/** JSON whose keys are in order, so that the order in which a file states them does not show. */
function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_key, part: unknown) =>
    part !== null && typeof part === 'object' && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => byCodeUnits(a, b)))
      : part,
  );
}
