import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type Marks, pairItems, sizesMark } from '../../../tasks/doctor/adopt/pair.js';

interface Named extends Marks {
  name: string;
}

const marks = (name: string, key: string, purchaseOrder = '', sizes = ''): Named => ({
  name,
  key,
  purchaseOrder,
  sizes,
});

function paired(items: readonly Named[], lines: readonly Named[]) {
  const { pairs, rest } = pairItems(items, lines);
  return {
    pairs: pairs.map(({ item, line }) => `${item.name}-${line.name}`).sort(),
    rest: rest.map(({ item, reason }) => `${item.name} ${reason}`).sort(),
  };
}

describe('matching items with lines', () => {
  it('matches the only one of an order, style and colour, whatever else differs', () => {
    expect(paired([marks('i', 'a', '1', 'S=1')], [marks('l', 'a', '2', 'S=9'), marks('m', 'b')])).toEqual({
      pairs: ['i-l'],
      rest: [],
    });
  });

  it('decides between several by purchase order, and then by sizes', () => {
    const items = [marks('i', 'a', '1'), marks('j', 'a', '2', 'S=1'), marks('k', 'a', '2', 'S=2')];
    const lines = [
      marks('l', 'a', '2', 'S=2'),
      marks('m', 'a', '1'),
      marks('n', 'a', '2', 'S=1'),
      marks('o', 'a', '3'),
    ];
    expect(paired(items, lines)).toEqual({ pairs: ['i-m', 'j-n', 'k-l'], rest: [] });
  });

  it('does not guess', () => {
    const twice = [marks('i', 'a', '1', 'S=1'), marks('j', 'a', '1', 'S=1')];
    expect(paired(twice, [marks('l', 'a', '1', 'S=1')]).rest).toEqual(['i UNDECIDED', 'j UNDECIDED']);
    expect(paired([marks('i', 'a', '1')], [marks('l', 'a', '2'), marks('m', 'a', '3')]).rest).toEqual(['i UNDECIDED']);
    expect(paired([marks('i', 'a')], [marks('l', 'b')])).toEqual({ pairs: [], rest: ['i NO_LINE'] });
  });

  it('gives an item and a line at most one partner, the same in whatever order they come', () => {
    const some = fc.array(
      fc.record({
        key: fc.constantFrom('a', 'b'),
        purchaseOrder: fc.constantFrom('1', '2'),
        sizes: fc.constantFrom('', 'S=1'),
      }),
      { maxLength: 8 },
    );
    fc.assert(
      fc.property(some, some, (givenItems, givenLines) => {
        const name =
          (prefix: string) =>
          (each: Marks, place: number): Named => ({ ...each, name: `${prefix}${place}` });
        const [items, lines] = [givenItems.map(name('i')), givenLines.map(name('l'))];
        const { pairs, rest } = pairItems(items, lines);
        expect(new Set(pairs.map(({ item }) => item.name)).size).toBe(pairs.length);
        expect(new Set(pairs.map(({ line }) => line.name)).size).toBe(pairs.length);
        expect(pairs.length + rest.length).toBe(items.length);
        for (const { item, line } of pairs) expect(item.key).toBe(line.key);
        expect(paired([...items].reverse(), [...lines].reverse())).toEqual(paired(items, lines));
      }),
    );
  });

  it('compares sizes in any order, and ignores those with quantity 0', () => {
    expect(
      sizesMark([
        ['M', 2],
        ['S', 1],
        ['L', 0],
      ]),
    ).toBe(
      sizesMark([
        ['S', 1],
        ['M', 2],
      ]),
    );
  });
});
