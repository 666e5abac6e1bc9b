import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Answer } from '../../../shared/monday/answer.js';
import { fillBudget, Packing } from '../../../shared/monday/packing.js';

const AMPLE = 1_000_000_000;
const FACTS = { replayed: false, status: 200, limits: new Map(), startedAt: new Date(0) };

function answered(fields: number, msPerField: number, pointsPerField = 30_000): Answer {
  const complexity = { before: 0, query: fields * pointsPerField, after: 0 };
  return { ...FACTS, kind: 'answered', data: {}, failures: [], latencyMs: fields * msPerField, complexity };
}

const FAILURE = { code: 'X', message: 'x', beforeExecution: false } as const;
const lost: Answer = { ...FACTS, kind: 'unknown', latencyMs: 10, failure: { ...FAILURE, reaction: 'unknown' } };

/** Sends requests as large as allowed. */
function afterRequests(count: number, msPerField: number, pointsPerField?: number): Packing {
  const packing = new Packing();
  for (let n = 0; n < count; n++) {
    const fields = packing.aliasCount('createItem', AMPLE);
    packing.observe({ createItem: fields }, answered(fields, msPerField, pointsPerField));
  }
  return packing;
}

describe('mutations in a request', () => {
  it('begin at 10 and grow to what fits in 20 s', () => {
    expect(new Packing().aliasCount('createItem', AMPLE)).toBe(10);
    expect(afterRequests(6, 500).aliasCount('createItem', AMPLE)).toBe(40);
  });

  it("begin at 50 for changes, or at half a minute's points of a small account", () => {
    expect(new Packing().aliasCount('changeValues', AMPLE)).toBe(50);
    const minute = 900_000;
    const packing = new Packing();
    const first = packing.aliasCount('changeValues', minute);
    expect(first * packing.costOf('changeValues')).toBeLessThanOrEqual(minute / 2);
    expect(first).toBeGreaterThan(10);
    expect([15, 16, 45].map((changes) => packing.requestsOf('changeValues', changes, minute))).toEqual([1, 2, 2]);
  });

  it('are never more than 50, nor more than 5 million points', () => {
    expect(afterRequests(9, 1).aliasCount('createItem', AMPLE)).toBeLessThanOrEqual(50);
    expect(afterRequests(9, 1, 250_000).aliasCount('createItem', AMPLE)).toBe(20);
  });

  it('become fewer when the board becomes slow', () => {
    const packing = afterRequests(6, 500);
    for (let n = 0; n < 6; n++) packing.observe({ createItem: 20 }, answered(20, 4_000));
    expect(packing.aliasCount('createItem', AMPLE)).toBe(5);
  });

  it('are halved by each unknown outcome and grow back with answers', () => {
    const packing = afterRequests(6, 500);
    packing.observe({ createItem: 40 }, lost);
    expect(packing.aliasCount('createItem', AMPLE)).toBe(20);
    packing.observe({ createItem: 20 }, lost);
    expect(packing.aliasCount('createItem', AMPLE)).toBe(10);
    for (let n = 0; n < 10; n++) packing.observe({ createItem: 1 }, lost);
    expect(packing.aliasCount('createItem', AMPLE)).toBe(1);
    for (let n = 0; n < 20; n++) packing.observe({ createItem: 20 }, answered(20, 500));
    expect(packing.aliasCount('createItem', AMPLE)).toBe(40);
  });

  it('become fewer when a request was too expensive, by the limit that the refusal names', () => {
    const packing = afterRequests(6, 100);
    const failure = { ...FAILURE, reaction: 'park', advice: 'smaller body', maxPoints: 1_000_000 } as const;
    packing.observe({ createItem: 50 }, { ...FACTS, kind: 'refused', latencyMs: 5, failure });
    expect(packing.aliasCount('createItem', AMPLE)).toBe(25);
  });

  it('are counted separately for each operation', () => {
    const packing = afterRequests(6, 500, 7_000);
    expect(packing.costOf('createItem')).toBe(7_000);
    expect(packing.costOf('createSubitem')).toBe(30_000);
    expect(packing.aliasCount('createSubitem', AMPLE)).toBe(10);
  });
});

describe('the request size that fills a minute', () => {
  it('divides the minute into whole requests', () => {
    expect(fillBudget(40, 32)).toBe(32);
    expect(fillBudget(40, 155)).toBe(31);
    expect(fillBudget(40, 161)).toBe(40);
    expect(fillBudget(10, 33)).toBe(8);
  });

  it('never exceeds the limit, and uses 95 % of every minute of at least 20 mutations', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 50 }), fc.integer({ min: 0, max: 100_000 }), (most, perMinute) => {
        const size = fillBudget(most, perMinute);
        expect(size).toBeGreaterThanOrEqual(1);
        expect(size).toBeLessThanOrEqual(most);
        if (perMinute >= 20) expect(Math.floor(perMinute / size) * size).toBeGreaterThanOrEqual(0.95 * perMinute);
      }),
    );
  });
});
