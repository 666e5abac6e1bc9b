import { groupParts } from '../../../shared/mapping/group-parts.js';
import type { ItemColumn, Mapping } from '../../../shared/mapping/mapping.js';
import { sourceColumnPlaces } from '../../../shared/mapping/mapping-limits.js';
import { customerColumns, identityColumns } from '../../../shared/mapping/mapping-version.js';
import { type ColumnRule, columnRules } from '../../../shared/mapping/rules.js';
import type { SqlType } from '../../../shared/warehouse/port/warehouse.js';

/** What a mapping takes a column of the source for, beside showing it. */
export type ColumnPart = 'uuid' | 'customer' | 'order' | 'key' | 'shared' | 'total' | 'personal' | 'beside' | 'plain';

/** A column of the source as far as a mapping says how it is filled. */
export interface SampleColumn {
  readonly name: string;
  readonly type: SqlType;
  readonly part: ColumnPart;
  /** The columns of the board that show it. */
  readonly shown: readonly ItemColumn[];
  /** What scope and cancellation ask of it. */
  readonly tests: readonly ColumnRule[];
  /** Never empty: lines are named, paired or refused by it. */
  readonly filled: boolean;
}

/** The columns of a table that a mapping can read, those before the sizes and those behind them. */
export interface MappedTable {
  readonly before: readonly SampleColumn[];
  readonly behind: readonly SampleColumn[];
}

/** The table that a mapping describes: every column that it names, in the order in which it names them. */
export function mappedTable(mapping: Mapping): MappedTable {
  const { source, sizes } = mapping;
  const read = new Set(sourceColumnPlaces(mapping).map(([, name]) => name));
  const ends = new Set([sizes?.after, sizes?.before]);
  const except = sizes?.except ?? [];
  const all = [...new Set([...identityColumns(source), ...read, ...source.personal])];
  const describe = describer(mapping);
  const ordinary = all.filter((name) => !ends.has(name) && !except.includes(name));
  if (sizes === undefined) return { before: ordinary.map(describe), behind: [] };
  return {
    before: [...ordinary, sizes.after].map(describe),
    behind: [...except, sizes.before].map(describe),
  };
}

function describer(mapping: Mapping): (name: string) => SampleColumn {
  const { scope, cancelled, item, source } = mapping;
  const rules = columnRules({ kind: 'all', rules: [scope, cancelled] });
  const named = new Set([
    ...item.name.parts,
    ...[...source.businessKey, source.orderNumber, ...customerColumns(source), ...identityColumns(source)],
  ]);
  const seen = { date: 0, number: 0 };
  return (name) => {
    const shown = item.columns.filter((column) => column.source === name || column.until === name);
    const tests = rules.filter((rule) => rule.column === name);
    const part = partOf(mapping, name);
    const filled = named.has(name) || shown.some(({ required }) => required !== undefined);
    return { name, part, shown, tests, filled, type: typeOf({ part, shown, tests }, seen) };
  };
}

function partOf({ source, item, sizes }: Mapping, name: string): ColumnPart {
  if ('column' in source.uuid && name === source.uuid.column) return 'uuid';
  if (customerColumns(source).includes(name)) return 'customer';
  if (name === source.orderNumber) return 'order';
  if (name === sizes?.total) return 'total';
  if (source.businessKey.includes(name)) return 'key';
  // The lines of an order have them in common.
  const ofGroup = groupParts(item.group).flatMap(({ columns }) => columns);
  if ([...ofGroup, ...source.purchaseOrder].includes(name)) return 'shared';
  if (source.personal.includes(name)) return 'personal';
  return sizes?.except.includes(name) ? 'beside' : 'plain';
}

/**
 * Texts, as in most tables that people fill, but for every other column of days and of numbers: both kinds of table are
 * read, those whose database knows dates and numbers and those that only have what somebody typed.
 */
function typeOf(
  { part, shown, tests }: Pick<SampleColumn, 'part' | 'shown' | 'tests'>,
  seen: { date: number; number: number },
): SqlType {
  if (part === 'uuid') return 'uuid';
  if (part === 'total') return 'int';
  const only = (rule: ItemColumn['rule']): boolean =>
    part === 'plain' &&
    shown.length > 0 &&
    shown.every((column) => column.rule === rule && column.values.length === 0) &&
    tests.every((test) => test.in === undefined && test.notIn === undefined);
  if (only('date')) {
    seen.date += 1;
    return seen.date % 2 === 1 ? 'date' : 'text';
  }
  if (only('number') && tests.length === 0 && shown.every(({ type }) => type === 'numbers')) {
    seen.number += 1;
    return seen.number % 2 === 0 ? 'decimal(18,4)' : 'text';
  }
  return 'text';
}
