import { mappedColumns } from '../../../shared/schema/mapped-columns.js';
import { warehouseTables } from '../../../shared/schema/tables.js';
import type { Check } from '../check.js';
import { type NeededRights, rightProblems, versionProblem } from '../rights.js';
import type { Site } from '../site.js';

/** The database with the source and our tables: reachable, of a version we know, with the rights that tasks need. */
export const warehouse: Check = {
  name: 'warehouse',
  async run(site) {
    const database = await site.warehouse.get();
    const version = await database.version();
    const needed = await neededRights(site);
    const mayCreate = await database.mayCreateTables();
    const tables = mayCreate ? 'may create tables' : 'may not create tables: migrate needs another user';
    return {
      summary: `${version.name}, schema ${database.schema}; the user ${tables}`,
      found: [...versionProblem(version), ...(await rightProblems(database, needed))],
    };
  },
};

/** The source is only read; ours are read and written. */
async function neededRights(site: Site): Promise<NeededRights[]> {
  const mapping = await site.mapping.get();
  const own = warehouseTables(mappedColumns(mapping)).map(({ name }) => name);
  return [
    { table: site.need('SOURCE_TABLE'), rights: ['SELECT'] },
    ...[...own, 'MON_Schema'].map(
      (table): NeededRights => ({ table, rights: ['SELECT', 'INSERT', 'UPDATE', 'DELETE'] }),
    ),
  ];
}
