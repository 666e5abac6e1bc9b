import { readEmail, readLink } from '../mapping/addresses.js';
import { readPeriod } from '../mapping/dates.js';
import { fold } from '../mapping/fold.js';
import { readHour } from '../mapping/hours.js';
import type { ColumnType, Mapping } from '../mapping/mapping.js';
import type { ProblemReason } from './map-line.js';

/** How a column that shows no texts reads one by rule `trim`. A blank word is nothing in each of them. */
export interface TypedValue {
  /** The canonical text, null for nothing; undefined where such a column cannot show the text. */
  read(text: string): string | null | undefined;
  reason: ProblemReason;
  /** What is said of a text that cannot be read. */
  isNot: string;
  /** Rule 29: what is read here may lead to a person, so that a text which cannot be read is not repeated either. */
  personal?: true;
}

const TICKED: ReadonlySet<string> = new Set(['TRUE', 'YES', 'Y', 'V', 'X', '1', '✓', '✔', '☑']);
const UNTICKED: ReadonlySet<string> = new Set(['FALSE', 'NO', 'N', '0', '☐']);

/** Undefined for types that show a text as it is. */
export function typedValue(type: ColumnType, mapping: Mapping): TypedValue | undefined {
  switch (type) {
    case 'timeline':
      return {
        read: (text) => readPeriod(text, mapping.dates.order),
        reason: 'NOT_A_PERIOD',
        isNot: 'is not one date, or two with " - " between them',
      };
    case 'checkbox':
      return { read: readCheckmark, reason: 'NOT_A_CHECKMARK', isNot: 'is neither yes nor no' };
    case 'email':
      return { read: readEmail, reason: 'NOT_AN_EMAIL', isNot: 'is not one e-mail address', personal: true };
    case 'link':
      return {
        read: readLink,
        reason: 'NOT_A_LINK',
        isNot: 'is not an address with http:// or https://, with words behind it or without',
        personal: true,
      };
    case 'hour':
      return { read: readHour, reason: 'NOT_AN_HOUR', isNot: 'is not a time of day in hours and minutes' };
    default:
      return undefined;
  }
}

function readCheckmark(text: string): string | null | undefined {
  const folded = fold(text);
  if (UNTICKED.has(folded)) return null;
  return TICKED.has(folded) ? 'true' : undefined;
}
