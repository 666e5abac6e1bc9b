import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { DAY_MS, startOfDay } from '../../../shared/ground/clock.js';
import type { Answer } from '../../../shared/monday/answer.js';
import type { Failure } from '../../../shared/monday/errors.js';
import type { MutationName } from '../../../shared/monday/operations.js';
import { Pace } from '../../../shared/monday/pace.js';
import { FakeTime } from './fake-time.js';
import { type AccountOptions, SimulatedAccount } from './simulated-account.js';

const MINUTE = 60_000;
/** bottleneck hands work on by timers of its own: a few milliseconds between asking and beginning. */
const HOPS_MS = 20;
const ENTERPRISE = { pointsPerMinute: 10_000_000, requestsPerMinute: 5_000, concurrency: 250 };

afterEach(() => {
  jest.useRealTimers();
});

function world(options: AccountOptions = ENTERPRISE, minIntervalMs?: number) {
  const clock = new FakeTime();
  const account = new SimulatedAccount(clock, options);
  const stop = new AbortController();
  const pace = new Pace({ clock, minIntervalMs, signal: stop.signal });
  const start = clock.now().getTime();
  const elapsed = () => clock.now().getTime() - start;
  const create = (fields: number, fault?: Partial<Failure> & { kind: 'refused' | 'unknown' }) =>
    pace.schedule({ createItem: fields }, () => account.post(fields, fault));
  return { clock, account, pace, stop, start, elapsed, create };
}

type World = ReturnType<typeof world>;

/** As push does it: packs what it may, and always has a next request ready. */
async function send({ pace, account }: World, operation: MutationName, next: (most: number) => number): Promise<void> {
  const sender = async () => {
    for (let fields = next(pace.aliasCount(operation)); fields > 0; fields = next(pace.aliasCount(operation))) {
      const count = fields;
      await pace.schedule({ [operation]: count }, () => account.post(count));
    }
  };
  await Promise.all(Array.from({ length: 12 }, sender));
}

/** So many mutations of one kind. */
async function sendAll(running: World, operation: MutationName, fields: number): Promise<void> {
  let left = fields;
  await send(running, operation, (most) => {
    const count = Math.min(most, left);
    left -= count;
    return count;
  });
}

describe('the pace in steady state', () => {
  const plans: [string, AccountOptions][] = [
    ['a paid plan with a personal token', { ...ENTERPRISE, requestsPerMinute: 1_000, concurrency: 40 }],
    ['Pro with an app token', { pointsPerMinute: 5_000_000, requestsPerMinute: 2_500, concurrency: 100 }],
    ['Enterprise with a personal token', ENTERPRISE],
    ['a trial', { pointsPerMinute: 1_000_000, requestsPerMinute: 1_000, concurrency: 40 }],
    ['a board that takes 1.5 s a mutation', { ...ENTERPRISE, ms: 1_500 }],
    ['a board that takes 20 ms a mutation', { ...ENTERPRISE, ms: 20 }],
    ['mutations of 7,000 points', { ...ENTERPRISE, points: 7_000, ms: 250 }],
  ];
  it.each(plans)('uses 95 % of ten minutes at the limits of %s without a 429', async (_plan, options) => {
    const running = world(options);
    const { account, clock, elapsed, start } = running;
    await clock.until(send(running, 'createItem', (most) => (elapsed() < 10 * MINUTE ? most : 0)));
    const share = account.pointsUsed(start, start + 10 * MINUTE) / (10 * options.pointsPerMinute);
    expect(account.refusals).toBe(0);
    expect(share).toBeGreaterThanOrEqual(0.95);
    expect(share).toBeLessThanOrEqual(1);
  });

  it('stays within the requests per minute when they are the scarce limit', async () => {
    const running = world({ ...ENTERPRISE, points: 10, ms: 1, requestsPerMinute: 60 });
    const { account, clock, elapsed } = running;
    await clock.until(send(running, 'createItem', (most) => (elapsed() < 10 * MINUTE ? Math.min(2, most) : 0)));
    expect(account.refusals).toBe(0);
    expect(account.requests.length).toBeGreaterThanOrEqual(10 * 57);
  });

  it('needs at most 220 requests for 1,000 lines with 3 sizes', async () => {
    const running = world(ENTERPRISE);
    await running.clock.until(sendAll(running, 'createItem', 1_000));
    await running.clock.until(sendAll(running, 'createSubitem', 3_000));
    expect(running.account.requests.length).toBeLessThanOrEqual(220);
    expect(running.account.refusals).toBe(0);
    // 4,000 x 30,001 points at 10 million a minute.
    expect(running.elapsed()).toBeLessThan(13 * MINUTE);
  });
});

