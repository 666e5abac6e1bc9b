import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { EDIT_KINDS, type EditableLine, type EditKind, planEdits } from '../../../local/orders/edit-plan.js';

const WHOLE: readonly EditKind[] = ['uuid renewed', 'customer renamed'];

const SETTING: readonly EditKind[] = [
  ...(['line cancelled', 'text changed', 'text cleared', 'group changed'] as const),
  ...(['number unreadable', 'word unknown', 'customer renamed'] as const),
];

function linesOf(customer: string, count: number, free = true): EditableLine[] {
  return Array.from({ length: count }, (_, n) => ({
    uuid: `${customer}-${n}`,
    is: { record_uuid: `${customer}-${n}` },
    renewable: true,
    customer,
    orderNumber: `${customer.slice(0, 3)}-${10_000 + n}`,
    active: n % 4 !== 0,
    free,
    inScope: true,
    settings: Object.fromEntries(SETTING.map((kind) => [kind, { column: kind, text: null }])),
    sizes: n % 3 === 0 ? [] : [['S', 5] as const, ['M', 7] as const],
  }));
}

describe('planEdits', () => {
  it('plans every kind of edit in the two largest customers, a reload of the third and the renaming of a small one', () => {
    const plan = planEdits([
      ...linesOf('TINY', 10),
      ...linesOf('SMALL', 20),
      ...linesOf('FOURTH', 25),
      ...linesOf('THIRD', 30),
      ...linesOf('BIG', 90),
      ...linesOf('MID', 60),
    ]);
    const kindsOf = (customer: string): Set<string> =>
      new Set(plan.filter((edit) => edit.customer === customer).map(({ kind }) => kind));
    const single = EDIT_KINDS.filter((kind) => kind !== 'uuid renewed' && kind !== 'customer renamed');
    expect(kindsOf('BIG')).toEqual(new Set(single));
    expect(kindsOf('MID')).toEqual(new Set(single));
    expect(kindsOf('THIRD')).toEqual(new Set(['uuid renewed']));
    expect(plan.filter(({ customer }) => customer === 'THIRD')).toHaveLength(30);
    expect(kindsOf('SMALL')).toEqual(new Set(['customer renamed']));
    expect(plan.filter(({ customer }) => customer === 'SMALL')).toHaveLength(20);
    for (const customer of ['FOURTH', 'TINY']) expect(kindsOf(customer).size).toBe(0);
  });

  it('never edits a reserved line', () => {
    expect(planEdits(linesOf('BIG', 90, false))).toEqual([]);
  });

  it('edits no line twice and stays below the brake, whatever the lines', () => {
    const customers = fc.array(fc.integer({ min: 1, max: 120 }), { minLength: 1, maxLength: 5 });
    fc.assert(
      fc.property(customers, (counts) => {
        const lines = counts.flatMap((count, index) => linesOf(`C${index}`, count));
        const plan = planEdits(lines);
        expect(new Set(plan.map(({ line }) => line.uuid)).size).toBe(plan.length);
        for (const [index, count] of counts.entries()) {
          const own = plan.filter(({ customer, kind }) => customer === `C${index}` && !WHOLE.includes(kind));
          const of = (kind: EditKind): number => own.filter((edit) => edit.kind === kind).length;
          const [deleted, left] = [of('line deleted'), of('word unknown')];
          expect(deleted).toBeLessThanOrEqual(count * 0.1);
          expect(left).toBeLessThanOrEqual(count * 0.1);
          expect(own.length - deleted - left).toBeLessThanOrEqual(count * 0.5);
        }
      }),
    );
  });
});
