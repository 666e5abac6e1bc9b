import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { revisionOf } from '../../../local/board/column-writer.js';
import { insertLines, line, sql, uuid } from '../../helpers/warehouse.js';
import { ITEMS } from '../../local/board/board.js';
import { Pushing } from './pushing.js';

const DELIVERY_TERMS = 'dropdown_mkr5kk5';
/** monday.com holds no more in one dropdown. */
const MOST_LABELS = 500;

let pushing: Pushing;

beforeEach(async () => {
  pushing = await Pushing.open();
});
afterEach(() => pushing.close());

/** Fills the dropdown but for so many places, over what it holds. */
async function fill(free: number): Promise<void> {
  const column = columnOfBoard();
  const kept = column.labels.map(({ id, label }) => ({ id, label }));
  const fresh = Array.from({ length: MOST_LABELS - free - kept.length }, (_, n) => ({ label: `TERM ${n}` }));
  const variables = {
    boardId: ITEMS,
    columnId: DELIVERY_TERMS,
    revision: revisionOf(column),
    labels: [...kept, ...fresh],
  };
  await pushing.board.push([{ alias: 'a0', operation: 'updateDropdownLabels', variables }]);
  expect(columnOfBoard().labels).toHaveLength(MOST_LABELS - free);
}

function columnOfBoard() {
  const { columns } = pushing.board.board.account.store.state.board(ITEMS);
  const column = columns.get(DELIVERY_TERMS);
  if (column === undefined) throw new Error(`The board has no column ${DELIVERY_TERMS}.`);
  return column;
}

describe('a dropdown that takes no more labels', () => {
  beforeEach(async () => {
    const terms = (n: number, text: string) => line(n, { OS: n, 'DELIVERY TERMS': text });
    await insertLines(pushing.test.warehouse, [terms(1, 'TERM 7'), terms(2, 'FOB LISBON'), terms(3, 'FOB PORTO')]);
  });

  it('fails the lines that would need one, and none of the others', async () => {
    await fill(0);
    const batchId = await pushing.stage([1, 2, 3].map((n) => ({ line: n, change: 'NEW' as const })));
    const { outputs, rowErrors } = await pushing.push(batchId);
    expect(outputs).toMatchObject({ status: 'PUSHED', itemsCreated: 1, itemsFailed: 2, newFailures: 2, pending: 0 });
    expect(rowErrors).toBe(true);
    expect((await pushing.itemOf(uuid(1))).values[DELIVERY_TERMS]?.text).toBe('TERM 7');
    expect(await pushing.items()).toHaveLength(1);
    const failures = await sql(
      pushing.test.warehouse,
      'SELECT "line_key", "reason", "column_name", "error_message" FROM dbo."ERR_MON_CustMasterSchedule" WHERE "step" = \'push\' ORDER BY "line_key"',
    );
    const told = { reason: 'LABEL', column_name: 'DELIVERY TERMS' };
    expect(failures).toMatchObject([
      { ...told, line_key: uuid(2) },
      { ...told, line_key: uuid(3) },
    ]);
    expect(failures[0]?.['error_message']).toContain('The column "DELIVERY TERMS" takes no more labels');
    expect(columnOfBoard().labels).toHaveLength(MOST_LABELS);
  });

  it('gives its last place to one of two lines that need one each', async () => {
    await fill(1);
    const batchId = await pushing.stage([2, 3].map((n) => ({ line: n, change: 'NEW' as const })));
    const { outputs } = await pushing.push(batchId);
    expect(outputs).toMatchObject({ status: 'PUSHED', itemsCreated: 1, itemsFailed: 1, pending: 0 });
    expect(columnOfBoard().labels).toHaveLength(MOST_LABELS);
  });
});