describe('the budget', () => {
  it('is shared: what other clients of the account use is read from the headers and left to them', async () => {
    const running = world({ ...ENTERPRISE, pointsPerMinute: 5_000_000 });
    const { account, clock, elapsed } = running;
    const others = async () => {
      for (let minute = 0; minute < 5; minute++) {
        account.use(2_000_000);
        await clock.wait(MINUTE);
      }
    };
    await clock.until(
      Promise.all([others(), send(running, 'createItem', (most) => (elapsed() < 5 * MINUTE ? most : 0))]),
    );
    // Only at the moment others begin can one of our requests already be on its way.
    expect(account.refusals).toBeLessThanOrEqual(5);
  });

  it('is reserved before a request and corrected by its cost', async () => {
    const { clock, create, pace, account } = world({ ...ENTERPRISE, points: 5_000 });
    await clock.until(create(10));
    expect(account.requests).toHaveLength(1);
    expect(pace.costOf('createItem')).toBe(5_000);
    expect(pace.totals).toEqual({ requests: 1, points: 50_000 });
    expect(pace.takeFigures().pointsLeft).toBe(9_750_000);
  });

  it('waits for a whole minute, not for ever, when a request costs more than a minute allows', async () => {
    const { clock, create, account, elapsed } = world({ ...ENTERPRISE, pointsPerMinute: 1_000_000, ms: 0 });
    await clock.until(create(10));
    await clock.until(create(40));
    expect(elapsed()).toBeGreaterThanOrEqual(MINUTE);
    expect(account.requests.map((request) => request.fields)).toEqual([10, 40]);
  });

  it('is not charged for a refused or replayed request', async () => {
    const { clock, create, pace, account } = world();
    await clock.until(create(5, { kind: 'refused', code: 'IDEMPOTENCY_CONFLICT', advice: 'same body' }));
    await clock.until(
      pace.schedule({ createItem: 5 }, async () => ({ ...(await account.post(5)), replayed: true }) as Answer),
    );
    expect(pace.totals).toEqual({ requests: 2, points: 0 });
  });
});

describe('the wait between requests', () => {
  it('lasts exactly as long as the server says, for every request', async () => {
    const { clock, create, account } = world(ENTERPRISE, 0);
    await clock.until(create(1, { kind: 'refused', code: 'RATE_LIMIT_EXCEEDED', waitMs: 7_000 }));
    const refusedAt = clock.now().getTime();
    await clock.until(Promise.all([create(1), create(1)]));
    for (const { at } of account.requests.slice(1)) {
      expect(at - refusedAt).toBeGreaterThan(7_000 - HOPS_MS);
      expect(at - refusedAt).toBeLessThan(7_000 + HOPS_MS);
    }
  });

  it.each([3_600_000, 2 ** 33, Number.MAX_VALUE])('is refused for %d ms: the push ends and says so', async (waitMs) => {
    const { clock, create, account } = world(ENTERPRISE, 0);
    await clock.until(create(1, { kind: 'refused', code: 'RATE_LIMIT_EXCEEDED', waitMs }));
    await expect(clock.until(create(1))).rejects.toMatchObject({
      exitCode: 1,
      message: expect.stringMatching(/^The board accepts no request for /),
    });
    expect(account.requests).toHaveLength(1);
  });

  it('does not affect others when one idempotency key is still being executed', async () => {
    const { clock, create, account } = world();
    await clock.until(create(1, { kind: 'refused', code: 'IDEMPOTENCY_CONFLICT', advice: 'same body', waitMs: 9_000 }));
    const conflictAt = clock.now().getTime();
    await clock.until(create(1));
    expect((account.requests[1]?.at ?? 0) - conflictAt).toBeLessThan(HOPS_MS);
  });

  it('is 100 ms until the first headers arrive, then none', async () => {
    const { clock, create, account } = world();
    await clock.until(Promise.all([create(1), create(1)]));
    await clock.until(Promise.all([create(1), create(1)]));
    const [first = 0, second = 0, third = 0, fourth = 0] = account.requests.map((request) => request.at);
    expect(second - first).toBe(100);
    expect(fourth - third).toBeLessThan(HOPS_MS);
  });

  it('is at least the configured pause, whatever the headers say', async () => {
    const { clock, create, account } = world(ENTERPRISE, 2_000);
    await clock.until(create(1));
    await clock.until(Promise.all([create(1), create(1)]));
    const [first = 0, ...others] = account.requests.map((request) => request.at);
    expect(others.map((at) => at - first)).toEqual([2_000, 4_000]);
  });
});

