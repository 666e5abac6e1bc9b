import type { NeededRights } from '../../shared/store/schema/migrate-archive.js';
import type { ServerVersion, Warehouse } from '../../shared/warehouse/port/warehouse.js';
import { type Found, found, listed } from './finding.js';

export async function rightProblems(warehouse: Warehouse, needed: readonly NeededRights[]): Promise<Found[]> {
  const problems: Found[] = [];
  for (const { table, rights } of needed) {
    const lacking = await warehouse.lackingRights(table, rights);
    if (lacking.length === 0) continue;
    const remedy = `Grant ${lacking.join(', ')} on "${warehouse.schema}"."${table}" to the user of the URL.`;
    problems.push(
      found('RIGHTS_LACKING', { subject: table, what: `The user may not ${listed(lacking)} on ${table}.`, remedy }),
    );
  }
  return problems;
}

export function versionProblem({ name, supported }: ServerVersion): Found[] {
  return supported
    ? []
    : [found('VERSION_UNSUPPORTED', { subject: name, what: `The server is ${name}, which is too old.` })];
}
