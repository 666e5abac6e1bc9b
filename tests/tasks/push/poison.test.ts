import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { insertLines, line, sql, updateLine, uuid } from '../../helpers/warehouse.js';
import { Pushing } from './pushing.js';

const LINES = Array.from({ length: 20 }, (_, n) => n + 1);
/** The place of the poisoned line among the others, and texts that only its mutations carry. */
const POISON = 7;
const MARK = 'POISON';
const KEY = uuid(POISON);

interface Poison {
  kind: string;
  /** How the poisoned line differs from the others in the source. */
  source?: Record<string, string | number>;
  /** What a planner has done on the board, and what undoes it. */
  edits?: readonly Record<string, unknown>[];
  mends?: readonly Record<string, unknown>[];
  /** What the board refuses, as long as the cause is there. */
  faults: readonly Record<string, unknown>[];
  /** What stands in ERR, beside the code of the line or its size. */
  reason: string;
  words: RegExp;
  size?: string;
}

const refusesItem = (error: Record<string, unknown>) => [{ operation: 'create_item', value: KEY, ...error }];
const rules = [
  { itemId: null, columnIds: ['numeric_mm5bccxb'], message: "'vnumbers' must be at least [5]" },
  { itemId: null, columnIds: ['text_mm5bkhh1'], message: "'vtext' is required" },
];

const POISONS: readonly Poison[] = [
  {
    kind: 'a group',
    source: { 'CUSTOMER SEASON': MARK },
    faults: [{ operation: 'create_group', value: `GREYSON ${MARK}`, fault: 'error:InvalidArgumentException@field' }],
    reason: 'GROUP',
    words: /group "GREYSON POISON" of season POISON was refused with InvalidArgumentException/,
  },
  {
    kind: 'a validation rule or a required column',
    faults: refusesItem({ fault: 'error:DATA_VALIDATIONS_ERROR@field', status_code: 422, error_data: rules }),
    reason: 'DATA_VALIDATIONS_ERROR',
    words: /'vnumbers' must be at least \[5\]; 'vtext' is required/,
  },
  {
    kind: 'a validation rule that a planner has given a column',
    source: { 'PO NUMBER': MARK },
    edits: [{ column: 'text_mkr5ej2x', rule: { doesNotContain: MARK } }],
    mends: [{ column: 'text_mkr5ej2x', rule: null }],
    faults: [],
    reason: 'DATA_VALIDATIONS_ERROR',
    words: /PO NUMBER/,
  },
  {
    kind: 'a code that nobody has listed, with a status of 4xx',
    faults: refusesItem({ fault: 'error:CODE_OF_TOMORROW@field', status_code: 418, message: 'not today' }),
    reason: 'CODE_OF_TOMORROW',
    words: /not today/,
  },
  {
    kind: 'a code that nobody has listed, without a status',
    faults: refusesItem({ fault: 'error:CODE_OF_TOMORROW@field', status_code: null, message: 'not today' }),
    reason: 'CODE_OF_TOMORROW',
    words: /not today/,
  },
  {
    kind: "an error of the board's server",
    faults: refusesItem({ fault: 'error:INTERNAL_SERVER_ERROR@field', status_code: 500 }),
    reason: 'INTERNAL_SERVER_ERROR',
    words: /server error/i,
  },
  {
    kind: 'an error without code and message',
    faults: refusesItem({ fault: 'error:x@field', message: null, status_code: 422, extensions: { code: null } }),
    reason: 'an error without a message',
    words: /without a message/,
  },
  {
    kind: 'a value',
    faults: refusesItem({ fault: 'error:ColumnValueException@field', status_code: 200 }),
    reason: 'ColumnValueException',
    words: /Invalid column value/,
  },
  {
    kind: 'a right that one line lacks',
    faults: refusesItem({ fault: 'error:USER_UNAUTHORIZED@field', status_code: 403 }),
    reason: 'USER_UNAUTHORIZED',
    words: /User unauthorized/,
  },
  {
    kind: 'a limit that only one line meets',
    faults: refusesItem({ fault: 'error:FIELD_LIMIT_EXCEEDED@field' }),
    reason: 'FIELD_LIMIT_EXCEEDED',
    words: /Concurrency limit exceeded for the field/,
  },
  {
    kind: 'the subitem limit of one item',
    source: { XS: 4 },
    faults: [{ operation: 'create_subitem', value: `${KEY}|XS`, fault: 'error:ItemsLimitationException@field' }],
    reason: 'ItemsLimitationException',
    words: /limit/,
    size: 'XS',
  },
  {
    kind: 'the subitem limit of one item under a code of its own',
    source: { XS: 4 },
    faults: [{ operation: 'create_subitem', value: `${KEY}|XS`, fault: 'error:SubitemsLimitationException@field' }],
    reason: 'SubitemsLimitationException',
    words: /subitems limit/,
    size: 'XS',
  },
  {
    kind: 'a label that is to be made',
    source: { 'CUSTOMER COLOUR DESCRIPTION': MARK },
    faults: [{ operation: 'update_dropdown_column', value: MARK, fault: 'error:INVALID_INPUT@field' }],
    reason: 'LABEL',
    words: /"COLOR" does not take this label: INVALID_INPUT/,
  },
  {
    kind: 'a label with which the whole request is refused',
    source: { 'CUSTOMER COLOUR DESCRIPTION': MARK },
    faults: [{ operation: 'update_dropdown_column', value: MARK, fault: 'error:Bad request' }],
    reason: 'LABEL',
    words: /does not take this label: Bad request/,
  },
  {
    kind: 'a column in which nobody may make labels',
    source: { 'DELIVERY TERMS': MARK },
    faults: [{ operation: 'update_dropdown_column', value: MARK, fault: 'error:USER_UNAUTHORIZED@field' }],
    reason: 'LABEL',
    words: /does not take this label: USER_UNAUTHORIZED/,
  },
  {
    kind: 'a deactivated label where the mapping lets none be made',
    source: { 'UNIT OF MEASURE': 'SET' },
    edits: [
      { addLabel: 'SET', column: 'color_mkr5yf27' },
      { deactivateLabel: 'SET', column: 'color_mkr5yf27' },
    ],
    mends: [{ activateLabel: 'SET', column: 'color_mkr5yf27' }],
    faults: [],
    reason: 'LABEL',
    words: /has this label, but deactivated/,
  },
  {
    kind: 'a unit of measure that the board has no label for',
    source: { 'UNIT OF MEASURE': 'FURLONG' },
    faults: [],
    reason: 'LABEL',
    words: /no such label/,
  },
];

