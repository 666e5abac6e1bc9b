import type { Log } from '../../shared/ground/log.js';
import type { Mapping } from '../../shared/mapping/mapping.js';
import { LANDED } from '../../shared/store/landed.js';
import { mappedColumns } from '../../shared/store/schema/mapped-columns.js';
import { sqlType } from '../../shared/warehouse/port/sql-types.js';
import { loadStatement, quoteColumns, quoteIdentifier } from '../../shared/warehouse/port/statements.js';
import type { Parameters, Queryable, Warehouse } from '../../shared/warehouse/port/warehouse.js';

const ITEMS = 'MON_CustMasterSchedule';
const SUBITEMS = 'MON_CustMasterSchedule_Subitems';

/** A column of a production table and the expression that fills it from staging. */
type Filling = readonly [column: string, expression: string];

export interface ProductionPlan {
  items: readonly Filling[] | undefined;
  subitems: readonly Filling[] | undefined;
}

/**
 * Rule 25: other systems replace the production tables, so only columns that are there are written. Missing ones are
 * told; a table without our key is left alone.
 */
export async function planProduction(warehouse: Warehouse, mapping: Mapping, log: Log): Promise<ProductionPlan> {
  return {
    items: await writable(warehouse, ITEMS, itemFillings(warehouse, mapping), ['line_key'], log),
    subitems: await writable(warehouse, SUBITEMS, subitemFillings(), ['line_key', 'Size'], log),
  };
}

async function writable(
  warehouse: Warehouse,
  table: string,
  fillings: readonly Filling[],
  keys: readonly string[],
  log: Log,
): Promise<readonly Filling[] | undefined> {
  const live = new Set((await warehouse.columns(table)).map(({ name }) => name));
  const missing = fillings.map(([column]) => column).filter((column) => !live.has(column));
  if (missing.length > 0)
    log.warn(
      `${table} has lost ${missing.length} of our columns: ${missing.join(', ')}. Run migrate to put them back.`,
    );
  return keys.every((key) => live.has(key)) ? fillings.filter(([column]) => live.has(column)) : undefined;
}

function itemFillings(warehouse: Warehouse, mapping: Mapping): Filling[] {
  const own: Filling[] = [
    ['line_key', 's."line_key"'],
    ['Item ID', 's."stg_monday_item_id"'],
    ['record_uuid', 's."record_uuid"'],
    ['batch_id', 's."batch_id"'],
    ['promoted_at', '@now'],
    ['Group', 's."Group"'],
    ['Title', 's."Title"'],
  ];
  const mapped = mappedColumns(mapping).board.map(({ title, type }): Filling => {
    const staged = `s.${quoteIdentifier(title)}`;
    return [title, type === 'text' ? staged : `CAST(${staged} AS ${sqlType(warehouse.engine, type)})`];
  });
  return [...own, ...mapped];
}

function subitemFillings(): Filling[] {
  return [
    ['line_key', 'z."line_key"'],
    ['Size', 'z."Size"'],
    ['parent_item_id', 's."stg_monday_item_id"'],
    ['subitem_id', 'z."stg_monday_subitem_id"'],
    ['Order Qty', 'z."Order Qty"'],
    ['batch_id', 'z."batch_id"'],
    ['promoted_at', '@now'],
  ];
}

/** Writes what landed into the production tables. They are never read by the pipeline. */
export async function promoteProduction(
  transaction: Queryable,
  plan: ProductionPlan,
  parameters: { batch_id: string; now: Date },
  { removeDeleted, absent }: { removeDeleted: boolean; absent: readonly string[] },
): Promise<void> {
  const run = async (name: string, places: Record<string, string>, further: Parameters = {}): Promise<void> => {
    const statement = loadStatement(`production/${name}`).with({ landed: LANDED, ...places });
    await transaction.execute(statement, { ...parameters, ...further });
  };
  if (plan.subitems) await run('delete-production-subitems', {});
  if (plan.items) {
    const changing = plan.items.filter(([column]) => column !== 'line_key');
    if (removeDeleted) await run('delete-production-items', {});
    const kept = keepAbsent(absent);
    await run(
      'update-production-items',
      { assignments: changing.map((filling) => kept.assign(filling)).join(', ') },
      kept.parameters,
    );
    await run('insert-production-items', listed(plan.items));
  }
  if (plan.subitems) await run('insert-production-subitems', listed(plan.subitems));
}

/** Assignments that leave a column as it is where its source could not be read and nothing was ever sent. */
function keepAbsent(titles: readonly string[]): { assign(filling: Filling): string; parameters: Parameters } {
  const names = new Map(titles.map((title, index) => [title, `absent_${index}`]));
  return {
    assign: ([column, expression]) => {
      const target = quoteIdentifier(column);
      const name = names.get(column);
      if (name === undefined) return `${target} = ${expression}`;
      const unknown = `s.${target} IS NULL AND s."stg_absent_columns" LIKE @${name} ESCAPE '!'`;
      return `${target} = CASE WHEN ${unknown} THEN ${quoteIdentifier(ITEMS)}.${target} ELSE ${expression} END`;
    },
    parameters: Object.fromEntries(
      [...names].map(([title, name]) => [name, `%${JSON.stringify(title).replace(/[!%_[]/g, '!$&')}%`]),
    ),
  };
}

function listed(fillings: readonly Filling[]): { targets: string; sources: string } {
  return {
    targets: quoteColumns(fillings.map(([column]) => column)),
    sources: fillings.map(([, expression]) => expression).join(', '),
  };
}
