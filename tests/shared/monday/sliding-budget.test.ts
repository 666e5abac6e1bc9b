import { afterEach, describe, expect, it, jest } from '@jest/globals';
import fc from 'fast-check';
import { SlidingBudget } from '../../../shared/monday/sliding-budget.js';
import { FakeTime } from './fake-time.js';

const WINDOW_MS = 60_000;
const QUOTA = 1_000;
/** bottleneck hands work on by timers of its own: a few milliseconds between asking and beginning. */
const HOPS_MS = 20;

afterEach(() => {
  jest.useRealTimers();
});

interface Job {
  amount: number;
  /** What it turns out to cost, as a share of the estimate. */
  actual: number;
  ms: number;
  pauseMs: number;
}

const job = fc.record({
  amount: fc.integer({ min: QUOTA / 10, max: QUOTA }),
  actual: fc.double({ min: 0.5, max: 1, noNaN: true }),
  ms: fc.oneof(fc.integer({ min: 0, max: 5_000 }), fc.integer({ min: 0, max: 90_000 })),
  pauseMs: fc.integer({ min: 0, max: 5_000 }),
});

/** Runs the jobs and returns what the server would have charged, and when. */
async function run(jobs: readonly Job[]): Promise<{ at: number; amount: number }[]> {
  const clock = new FakeTime();
  const budget = new SlidingBudget({ quota: QUOTA, windowMs: WINDOW_MS, reserve: 0, clock });
  const charges: { at: number; amount: number }[] = [];
  const work = async () => {
    const running: Promise<void>[] = [];
    for (const { amount, actual, ms, pauseMs } of jobs) {
      await clock.wait(pauseMs);
      running.push(
        budget.take(amount, async (settle) => {
          const charge = { at: clock.now().getTime(), amount };
          charges.push(charge);
          await clock.wait(ms);
          charge.amount = Math.round(amount * actual);
          settle(charge.amount, charge.at);
        }),
      );
    }
    await Promise.all(running);
  };
  await clock.until(work());
  expect(clock.waiting).toBe(0);
  return charges;
}

describe('a sliding budget', () => {
  it('is never exceeded in any window, and lets everything through in the end', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(job, { maxLength: 25 }), async (jobs) => {
        const charges = await run(jobs);
        expect(charges).toHaveLength(jobs.length);
        for (const { at } of charges) {
          const inWindow = charges.filter((each) => each.at > at - WINDOW_MS && each.at <= at);
          expect(inWindow.reduce((sum, each) => sum + each.amount, 0)).toBeLessThanOrEqual(QUOTA);
        }
      }),
      { numRuns: 60 },
    );
  });

  it('leaves others what they used, until the time the server names', async () => {
    const clock = new FakeTime();
    const budget = new SlidingBudget({ quota: QUOTA, windowMs: WINDOW_MS, reserve: 0, clock });
    budget.observe(300, 12_000);
    const start = clock.now().getTime();
    await clock.until(budget.take(300, async () => undefined));
    expect(clock.now().getTime() - start).toBeLessThan(HOPS_MS);
    await clock.until(budget.take(400, async () => undefined));
    expect(clock.now().getTime() - start).toBeGreaterThanOrEqual(12_000);
    expect(clock.now().getTime() - start).toBeLessThan(12_000 + HOPS_MS);
  });

  it('accepts a later statement of the server that more is left', async () => {
    const clock = new FakeTime();
    const budget = new SlidingBudget({ quota: QUOTA, windowMs: WINDOW_MS, reserve: 0, clock });
    budget.observe(0);
    expect(budget.left).toBe(0);
    budget.observe(900);
    expect(budget.left).toBe(900);
  });

  it('applies a larger limit to requests that already wait', async () => {
    const clock = new FakeTime();
    const budget = new SlidingBudget({ quota: QUOTA, windowMs: WINDOW_MS, reserve: 0.1, clock });
    const start = clock.now().getTime();
    const both = Promise.all([budget.take(900, async () => undefined), budget.take(900, async () => undefined)]);
    budget.setQuota(10_000);
    await clock.until(both);
    expect(clock.now().getTime() - start).toBeLessThan(HOPS_MS);
    expect(budget.left).toBe(9_000 - 1_800);
  });

  it('still serves waiting requests when the limit turns out to be smaller', async () => {
    const clock = new FakeTime();
    const budget = new SlidingBudget({ quota: QUOTA, windowMs: WINDOW_MS, reserve: 0.02, clock });
    const done = Promise.all([budget.take(900, async () => undefined), budget.take(700, async () => undefined)]);
    budget.setQuota(100);
    await clock.until(done);
    budget.setQuota(100);
    expect(budget.usable).toBe(98);
  });
});
