import { plural } from '../../../shared/ground/text.js';
import { MappingError } from '../../../shared/mapping/mapping.js';
import { taskCall } from '../../../shared/runtime/called.js';
import { SETTINGS, type SettingName } from '../../../shared/runtime/settings.js';
import type { Check } from '../finding.js';
import { type Found, found, oneLine, PartMissing } from '../finding.js';
import type { Site } from '../site.js';

export const settings: Check = {
  name: 'settings',
  async run(site) {
    const problems = site.problems.map(
      ({ name, message }): Found => found('SETTING_UNUSABLE', { subject: name, what: message }),
    );
    return {
      summary: `${Object.keys(SETTINGS).length} settings and the mapping`,
      found: [...problems, ...inOne(site, await mappingFaults(site)), ...certificateProblem()],
    };
  },
};

/** The settings that lead to the table and the board of a mapping. */
const LEADING: readonly SettingName[] = [
  'WAREHOUSE_URL',
  'WAREHOUSE_SCHEMA',
  'SOURCE_TABLE',
  'MONDAY_API_URL',
  'MONDAY_API_TOKEN',
  'MONDAY_BOARD_ID',
  'MONDAY_TIMEOUT_MS',
  'MONDAY_MIN_INTERVAL_MS',
];

/** A mapping by itself. A setting that is not there only keeps it from being compared with what it leads to. */
export const mappingByItself: Check = {
  name: 'settings',
  async run(site) {
    const problems = site.problems.filter(({ name }) => LEADING.includes(name));
    const absent = problems.filter(({ missing }) => missing).map(({ name }) => name);
    const mapping = await site.mapping.ifThere();
    const size =
      mapping === undefined
        ? ''
        : `: version ${mapping.version}, ${plural(mapping.item.columns.length, 'column')}, ${mapping.everyCustomer ? 'all customers' : plural(mapping.customers.length, 'customer')}`;
    return {
      summary: `${fileOf(site)}${size}`,
      found: [
        ...(await mappingFaults(site)).map((what) => found('MAPPING_UNUSABLE', { subject: fileOf(site), what })),
        ...problems
          .filter(({ missing }) => !missing)
          .map(({ name, message }) => found('SETTING_UNUSABLE', { subject: name, what: message })),
        ...absent.map((name) => found('SETTING_ABSENT', { subject: name, what: `${name} is not set.` })),
      ],
    };
  },
};

function fileOf(site: Site): string {
  return site.settings.MAPPING_FILE ?? 'the mapping shipped';
}

/** Begins the example of what is right, which ends a fault. */
const EXAMPLE = ' For example: ';

/** What keeps the mapping from being used, in sentences: none if nothing does. */
async function mappingFaults(site: Site): Promise<string[]> {
  try {
    await site.mapping.get();
    return [];
  } catch (error) {
    if (!(error instanceof PartMissing)) throw error;
    if (!(error.cause instanceof MappingError)) return [oneLine(error.message)];
    return error.cause.faults.map((fault) => {
      const [said = '', example] = fault.split(EXAMPLE);
      return example === undefined ? said : `${said}${EXAMPLE}\`${example}\`.`;
    });
  }
}

/** One finding, however many faults the mapping has: `mapping check` lists them. */
function inOne(site: Site, [first, ...others]: readonly string[]): Found[] {
  if (first === undefined) return [];
  const file = fileOf(site);
  const whole = `${file} has ${others.length + 1} faults, all of which \`${taskCall('doctor', ['mapping', 'check', file])}\` lists. The first is ${first}`;
  const what = others.length > 0 ? whole : first.includes(file) ? first : `${file}: ${first}`;
  return [found('MAPPING_UNUSABLE', { subject: file, what })];
}

/** Node's switch for all connections of the process. */
function certificateProblem(): Found[] {
  if (process.env['NODE_TLS_REJECT_UNAUTHORIZED'] !== '0') return [];
  const what = 'NODE_TLS_REJECT_UNAUTHORIZED=0 turns off the check of certificates.';
  return [found('CERTIFICATES_UNCHECKED', { subject: 'NODE_TLS_REJECT_UNAUTHORIZED', what })];
}
