import { mappedColumns } from '../../../shared/store/schema/mapped-columns.js';
import { productionTables } from '../../../shared/store/schema/own-tables.js';
import { planTables } from '../../../shared/store/schema/plan.js';
import type { Check } from '../finding.js';
import { type Found, found, listed } from '../finding.js';
import { isHidden, mendTables } from './tables.js';

/** MON_CustMasterSchedule and its sizes, which other systems replace with tables of their own. */
export const production: Check = {
  name: 'production-tables',
  async run(site) {
    const database = await site.warehouse.get();
    const own = productionTables(mappedColumns(await site.mapping.get()));
    const { missing, parts, differences } = await planTables(database, own);
    const problems: Found[] = [];
    for (const table of own) {
      const subject = table.name;
      const lacking = parts.filter((each) => each.table === subject && each.part.state === 'missing');
      const names = lacking.map(({ part }) => `"${part.name}"`);
      if (names.length > 0) {
        const what = `${table.name} has lost ${names.length} of our columns: ${listed(names)}.`;
        problems.push(found('PRODUCTION_COLUMN_MISSING', { subject, what }));
      } else if (missing.includes(table) && !(await isHidden(database, table.name)))
        problems.push(found('PRODUCTION_TABLE_MISSING', { subject, what: `The table ${table.name} does not exist.` }));
      const strict = differences
        .filter((each) => each.table === subject)
        .map(({ part }) => `"${part.name}" is ${part.live ?? 'missing'} instead of ${part.expected}`);
      if (strict.length > 0)
        problems.push(
          found('PRODUCTION_COLUMN_DIFFERS', {
            subject,
            what: `${subject} may refuse what promote writes: ${listed(strict)}.`,
          }),
        );
    }
    return { summary: own.map(({ name }) => name).join(', '), found: problems };
  },
  fix: mendTables,
};
