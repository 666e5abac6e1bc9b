import { messageOf, TaskError, TryAgainError } from '../../shared/ground/errors.js';
import type { CheckName } from './catalogue.js';
import type { Check } from './check.js';
import { type DoctorReport, type Found, found } from './finding.js';
import { PartMissing } from './part.js';
import type { Site } from './site.js';

/** What one check has come to. */
interface Looked {
  name: CheckName;
  summary: string;
  skipped: boolean;
  found: readonly Found[];
}

/** Looks at everything, each check on its own; with `fix` makes what is missing and looks again. */
export async function examine(site: Site, checks: readonly Check[], options: { fix: boolean }): Promise<DoctorReport> {
  const seen: Looked[] = [];
  const fixed: string[] = [];
  for (const check of checks) {
    const looked = await look(check, site);
    if (!options.fix || check.fix === undefined || !looked.found.some(({ fixable }) => fixable)) seen.push(looked);
    else {
      const { done, failed } = await mend(check, site, fixed);
      site.forget();
      const again = done ? await look(check, site) : looked;
      seen.push({ ...again, found: [...again.found, ...failed] });
    }
  }
  const findings = seen.flatMap(({ name, found: each }) => each.map((one) => ({ check: name, ...one })));
  return {
    agrees: findings.every(({ severity }) => severity === 'info'),
    checks: seen.map(({ name, summary, skipped, found: each }) => ({
      check: name,
      state: skipped ? 'skipped' : each.length === 0 ? 'passed' : 'found',
      summary,
    })),
    findings,
    fixed,
  };
}

async function look(check: Check, site: Site): Promise<Looked> {
  site.signal.throwIfAborted();
  const { name } = check;
  try {
    return { name, skipped: false, ...(await check.run(site)) };
  } catch (error) {
    site.signal.throwIfAborted();
    if (!(error instanceof PartMissing))
      return { name, summary: 'not looked at', skipped: false, found: [unchecked(name, error)] };
    if (error.owner !== name) return { name, summary: `not looked at, see ${error.owner}`, skipped: true, found: [] };
    const about = { subject: name, what: error.message, passing: error.cause instanceof TryAgainError };
    return { name, summary: 'out of reach', skipped: false, found: [found(error.code, about)] };
  }
}

function unchecked(name: CheckName, error: unknown): Found {
  const what = error instanceof TaskError ? error.message : `Unexpected, please report it: ${messageOf(error)}.`;
  return found('UNCHECKED', { subject: name, what, passing: error instanceof TryAgainError });
}

async function mend(check: Check, site: Site, fixed: string[]): Promise<{ done: boolean; failed: Found[] }> {
  try {
    fixed.push(...((await check.fix?.(site)) ?? []));
    return { done: true, failed: [] };
  } catch (error) {
    site.signal.throwIfAborted();
    if (!(error instanceof TaskError || error instanceof PartMissing)) throw error;
    const passing = error instanceof TryAgainError;
    return { done: false, failed: [found('FIX_FAILED', { subject: check.name, what: error.message, passing })] };
  }
}
