import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Change } from '../../../shared/store/states.js';
import { deleteLine, insertLines, line, sql, updateLine, uuid } from '../../helpers/warehouse.js';
import { type BoardItem, Pushing, quantities } from './pushing.js';

const LINES = Array.from({ length: 20 }, (_, n) => n + 1);
const LOAD = LINES.map((n) => ({ line: n, change: 'NEW' as const }));
/** The place of the poisoned line among the others, and a text that only its mutations carry. */
const POISON = 7;
const MARK = 'POISON';
const KEY = uuid(POISON);
const QUANTITY = 'numeric_mkra7j8e';

type Fault = Readonly<Record<string, unknown>>;

interface Poison {
  kind: string;
  /** What all lines become in the source; null: they are deleted. */
  source: Record<string, string | number> | null;
  /** What the poisoned one becomes beside that. */
  own?: Record<string, string | number>;
  edits?: readonly Fault[];
  mends?: readonly Fault[];
  faults: (item: BoardItem) => readonly Fault[];
  reason: string;
  words: RegExp;
  size?: string;
}

const onSize = (item: BoardItem): string => item.subitems[0]?.id ?? '';
const change = (id: string, error: Fault): Fault[] => [
  { operation: 'change_multiple_column_values', value: id, ...error },
];

const POISONS: readonly Poison[] = [
  {
    kind: 'a value of an item',
    source: { NOTES: 'changed' },
    faults: ({ id }) => change(id, { fault: 'error:ColumnValueException@field', message: 'not this text' }),
    reason: 'ColumnValueException',
    words: /not this text/,
  },
  {
    kind: 'a change, with a code that nobody has listed',
    source: { NOTES: 'changed' },
    faults: ({ id }) => change(id, { fault: 'error:CODE_OF_TOMORROW@field', status_code: 451, message: 'not today' }),
    reason: 'CODE_OF_TOMORROW',
    words: /not today/,
  },
  {
    kind: 'a column that the user may not write to, for one item',
    source: { NOTES: 'changed' },
    faults: ({ id }) => change(id, { fault: 'error:USER_UNAUTHORIZED@field', status_code: 403 }),
    reason: 'USER_UNAUTHORIZED',
    words: /User unauthorized/,
  },
  {
    kind: 'a group to which one item is to move',
    source: { 'CUSTOMER SEASON': '2026 SPRING' },
    own: { 'CUSTOMER SEASON': MARK },
    faults: () => [{ operation: 'create_group', value: `GREYSON ${MARK}`, fault: 'error:CODE_OF_TOMORROW@field' }],
    reason: 'GROUP',
    words: /group "GREYSON POISON" of season POISON was refused with CODE_OF_TOMORROW/,
  },
  {
    kind: 'the move of one item',
    source: { 'CUSTOMER SEASON': '2026 SPRING' },
    faults: ({ id }) => [{ operation: 'move_item_to_group', value: id, fault: 'error:DATA_VALIDATIONS_ERROR@field' }],
    reason: 'DATA_VALIDATIONS_ERROR',
    words: /data_validation_error/,
  },
  {
    kind: 'the archiving of one item',
    source: null,
    faults: ({ id }) => [
      {
        operation: 'archive_item',
        value: id,
        fault: 'error:CODE_OF_TOMORROW@field',
        status_code: 409,
        message: 'kept',
      },
    ],
    reason: 'CODE_OF_TOMORROW',
    words: /kept/,
  },
  {
    kind: 'the quantity of one size',
    source: { S: 9 },
    faults: (item) => change(onSize(item), { fault: 'error:DATA_VALIDATIONS_ERROR@field', status_code: 422 }),
    reason: 'DATA_VALIDATIONS_ERROR',
    words: /data_validation_error/,
    size: 'S',
  },
  {
    kind: 'a rule that a planner has given the quantity',
    source: { S: 9 },
    own: { S: 10 },
    edits: [{ column: QUANTITY, board: 'subitems', rule: { atMost: 9 } }],
    mends: [{ column: QUANTITY, board: 'subitems', rule: null }],
    faults: () => [],
    reason: 'DATA_VALIDATIONS_ERROR',
    words: /must be at most \[9\]/,
    size: 'S',
  },
  {
    kind: 'the label of a new size',
    source: { S: 9, '30/30': 3 },
    own: { '30/30': 0, XL: 2 },
    faults: () => [{ operation: 'update_dropdown_column', value: 'XL', fault: 'error:INVALID_INPUT@field' }],
    reason: 'LABEL',
    words: /does not take this label: INVALID_INPUT/,
    size: 'XL',
  },
  {
    kind: 'a new size with a code that nobody has listed',
    source: { XL: 2 },
    faults: () => [
      { operation: 'create_subitem', value: `${KEY}|XL`, fault: 'error:SubitemCodeOfTomorrow@field', status_code: 423 },
    ],
    reason: 'SubitemCodeOfTomorrow',
    words: /SubitemCodeOfTomorrow/,
    size: 'XL',
  },
];

