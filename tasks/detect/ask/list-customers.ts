import { resolveCustomer } from '../../../shared/mapping/customers.js';
import type { Mapping } from '../../../shared/mapping/mapping.js';
import type { Outcome } from '../../../shared/runtime/task.js';
import { type ListColumn, tableLines } from '../../../shared/runtime/terminal.js';
import { knownCustomers } from '../../../shared/store/snapshot-look-ups.js';
import { customerSpellings } from '../../../shared/store/source.js';
import type { Warehouse } from '../../../shared/warehouse/port/warehouse.js';

interface ListedCustomer {
  customer: string;
  mapped: boolean;
  lines: number;
  spellings: string[];
}

/**
 * Every customer of the source under its canonical name, with the spellings found, and every one that the pipeline
 * knows although the source has no line of it any more: there is something to delete, or to archive.
 */
export async function listCustomers(
  warehouse: Warehouse,
  table: string,
  mapping: Mapping,
  json: boolean,
): Promise<Outcome> {
  const listed = new Map<string, ListedCustomer>();
  for (const { spelling, lines } of await customerSpellings(warehouse, { table, customer: mapping.source.customer })) {
    const { name, mapped } = resolveCustomer(mapping, spelling);
    const customer = listed.get(name) ?? { customer: name, mapped, lines: 0, spellings: [] };
    // Lines without a customer are counted under a name that a customer may have as well.
    customer.mapped ||= mapped;
    customer.lines += lines;
    customer.spellings.push(spelling ?? '(none)');
    listed.set(name, customer);
  }
  for (const name of await known(warehouse)) {
    const { mapped } = resolveCustomer(mapping, name);
    if (!listed.has(name)) listed.set(name, { customer: name, mapped, lines: 0, spellings: [] });
  }
  const customers = [...listed.values()].sort((a, b) => (a.customer < b.customer ? -1 : 1));
  for (const customer of customers) customer.spellings.sort();
  return {
    lines: json ? [JSON.stringify(customers)] : customers.map(describeCustomer),
    onTerminal: (terminal) => (customers.length === 0 ? ['No customer.'] : tableLines(terminal, COLUMNS, customers)),
    outputs: { customers: customers.filter(({ mapped }) => mapped).map(({ customer }) => customer) },
  };
}

/** None before `migrate` has created the tables. */
async function known(warehouse: Warehouse): Promise<string[]> {
  const columns = await warehouse.columns('ORDERS_UNIFIED_SNAPSHOT');
  return columns.length === 0 ? [] : knownCustomers(warehouse);
}

const COLUMNS: readonly ListColumn<ListedCustomer>[] = [
  { heading: 'LINES', cell: ({ lines }) => String(lines), align: 'right' },
  { heading: 'CUSTOMER', cell: ({ customer }) => customer, shrinksTo: 16 },
  {
    heading: 'MAPPING',
    cell: ({ mapped }) => (mapped ? 'known' : 'not known'),
    style: ({ mapped }) => (mapped ? 'green' : 'yellow'),
  },
  { heading: 'SPELLINGS', cell: ({ spellings }) => spellings.join(' | '), yields: true },
];

function describeCustomer({ customer, mapped, lines, spellings }: ListedCustomer): string {
  const note = mapped ? '' : ' (not in the mapping: out of scope)';
  return `${String(lines).padStart(8)}  ${customer}${note}  ${spellings.join(' | ')}`;
}
