import { z } from 'zod';
import { resolveCustomer } from '../../shared/mapping/customers.js';
import type { Mapping } from '../../shared/mapping/mapping.js';
import { trimAndClean } from '../../shared/mapping/texts.js';
import { loadStatement, quoteIdentifier } from '../../shared/warehouse/port/statements.js';
import type { Warehouse } from '../../shared/warehouse/port/warehouse.js';

const orderRow = z.object({ customer: z.string().nullable(), order_number: z.string() });

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
  const statement = loadStatement('source/select-orders').with({
    table: quoteIdentifier(table),
    customer: quoteIdentifier(mapping.source.customer),
    order: quoteIdentifier(mapping.source.orderNumber),
  });
  const owners = new Map<string, string>();
  for (const row of await warehouse.query(statement)) {
    const { customer: spelling, order_number } = orderRow.parse(row);
    const { name, mapped } = resolveCustomer(mapping, spelling);
    const order = comparable(order_number);
    if (mapped && order !== '') owners.set(order, name);
  }
  return owners;
}
