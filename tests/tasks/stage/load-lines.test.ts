import { describe, expect, it } from '@jest/globals';
import { chunks } from '../../../shared/ground/lists.js';
import { LineValues } from '../../../shared/mapper/line-values.js';
import type { LineFailure } from '../../../shared/store/failures.js';
import { STAGED_ITEMS, STAGED_SIZES } from '../../../shared/store/schema/batch-tables.js';
import { StagedLoad } from '../../../shared/store/staged-load.js';
import { rowChunks } from '../../../shared/warehouse/port/bulk-rows.js';
import type { ArrayRow, Queryable } from '../../../shared/warehouse/port/warehouse.js';
import type { StagedLine } from '../../../tasks/stage/load-lines.js';
import { loadLines } from '../../../tasks/stage/load-lines.js';
import { mapping, uuid } from '../../helpers/warehouse.js';

const load = new StagedLoad(mapping, { batchId: uuid(0), customer: 'GREYSON', dry: false });

const FAILURES = 'failures';
const origin = { batchId: uuid(0), runId: uuid(0), now: new Date(0) };

/** Lines in chunks, as a database sends them. */
async function* lines(count: number): AsyncGenerator<StagedLine[]> {
  const all = Array.from({ length: count }, (_, index) => line(index + 1));
  for (const chunk of chunks(all, 250)) yield [...chunk];
}

function line(n: number): StagedLine {
  const sizes = [
    { label: 'S', quantity: n, ordinal: 1 },
    { label: 'M', quantity: 1, ordinal: 2 },
  ];
  return {
    change: {
      lineKey: uuid(n),
      recordUuid: uuid(n),
      oldUuid: null,
      change: 'NEW',
      reason: 'CONTENT',
      foundHash: '',
      acknowledgedHash: null,
      acknowledgedMapping: null,
      taken: false,
      explained: true,
    },
    as: 'NEW',
    status: 'PENDING',
    error: null,
    hash: '',
    mapped: {
      customer: { name: 'GREYSON', mapped: true },
      inScope: true,
      cancelled: false,
      itemName: 'item',
      group: 'group',
      values: new LineValues(new Map(), []),
      sizes,
      absentSizes: [],
      warnings: [],
      rejections: [],
    },
  };
}

/** A database that notes what it is given, one load at a time, and fails at load number `failAt`. */
function recorder(failAt = 0) {
  const loads: { table: string; rows: readonly ArrayRow[] }[] = [];
  let busy = false;
  const bulkLoad: Queryable['bulkLoad'] = async (table, _columns, given) => {
    if (busy) throw new Error('two loads at once on one connection');
    busy = true;
    const taken: ArrayRow[] = [];
    try {
      for await (const chunk of rowChunks(given)) taken.push(...chunk);
      await new Promise((resolve) => setImmediate(resolve));
    } finally {
      busy = false;
    }
    loads.push({ table, rows: taken });
    if (loads.length === failAt) throw new Error('the disk is full');
    return 0;
  };
  const execute: Queryable['execute'] = async () => {
    if (busy) throw new Error('a statement while a load is under way');
    loads.push({ table: FAILURES, rows: [] });
    return 0;
  };
  return { loads, isBusy: () => busy, queryable: { bulkLoad, execute } as Queryable };
}

describe('loadLines', () => {
  it('loads every line once, each chunk of items before its subitems', async () => {
    const { loads, queryable } = recorder();
    await loadLines({ transaction: queryable, mapping, load, origin }, lines(12_400));
    expect(loads.map(({ table, rows: { length } }) => [table, length])).toEqual([
      [STAGED_ITEMS.name, 5_000],
      [STAGED_SIZES.name, 10_000],
      [STAGED_ITEMS.name, 5_000],
      [STAGED_SIZES.name, 10_000],
      [STAGED_ITEMS.name, 2_400],
      [STAGED_SIZES.name, 4_800],
    ]);
    const keys = loads
      .filter(({ table }) => table === STAGED_ITEMS.name)
      .flatMap((load) => load.rows.map((row) => row[1]));
    expect(keys).toEqual(Array.from({ length: 12_400 }, (_, n) => uuid(n + 1)));
  });

  it('loads no more than a chunk of the source beyond the lines of a load', async () => {
    const { loads, queryable } = recorder();
    const all = Array.from({ length: 12_400 }, (_, index) => line(index + 1));
    const wide = async function* (): AsyncGenerator<StagedLine[]> {
      for (const chunk of chunks(all, 700)) yield [...chunk];
    };
    expect(await loadLines({ transaction: queryable, mapping, load, origin }, wide())).toBe(12_400);
    const items = loads.filter(({ table }) => table === STAGED_ITEMS.name);
    expect(items.map(({ rows }) => rows.length)).toEqual([5_600, 5_600, 1_200]);
  });

  it.each([1, 2, 4, 6])('fails with the error of load %i and leaves no load running', async (failAt) => {
    const { isBusy, queryable } = recorder(failAt);
    await expect(loadLines({ transaction: queryable, mapping, load, origin }, lines(12_400))).rejects.toThrow(
      'the disk is full',
    );
    expect(isBusy()).toBe(false);
  });

  it('closes the source when a load fails', async () => {
    let closed = false;
    const watched = async function* (): AsyncGenerator<StagedLine[]> {
      try {
        yield* lines(12_400);
      } finally {
        closed = true;
      }
    };
    await expect(loadLines({ transaction: recorder(1).queryable, mapping, load, origin }, watched())).rejects.toThrow(
      'disk',
    );
    expect(closed).toBe(true);
  });

  it('fails with the error of the source when reading fails, and leaves no load running', async () => {
    const { isBusy, queryable } = recorder();
    const breaking = async function* (): AsyncGenerator<StagedLine[]> {
      yield* lines(9_000);
      throw new Error('the source is gone');
    };
    await expect(loadLines({ transaction: queryable, mapping, load, origin }, breaking())).rejects.toThrow(
      'the source is gone',
    );
    expect(isBusy()).toBe(false);
  });

  it('records failures of lines after the lines', async () => {
    const { loads, queryable } = recorder();
    const failure: LineFailure = {
      step: 'stage',
      severity: 'WARNING',
      reason: 'TEXT_CUT',
      message: 'm',
      lineKey: uuid(1),
    };
    const failing = async function* (): AsyncGenerator<StagedLine[]> {
      yield [1, 2].map((n) => ({ ...line(n), failures: [failure] }));
    };
    expect(await loadLines({ transaction: queryable, mapping, load, origin }, failing())).toBe(2);
    expect(loads.map(({ table }) => table)).toEqual([STAGED_ITEMS.name, STAGED_SIZES.name, FAILURES, FAILURES]);
  });

  it.each([0, 1, 4_999, 5_000, 5_001])('counts %i lines', async (count) => {
    const { loads, queryable } = recorder();
    expect(await loadLines({ transaction: queryable, mapping, load, origin }, lines(count))).toBe(count);
    const items = loads.filter(({ table }) => table === STAGED_ITEMS.name);
    expect(items.reduce((sum, load) => sum + load.rows.length, 0)).toBe(count);
  });
});
