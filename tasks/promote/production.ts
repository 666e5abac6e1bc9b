import type { Log } from '../../shared/ground/errors.js';
import type { Mapping } from '../../shared/mapping/mapping.js';
import {
  deleteProductionItems,
  deleteProductionSubitems,
  type Filling,
  insertProductionItems,
  insertProductionSubitems,
  type Landing,
  type Production,
  productionItems,
  productionSubitems,
  updateProductionItems,
} from '../../shared/store/production.js';
import { mappedColumns } from '../../shared/store/schema/mapped-columns.js';
import type { Queryable, Warehouse } from '../../shared/warehouse/port/warehouse.js';

export interface ProductionPlan {
  items: readonly Filling[] | undefined;
  subitems: readonly Filling[] | undefined;
}

/**
 * Rule 25: other systems replace the production tables, so only columns that are there are written. Missing ones are
 * told; a table without our key is left alone, and so is that of the sizes where the mapping has none.
 */
export async function planProduction(warehouse: Warehouse, mapping: Mapping, log: Log): Promise<ProductionPlan> {
  return {
    items: await writable(warehouse, productionItems(warehouse.engine, mappedColumns(mapping).board), log),
    subitems: mapping.sizes === undefined ? undefined : await writable(warehouse, productionSubitems, log),
  };
}

async function writable(
  warehouse: Warehouse,
  { table, keys, fillings }: Production,
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

/** Writes what landed into the production tables. The pipeline never reads them. */
export async function promoteProduction(
  transaction: Queryable,
  { items, subitems }: ProductionPlan,
  landing: Landing,
  { removeDeleted, absent, advance }: { removeDeleted: boolean; absent: readonly string[]; advance: () => void },
): Promise<void> {
  if (subitems) await deleteProductionSubitems(transaction, landing.batchId);
  advance();
  if (items) {
    if (removeDeleted) await deleteProductionItems(transaction, landing.batchId);
    await updateProductionItems(transaction, landing, items, absent);
    advance();
    await insertProductionItems(transaction, landing, items);
  }
  advance();
  if (subitems) await insertProductionSubitems(transaction, landing, subitems);
  advance();
}
