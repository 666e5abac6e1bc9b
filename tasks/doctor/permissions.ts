import type { NeededPermissions } from '../../shared/store/schema/permissions.js';
import type { ServerVersion, Warehouse } from '../../shared/warehouse/port/warehouse.js';
import { type Found, found, listed } from './finding.js';

export async function permissionProblems(warehouse: Warehouse, needed: readonly NeededPermissions[]): Promise<Found[]> {
  const problems = (await warehouse.mayUseSchema()) ? [] : [schemaProblem(warehouse.schema)];
  for (const { table, permissions } of needed) {
    const lacking = await warehouse.lackingPermissions(table, permissions);
    if (lacking.length === 0) continue;
    const remedy = `Grant ${lacking.join(', ')} on "${warehouse.schema}"."${table}" to the user of the URL.`;
    problems.push(
      found('RIGHTS_LACKING', { subject: table, what: `The user may not ${listed(lacking)} on ${table}.`, remedy }),
    );
  }
  return problems;
}

function schemaProblem(schema: string): Found {
  const what = `The user may not use the schema ${schema}, and so none of its tables.`;
  return found('RIGHTS_LACKING', {
    subject: schema,
    what,
    remedy: `Grant USAGE on schema "${schema}" to the user of the URL.`,
  });
}

export function versionProblem({ name, supported }: ServerVersion): Found[] {
  return supported
    ? []
    : [found('VERSION_UNSUPPORTED', { subject: name, what: `The server is ${name}, which is too old.` })];
}
