/** What a column of each type shows of a text of the source: editors and docs/mapping-language.md tell it. */
const FACTS = {
  text: 'Any text.',
  long_text: 'A text with line breaks, of 2000 characters at most; a longer one is cut.',
  numbers: 'A number.',
  date: 'A day.',
  dropdown: 'One label, as it is written: a comma does not part labels.',
  status: 'One label of 30 characters at most.',
  timeline: 'The days from one to another, `2026-01-02 - 2026-01-09` or `2026-01-02/2026-01-09`, or one day.',
  checkbox: 'A tick for `yes`, nothing for `no`.',
  email: 'One e-mail address, which also stands for itself in the cell.',
  phone:
    'One phone number: with `+` and the code of its country, or as it is written in the `country` that the column states.',
  link: 'An address with `http://` or `https://`, and behind a blank the words that stand for it, if there are any.',
  country: 'A country by its name in English or by its code of two or three letters.',
  rating: 'A whole number from 1 to 5.',
  hour: 'A time of day in hours and minutes: `8:30`, `08:30:00`, `2:30 PM`.',
} as const;

/** Types of the board's columns that a value can be written to. */
export type ColumnType = keyof typeof FACTS;
export const COLUMN_TYPES = Object.keys(FACTS) as [ColumnType, ...ColumnType[]];
export const COLUMN_TYPE_FACTS: Readonly<Record<ColumnType, string>> = FACTS;

/** Types of the column that says what was changed last. */
export const LAST_CHANGE_TYPES = ['long_text', 'text'] as const satisfies readonly ColumnType[];

/** Types of the columns of a subitem: those that can show the name of a size, or a quantity. */
export const SIZE_COLUMN_TYPES = [
  'text',
  'long_text',
  'numbers',
  'dropdown',
  'status',
] as const satisfies readonly ColumnType[];
