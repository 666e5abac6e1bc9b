import { ARCHIVE_TABLE, archiveColumns, migrateArchive } from '../../../shared/schema/migrate-archive.js';
import type { Check } from '../check.js';
import { type Found, found, listed } from '../finding.js';
import { rightProblems, versionProblem } from '../rights.js';

/** The database of the archives. */
export const archive: Check = {
  name: 'archive',
  async run(site) {
    const database = await site.archive.get();
    const version = await database.version();
    const lacking = await rightProblems(database, [{ table: ARCHIVE_TABLE, rights: ['SELECT', 'INSERT', 'DELETE'] }]);
    const live = new Set((await database.columns(ARCHIVE_TABLE)).map(({ name }) => name));
    const missing = archiveColumns().filter((name) => !live.has(name));
    const problems: Found[] = [];
    if (live.size > 0 && missing.length > 0) {
      const what = `${ARCHIVE_TABLE} has no ${listed(missing)}.`;
      problems.push(found('ARCHIVE_COLUMN_MISSING', { subject: ARCHIVE_TABLE, what }));
    }
    // A table on which the user has no right at all cannot be seen either.
    if (live.size === 0 && lacking.length === 0) {
      const what = `There is no table ${ARCHIVE_TABLE}.`;
      problems.push(found('ARCHIVE_TABLE_MISSING', { subject: ARCHIVE_TABLE, what }));
    }
    return { summary: version.name, found: [...versionProblem(version), ...lacking, ...problems] };
  },
  async fix(site) {
    const made = await migrateArchive({ url: site.need('ARCHIVE_URL'), clock: site.clock, look: false });
    return made ? [`Created ${ARCHIVE_TABLE}.`] : [];
  },
};
