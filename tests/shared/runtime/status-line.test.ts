import { afterEach, describe, expect, it } from '@jest/globals';
import { activity, LongStep, waitingFor } from '../../../shared/ground/activity.js';
import { silentLog } from '../../../shared/ground/errors.js';
import { StatusLine, watchedWarehouse } from '../../../shared/runtime/status-line.js';
import type { Warehouse } from '../../../shared/warehouse/port/warehouse.js';

const ERASED = '\r\u001b[2K';

afterEach(() => {
  activity.progress = undefined;
  activity.isAsking = false;
  activity.isSeen = false;
});

/** A line whose clock is set by hand, `at` in milliseconds after it began. */
function lineOn({ rewrites = true, columns = 80 } = {}) {
  const written: string[] = [];
  // Whole milliseconds: sums of them are exact, so that no tick comes a rounding too late.
  const start = Math.ceil(performance.now());
  let at = 0;
  const screen = { columns, rewrites, write: (text: string) => void written.push(text) };
  const line = new StatusLine('batch', screen, () => start + at);
  return {
    line,
    written,
    tickAt: (ms: number) => {
      at = ms;
      line.tick();
    },
  };
}

describe('the status line', () => {
  it('says within two seconds of silence what the task is waiting for, and for how long', async () => {
    const { tickAt, written } = lineOn();
    let answer = (): void => undefined;
    const work = waitingFor('the database at db:5432', () => new Promise<void>((resolve) => (answer = resolve)));
    tickAt(1_000);
    expect(written).toEqual([]);
    tickAt(2_000);
    expect(written.join('')).toMatch(/batch: waiting for the database at db:5432, (1\.9|2\.0) s$/);
    answer();
    await work;
    tickAt(3_000);
    expect(written.at(-1)).toBe(`${ERASED}batch: working, 3.0 s`);
  });

  it('is removed before anything else is written, and comes back after the next silence', () => {
    const { line, tickAt, written } = lineOn();
    tickAt(2_000);
    line.clear();
    expect(written.at(-1)).toBe(ERASED);
    const { length } = written;
    tickAt(3_000);
    line.clear();
    expect(written).toHaveLength(length);
  });

  it('shows progress immediately, cut to the width of the terminal', () => {
    const { tickAt, written } = lineOn({ columns: 20 });
    activity.progress = () => 'Reading the source: 1 of 2 rows';
    tickAt(10);
    expect(written).toEqual([`${ERASED}Reading the source…`]);
  });

  it('is an occasional separate line on a terminal that cannot rewrite lines', () => {
    const { tickAt, written } = lineOn({ rewrites: false });
    for (let ms = 0; ms <= 40_000; ms += 250) tickAt(ms);
    expect(written).toEqual(['batch: working, 1.5 s\n', 'batch: working, 31.5 s\n']);
  });

  it('is silent during a prompt', () => {
    const { tickAt, written } = lineOn();
    activity.isAsking = true;
    tickAt(5_000);
    expect(written).toEqual([]);
  });
});

describe('a long step', () => {
  const start = Date.parse('2026-03-01T04:00:00Z');

  function stepOf(total: number | undefined) {
    let at = start;
    const told: unknown[] = [];
    const log = { ...silentLog, info: (message: string, fields?: object) => void told.push({ message, ...fields }) };
    const step = new LongStep({
      what: 'Staging',
      unit: 'lines',
      total,
      clock: { now: () => new Date(at) },
      log,
      where: { batchId: 'b' },
    });
    return { step, told, pass: (ms: number) => (at += ms) };
  }

  it('logs progress, rate and time left every 30 s', () => {
    const { step, told, pass } = stepOf(1_000);
    pass(20_000);
    step.advance(100);
    expect(told).toEqual([]);
    pass(10_000);
    step.advance(200);
    pass(29_000);
    step.advance(1);
    const message = 'Staging: 300 of 1000 lines (30 %), 10 a second, about 72.0 s left.';
    expect(told).toEqual([
      { message, batchId: 'b', done: 300, total: 1_000, share: 0.3, perSecond: 10, minutesLeft: 1.2 },
    ]);
    step.end();
    expect(activity.progress).toBeUndefined();
  });

  it('logs nothing that is shown in place', () => {
    const { step, told, pass } = stepOf(undefined);
    activity.isSeen = true;
    pass(31_000);
    step.advance(62);
    expect(told).toEqual([]);
    expect(activity.progress?.()).toBe('Staging: 62 lines, 2 a second');
  });
});

describe('a warehouse with a status line', () => {
  const heard: string[] = [];
  const hear = () => void heard.push(activity.oldestWait?.what ?? 'nothing');
  class Fake {
    readonly #rows = [{ a: 1 }];
    async query() {
      hear();
      return this.#rows;
    }
    async lock() {
      hear();
      return undefined;
    }
    async transaction(work: (transaction: Fake) => Promise<unknown>) {
      return work(this);
    }
    async *stream() {
      hear();
      yield this.#rows;
    }
  }

  it('behaves the same, and says what it is waiting for', async () => {
    const warehouse = watchedWarehouse(new Fake() as unknown as Warehouse, 'the database at db');
    const statement = { name: 'runs/x' } as Parameters<Warehouse['query']>[0];
    expect(await warehouse.query(statement)).toEqual([{ a: 1 }]);
    await warehouse.lock('customer:A', 0);
    await warehouse.transaction(async (transaction) => {
      hear();
      await transaction.query(statement);
    });
    const parts = [];
    for await (const part of warehouse.stream(statement)) parts.push(part);
    expect(parts).toEqual([[{ a: 1 }]]);
    expect(heard).toEqual([
      'the database at db (runs/x)',
      'the lock customer:A',
      'nothing',
      'the database at db (runs/x)',
      'the database at db',
    ]);
    hear();
    expect(heard.at(-1)).toBe('nothing');
  });
});
