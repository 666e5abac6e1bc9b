import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Names } from '../../../shared/lines/kept.js';
import { PackedLines } from '../../../shared/lines/packed.js';
import { tallyLines } from '../../../tasks/detect/compare/brake.js';
import { pairByHash } from '../../../tasks/detect/compare/leftovers.js';
import { type Leftover, matchByUuid, pairByKey } from '../../../tasks/detect/compare/matching.js';
import { FROZEN, IN_SCOPE, NONE, UNACKNOWLEDGED } from '../../../tasks/detect/read/flags.js';
import { KnownLines } from '../../../tasks/detect/read/known-lines.js';
import type { Sides } from '../../../tasks/detect/read/source.js';
import { scannedLine } from '../../helpers/scanned-line.js';
import { uuid } from '../../helpers/warehouse.js';

interface Given {
  uuid: number;
  content: number;
  customer?: number;
  flags?: number;
  /** Whether the line was first seen under another uuid. */
  rekeyed?: boolean;
}

const hashOf = (content: number): Buffer => Buffer.alloc(32, content);
const JUDGE = { full: false, mayDelete: true, confirmed: true, atWork: new Map() };

function sidesOf(source: readonly Given[], live: readonly Given[], tombstones: readonly Given[] = []): Sides {
  const names = new Names();
  for (const name of ['A', 'B']) names.numberOf(name);
  const lines = new PackedLines();
  for (const { uuid: number, content, customer, flags = 0 } of source)
    lines.add(uuid(number), [hashOf(content)], customer ?? 0, IN_SCOPE | flags);
  const known = new KnownLines(lines);
  const read = ({ uuid: number, content, rekeyed, ...line }: Given) =>
    scannedLine({ ...line, uuid: uuid(number), key: uuid(rekeyed ? 1_000 + number : number), hash: hashOf(content) });
  for (const line of live) known.addLive(read(line));
  for (const line of tombstones) known.addTombstone(read(line));
  return { source: { lines }, known, names };
}

function pairAll(sides: Sides) {
  const matching = matchByUuid(sides);
  pairByHash(sides, matching, matching.vanished());
  pairByHash(sides, matching, matching.buried());
  return matching;
}

const lines = fc.uniqueArray(
  fc.record({
    uuid: fc.integer({ min: 1, max: 30 }),
    content: fc.integer({ min: 1, max: 6 }),
    customer: fc.integer({ min: 0, max: 1 }),
    rekeyed: fc.boolean(),
  }),
  { selector: (line) => line.uuid, maxLength: 20 },
);

