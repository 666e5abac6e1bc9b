import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { BoardClock } from '../../../local/board/clock.js';
import { ITEMS, itemField, TestBoard } from './board.js';

let board: TestBoard;
let clock: BoardClock;
beforeEach(async () => {
  clock = new BoardClock({ mode: 'fake', start: new Date('2026-11-23T10:00:00Z') });
  board = await TestBoard.start({ clock });
});
afterEach(() => board.close());

const fields = (count: number) => Array.from({ length: count }, (_, i) => itemField(`a${i}`, `item ${i}`, {}));
const codeOf = (reply: { json: { errors?: { extensions: { code: string } }[] } }) =>
  reply.json.errors?.[0]?.extensions.code;
const left = (reply: { headers: Headers }) =>
  Number(/"complexityMinute";r=(\d+)/.exec(reply.headers.get('ratelimit') ?? '')?.[1]);
/** Moves the clock until the answer is there. */
const advanced = async <T>(answer: Promise<T>, stepMs: number): Promise<T> => {
  let done = false;
  void answer.finally(() => {
    done = true;
  });
  while (!done) {
    await clock.advance(stepMs);
    await new Promise((resume) => setTimeout(resume, 1));
  }
  return answer;
};

describe('15. requests with many mutations', () => {
  it('run in the order written; one that fails does not stop the later ones or undo the earlier', async () => {
    const bad = itemField('a1', 'bad', { numeric_mkr5cact: 'x' });
    const { json } = await board.push([itemField('a0', 'first'), bad, itemField('a2', 'third')]);
    expect(json.errors.map((error: { path: unknown }) => error.path)).toEqual([['a1']]);
    expect(json.data.a1).toBeNull();
    expect((await board.dump()).items.map((item: { name: string }) => item.name)).toEqual(['first', 'third']);
    expect((await board.log())[0]).toMatchObject({
      operations: ['create_item', 'create_item', 'create_item'],
      status: 200,
      effects: [{ kind: 'item.created' }, { kind: 'item.created' }],
    });
  });
});

describe('16. latency', () => {
  it('adds up over the mutations, and the time limit cuts the request after those that are done', async () => {
    await board.limits({ mutationMs: 25_000 });
    const reply = await advanced(board.push(fields(3)), 1_000);
    expect([reply.status, reply.json]).toEqual([504, undefined]);
    expect((await board.dump()).items).toHaveLength(2);
    expect((await board.log())[0]).toMatchObject({ status: 504, effects: [{}, {}] });
  });
});

describe('17. complexity', () => {
  it('charges 30,000 for a creation, ten times that for ten, and a hundredth for a failed one', async () => {
    const ten = await board.push(fields(10));
    expect(ten.json.data.complexity).toMatchObject({ before: 10_000_000, query: 300_001, after: 9_699_999 });
    expect(left(ten)).toBe(9_699_999);
    const failed = await board.push([itemField('a0', 'x', { numeric_mkr5cact: 'x' })]);
    expect(left(ten) - left(failed)).toBe(301);
  });

  it('reads the cost of each operation from the limits', async () => {
    await board.limits({ create_item: 7 });
    expect((await board.push(fields(2))).json.data.complexity.query).toBe(15);
  });

  it('corrects the estimate of a read by the objects found', async () => {
    await board.limits({ complexityPerMinute: 5_000 });
    const page = `{ boards(ids: [${ITEMS}]) { items_page(limit: 500) { items { id } } } complexity { query } }`;
    const reply = await board.ask(page);
    expect(reply.json.data.complexity.query).toBeLessThan(20);
    expect(5_000 - left(reply)).toBe(reply.json.data.complexity.query);
    await board.limits({ complexityPerMinute: 2_000 });
    expect(codeOf(await board.ask(page))).toBe('COMPLEXITY_BUDGET_EXHAUSTED');
  });

  it('refuses a request over five million at any time', async () => {
    const reply = await board.push(fields(167));
    expect(codeOf(reply)).toBe('REQUEST_MAX_COMPLEXITY_EXCEEDED');
    expect(reply.json.errors[0].extensions).toMatchObject({ cost: 5_010_001, max_complexity_per_request: 5_000_000 });
  });

  it("refuses what exceeds the minute's budget, says when to retry, and then accepts it", async () => {
    await board.limits({ complexityPerMinute: 70_000 });
    expect((await board.push(fields(2))).status).toBe(200);
    await clock.advance(20_000);
    const refused = await board.push(fields(1));
    expect([refused.status, codeOf(refused), refused.headers.get('retry-after')]).toEqual([
      429,
      'COMPLEXITY_BUDGET_EXHAUSTED',
      '40',
    ]);
    await clock.advance(40_000);
    expect((await board.push(fields(1))).status).toBe(200);
  });

  it('gives reads their own budget, as app tokens have', async () => {
    await board.limits({ complexityPerMinute: 40_000, readComplexityPerMinute: 1_000 });
    await board.push(fields(1));
    expect(left(await board.ask('{ me { id } }'))).toBe(996);
  });
});

