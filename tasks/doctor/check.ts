import type { CheckName } from './catalogue.js';
import type { Found } from './finding.js';
import type { Site } from './site.js';

export interface Checked {
  /** What was looked at, in a few words. */
  summary: string;
  found: readonly Found[];
}

/** One thing that is looked at. It does not know of the others, and none of them hinders it. */
export interface Check {
  readonly name: CheckName;
  run(site: Site): Promise<Checked>;
  /** Makes what is missing and says what was made; safe to repeat. */
  fix?(site: Site): Promise<string[]>;
}