describe('matching by uuid and content', () => {
  it('is one to one, and by uuid if both sides have it', () => {
    fc.assert(
      fc.property(lines, lines, (source, known) => {
        const sides = sidesOf(source, known);
        const matching = pairAll(sides);
        const partners = source.map((_, line) => matching.knownOf(line)).filter((line) => line !== NONE);
        expect(new Set(partners).size).toBe(partners.length);
        for (const [index, line] of source.entries()) {
          const same = known.findIndex((other) => other.uuid === line.uuid);
          if (same !== NONE) expect(matching.knownOf(index)).toBe(same);
        }
      }),
    );
  });

  it('leaves no two lines with equal content unmatched', () => {
    fc.assert(
      fc.property(lines, lines, (source, known) => {
        const matching = pairAll(sidesOf(source, known));
        const gone = new Set([...matching.vanished()].map((line) => known[line]?.content));
        for (const line of matching.appeared()) expect(gone.has(source[line]?.content)).toBe(false);
      }),
    );
  });

  it('counts every source line once, and every known line once', () => {
    fc.assert(
      fc.property(lines, lines, (source, known) => {
        const sides = sidesOf(source, known);
        const tallies = [...tallyLines(sides, pairAll(sides), JUDGE).values()];
        const sum = (pick: (tally: (typeof tallies)[number]) => number): number =>
          tallies.reduce((total, tally) => total + pick(tally), 0);
        expect(sum((t) => t.new + t.changed + t.rekeyed + t.unchanged + t.outOfScope + t.frozen)).toBe(source.length);
        expect(sum((t) => t.changed + t.rekeyed + t.unchanged + t.deleted)).toBe(known.length);
      }),
    );
  });

  it('gives the same result whatever the order of the rows', () => {
    const shuffled = lines.chain((source) =>
      fc.tuple(fc.constant(source), fc.shuffledSubarray(source, { minLength: source.length })),
    );
    fc.assert(
      fc.property(shuffled, lines, ([source, other], known) => {
        const pairsOf = (order: readonly Given[]) => {
          const matching = pairAll(sidesOf(order, known));
          return order
            .map((line, index) => [line.uuid, matching.knownOf(index)])
            .sort((a, b) => Number(a[0]) - Number(b[0]));
        };
        expect(pairsOf(other)).toEqual(pairsOf(source));
      }),
    );
  });

  it('re-keys a complete reload with new uuids line by line', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.integer({ min: 1, max: 250 }), { maxLength: 40 }), (contents) => {
        const known = contents.map((content, index) => ({ uuid: index + 1, content }));
        const source = contents.map((content, index) => ({ uuid: 500 + index, content })).reverse();
        const tally = tallyLines(sidesOf(source, known), pairAll(sidesOf(source, known)), JUDGE).get(0);
        expect(tally?.rekeyed ?? 0).toBe(contents.length);
      }),
    );
  });

  it('never matches a line without acknowledged content by content', () => {
    const sides = sidesOf([{ uuid: 2, content: 1 }], [{ uuid: 1, content: 1, flags: UNACKNOWLEDGED }]);
    expect([...pairAll(sides).vanished()]).toEqual([0]);
  });

  it('matches live lines before tombstones', () => {
    const sides = sidesOf([{ uuid: 3, content: 1 }], [{ uuid: 2, content: 1 }], [{ uuid: 1, content: 1 }]);
    expect(pairAll(sides).knownOf(0)).toBe(0);
  });

  it('freezes the known line of a repeated uuid', () => {
    const sides = sidesOf(
      [
        { uuid: 1, content: 1 },
        { uuid: 1, content: 2 },
      ],
      [{ uuid: 1, content: 3 }],
    );
    const matching = pairAll(sides);
    expect(sides.known.flagsOf(0) & FROZEN).toBe(FROZEN);
    expect([...matching.appeared(), ...matching.vanished()]).toEqual([]);
    expect(tallyLines(sides, matching, JUDGE).get(0)).toMatchObject({ frozen: 2, new: 0, changed: 0, deleted: 0 });
  });
});

describe('matching by business key', () => {
  const columns = ['a', 'b', 'c'];
  const leftover = (ordinal: number, key: string, values: readonly string[]): Leftover => ({
    ordinal,
    uuid: uuid(ordinal),
    hash: values.join(),
    key,
    kept: { values, sizes: '' },
  });

  it('matches a key that is unique on both sides, whatever the values', () => {
    const pairs = pairByKey(columns, [leftover(1, 'k', ['1', '2', '3'])], [leftover(2, 'k', ['7', '8', '9'])]);
    expect(pairs.map(([known, source]) => [known.ordinal, source.ordinal])).toEqual([[1, 2]]);
  });

  it('matches the most similar lines first, and no line twice', () => {
    const known = [leftover(1, 'k', ['1', '1', '1']), leftover(2, 'k', ['1', '2', '2'])];
    const source = [leftover(3, 'k', ['1', '2', '9'])];
    expect(pairByKey(columns, known, source).map(([a, b]) => [a.ordinal, b.ordinal])).toEqual([[2, 3]]);
  });

  it('matches as many as the shorter side has, one to one, even if there are too many to compare', () => {
    const many = (from: number, count: number) =>
      Array.from({ length: count }, (_, index) => leftover(from + index, 'k', [String(index), 'x', 'y']));
    const pairs = pairByKey(columns, many(1, 150), many(1_000, 120));
    expect(pairs).toHaveLength(120);
    expect(new Set(pairs.flat().map((line) => line.ordinal)).size).toBe(240);
  });
});
