import { resolveCustomer } from '../../shared/mapping/customers.js';
import type { Mapping } from '../../shared/mapping/mapping.js';
import { trimAndClean } from '../../shared/mapping/texts.js';
import { ordersOfSource } from '../../shared/store/source.js';
import type { Warehouse } from '../../shared/warehouse/port/warehouse.js';

/** The form in which texts of the board and of the source are compared. */
export function comparable(text: string | null | undefined): string {
  return trimAndClean(text ?? '').toUpperCase();
}

/** The customers of the mapping by their order numbers; a number belongs to one. */
export async function customersByOrder(
  warehouse: Warehouse,
  mapping: Mapping,
  table: string,
): Promise<Map<string, string>> {
  const { customer, orderNumber: order } = mapping.source;
  const owners = new Map<string, string>();
  for (const { spelling, orderNumber } of await ordersOfSource(warehouse, { table, customer, order })) {
    const { name, mapped } = resolveCustomer(mapping, spelling);
    const number = comparable(orderNumber);
    if (mapped && number !== '') owners.set(number, name);
  }
  return owners;
}