let pushing: Pushing;
const warehouse = () => pushing.test.warehouse;

beforeAll(async () => {
  pushing = await Pushing.open();
});
afterAll(() => pushing.close());
beforeEach(() => {
  const tables = ['MON_Ledger', 'MON_Request', 'MON_Label', 'ORDERS_UNIFIED', 'ORDERS_UNIFIED_SNAPSHOT'];
  return pushing.startOver([...tables, 'ERR_MON_CustMasterSchedule', 'ERR_MON_CustMasterSchedule_Subitems']);
});

describe('one poisoned change among twenty', () => {
  it.each(POISONS)(
    '$kind: the others land and are promoted; the line is reported, and lands when the cause is gone',
    async ({ source, own, edits, mends, faults, reason, words, size }) => {
      await insertLines(
        warehouse(),
        LINES.map((n) => line(n, { S: 1 })),
      );
      await pushing.carry(LOAD);
      for (const n of LINES) await become(n, source, n === POISON ? own : {});
      await pushing.board.control('POST', '/_faults', { script: faults(await pushing.itemOf(KEY)) });
      for (const edit of edits ?? []) await pushing.board.control('POST', '/_edit', edit);
      const kind: Change = source === null ? 'DELETED' : 'CHANGED';
      const batchId = await pushing.stage(LINES.map((n) => ({ line: n, change: kind })));
      const { code, outputs } = await pushing.pushProgram(batchId);
      expect({ code, outputs }).toMatchObject({
        code: 3,
        outputs: { status: 'PUSHED', pending: 0, newFailures: 1 },
      });
      const promoted = await pushing.promote(batchId);
      expect(promoted.outputs).toMatchObject({ status: 'COMPLETED_WITH_ERRORS', promoted: 19, failed: 1 });
      const [failure, ...others] = await failures(size);
      expect([failure, others]).toEqual([{ line_key: KEY, reason, text: expect.stringMatching(words) }, []]);

      if (source !== null) {
        await updateLine(warehouse(), 1, { 'PO NUMBER': 'later' });
        expect(await pushing.carry([{ line: 1, change: 'CHANGED' }])).toMatchObject({
          itemsUpdated: 1,
          newFailures: 0,
        });
      }

      await pushing.board.control('DELETE', '/_faults');
      for (const edit of mends ?? []) await pushing.board.control('POST', '/_edit', edit);
      const last = await pushing.carry([{ line: POISON, change: kind }]);
      expect(last).toMatchObject({ status: 'PUSHED', itemsFailed: 0, subitemsFailed: 0, newFailures: 0 });
      expect(await failures(size)).toEqual([]);
      expect(await pushing.items()).toHaveLength(source === null ? 0 : LINES.length);
      if (size === undefined) return;
      const wanted = String({ ...source, ...own }[size]);
      expect(quantities(await pushing.itemOf(KEY))[size]).toBe(wanted);
    },
  );
});

async function become(n: number, source: Poison['source'], own: Poison['own']): Promise<void> {
  if (source === null) await deleteLine(warehouse(), n);
  else await updateLine(warehouse(), n, { ...source, ...own });
}

const failures = (size: string | undefined) =>
  sql(
    warehouse(),
    `SELECT "line_key", "reason", "error_message" AS text
     FROM dbo."ERR_MON_CustMasterSchedule${size === undefined ? '' : '_Subitems'}"
     WHERE "step" = 'push' AND "severity" = 'ERROR' AND "resolved_date" IS NULL`,
  );
