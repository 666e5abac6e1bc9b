import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { refuseOtherBoard, rememberBoard } from '../../../shared/store/boards.js';
import { openTestWarehouse, sql, type TestWarehouse } from '../../helpers/warehouse.js';

const NOW = new Date('2026-01-05T00:00:00Z');
let test: TestWarehouse;

beforeAll(async () => {
  test = await openTestWarehouse();
});
afterAll(() => test.drop());
beforeEach(() => sql(test.warehouse, 'DELETE FROM dbo."MON_Board"'));

const boards = async () =>
  (await sql(test.warehouse, 'SELECT "board_id" FROM dbo."MON_Board" ORDER BY "board_id"')).map((row) =>
    String(row['board_id']),
  );
const insert = (board: number) =>
  sql(test.warehouse, `INSERT INTO dbo."MON_Board" ("board_id", "remembered_at") VALUES (${board}, '2026-01-05')`);

describe('the first board', () => {
  it('is remembered once, and another one is refused', async () => {
    await rememberBoard(test.warehouse, '1', NOW);
    await rememberBoard(test.warehouse, '1', NOW);
    await expect(rememberBoard(test.warehouse, '2', NOW)).rejects.toMatchObject({ code: 'BOARD_OTHER' });
    await expect(refuseOtherBoard(test.warehouse, '2')).rejects.toThrow('The ledger belongs to board 1');
    expect(await boards()).toEqual(['1']);
  });

  it('takes itself back when another one was remembered at the same moment', async () => {
    const both = {
      ...test.warehouse,
      execute: async (...given: Parameters<TestWarehouse['warehouse']['execute']>) => {
        const touched = await test.warehouse.execute(...given);
        if (given[0].name === 'boards/insert-board') await insert(1);
        return touched;
      },
      query: (...given: Parameters<TestWarehouse['warehouse']['query']>) => test.warehouse.query(...given),
    };
    await expect(rememberBoard(both, '2', NOW)).rejects.toMatchObject({ code: 'BOARD_OTHER' });
    expect(await boards()).toEqual(['1']);
  });

  it('is refused where two are remembered, whichever is asked for', async () => {
    await insert(1);
    await insert(2);
    for (const board of ['1', '2'])
      await expect(refuseOtherBoard(test.warehouse, board)).rejects.toMatchObject({ code: 'BOARD_OTHER' });
  });
});
