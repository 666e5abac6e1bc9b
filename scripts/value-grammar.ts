/** An example of docs/mapping.md: a source text, what it gives (undefined for what cannot be read), and why. */
export type Example = readonly [text: string, gives: string | undefined, why?: string];

export const NUMBER_EXAMPLES: readonly Example[] = [
  ['1234.50', '1234.5'],
  ['1,234.50', '1234.5', 'groups of three digits'],
  ['1,234', '1234', 'groups of three digits, so not one and a quarter'],
  ['$1,234.50', '1234.5'],
  ['-$12', '-12'],
  ['+007', '7'],
  ['75%', '75', 'the sign is dropped'],
  ['1.5E-05', '0.000015', 'as databases write a FLOAT'],
  ['１２', '12', 'full-width digits'],
  ['–5', '-5', 'dashes are alike'],
  ['12,50', undefined, 'groups have three digits'],
  ['0,5', undefined, 'groups have three digits'],
  ['0,125', undefined, 'a number in groups does not begin with 0'],
  ['1.234,56', undefined, 'the decimal sign is the point'],
  ['5,3 %', undefined, 'no group, and a blank'],
  ['75 %', undefined, 'a blank'],
  ['1 234', undefined, 'a blank does not separate groups'],
  ["1'234", undefined, 'an apostrophe does not separate groups'],
  ['.5', undefined, 'no digit before the point'],
  ['7.', undefined, 'no digit after the point'],
  ['(5)', undefined],
  ['12-', undefined, 'the sign comes first'],
  ['5²', undefined, 'only looks like 52'],
  ['12 pcs', undefined],
  ['€12', undefined, 'another currency is another amount'],
  ['1e999', undefined, 'more than 20 digits before the point'],
  ['0.1234567890123456789', undefined, 'more than 18 digits after the point'],
];

export const COMMA_EXAMPLES: readonly Example[] = [
  ['12,50', '12.5'],
  ['1.234,56', '1234.56'],
  ['1.234', '1234', 'groups of three digits'],
  ['1,234', '1.234'],
  ['12.50', undefined, 'groups have three digits'],
  ['1,234.56', undefined],
];

export const DATE_EXAMPLES: readonly Example[] = [
  ['2025-09-30', '2025-09-30'],
  ['2025/9/30', '2025-09-30'],
  ['9/30/2025', '2025-09-30', 'month before day'],
  ['30 September 2025', '2025-09-30'],
  ['30-SEP-2025', '2025-09-30'],
  ['Sep 30, 2025', '2025-09-30'],
  ['Sep 30 2025 12:00AM', '2025-09-30', 'as SQL Server writes a DATETIME in a text'],
  ['2025-09-30 00:00', '2025-09-30'],
  ['2025-09-30T00:00:00', '2025-09-30'],
  ['9/30/2025 12:00:00 AM', '2025-09-30'],
  ['2025-09-30 23:30:00.0000000 -11:00', '2025-09-30', 'the day as written, whatever the zone'],
  ['2025-09-30T00:00:00Z', '2025-09-30'],
  ['2025-09-30 08:00 CEST', '2025-09-30'],
  ['30/9/2025', undefined, 'there is no month 30'],
  ['30.9.2025', undefined, 'only with `order: dmy`'],
  ['2025-02-29', undefined, 'no such day'],
  ['2025-09-30 25:00', undefined, 'no such time'],
  ['9/30/25', undefined, 'the year has four digits'],
  ['30th September 2025', undefined],
  ['Tue Sep 30 2025', undefined],
  ['20250930', undefined],
  ['45930', undefined, 'a day number of Excel'],
  ['TBD', undefined],
];

export const DAY_FIRST_EXAMPLES: readonly Example[] = [
  ['30/9/2025', '2025-09-30'],
  ['30.09.2025', '2025-09-30'],
  ['5/9/2025 14:00', '2025-09-05', 'day before month'],
  ['2025-09-30', '2025-09-30'],
  ['9/30/2025', undefined, 'there is no month 30'],
];

export const QUANTITY_EXAMPLES: readonly Example[] = [
  ['12', '12'],
  ['1,200', '1200'],
  ['12.0', '12'],
  ['0', '', 'no size'],
  ['nan', '', 'a blank word: no size'],
  ['1,5', undefined],
  ['12.5', undefined, 'not whole'],
  ['-3', undefined, 'negative'],
  ['1O', undefined, 'a letter O'],
  ['12 pcs', undefined],
];

/** Texts as JSON, because most of them are invisible. */
export const BLANK_EXAMPLES: readonly Example[] = [
  ['""', 'blank', 'the empty text'],
  ['" \\u00a0\\t"', 'blank', 'white space of any kind'],
  ['"\\u200b"', 'blank', 'invisible'],
  ['"nan"', 'blank'],
  ['"NaN"', 'blank', 'in any case'],
  ['" None "', 'blank', 'trimmed'],
  ['"ＮＵＬＬ"', 'blank', 'full-width letters are letters'],
  ['"none yet"', undefined, 'a blank word must be the whole text'],
  ['"n/a"', undefined, 'not in the list'],
  ['"-"', undefined, 'not in the list'],
  ['"0"', undefined, 'a number'],
];
