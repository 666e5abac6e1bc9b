const FORMS: readonly {
  pattern: RegExp;
  parts: readonly ['year' | 'month' | 'day', 'year' | 'month' | 'day', 'year' | 'month' | 'day'];
}[] = [
  { pattern: /^(\d{4})-(\d{1,2})-(\d{1,2})$/, parts: ['year', 'month', 'day'] },
  { pattern: /^(\d{1,2})\/(\d{1,2})\/(\d{4})$/, parts: ['month', 'day', 'year'] },
  { pattern: /^(\d{1,2})\/(\d{1,2})\/(\d{4})$/, parts: ['day', 'month', 'year'] },
  // The databases write fractions of a second behind a DATETIME.
  {
    pattern: /^(\d{4})-(\d{1,2})-(\d{1,2}) (?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d+)?$/,
    parts: ['year', 'month', 'day'],
  },
];

/**
 * YYYY-MM-DD for a text in one of the accepted forms, tried in this order: YYYY-MM-DD, MM/DD/YYYY, DD/MM/YYYY,
 * YYYY-MM-DD HH:MM:SS. Undefined for any other text and for a day that no calendar has.
 */
export function canonicalDate(text: string): string | undefined {
  for (const { pattern, parts } of FORMS) {
    const found = pattern.exec(text);
    if (found === null) continue;
    const date = { year: 0, month: 0, day: 0 };
    for (const [index, part] of parts.entries()) date[part] = Number(found[index + 1]);
    if (date.day >= 1 && date.day <= daysIn(date.year, date.month)) return formatDate(date);
  }
  return undefined;
}

function daysIn(year: number, month: number): number {
  if (month < 1 || month > 12) return 0;
  if (month === 2) return (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0 ? 29 : 28;
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
}

function formatDate({ year, month, day }: { year: number; month: number; day: number }): string {
  return [String(year).padStart(4, '0'), String(month).padStart(2, '0'), String(day).padStart(2, '0')].join('-');
}
