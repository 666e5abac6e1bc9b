import { TaskError } from '../ground/errors.js';
import { customersOf } from '../mapping/customers.js';
import type { Mapping } from '../mapping/mapping.js';
import type { Queryable } from '../warehouse/port/warehouse.js';
import { knownCustomers } from './snapshot-look-ups.js';

/**
 * The canonical names that `--customer` asks for. A customer that has left the mapping is meant by its name as long as
 * the pipeline holds something of it: runs for everybody go on with it, may brake it, and name it for the next command.
 * @throws FixFirstError for a name that neither the mapping nor the tables know.
 */
export function customersAsked(
  warehouse: Queryable,
  mapping: Mapping,
  flags: string | readonly string[],
): Promise<string[]> {
  return customersAmong(mapping, flags, () => knownCustomers(warehouse));
}

/** The same with other names than those of the mapping; they are read only where it lacks one. */
export async function customersAmong(
  mapping: Mapping,
  flags: string | readonly string[],
  readOthers: () => Promise<readonly string[]>,
): Promise<string[]> {
  try {
    return customersOf(mapping, flags);
  } catch (error) {
    if (!(error instanceof TaskError && error.code === 'CUSTOMER_UNKNOWN')) throw error;
    return customersOf(mapping, flags, await readOthers());
  }
}