let pushing: Pushing;
const warehouse = () => pushing.test.warehouse;

beforeAll(async () => {
  pushing = await Pushing.open();
});
afterAll(() => pushing.close());
beforeEach(() => {
  const tables = ['MON_Ledger', 'MON_Request', 'ORDERS_UNIFIED', 'ORDERS_UNIFIED_SNAPSHOT'];
  return pushing.startOver([...tables, 'ERR_MON_CustMasterSchedule', 'ERR_MON_CustMasterSchedule_Subitems']);
});

describe('one poisoned line among twenty', () => {
  it.each(POISONS)(
    '$kind: the others land and are promoted; the line is reported, and lands when the cause is gone',
    async (poison) => {
      await insertLines(
        warehouse(),
        LINES.map((n) => line(n, n === POISON ? poison.source : { XS: n })),
      );
      const batchId = await pushing.stage(LINES.map((n) => ({ line: n, change: 'NEW' })));
      await pushing.board.control('POST', '/_faults', { script: poison.faults });
      for (const edit of poison.edits ?? []) await pushing.board.control('POST', '/_edit', edit);
      const { code, outputs } = await pushing.pushProgram(batchId);
      expect({ code, outputs }).toMatchObject({
        code: 3,
        outputs: { status: 'PUSHED', pending: 0, newFailures: 1 },
      });
      expect((await pushing.promote(batchId)).outputs).toMatchObject({
        status: 'COMPLETED_WITH_ERRORS',
        promoted: 19,
        failed: 1,
      });
      expect(await failures(poison.size)).toEqual([{ line_key: KEY, reason: poison.reason }]);
      expect((await messages(poison.size))[0]).toMatch(poison.words);

      // The next run: another line of the customer changes, and the poisoned one is held back.
      await updateLine(warehouse(), 1, { NOTES: 'changed' });
      const next = await pushing.carry([{ line: 1, change: 'CHANGED' }]);
      expect(next).toMatchObject({ status: 'PUSHED', itemsUpdated: 1, newFailures: 0 });

      await pushing.board.control('DELETE', '/_faults');
      for (const edit of poison.mends ?? []) await pushing.board.control('POST', '/_edit', edit);
      if (poison.source?.['UNIT OF MEASURE'] === 'FURLONG')
        await updateLine(warehouse(), POISON, { 'UNIT OF MEASURE': 'PCE' });
      const last = await pushing.carry([{ line: POISON, change: 'NEW' }]);
      expect(last).toMatchObject({ status: 'PUSHED', itemsFailed: 0, subitemsFailed: 0, newFailures: 0 });
      expect(await pushing.items()).toHaveLength(20);
      await pushing.itemOf(KEY);
      expect(await failures(poison.size)).toEqual([]);
    },
  );
});

