import { DAY_MS } from '../ground/clock.js';
import { type DateOrder, readDate } from './dates.js';
import { fold } from './fold.js';
import type { MappingFault } from './mapping-file.js';
import type { MappingText } from './mapping-schema.js';
import { columnRules } from './rules.js';

/** Rules of `scope` and `cancelled` whose tests no text passes together: they hold for no line. */
export function ruleFaults({ blank: words, scope, cancelled, dates }: MappingText): MappingFault[] {
  const blanks = ['', ...words];
  const nothing = new Set(blanks.map(fold));
  const meantBy = (word: string): string => (nothing.has(fold(word)) ? '' : fold(word));
  return [...columnRules(scope, ['scope']), ...columnRules(cancelled, ['cancelled'])].flatMap(
    ({ path, column, blank, in: within, notIn = [], after, before }): MappingFault[] => {
      if (after !== undefined && before !== undefined && Date.parse(before) - Date.parse(after) <= DAY_MS)
        return [{ path: [...path, 'before'], message: `no day is after ${after} and before ${before}`, also: [path] }];
      const out = new Set(notIn.map(meantBy));
      // A blank word stands for every blank, and one of these may be a day.
      const listed = within?.flatMap((word) => (meantBy(word) === '' ? blanks : [word]));
      const possible = listed ?? (blank === true ? blanks : undefined);
      const passes = (word: string): boolean =>
        !out.has(meantBy(word)) &&
        (blank === undefined || (meantBy(word) === '') === blank) &&
        isBetween(word, dates.order, { after, before });
      if (possible === undefined || possible.some(passes)) return [];
      const message = `no text of ${column} passes all of these tests, so that this rule holds for no line`;
      const hint = ' For one test or the other, put each into a rule of its own under any.';
      return [{ path, message, hint, also: [path, ['blank'], ['dates']] }];
    },
  );
}

/** Whether a word, or a text that counts as the same, is a day between two others, as the scope compares days. */
function isBetween(
  word: string,
  order: DateOrder,
  { after, before }: { after: string | undefined; before: string | undefined },
): boolean {
  if (after === undefined && before === undefined) return true;
  return [word, fold(word)].some((text) => {
    const date = readDate(text, order);
    return date !== undefined && (after === undefined || date > after) && (before === undefined || date < before);
  });
}
