import type { Log } from '../../shared/ground/errors.js';
import type { Mapping } from '../../shared/mapping/mapping.js';
import {
  deleteProductionItems,
  deleteProductionSubitems,
  deleteSubitemsOfDeleted,
  type Filling,
  insertProductionItems,
  insertProductionSubitems,
  type Landing,
  type Production,
  productionItems,
  productionSubitems,
  updateProductionItems,
  updateRekeyedItems,
} from '../../shared/store/production.js';
import { mappedColumns } from '../../shared/store/schema/mapped-columns.js';
import type { Queryable, Warehouse } from '../../shared/warehouse/port/warehouse.js';

export interface ProductionPlan {
  items: readonly Filling[] | undefined;
  subitems: readonly Filling[] | undefined;
  /** Sizes are not written, but lines may have some, without which they cannot be deleted. */
  leftSubitems: boolean;
}

/**
 * Rule 25: other systems replace the production tables, so only columns that are there are written. Missing ones are
 * told; a table without our key is left alone, and so is that of the sizes where the mapping has none.
 */
export async function planProduction(warehouse: Warehouse, mapping: Mapping, log: Log): Promise<ProductionPlan> {
  const items = await writable(warehouse, productionItems(warehouse.engine, mappedColumns(mapping).board), log);
  const subitems = mapping.sizes === undefined ? undefined : await writable(warehouse, productionSubitems, log);
  const leftSubitems = subitems === undefined && (await liveColumns(warehouse, productionSubitems)).has('line_key');
  return { items, subitems, leftSubitems };
}

async function liveColumns(warehouse: Warehouse, { table }: Production): Promise<ReadonlySet<string>> {
  return new Set((await warehouse.columns(table)).map(({ name }) => name));
}

async function writable(
  warehouse: Warehouse,
  production: Production,
  log: Log,
): Promise<readonly Filling[] | undefined> {
  const { table, keys, fillings } = production;
  const live = await liveColumns(warehouse, production);
  const missing = fillings.map(([column]) => column).filter((column) => !live.has(column));
  if (missing.length > 0)
    log.warn(
      `${table} has lost ${missing.length} of our columns: ${missing.join(', ')}. Run migrate to put them back; sync with --full fills them again.`,
    );
  return keys.every((key) => live.has(key)) ? fillings.filter(([column]) => live.has(column)) : undefined;
}

/** Writes what landed into the production tables. The pipeline never reads them. */
export async function promoteProduction(
  transaction: Queryable,
  { items, subitems, leftSubitems }: ProductionPlan,
  landing: Landing,
  { removeDeleted, absent, advance }: { removeDeleted: boolean; absent: readonly string[]; advance: () => void },
): Promise<void> {
  if (subitems) await deleteProductionSubitems(transaction, landing.batchId);
  advance();
  if (items) {
    if (removeDeleted) {
      if (leftSubitems) await deleteSubitemsOfDeleted(transaction, landing.batchId);
      await deleteProductionItems(transaction, landing.batchId);
    }
    await updateProductionItems(transaction, landing, items, absent);
    await updateRekeyedItems(transaction, landing, items);
    advance();
    await insertProductionItems(transaction, landing, items);
  }
  advance();
  if (subitems) await insertProductionSubitems(transaction, landing, subitems);
  advance();
}
