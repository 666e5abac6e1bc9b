import { compileBlank } from '../mapping/blank.js';
import type { Mapping } from '../mapping/mapping.js';

type KeptTexts = readonly (string | null)[];

/**
 * Makes the function that gives the business key of kept values (`columns` names them): one text for order, style and
 * colour. Undefined when one of them is blank, because such a key would bring strangers together; with `partial` only
 * when all of them are.
 */
export function compileBusinessKey(
  mapping: Mapping,
  columns: readonly string[],
  options: { partial: boolean } = { partial: false },
): (values: KeptTexts) => string | undefined {
  const isBlank = compileBlank(mapping);
  const places = mapping.source.businessKey.map((column) => columns.indexOf(column));
  return (values) => {
    const parts = places.map((place) => values[place] ?? null);
    const blanks = parts.filter(isBlank).length;
    if (blanks > (options.partial ? parts.length - 1 : 0)) return undefined;
    return JSON.stringify(parts);
  };
}
