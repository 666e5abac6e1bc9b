import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { BoardWithoutServer, item, PLANS, subitem } from './board-without-server.js';
import { FakeTime } from './fake-time.js';

const MINUTE = 60_000;

afterEach(() => {
  jest.useRealTimers();
});

describe('the pace at the simulated board', () => {
  it.each(Object.entries(PLANS))(
    'uses 95 %% of the points in ten minutes at the limits of %s, without a 429',
    async (_plan, limits) => {
      const clock = new FakeTime();
      const board = new BoardWithoutServer(clock, limits);
      const end = clock.now().getTime() + 10 * MINUTE;
      let n = 0;
      const next = () => (clock.now().getTime() < end ? item(n++) : undefined);
      await clock.until(board.sendAll('createItem', next));
      const inTime = board.answers.filter((answer) => answer.startedAt.getTime() < end);
      const points = inTime.reduce((sum, answer) => sum + (answer.complexity?.query ?? 0), 0);
      expect(board.answers.filter((answer) => answer.kind !== 'answered')).toEqual([]);
      expect(points / (10 * limits.complexityPerMinute)).toBeGreaterThanOrEqual(0.95);
    },
  );

  it('needs at most 220 requests for 1,000 lines with 3 sizes', async () => {
    const clock = new FakeTime();
    const board = new BoardWithoutServer(clock, { complexityPerMinute: 10_000_000 });
    let n = 0;
    await clock.until(board.sendAll('createItem', () => (n < 1_000 ? item(n++) : undefined)));
    expect(board.ids.size).toBe(1_000);
    const parents = [...board.ids.values()];
    let size = 0;
    const nextSize = () => {
      const parent = parents[Math.floor(size / 3)];
      return parent === undefined ? undefined : subitem(parent, size++);
    };
    await clock.until(board.sendAll('createSubitem', nextSize));
    expect(board.ids.size).toBe(4_000);
    expect(board.answers.length).toBeLessThanOrEqual(220);
    expect(board.answers.every((answer) => answer.kind === 'answered')).toBe(true);
  });
});
