import { type Customer, resolveCustomer } from '../mapping/customers.js';
import type { Mapping } from '../mapping/mapping.js';
import { textOf } from '../mapping/texts.js';
import type { ArrayRow } from '../warehouse/port/warehouse.js';
import type { SourceLayout } from './layout.js';

/** Compiles the function that says who a row of `layout` is for: what its column says, or the customer of all lines. */
export function compileCustomer(mapping: Mapping, layout: Pick<SourceLayout, 'position'>): (row: ArrayRow) => Customer {
  const { customer } = mapping.source;
  if ('constant' in customer) {
    const everyLines = resolveCustomer(mapping, customer.constant);
    return () => everyLines;
  }
  const position = layout.position(customer.column);
  return (row) => resolveCustomer(mapping, textOf(row[position]));
}
