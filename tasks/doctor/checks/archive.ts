import { migrateTables } from '../../../shared/store/schema/migrate.js';
import { ARCHIVE_TABLE, ARCHIVES } from '../../../shared/store/schema/own-tables.js';
import { differenceText, planTables } from '../../../shared/store/schema/plan.js';
import type { Check } from '../finding.js';
import { found, listed } from '../finding.js';
import { permissionProblems, versionProblem } from '../permissions.js';
import { stepDone } from './tables.js';

/** The database of the archives. */
export const archive: Check = {
  name: 'archive',
  async run(site) {
    const database = await site.archive.get();
    const version = await database.version();
    const lacking = await permissionProblems(database, [
      { table: ARCHIVE_TABLE, permissions: ['SELECT', 'INSERT', 'DELETE'] },
    ]);
    const { missing, parts, differences } = await planTables(database, [ARCHIVES]);
    const problems = differences.map((each) =>
      found('ARCHIVE_DIFFERS', { subject: `${ARCHIVE_TABLE}.${each.part.name}`, what: differenceText(each) }),
    );
    const lacks = parts.filter(({ part }) => part.state === 'missing').map(({ part }) => `${part.kind} ${part.name}`);
    if (lacks.length > 0) {
      const what = `${ARCHIVE_TABLE} has no ${listed(lacks)}.`;
      problems.push(found('ARCHIVE_COLUMN_MISSING', { subject: ARCHIVE_TABLE, what }));
    }
    // A table on which the user has no permission at all cannot be seen either.
    if (missing.length > 0 && lacking.length === 0) {
      const what = `There is no table ${ARCHIVE_TABLE}.`;
      problems.push(found('ARCHIVE_TABLE_MISSING', { subject: ARCHIVE_TABLE, what }));
    }
    return { summary: version.name, found: [...versionProblem(version), ...lacking, ...problems] };
  },
  async fix(site, hearer) {
    await migrateTables(await site.archive.get(), [ARCHIVES], (step) => hearer.done(stepDone(step)));
  },
};
