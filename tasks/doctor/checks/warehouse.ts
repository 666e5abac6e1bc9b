import { neededRights } from '../../../shared/store/schema/migrate-archive.js';
import type { Check } from '../finding.js';
import { rightProblems, versionProblem } from '../rights.js';

/** The database with the source and our tables: reachable, of a version we know, with the rights that tasks need. */
export const warehouse: Check = {
  name: 'warehouse',
  async run(site) {
    const database = await site.warehouse.get();
    const version = await database.version();
    const needed = neededRights(site.need('SOURCE_TABLE'));
    const mayCreate = await database.mayCreateTables();
    const tables = mayCreate ? 'may create tables' : 'may not create tables: migrate needs another user';
    return {
      summary: `${version.name}, schema ${database.schema}; the user ${tables}`,
      found: [...versionProblem(version), ...(await rightProblems(database, needed))],
    };
  },
};