describe('lines that are all refused', () => {
  const RIGHT = { fault: 'error:USER_UNAUTHORIZED@field', status_code: 403 };
  const push = async (count: number, fault: Record<string, unknown> = RIGHT) => {
    const lines = LINES.slice(0, count);
    await insertLines(
      warehouse(),
      lines.map((n) => line(n)),
    );
    await pushing.board.control('POST', '/_faults', { script: [{ operation: 'create_item', ...fault }] });
    return pushing.push(await pushing.stage(lines.map((n) => ({ line: n, change: 'NEW' }))));
  };

  it.each([1, 3])(
    "are rejected with the board's words if there are few and the board can be read: %d",
    async (count) => {
      const { outputs, rowErrors } = await push(count);
      expect(outputs).toMatchObject({ status: 'PUSHED', pending: 0, itemsFailed: count, newFailures: count });
      expect(rowErrors).toBe(true);
      expect(await failures(undefined)).toHaveLength(count);
      expect((await messages(undefined))[0]).toMatch(/User unauthorized/);
    },
  );

  it('are not marked as failed if there are many, because the board is at fault', async () => {
    await expect(push(20)).rejects.toThrow('The board stopped the push: USER_UNAUTHORIZED');
    expect(await failures(undefined)).toEqual([]);
  });

  it.each([
    ['INTERNAL_SERVER_ERROR', 500],
    ['CODE_OF_TOMORROW', 200],
  ])(
    'with %s stay pending, because the board may be at fault; if the next push gets the same answer, they fail',
    async (code, status) => {
      const refused = push(20, { fault: `error:${code}@field`, status_code: status, message: 'It failed' });
      await expect(refused).rejects.toThrow(`The board stopped the push: ${code}, It failed. It let nothing through`);
      expect(await failures(undefined)).toEqual([]);
      const again = await pushing.push(await pushing.stage(LINES.map((n) => ({ line: n, change: 'NEW' }))));
      expect(again.outputs).toMatchObject({ status: 'PUSHED', pending: 0, itemsFailed: 20, newFailures: 20 });
      await pushing.board.control('DELETE', '/_faults');
      expect(await pushing.carry(LINES.map((n) => ({ line: n, change: 'NEW' })))).toMatchObject({ itemsCreated: 20 });
    },
  );
});

const errorsOf = (size: string | undefined, columns: string) =>
  sql(
    warehouse(),
    `SELECT ${columns} FROM dbo."ERR_MON_CustMasterSchedule${size === undefined ? '' : '_Subitems'}"
     WHERE "step" = 'push' AND "severity" = 'ERROR' AND "resolved_date" IS NULL`,
  );
const failures = (size: string | undefined) => errorsOf(size, '"line_key", "reason"');
const messages = async (size: string | undefined) =>
  (await errorsOf(size, '"error_message"')).map((row) => String(row['error_message']));
