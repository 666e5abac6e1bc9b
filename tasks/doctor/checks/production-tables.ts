import { plural } from '../../../shared/ground/text.js';
import { countMissingLines } from '../../../shared/store/production.js';
import { mappedColumns } from '../../../shared/store/schema/mapped-columns.js';
import { PRODUCTION_ITEMS, productionTables } from '../../../shared/store/schema/own-tables.js';
import { type PlannedPart, planTables } from '../../../shared/store/schema/plan.js';
import type { Check } from '../finding.js';
import { type Found, found, listed } from '../finding.js';
import type { Site } from '../site.js';
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
    if (parts.some(isItemsKey)) problems.push(...(await missingLines(site)));
    return { summary: own.map(({ name }) => name).join(', '), found: problems };
  },
  fix: mendTables,
};

/** By it our rows are found again, where the table has it as it should be. */
const isItemsKey = ({ table, part }: PlannedPart): boolean =>
  table === PRODUCTION_ITEMS.name && part.kind === 'column' && part.name === 'line_key' && part.state === 'agrees';

async function missingLines(site: Site): Promise<Found[]> {
  const pipeline = await site.pipeline.ifThere();
  const lines = pipeline === undefined ? 0 : await countMissingLines(pipeline);
  const subject = PRODUCTION_ITEMS.name;
  const what = `${plural(lines, 'line')} on the board ${lines === 1 ? 'has' : 'have'} no row in ${subject}.`;
  return lines === 0 ? [] : [found('PRODUCTION_LINES_MISSING', { subject, what })];
}
