import { z } from 'zod';
import { resolveCustomer } from '../../shared/mapping/customers.js';
import type { Mapping } from '../../shared/mapping/mapping.js';
import type { Outcome } from '../../shared/task.js';
import { loadStatement, quoteIdentifier } from '../../shared/warehouse/statements.js';
import type { Warehouse } from '../../shared/warehouse/warehouse.js';

const customerRow = z.object({ spelling: z.string().nullable(), lines: z.coerce.number() });

interface ListedCustomer {
  customer: string;
  mapped: boolean;
  lines: number;
  spellings: string[];
}

/** Every customer of the source under its canonical name, with the spellings found. */
export async function listCustomers(
  warehouse: Warehouse,
  table: string,
  mapping: Mapping,
  json: boolean,
): Promise<Outcome> {
  const statement = loadStatement('detect/count-source-customers').with({
    table: quoteIdentifier(table),
    customer: quoteIdentifier(mapping.source.customer),
  });
  const listed = new Map<string, ListedCustomer>();
  for (const row of await warehouse.query(statement)) {
    const { spelling, lines } = customerRow.parse(row);
    const { name, mapped } = resolveCustomer(mapping, spelling);
    const customer = listed.get(name) ?? { customer: name, mapped, lines: 0, spellings: [] };
    customer.lines += lines;
    customer.spellings.push(spelling ?? '(none)');
    listed.set(name, customer);
  }
  const customers = [...listed.values()].sort((a, b) => (a.customer < b.customer ? -1 : 1));
  for (const customer of customers) customer.spellings.sort();
  return {
    text: json ? JSON.stringify(customers) : customers.map(describeCustomer).join('\n'),
    outputs: { customers: customers.filter(({ mapped }) => mapped).map(({ customer }) => customer) },
  };
}

function describeCustomer({ customer, mapped, lines, spellings }: ListedCustomer): string {
  const note = mapped ? '' : ' (not in the mapping: out of scope)';
  return `${String(lines).padStart(8)}  ${customer}${note}  ${spellings.join(' | ')}`;
}
