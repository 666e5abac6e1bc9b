import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { pairEqual, pairNear } from '../../../../tasks/doctor/mapping/propose/pairing.js';
import { isPersonal } from '../../../../tasks/doctor/mapping/propose/people.js';
import { likeness, wordsOfTitle } from '../../../../tasks/doctor/mapping/propose/words.js';

const titled = (titles: readonly string[]) => titles.map((title) => ({ title }));

function equal(sources: readonly string[], targets: readonly string[]): string[] {
  return pairEqual(titled(sources), titled(targets)).map(
    ({ source, target, why }) => `${source.title} > ${target.title}: ${why}`,
  );
}

function near(sources: readonly string[], targets: readonly string[]) {
  const { pairs, doubts } = pairNear(titled(sources), titled(targets));
  return {
    pairs: pairs.map(({ source, target }) => `${source.title} > ${target.title}`),
    doubts: doubts.map(({ target, candidates }) => [target.title, ...candidates.map(({ title }) => title)]),
  };
}

describe('the words of a title', () => {
  it.each([
    ['PO NUMBER', ['purchase', 'order', 'number']],
    ['Order No.', ['order', 'number']],
    ['matchAlias', ['match', 'alias']],
    ['CUSTOMER NAME', ['customer']],
    ['Name', ['name']],
    ['Ship-date / ETA', ['ship', 'date', 'eta']],
    ['Größe', ['größe']],
    ['---', []],
  ])('%s', (title, words) => {
    expect(wordsOfTitle(title)).toEqual(words);
  });

  it('say how alike two titles are', () => {
    expect(likeness('Qty', 'Qty')).toEqual({ kind: 'same title', score: 1 });
    expect(likeness('ALIAS/RELATED ITEM', 'alias related item')).toMatchObject({ kind: 'same letters' });
    expect(likeness('Colour', 'COLOR')).toMatchObject({ kind: 'same words' });
    expect(likeness('EX FACTORY DATE', 'CUSTOMER EX FACTORY DATE')).toEqual({ kind: 'near', score: 0.75 });
    expect(likeness('WAREHUOSE', 'Warehouse')).toMatchObject({ kind: 'same words' });
    expect(likeness('PRICE', 'NOTES')).toBeUndefined();
  });
});

describe('pairing equal titles', () => {
  it('ignores case, blanks and signs, then short forms', () => {
    expect(equal(['A', 'b c', 'Order No'], ['a', 'B/C', 'order number'])).toEqual([
      'A > a: same letters',
      'b c > B/C: same letters',
      'Order No > order number: same words',
    ]);
  });

  it('takes the exact one of two that differ in signs only', () => {
    expect(equal(['CO (A)', 'CO - A'], ['CO - A'])).toEqual(['CO - A > CO - A: same title']);
  });

  it('takes none of two that are equally near, on either side', () => {
    expect(equal(['CO (A)', 'CO - A'], ['co a'])).toEqual([]);
    expect(equal(['co a'], ['CO (A)', 'CO - A'])).toEqual([]);
  });

  it('does not pair what does not fit otherwise', () => {
    expect(pairEqual(titled(['A']), titled(['A']), () => false)).toEqual([]);
  });
});

describe('pairing near titles', () => {
  it('pairs what is clearly nearest on both sides', () => {
    expect(near(['CUSTOMER STYLE', 'EX FACTORY DATE', 'NOTES'], ['STYLE', 'CUSTOMER EX FACTORY DATE'])).toEqual({
      pairs: ['CUSTOMER STYLE > STYLE', 'EX FACTORY DATE > CUSTOMER EX FACTORY DATE'],
      doubts: [],
    });
  });

  it('only names the candidates where two are as near, or all are far', () => {
    expect(near(['CUSTOMER STYLE', 'MASTER STYLE'], ['STYLE'])).toEqual({
      pairs: [],
      doubts: [['STYLE', 'CUSTOMER STYLE', 'MASTER STYLE']],
    });
    expect(near(['INFOR COLOUR CODE'], ['COLOR'])).toEqual({ pairs: [], doubts: [['COLOR', 'INFOR COLOUR CODE']] });
  });

  const titles = fc.uniqueArray(fc.constantFrom(...words()), { maxLength: 12 });

  it('uses each column once and never one that is paired already, whatever the titles', () => {
    fc.assert(
      fc.property(titles, titles, (left, right) => {
        const { pairs, doubts } = pairNear(titled(left), titled(right));
        const [sources, targets] = [pairs.map(({ source }) => source), pairs.map(({ target }) => target)];
        expect([new Set(sources).size, new Set(targets).size]).toEqual([pairs.length, pairs.length]);
        for (const { target, candidates } of doubts) {
          expect(targets).not.toContain(target);
          for (const candidate of candidates) expect(sources).not.toContain(candidate);
        }
      }),
    );
  });

  it('does not depend on the order of the columns', () => {
    fc.assert(
      fc.property(titles, titles, (left, right) => {
        const turned = near([...left].reverse(), [...right].reverse()).pairs.sort();
        expect(turned).toEqual(near(left, right).pairs.sort());
        expect(equal([...left].reverse(), [...right].reverse()).sort()).toEqual(equal(left, right).sort());
      }),
    );
  });
});

function words(): string[] {
  const first = ['CUSTOMER', 'MASTER', 'ORDER', 'PO'];
  const second = ['STYLE', 'Colour', 'COLOR', 'No', 'number', 'DATE'];
  return [...first, ...second, ...first.flatMap((a) => second.flatMap((b) => [`${a} ${b}`, `${b}/${a} EX`]))];
}

describe('columns of people', () => {
  it.each(['PLANNER', 'Planner2', 'Sales Manager', 'Created by', 'E-Mail', 'First Name', 'contact_person', 'BUYER'])(
    '%s is one',
    (title) => {
      expect(isPersonal(title)).toBe(true);
    },
  );
  it.each(['PLANNED DELIVERY METHOD', 'MAKE OR BUY', 'CUSTOMER NAME', 'SHOP NAME', 'FX CHARGE', 'USA', 'Buy'])(
    '%s is none',
    (title) => {
      expect(isPersonal(title)).toBe(false);
    },
  );
});