describe('18. counters', () => {
  const ME = '{ me { id } }';

  it('limit the requests of a minute', async () => {
    await board.limits({ requestsPerMinute: 2 });
    await board.ask(ME);
    await board.ask(ME);
    const refused = await board.ask(ME);
    expect([refused.status, codeOf(refused), refused.headers.get('retry-after')]).toEqual([
      429,
      'MINUTE_RATE_LIMIT_EXCEEDED',
      '60',
    ]);
    await clock.advance(60_000);
    expect((await board.ask(ME)).status).toBe(200);
  });

  it('limit the requests of an address', async () => {
    await board.limits({ requestsPerIp: 1 });
    await board.ask(ME);
    expect(codeOf(await board.ask(ME))).toBe('IP_RATE_LIMIT_EXCEEDED');
    await clock.advance(10_000);
    expect((await board.ask(ME)).status).toBe(200);
  });

  it('limit concurrent requests', async () => {
    await board.limits({ concurrency: 1, mutationMs: 1_000 });
    const first = board.push(fields(1));
    while (board.board.account.budget.inFlight === 0) await new Promise((resume) => setTimeout(resume, 1));
    expect(codeOf(await board.ask(ME))).toBe('MAX_CONCURRENCY_EXCEEDED');
    expect((await advanced(first, 1_000)).status).toBe(200);
  });

  it('limit the calls of a day, which ends at midnight UTC; a refused request counts a tenth', async () => {
    await board.limits({ callsPerDay: 2, requestsPerMinute: 1 });
    await board.ask(ME);
    await board.ask(ME);
    expect(board.board.account.budget.callsToday).toBeCloseTo(1.1);
    await clock.advance(60_000);
    const refused = await board.ask(ME);
    expect([codeOf(refused), refused.headers.get('retry-after')]).toEqual(['DAILY_LIMIT_EXCEEDED', '50340']);
    await clock.advance(14 * 3_600_000);
    expect((await board.ask(ME)).status).toBe(200);
  });

  it('count a lone complexity query as a tenth', async () => {
    await board.ask('{ complexity { before } }');
    expect(board.board.account.budget.callsToday).toBeCloseTo(0.1);
  });
});

describe('19. board lock', () => {
  it('answers 423 to a write during another write, if switched on', async () => {
    await board.limits({ boardLock: 1, mutationMs: 1_000 });
    const first = board.push(fields(1));
    while (board.board.account.budget.inFlight === 0) await new Promise((resume) => setTimeout(resume, 1));
    const second = await board.push(fields(1));
    expect([second.status, second.json.errors[0].message]).toEqual([
      423,
      'Resource is currently locked, please try again later',
    ]);
    expect((await advanced(first, 1_000)).status).toBe(200);
    expect((await board.dump()).items).toHaveLength(1);
  });
});

describe('20. field limit', () => {
  it('leaves the subitems of parents beyond it null, with HTTP 200', async () => {
    const ids = [await board.item('a'), await board.item('b')];
    await board.limits({ subitemsParents: 1 });
    const { status, json } = await board.ask('query ($ids: [ID!]) { items(ids: $ids) { id subitems { id } } }', {
      ids,
    });
    expect(status).toBe(200);
    expect(json.data.items).toEqual([
      { id: ids[0], subitems: [] },
      { id: ids[1], subitems: null },
    ]);
    expect(json.errors).toMatchObject([
      {
        path: ['items', 1, 'subitems'],
        extensions: { code: 'FIELD_LIMIT_EXCEEDED', status_code: 429, retry_in_seconds: 1 },
      },
    ]);
  });
});
