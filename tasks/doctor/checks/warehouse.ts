import { neededPermissions } from '../../../shared/store/schema/permissions.js';
import type { Check } from '../finding.js';
import { permissionProblems, versionProblem } from '../permissions.js';

/** The database with the source and our tables: reachable, of a version we know, with the permissions that tasks need. */
export const warehouse: Check = {
  name: 'warehouse',
  async run(site) {
    const database = await site.warehouse.get();
    const version = await database.version();
    const needed = neededPermissions(site.need('SOURCE_TABLE'));
    const mayCreate = await database.mayCreateTables();
    const tables = mayCreate ? 'may create tables' : 'may not create tables: migrate needs another user';
    return {
      summary: `${version.name}, schema ${database.schema}; the user ${tables}`,
      found: [...versionProblem(version), ...(await permissionProblems(database, needed))],
    };
  },
};
