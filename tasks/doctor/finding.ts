import { z } from 'zod';
import { TaskError } from '../../shared/ground/errors.js';
import {
  CATALOGUE,
  CHECK_NAMES,
  type CheckName,
  CODES,
  type Code,
  type FindingSeverity,
  SEVERITIES,
} from './catalogue.js';
import type { Site } from './site.js';

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
    passing: z.boolean().describe('Whether it may go away by itself: a server could not be reached'),
  })
  .describe('One thing that does not agree, or that is worth knowing');
export type Finding = z.infer<typeof findingSchema>;

export const checkedSchema = z
  .strictObject({
    check: z.enum(CHECK_NAMES),
    state: z.enum(['passed', 'found', 'skipped']).describe('skipped: something that it needs is out of reach'),
    summary: z.string().describe('What was checked; for a skipped one, why it was not'),
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

/** Findings about a mapping that need not be the one that MAPPING_FILE names: what doctor mends, it mends for that one. */
export function ofFile(findings: readonly Finding[], file: string): Finding[] {
  return findings.map((each) => ({
    ...each,
    remedy: each.remedy.replace(/\b[Rr]un doctor --fix\b/, `With MAPPING_FILE=${file}, run doctor --fix`),
  }));
}

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

/** A text of several lines as one. */
export function oneLine(text: string): string {
  return text
    .split('\n')
    .map((line) => line.trim())
    .join(' ');
}

/** Something that checks need is out of reach; `owner` is the check that tells of it. */
export class PartMissing extends Error {
  readonly owner: CheckName;
  readonly code: Code;
  override readonly cause: TaskError;

  constructor(owner: CheckName, code: Code, cause: TaskError) {
    super(cause.message);
    this.owner = owner;
    this.code = code;
    this.cause = cause;
  }
}

/** Something that several checks need: opened once, when it is first asked for. */
export class Part<T> {
  readonly #owner: CheckName;
  readonly #codeOf: (error: TaskError) => Code;
  readonly #open: () => Promise<T> | T;
  #value: Promise<T> | undefined;

  constructor(owner: CheckName, code: Code | ((error: TaskError) => Code), open: () => Promise<T> | T) {
    this.#owner = owner;
    this.#codeOf = typeof code === 'function' ? code : () => code;
    this.#open = open;
  }

  /** @throws PartMissing when it cannot be had. */
  get(): Promise<T> {
    this.#value ??= this.#try();
    return this.#value;
  }

  /** What it is, or undefined when it cannot be had: for what is only wanted beside something else. */
  async ifThere(): Promise<T | undefined> {
    try {
      return await this.get();
    } catch (error) {
      if (error instanceof PartMissing) return undefined;
      throw error;
    }
  }

  /** Whether it was opened, and so has to be closed. */
  async opened(): Promise<T | undefined> {
    return this.#value?.catch(() => undefined);
  }

  /** Asks anew at the next `get`, after something was mended. */
  forget(): void {
    this.#value = undefined;
  }

  async #try(): Promise<T> {
    try {
      return await this.#open();
    } catch (error) {
      if (error instanceof TaskError) throw new PartMissing(this.#owner, this.#codeOf(error), error);
      throw error;
    }
  }
}

export interface Checked {
  /** What was looked at, in a few words. */
  summary: string;
  found: readonly Found[];
}

/** One thing that is looked at. It does not know of the others, and none of them hinders it. */
export interface Check {
  readonly name: CheckName;
  run(site: Site): Promise<Checked>;
  /** Makes what is missing; safe to repeat. */
  fix?(site: Site, hearer: FixHearer): Promise<void>;
}

/** Hears from a fix as it goes: what ends it, or one part of it, does not undo the parts that are done. */
export interface FixHearer {
  /** A sentence about what was made. */
  done(what: string): void;
  /** One part could not be made, and the others are gone on with. */
  failed(subject: string, error: TaskError): void;
}
