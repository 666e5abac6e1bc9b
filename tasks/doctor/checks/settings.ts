import { SETTINGS } from '../../../shared/runtime/settings.js';
import type { Check } from '../finding.js';
import { type Found, found, oneLine, PartMissing } from '../finding.js';

export const settings: Check = {
  name: 'settings',
  async run(site) {
    const problems = site.problems.map(
      ({ name, message }): Found => found('SETTING_UNUSABLE', { subject: name, what: message }),
    );
    return {
      summary: `${Object.keys(SETTINGS).length} settings and the mapping`,
      found: [...problems, ...(await mappingProblem(site)), ...certificateProblem()],
    };
  },
};

async function mappingProblem(site: Parameters<Check['run']>[0]): Promise<Found[]> {
  try {
    await site.mapping.get();
    return [];
  } catch (error) {
    if (!(error instanceof PartMissing)) throw error;
    const subject = site.settings.MAPPING_FILE ?? 'the mapping shipped';
    return [found('MAPPING_UNUSABLE', { subject, what: oneLine(error.message) })];
  }
}

/** Node's switch for all connections of the process. */
function certificateProblem(): Found[] {
  if (process.env['NODE_TLS_REJECT_UNAUTHORIZED'] !== '0') return [];
  const what = 'NODE_TLS_REJECT_UNAUTHORIZED=0 turns off the check of certificates.';
  return [found('CERTIFICATES_UNCHECKED', { subject: 'NODE_TLS_REJECT_UNAUTHORIZED', what })];
}
