import { FROZEN, type Sides } from '../read/lines.js';

export const NONE = -1;

/** Which source line is which known line: at most one to one. */
export class Matching {
  readonly #sides: Sides;
  readonly #knownOf: Int32Array;
  readonly #sourceOf: Int32Array;

  constructor(sides: Sides) {
    this.#sides = sides;
    this.#knownOf = new Int32Array(sides.source.lines.size).fill(NONE);
    this.#sourceOf = new Int32Array(sides.known.lines.size).fill(NONE);
  }

  knownOf(sourceLine: number): number {
    return this.#knownOf[sourceLine] ?? NONE;
  }

  sourceOf(knownLine: number): number {
    return this.#sourceOf[knownLine] ?? NONE;
  }

  pair(sourceLine: number, knownLine: number): void {
    this.#knownOf[sourceLine] = knownLine;
    this.#sourceOf[knownLine] = sourceLine;
  }

  /** Source lines with a sound uuid that are no known line so far. */
  appeared(): Int32Array {
    const { lines } = this.#sides.source;
    return ordinals(0, lines.size, (line) => this.#knownOf[line] === NONE && !lines.isDuplicate(line));
  }

  /** Live known lines that no source line is so far. */
  vanished(): Int32Array {
    return this.#unmatched(0, this.#sides.known.live);
  }

  /** Tombstones that no source line is so far. */
  buried(): Int32Array {
    return this.#unmatched(this.#sides.known.live, this.#sides.known.lines.size);
  }

  #unmatched(from: number, to: number): Int32Array {
    const { lines } = this.#sides.known;
    return ordinals(from, to, (line) => this.#sourceOf[line] === NONE && (lines.flagsOf(line) & FROZEN) === 0);
  }
}

/** Rule 3: pairs lines of all customers by uuid. A repeated uuid pairs with nothing and freezes the known line that has it. */
export function matchByUuid(sides: Sides): Matching {
  const matching = new Matching(sides);
  const source = sides.source.lines;
  const known = sides.known.lines;
  for (let line = 0; line < source.size; line++) {
    const found = known.findLineOf(source, line);
    if (found === NONE) continue;
    if (source.isDuplicate(line)) known.setFlags(found, FROZEN);
    else matching.pair(line, found);
  }
  return matching;
}

function ordinals(from: number, to: number, test: (line: number) => boolean): Int32Array {
  let found = 0;
  for (let line = from; line < to; line++) if (test(line)) found++;
  const list = new Int32Array(found);
  for (let line = from, next = 0; line < to; line++) if (test(line)) list[next++] = line;
  return list;
}
