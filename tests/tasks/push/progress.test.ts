import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { type LogFields, silentLog } from '../../../shared/ground/errors.js';
import type { Metric } from '../../../shared/runtime/outputs.js';
import { forecastOf } from '../../../tasks/push/plan/forecast.js';
import { Progress } from '../../../tasks/push/send/progress.js';
import { BoardWithoutServer, item, PLANS } from '../../shared/monday/board-without-server.js';
import { FakeTime } from '../../shared/monday/fake-time.js';

afterEach(() => {
  jest.useRealTimers();
});

describe('a push that takes minutes', () => {
  it('reports each minute what it sent, what is left, how fast answers come and when it expects to finish', async () => {
    const clock = new FakeTime();
    const board = new BoardWithoutServer(clock, PLANS['a trial']);
    const told: LogFields[] = [];
    const metrics: Metric[] = [];
    const { pace } = board;
    const info = (_: string, fields: LogFields = {}): void => {
      if ('requests' in fields) told.push(fields);
    };
    const progress = new Progress({
      clock,
      pace,
      log: { ...silentLog, info },
      batchId: 'b',
      emitMetrics: (emitted) => metrics.push(...emitted),
    });
    const nothing = forecastOf([], { now: clock.now(), settleMs: 0, pace, dailyCalls: undefined });
    progress.expect({ ...nothing, points: 100 * 30_000 });
    let n = 0;
    for (let round = 0; round < 10; round += 1) {
      const end = n + 10;
      await clock.until(board.sendAll('createItem', () => (n < end ? item(n++) : undefined)));
      progress.note([]);
    }
    expect(told.length).toBeGreaterThanOrEqual(2);
    const [first, second] = told;
    expect(first).toMatchObject({ batchId: 'b', requests: expect.any(Number), points: expect.any(Number) });
    expect(second?.['share']).toBeGreaterThan(Number(first?.['share']));
    expect(second?.['minutesLeft']).toBeLessThan(Number(first?.['minutesLeft']));
    // Thirty-three creations a minute: a hundred of them take three.
    expect(first?.['minutesLeft']).toBeGreaterThan(1);
    expect(first?.['minutesLeft']).toBeLessThan(3);
    for (const fields of told) {
      expect(Number(fields['pointsLeft'])).toBeLessThanOrEqual(1_000_000);
      expect(Number(fields['p50Ms'])).toBeGreaterThan(0);
      expect(Number(fields['p95Ms'])).toBeGreaterThanOrEqual(Number(fields['p50Ms']));
    }
    const names = ['requests_per_minute', 'points_per_minute', 'points_left', 'latency_p50', 'latency_p95'];
    expect(metrics.map(({ name }) => name)).toEqual(told.flatMap(() => names));
  });

  it('logs its progress each half minute, alternating with what it sent', () => {
    const clock = new FakeTime();
    let now = clock.now().getTime();
    const board = new BoardWithoutServer(clock, PLANS['a trial']);
    const logged: [number, string][] = [];
    const startedAt = now;
    const progress = new Progress({
      clock: { now: () => new Date(now), wait: () => Promise.resolve(), random: () => 0 },
      pace: board.pace,
      log: { ...silentLog, info: (message) => logged.push([(now - startedAt) / 1_000, message]) },
      batchId: 'b',
      emitMetrics: () => undefined,
    });
    for (let second = 0; second < 100; second += 5) {
      now += 5_000;
      progress.note([]);
    }
    expect(logged).toEqual([
      [30, 'Sending: 0 of 0 answered mutations accepted (0 %).'],
      [60, 'Sent 0 requests in the last minute.'],
      [90, 'Sending: 0 of 0 answered mutations accepted (0 %).'],
    ]);
  });
});
