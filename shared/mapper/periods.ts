import { periodText } from '../mapping/dates.js';
import type { ItemColumn, Mapping } from '../mapping/mapping.js';
import { compileValue, type MappedValue, unfit } from './values.js';

/** Compiles the function that makes one period of the days of two source columns. */
export function compilePeriod(
  mapping: Mapping,
  column: ItemColumn,
  until: string,
): (first: string | null, last: string | null) => MappedValue {
  const readFirst = compileValue(mapping, { ...column, type: 'date' });
  const readLast = compileValue(mapping, { ...column, type: 'date', source: until });
  return (first, last) => {
    const [from, to] = [readFirst(first), readLast(last)];
    if ('unfit' in from) return from;
    if ('unfit' in to) return to;
    if (from.text === null && to.text === null) return { text: null };
    // One day alone is no period: which day the other is, nobody has said.
    if (from.text === null || to.text === null)
      return unfit(column, 'NOT_A_PERIOD', `only one of ${column.source} and ${until} has a day`);
    if (from.text > to.text)
      return unfit(column, 'NOT_A_PERIOD', `the day of ${until} is before that of ${column.source}`);
    return { text: periodText(from.text, to.text) };
  };
}
