import { FixFirstError } from '../../../shared/ground/errors.js';
import { type SourceLayout, sourceLayout } from '../../../shared/lines/layout.js';
import { previousSizes } from '../../../shared/store/run-figures.js';
import { vanishedSizes } from '../../../shared/store/snapshot-lines.js';
import { countSource } from '../../../shared/store/source.js';
import type { Check, Checked } from '../finding.js';
import { type Found, found, listed } from '../finding.js';
import { permissionProblems } from '../permissions.js';
import type { Site } from '../site.js';
import { isHidden } from './tables.js';

/** The table that is read: its columns against the mapping, and the size columns against those of the last run. */
export const source: Check = {
  name: 'source',
  async run(site) {
    const database = await site.warehouse.get();
    const table = site.need('SOURCE_TABLE');
    const mapping = await site.mapping.get();
    const columns = await database.columns(table);
    if (columns.length === 0) {
      if (await isHidden(database, table)) return { summary: 'the user may not read it', found: [] };
      const what = `There is no table or view "${table}" in schema "${database.schema}" that the user may see.`;
      return { summary: table, found: [found('SOURCE_MISSING', { subject: table, what })] };
    }
    try {
      const layout = sourceLayout(mapping, columns);
      return await look(site, table, layout);
    } catch (error) {
      if (!(error instanceof FixFirstError)) throw error;
      return { summary: table, found: [found('SOURCE_UNFIT', { subject: table, what: error.message })] };
    }
  },
};

/** The same where no other check looks at permissions. */
export const readableSource: Check = {
  name: 'source',
  async run(site) {
    const table = site.need('SOURCE_TABLE');
    const lacking = await permissionProblems(await site.warehouse.get(), [{ table, permissions: ['SELECT'] }]);
    return lacking.length > 0 ? { summary: table, found: lacking } : source.run(site);
  },
};

async function look(site: Site, table: string, layout: SourceLayout): Promise<Checked> {
  const database = await site.warehouse.get();
  const rows = await countSource(database, table);
  const { sizes } = layout;
  const ofSizes = sizes.length === 0 ? '' : `, ${sizes.length} size columns from ${sizes[0]} to ${sizes.at(-1)}`;
  const empty = rows > 0 ? [] : [found('SOURCE_EMPTY', { subject: table, what: `${table} has no row.` })];
  return {
    summary: `${table}: ${rows} rows${ofSizes}`,
    found: [...empty, ...(await sizeProblems(site, sizes))],
  };
}

/** Only a run that is done tells which sizes there were. */
async function sizeProblems(site: Site, sizes: readonly string[]): Promise<Found[]> {
  const database = await site.pipeline.ifThere();
  const previous = database === undefined ? undefined : await previousSizes(database);
  if (database === undefined || previous === undefined) return [];
  const fresh = sizes.filter((size) => !previous.includes(size)).map((size) => `"${size}"`);
  const gone = (await vanishedSizes(database, sizes)).map((size) => `"${size}"`);
  const owner = sizes.length === 0 ? 'mapping' : 'source';
  const what = (verb: string, names: string[]) =>
    `The ${owner} ${verb} the size columns ${listed(names)} since the last run.`;
  return [
    ...(gone.length === 0 ? [] : [found('SIZE_GONE', { subject: listed(gone), what: what('has lost', gone) })]),
    ...(fresh.length === 0 ? [] : [found('SIZE_NEW', { subject: listed(fresh), what: what('has got', fresh) })]),
  ];
}
