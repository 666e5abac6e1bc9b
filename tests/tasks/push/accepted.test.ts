import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { insertLines, line, sql } from '../../helpers/warehouse.js';
import { Pushing } from './pushing.js';

let pushing: Pushing;

beforeEach(async () => {
  pushing = await Pushing.open();
  await insertLines(pushing.test.warehouse, [line(1, { XS: 1 }), line(2, { OS: 7 }), line(3)]);
});
afterEach(() => pushing.close());

/** Pushes three lines with two sizes, which also needs a group: six mutations where all goes well. */
async function countsUnder(fault: string, nth: number): Promise<unknown> {
  const batchId = await pushing.stage([1, 2, 3].map((n) => ({ line: n, change: 'NEW' as const })));
  await pushing.board.fault('create_item', fault, nth);
  await pushing.push(batchId);
  const [row] = await sql(
    pushing.test.warehouse,
    'SELECT "mutations_asked" AS "asked", "mutations_accepted" AS "accepted" FROM dbo."MON_BatchProcessing"',
  );
  return row;
}

describe('the mutations of a batch', () => {
  it.each(['refuse429', 'lock423', 'error:COMPLEXITY_BUDGET_EXHAUSTED', 'error:REQUEST_MAX_COMPLEXITY_EXCEEDED'])(
    'are not counted while %s only defers them',
    async (fault) => {
      expect(await countsUnder(fault, 1)).toEqual({ asked: 6, accepted: 6 });
    },
  );

  it('are counted as not accepted when the board refuses one, whose sizes are then not counted', async () => {
    expect(await countsUnder('error:ColumnValueException', 2)).toEqual({ asked: 5, accepted: 4 });
  });

  it('are counted as not accepted, and counted again, when no answer came', async () => {
    expect(await countsUnder('reset', 1)).toEqual({ asked: 9, accepted: 6 });
  });
});
