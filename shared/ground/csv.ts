/** What a spreadsheet takes for the beginning of a formula, or moves into a cell where it does. */
const FORMULA = /^(?:[\t\r\n]|\s*[=+\-@＝＋－＠])/;
const SIGNED_NUMBER = /^[+-]\d+(?:\.\d+)?$/;

/** How a text stands in a field: as it is, or so that no spreadsheet reckons with it. */
export type CsvText = (text: string) => string;
export const exactText: CsvText = (text) => text;
/** Behind an apostrophe, which spreadsheets take for "this is a text". Numbers with a sign stay. */
export const safeText: CsvText = (text) => (FORMULA.test(text) && !SIGNED_NUMBER.test(text) ? `'${text}` : text);

/** One record after RFC 4180, its end included. An empty field is null, `""` the empty text. */
export function csvLine(values: readonly (string | number | null)[], textOf: CsvText): string {
  return `${values.map((value) => field(value, textOf)).join(',')}\r\n`;
}

function field(value: string | number | null, textOf: CsvText): string {
  if (value === null) return '';
  const text = textOf(String(value));
  return text === '' || /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
