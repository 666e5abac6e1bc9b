import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { insertLines, line, sql, updateLine, uuid } from '../../helpers/warehouse.js';
import { Pushing } from './pushing.js';

const LINES = Array.from({ length: 8 }, (_, n) => n + 1);
const HIDDEN = 7;
const KEY = uuid(HIDDEN);
const TABLES = ['MON_Ledger', 'MON_Request', 'ORDERS_UNIFIED', 'ORDERS_UNIFIED_SNAPSHOT'];
const ERRORS = ['ERR_MON_CustMasterSchedule', 'ERR_MON_CustMasterSchedule_Subitems'];

let pushing: Pushing;
const warehouse = () => pushing.test.warehouse;
const script = (...entries: object[]) => pushing.board.control('POST', '/_faults', { script: entries });

beforeAll(async () => {
  pushing = await Pushing.open();
});
afterAll(() => pushing.close());
beforeEach(async () => {
  await pushing.startOver([...TABLES, ...ERRORS]);
  await insertLines(
    warehouse(),
    LINES.map((n) => line(n, { XS: n, S: 2 })),
  );
});

/** Where a read of the hidden line is refused: by its key while the ledger does not know it, by the id of its item, or of its sizes. */
const [BY_KEY, ...OTHER_READS] = [
  { what: 'its item by key', read: 'items_page_by_column_values', below: ['items', 0] },
  { what: 'its item by key, at the field', read: 'items_page_by_column_values', below: undefined },
  { what: 'its sizes', read: 'items', below: [0, 'subitems'] },
  { what: 'its item and sizes by id', read: 'items', below: [0] },
  { what: 'its item and sizes by id, at the field', read: 'items', below: undefined },
] as const;
const [NO_RIGHT, ...OTHER_CODES] = [
  { fault: 'error:USER_UNAUTHORIZED@field', status_code: 403 },
  { fault: 'error:CODE_OF_TOMORROW@field', status_code: 418 },
  { fault: 'error:INTERNAL_SERVER_ERROR@field', status_code: 500 },
  { fault: 'error:FIELD_LIMIT_EXCEEDED@field', status_code: 429 },
] as const;
const CASES = [
  ...OTHER_READS.map((read) => ({ ...read, ...NO_RIGHT })),
  ...[NO_RIGHT, ...OTHER_CODES].map((code) => ({ ...BY_KEY, ...code })),
];

describe('what the board does not return for one line among eight', () => {
  it.each(CASES)('holds back only that line: $what, $fault', async ({ read, below, what: _, ...error }) => {
    await pushing.carry(LINES.map((n) => ({ line: n, change: 'NEW' })));
    const value = read === 'items' ? (await pushing.itemOf(KEY)).id : KEY;
    if (read !== 'items') await sql(warehouse(), 'DELETE FROM dbo."MON_Ledger" WHERE "kind" = \'item\'');
    for (const n of LINES) await updateLine(warehouse(), n, { NOTES: 'changed', XS: 50 + n });
    await script({ operation: read, value, ...(below === undefined ? {} : { below }), ...error });
    const batchId = await pushing.stage(LINES.map((n) => ({ line: n, change: 'CHANGED' })));
    const { outputs, rowErrors } = await pushing.push(batchId);
    expect(outputs).toMatchObject({
      status: 'PUSHED',
      itemsUpdated: below?.[1] === 'subitems' ? 8 : 7,
      pending: 0,
      newFailures: 1,
    });
    expect(rowErrors).toBe(true);
    expect((await pushing.promote(batchId)).outputs).toMatchObject({ promoted: 7, failed: 1 });
    const failures = await told();
    expect(failures).toMatchObject([{ line_key: KEY, reason: error.fault.slice(6, -6) }]);
    expect(failures[0]?.['error_message']).toContain('what the board has of it could not be read');

    await pushing.board.control('DELETE', '/_faults');
    const last = await pushing.carry([{ line: HIDDEN, change: 'CHANGED' }]);
    expect(last).toMatchObject({ status: 'PUSHED', itemsFailed: 0, subitemsFailed: 0 });
    expect(await told()).toEqual([]);
    expect(await pushing.items()).toHaveLength(8);
  });

  it('is a fault of the board if it returns nothing', async () => {
    await script({ operation: 'items_page_by_column_values', fault: 'error:USER_UNAUTHORIZED@field' });
    const batchId = await pushing.stage(LINES.map((n) => ({ line: n, change: 'NEW' })));
    await expect(pushing.push(batchId)).rejects.toThrow('The board could not be read (getItemsByKey)');
    expect(await told()).toEqual([]);
    expect(await pushing.mutations(0)).toEqual([]);
  });
});

describe('what the board does not return for one item when all are read', () => {
  const refusal = { fault: 'error:USER_UNAUTHORIZED@field', status_code: 403 };
  /** The page is refused for a value of its second item, and that item again when it is asked for by its id. */
  const hide = (id: string) =>
    script(
      { operation: 'boards', below: [0, 'items_page', 'items', 1, 'column_values'], ...refusal },
      { operation: 'items', value: id, ...refusal },
    );

  it('is named by an audit, which compares and repairs the others', async () => {
    await pushing.carry(LINES.map((n) => ({ line: n, change: 'NEW' })));
    const { id } = await pushing.itemOf(KEY);
    const edited = await pushing.itemOf(uuid(1));
    await pushing.board.control('POST', '/_edit', { item: edited.id, values: { line_key: uuid(99) } });
    await hide(id);
    const found = { status: 'AUDITED', unread: 1, missing: 0, edited: 1, foreign: 0, surplus: 0, repaired: 0 };
    const { outputs, lines, rowErrors } = await pushing.audit();
    expect(outputs).toMatchObject(found);
    expect(lines).toContain(`unread    ${KEY}  item ${id}`);
    expect(rowErrors).toBe(true);
    const repaired = await pushing.audit({ repair: true, overwriteEdits: true });
    expect(repaired.outputs).toMatchObject({ ...found, repaired: 1 });
    expect(repaired.rowErrors).toBe(true);
  });

  it('is a fault of the board if the items cannot even be listed', async () => {
    await pushing.carry(LINES.map((n) => ({ line: n, change: 'NEW' })));
    await script({ operation: 'boards', below: [0, 'items_page', 'items', 1], ...refusal });
    await expect(pushing.audit()).rejects.toThrow('The board could not be read (getItemIds)');
  });
});

/** Open errors of push, of lines and sizes. */
async function told(): Promise<Record<string, unknown>[]> {
  const rows = await Promise.all(
    ERRORS.map((table) =>
      sql(
        warehouse(),
        `SELECT "line_key", "reason", "error_message" FROM dbo."${table}"
         WHERE "step" = 'push' AND "severity" = 'ERROR' AND "resolved_date" IS NULL`,
      ),
    ),
  );
  return rows.flat();
}
