import { readEmail, readLink } from './addresses.js';
import type { ColumnType } from './column-types.js';
import { readCountry } from './countries.js';
import { type DateOrder, readPeriod } from './dates.js';
import { fold } from './fold.js';
import { readHour } from './hours.js';
import { readPhone } from './phones.js';

/** How a column that shows no texts reads one by rule `trim`. A blank word is nothing in each of them. */
export interface TypedText {
  /** The canonical text, null for nothing; undefined where such a column cannot show the text. */
  read(text: string): string | null | undefined;
  /** Why a text cannot be read: a reason of a problem of a line. */
  reason: TypedReason;
  isNot: string;
  /** A text that can be read. */
  example: string;
  /** Rule 29: what is read here may lead to a person, so that a text which cannot be read is not repeated either. */
  personal?: true;
}
type TypedReason =
  | 'NOT_A_PERIOD'
  | 'NOT_A_CHECKMARK'
  | 'NOT_AN_EMAIL'
  | 'NOT_A_PHONE'
  | 'NOT_A_LINK'
  | 'NOT_A_COUNTRY'
  | 'NOT_AN_HOUR';

const TICKED: ReadonlySet<string> = new Set(['TRUE', 'YES', 'Y', 'V', 'X', '1', '✓', '✔', '☑']);
const UNTICKED: ReadonlySet<string> = new Set(['FALSE', 'NO', 'N', '0', '☐']);

/** Undefined for types that show a text as it is. */
export function typedText(
  { type, country }: { type: ColumnType; country?: string | undefined },
  { order }: { order: DateOrder },
): TypedText | undefined {
  switch (type) {
    case 'timeline':
      return {
        read: (text) => readPeriod(text, order),
        reason: 'NOT_A_PERIOD',
        isNot: 'is not one date, or two with " - " between them',
        example: '2026-01-02 - 2026-01-09',
      };
    case 'checkbox':
      return { read: readCheckmark, reason: 'NOT_A_CHECKMARK', isNot: 'is neither yes nor no', example: 'yes' };
    case 'email':
      return {
        read: readEmail,
        reason: 'NOT_AN_EMAIL',
        isNot: 'is not one e-mail address',
        example: 'orders@example.com',
        personal: true,
      };
    case 'phone':
      return {
        read: (text) => readPhone(text, country),
        reason: 'NOT_A_PHONE',
        isNot:
          country === undefined
            ? 'is not one phone number with + and the calling code of one country'
            : `is not one phone number of ${country}, or with + and a calling code`,
        example: '+1 212 555 0100',
        personal: true,
      };
    case 'link':
      return {
        read: readLink,
        reason: 'NOT_A_LINK',
        isNot: 'is not an address with http:// or https://, with words behind it or without',
        example: 'https://example.com/specs Spec sheet',
        personal: true,
      };
    case 'country':
      return {
        read: readCountry,
        reason: 'NOT_A_COUNTRY',
        isNot: 'is neither the name nor the code of a country',
        example: 'US',
      };
    case 'hour':
      return {
        read: readHour,
        reason: 'NOT_AN_HOUR',
        isNot: 'is not a time of day in hours and minutes',
        example: '14:30',
      };
    default:
      return undefined;
  }
}

function readCheckmark(text: string): string | null | undefined {
  const folded = fold(text);
  if (UNTICKED.has(folded)) return null;
  return TICKED.has(folded) ? 'true' : undefined;
}
