import { describe, expect, it } from '@jest/globals';
import type { ArrayRow, Queryable } from '../../../shared/warehouse/warehouse.js';
import { loadLines } from '../../../tasks/stage/load-lines.js';
import { ITEMS, type StagedLine, StagedRows, SUBITEMS } from '../../../tasks/stage/staged-rows.js';
import { mapping, uuid } from '../../helpers/warehouse.js';

const rows = new StagedRows(mapping, { batchId: uuid(0), customer: 'GREYSON', dry: false });

async function* lines(count: number): AsyncGenerator<StagedLine> {
  for (let n = 1; n <= count; n++) {
    const sizes = [
      { label: 'S', quantity: n, ordinal: 1 },
      { label: 'M', quantity: 1, ordinal: 2 },
    ];
    yield {
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
        values: new Map(),
        sizes,
        warnings: [],
        rejections: [],
      },
    };
  }
}

/** A database that notes what it is given, one load at a time, and fails at load number `failAt`. */
function recorder(failAt = 0) {
  const loads: { table: string; rows: readonly ArrayRow[] }[] = [];
  let busy = false;
  const bulkLoad: Queryable['bulkLoad'] = async (table, _columns, given) => {
    if (busy) throw new Error('two loads at once on one connection');
    busy = true;
    await new Promise((resolve) => setImmediate(resolve));
    busy = false;
    loads.push({ table, rows: [...(given as Iterable<ArrayRow>)] });
    if (loads.length === failAt) throw new Error('the disk is full');
    return 0;
  };
  return { loads, isBusy: () => busy, queryable: { bulkLoad } as Queryable };
}

describe('loadLines', () => {
  it('loads every line once, each chunk of items before its subitems', async () => {
    const { loads, queryable } = recorder();
    await loadLines(queryable, rows, lines(9_200));
    expect(loads.map(({ table, rows: { length } }) => [table, length])).toEqual([
      [ITEMS, 4_000],
      [SUBITEMS, 8_000],
      [ITEMS, 4_000],
      [SUBITEMS, 8_000],
      [ITEMS, 1_200],
      [SUBITEMS, 2_400],
    ]);
    const keys = loads.filter(({ table }) => table === ITEMS).flatMap((load) => load.rows.map((row) => row[1]));
    expect(keys).toEqual(Array.from({ length: 9_200 }, (_, n) => uuid(n + 1)));
  });

  it.each([1, 2, 4, 6])('fails with the error of load %i and leaves none running', async (failAt) => {
    const { isBusy, queryable } = recorder(failAt);
    await expect(loadLines(queryable, rows, lines(9_200))).rejects.toThrow('the disk is full');
    expect(isBusy()).toBe(false);
  });

  it('waits for the load that is under way when reading fails', async () => {
    const { isBusy, loads, queryable } = recorder();
    const breaking = async function* (): AsyncGenerator<StagedLine> {
      yield* lines(4_000);
      throw new Error('the source is gone');
    };
    await expect(loadLines(queryable, rows, breaking())).rejects.toThrow('the source is gone');
    expect(isBusy()).toBe(false);
    expect(loads).toHaveLength(2);
  });

  it('loads nothing of nothing', async () => {
    const { loads, queryable } = recorder();
    await loadLines(queryable, rows, lines(0));
    expect(loads).toEqual([]);
  });
});