describe('the number of requests in flight', () => {
  it('is halved by a locked board, and comes back', async () => {
    const running = world({ ...ENTERPRISE, ms: 1_500 });
    const { clock, create, elapsed, pace } = running;
    await clock.until(send(running, 'createItem', (most) => (elapsed() < 3 * MINUTE ? most : 0)));
    const before = pace.maxInFlight;
    await clock.until(create(1, { kind: 'refused', code: 'HTTP 423', advice: 'fewer in flight' }));
    expect(before).toBeGreaterThanOrEqual(8);
    expect(pace.maxInFlight).toBe(Math.floor(before / 2));
    await clock.until(send(running, 'createItem', (most) => (elapsed() < 10 * MINUTE ? most : 0)));
    expect(pace.maxInFlight).toBe(before);
  });

  it("stays within the account's own limit", async () => {
    const running = world({ ...ENTERPRISE, concurrency: 3, ms: 3_000 });
    const { account, clock, elapsed } = running;
    await clock.until(send(running, 'createItem', (most) => (elapsed() < 3 * MINUTE ? most : 0)));
    expect(account.mostInFlight).toBeLessThanOrEqual(3);
    expect(account.refusals).toBe(0);
  });
});

describe('stopping the pace', () => {
  it('rejects waiting requests, answers those in flight, and leaves no timer behind', async () => {
    const { clock, create, account, stop } = world({ ...ENTERPRISE, ms: 1_000 });
    const requests = Array.from({ length: 6 }, () => create(5));
    const outcomes = Promise.allSettled(requests);
    await clock.pass(1_000);
    stop.abort(new Error('time is up'));
    const settled = await clock.until(outcomes);
    expect(settled.map((each) => each.status)).toEqual([
      'fulfilled',
      'fulfilled',
      ...Array.from({ length: 4 }, () => 'rejected'),
    ]);
    expect(settled[5]).toMatchObject({ reason: new Error('time is up') });
    expect(account.requests).toHaveLength(2);
    await expect(create(1)).rejects.toThrow('time is up');
    await clock.pass(0);
    expect(clock.waiting).toBe(0);
  });

  it('leaves no timer behind when everything is done', async () => {
    const { clock, create } = world();
    await clock.until(Promise.all([create(1), create(40), create(40)]));
    await clock.pass(0);
    expect(clock.waiting).toBe(0);
  });
});

describe('a request that throws', () => {
  it('passes its error on, and the next request is still sent', async () => {
    const { clock, create, pace } = world();
    const failed = pace.schedule({ createItem: 1 }, () => Promise.reject(new Error('ledger')));
    await expect(clock.until(failed)).rejects.toThrow('ledger');
    expect((await clock.until(create(1))).kind).toBe('answered');
  });
});

describe('the figures of a minute', () => {
  it('count what was sent since they were last read', async () => {
    const { clock, create, pace } = world();
    await clock.until(Promise.all([create(1), create(3)]));
    expect(pace.takeFigures()).toMatchObject({
      requests: 2,
      points: 4 * 30_001,
      p50Ms: 500,
      p95Ms: 1_500,
      inFlight: 0,
    });
    expect(pace.takeFigures()).toMatchObject({ requests: 0, points: 0, p50Ms: undefined });
    expect(pace.totals.requests).toBe(2);
  });
});

describe('the calls of a day', () => {
  it('are counted by the day on which they left, a refusal by a limit as a tenth', async () => {
    const { clock, create, pace } = world();
    const today = startOfDay(clock.now());
    await clock.until(create(1));
    await clock.until(
      pace.schedule({ createItem: 1 }, async () => ({
        kind: 'refused',
        failure: { code: 'RATE_LIMIT_EXCEEDED', message: 'x', reaction: 'park', beforeExecution: true },
        status: 429,
        replayed: false,
        limits: new Map(),
        startedAt: clock.now(),
        latencyMs: 0,
      })),
    );
    await clock.until(clock.wait(today.getTime() + DAY_MS - clock.now().getTime()));
    await clock.until(create(1));
    expect(pace.takeCalls()).toEqual([
      { day: today, calls: 1.1, isUsedUp: false },
      { day: new Date(today.getTime() + DAY_MS), calls: 1, isUsedUp: false },
    ]);
    expect(pace.takeCalls()).toEqual([]);
  });
});
