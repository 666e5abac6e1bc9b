import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { Account } from '../../../local/board/account.js';
import { Api } from '../../../local/board/api.js';
import type { LimitName } from '../../../local/board/limits.js';
import { ITEMS_BOARD, KEY_COLUMN } from '../../../local/board/shape.js';
import { Store } from '../../../local/board/store.js';
import { type Answer, factsOf, outcomeOfAlias, verdictOf } from '../../../shared/monday/answer.js';
import { serialise } from '../../../shared/monday/client.js';
import { composeMutation, type MutationField } from '../../../shared/monday/operations.js';
import { Pace } from '../../../shared/monday/pace.js';
import { readRateLimits } from '../../../shared/monday/rate-limits.js';
import { FakeTime } from './fake-time.js';

const MINUTE = 60_000;

afterEach(() => {
  jest.useRealTimers();
});

/** The simulated board without its HTTP server, so that all of its time is the test's. */
function world(limits: Partial<Record<LimitName, number>>) {
  const clock = new FakeTime();
  const account = new Account({ store: new Store(null), clock, seed: 1, limits: 'pro' });
  account.limits = { ...account.limits, itemsLimit: 1_000_000, callsPerDay: 1_000_000, mutationMs: 500, ...limits };
  const api = new Api(account, null);
  const pace = new Pace({ clock });
  const answers: Answer[] = [];

  async function post(fields: readonly MutationField[]): Promise<Answer> {
    const startedAt = clock.now();
    const body = serialise(composeMutation(fields));
    const closed = new AbortController().signal;
    const ending = await api.handle({ body, token: 't', version: '2026-10', idempotencyKey: null, closed });
    if (typeof ending === 'string') throw new Error('The board cut the connection.');
    const headers = new Headers(ending.headers);
    const content = JSON.parse(ending.body) as Record<string, unknown>;
    const limits = readRateLimits(headers);
    const facts = { replayed: false, status: ending.status, limits, startedAt };
    const verdict = verdictOf(content, true, { status: ending.status, headers, limits, now: clock.now() });
    const latencyMs = clock.now().getTime() - startedAt.getTime();
    const answer: Answer = { ...facts, latencyMs, ...factsOf(content), ...verdict };
    answers.push(answer);
    return answer;
  }

  /** As push does it: eight requests made ready at once, each as large as the pace allows. */
  async function sendAll(operation: 'createItem' | 'createSubitem', next: () => MutationField | undefined) {
    const worker = async () => {
      for (;;) {
        const fields: MutationField[] = [];
        for (let most = pace.aliasCount(operation); most > 0; most--) {
          const field = next();
          if (field === undefined) break;
          fields.push({ ...field, alias: `a${fields.length}` });
        }
        if (fields.length === 0) return;
        const answer = await pace.schedule({ [operation]: fields.length }, () => post(fields));
        for (const { alias, variables } of fields) onDone(String(variables['name']), outcomeOfAlias(answer, alias));
      }
    };
    await Promise.all(Array.from({ length: 8 }, worker));
  }

  const ids = new Map<string, string>();
  function onDone(name: string, outcome: ReturnType<typeof outcomeOfAlias>): void {
    if (outcome.kind === 'done') ids.set(name, (outcome.data as { id: string }).id);
  }

  return { clock, answers, ids, sendAll };
}

function item(n: number): MutationField {
  const columnValues = JSON.stringify({ [KEY_COLUMN]: `key-${n}` });
  const variables = { boardId: ITEMS_BOARD, groupId: 'topics', name: `item-${n}`, columnValues };
  return { alias: '', operation: 'createItem', variables };
}

function subitem(parentId: string, n: number): MutationField {
  const columnValues = JSON.stringify({ [KEY_COLUMN]: `key-${n}|S` });
  return { alias: '', operation: 'createSubitem', variables: { parentId, name: `size-${n}`, columnValues } };
}

describe('at the simulated board', () => {
  it.each([
    ['a trial', { complexityPerMinute: 1_000_000, requestsPerMinute: 1_000, concurrency: 40 }],
    ['an app token', { complexityPerMinute: 5_000_000, requestsPerMinute: 2_500, concurrency: 100 }],
    ['a personal token', { complexityPerMinute: 10_000_000, requestsPerMinute: 5_000, concurrency: 250 }],
  ])('ten minutes at the limits of %s use 95 %% of the points, without a 429', async (_plan, limits) => {
    const { clock, answers, sendAll } = world(limits);
    const end = clock.now().getTime() + 10 * MINUTE;
    let n = 0;
    await clock.until(sendAll('createItem', () => (clock.now().getTime() < end ? item(n++) : undefined)));
    const inTime = answers.filter((answer) => answer.startedAt.getTime() < end);
    const points = inTime.reduce((sum, answer) => sum + (answer.complexity?.query ?? 0), 0);
    expect(answers.filter((answer) => answer.kind !== 'answered')).toEqual([]);
    expect(points / (10 * limits.complexityPerMinute)).toBeGreaterThanOrEqual(0.95);
  });

  it('1,000 lines with 3 sizes take at most 220 requests', async () => {
    const { clock, answers, ids, sendAll } = world({ complexityPerMinute: 10_000_000 });
    let n = 0;
    await clock.until(sendAll('createItem', () => (n < 1_000 ? item(n++) : undefined)));
    expect(ids.size).toBe(1_000);
    const parents = [...ids.values()];
    let size = 0;
    const nextSize = () => {
      const parent = parents[Math.floor(size / 3)];
      return parent === undefined ? undefined : subitem(parent, size++);
    };
    await clock.until(sendAll('createSubitem', nextSize));
    expect(ids.size).toBe(4_000);
    expect(answers.length).toBeLessThanOrEqual(220);
    expect(answers.every((answer) => answer.kind === 'answered')).toBe(true);
  });
});
