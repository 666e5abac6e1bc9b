import { z } from 'zod';
import { CATALOGUE, CHECK_NAMES, CODES, type Code, type FindingSeverity, SEVERITIES } from './catalogue.js';

export const findingSchema = z
  .strictObject({
    check: z.enum(CHECK_NAMES).describe('Which check found it'),
    code: z.enum(CODES).describe('Which kind of finding it is; never renamed'),
    severity: z.enum(SEVERITIES).describe('error: a task stops at it; warning: it has drifted; info: worth knowing'),
    subject: z.string().describe('What it is about: a setting, table, column, customer, batch or board'),
    what: z.string().describe('What was found, as a sentence'),
    why: z.string().describe('Why it matters'),
    remedy: z.string().describe('What to do'),
    fixable: z.boolean().describe('Whether doctor --fix mends it'),
    passing: z.boolean().describe('Whether it may pass by itself: a server was away'),
  })
  .describe('One thing that does not agree, or that is worth knowing');
export type Finding = z.infer<typeof findingSchema>;

export const checkedSchema = z
  .strictObject({
    check: z.enum(CHECK_NAMES),
    state: z.enum(['passed', 'found', 'skipped']).describe('skipped: something that it needs is out of reach'),
    summary: z.string().describe('What was looked at; for a skipped one, why it was not'),
  })
  .describe('What became of one check');
export type CheckedReport = z.infer<typeof checkedSchema>;

/** What `doctor --json` prints: a contract, added to and never changed. */
export const reportSchema = z.strictObject({
  agrees: z.boolean().describe('Whether there is neither an error nor a warning'),
  checks: z.array(checkedSchema),
  findings: z.array(findingSchema),
  fixed: z.array(z.string()).describe('What --fix has done, a sentence each'),
});
export type DoctorReport = z.infer<typeof reportSchema>;

/** A finding of a check before it is known which check that is. */
export type Found = Omit<Finding, 'check'>;

/** A finding of the catalogue; `remedy` where the case allows a better one, `severity` where it is a lighter one. */
export function found(
  code: Code,
  about: { subject: string; what: string; remedy?: string; severity?: FindingSeverity; passing?: boolean },
): Found {
  const { severity, why, remedy, ...kind } = CATALOGUE[code];
  return {
    code,
    severity: about.severity ?? severity,
    subject: about.subject,
    what: about.what,
    why,
    remedy: about.remedy ?? remedy,
    fixable: 'fixable' in kind,
    passing: about.passing ?? false,
  };
}

/** `a`, `a and b`, `a, b and 7 more`. */
export function listed(names: readonly string[], most = 10): string {
  const shown = names.slice(0, most);
  const rest = names.length - shown.length;
  if (rest > 0) return `${shown.join(', ')} and ${rest} more`;
  const last = shown.at(-1) ?? '';
  return shown.length < 2 ? last : `${shown.slice(0, -1).join(', ')} and ${last}`;
}
