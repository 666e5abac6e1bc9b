import { addCount } from '../../../../shared/ground/lists.js';
import type { MappedLine } from '../../../../shared/mapper/map-line.js';
import { countLine, mostLinesFirst } from './counts.js';
import type { LineChanges } from './report.js';

/** Which lines belong on the board by each of two mappings, and whose they are. */
export class ScopeTally {
  readonly #lines = { before: 0, after: 0 };
  readonly #moved = { entering: 0, leaving: 0 };
  readonly #customers = { before: new Map<string, number>(), after: new Map<string, number>() };
  readonly #renamed = new Map<string, { before: string; after: string; lines: number }>();

  add(old: MappedLine, fresh: MappedLine): void {
    if (old.inScope) this.#count('before', old);
    if (fresh.inScope) this.#count('after', fresh);
    if (old.inScope && !fresh.inScope) this.#moved.leaving += 1;
    if (!old.inScope && fresh.inScope) this.#moved.entering += 1;
    const [before, after] = [old.customer.name, fresh.customer.name];
    if (old.inScope && fresh.inScope && before !== after)
      countLine(this.#renamed, [before, after], () => ({ before, after, lines: 0 }));
  }

  result(): Pick<LineChanges, 'inScope' | 'entering' | 'leaving' | 'customers'> {
    const { before, after } = this.#customers;
    return {
      inScope: this.#lines,
      ...this.#moved,
      customers: {
        appearing: alone(after, before),
        disappearing: alone(before, after),
        renamed: mostLinesFirst(this.#renamed.values()),
      },
    };
  }

  #count(when: 'before' | 'after', { customer }: MappedLine): void {
    this.#lines[when] += 1;
    addCount(this.#customers[when], customer.name);
  }
}

function alone(here: ReadonlyMap<string, number>, there: ReadonlyMap<string, number>) {
  return mostLinesFirst([...here].flatMap(([name, lines]) => (there.has(name) ? [] : [{ name, lines }])));
}
