import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Checkpoint } from '../../../tasks/push/send/session.js';
import { insertLines, line, sql, updateLine, uuid } from '../../helpers/warehouse.js';
import { Pushing, quantities } from './pushing.js';

let pushing: Pushing;

beforeEach(async () => {
  pushing = await Pushing.open();
});
afterEach(() => pushing.close());

const warehouse = () => pushing.test.warehouse;

/** The board holds each of these lines exactly once, with its sizes and quantities. */
async function expectBoard(expected: Record<number, Record<string, string>>): Promise<void> {
  const items = await pushing.items();
  const shown = Object.fromEntries(items.map((item) => [item.values['line_key']?.text, quantities(item)]));
  expect(items).toHaveLength(Object.keys(expected).length);
  expect(shown).toEqual(Object.fromEntries(Object.entries(expected).map(([n, sizes]) => [uuid(Number(n)), sizes])));
  for (const item of items) {
    const active = item.subitems.filter(({ state }) => state === 'active');
    expect(active).toHaveLength(Object.keys(quantities(item)).length);
  }
}

const LOAD = [
  { line: 1, change: 'NEW' },
  { line: 2, change: 'NEW' },
  { line: 3, change: 'NEW' },
] as const;
const BOARD = { 1: { XS: '10', S: '20' }, 2: { OS: '7' }, 3: { M: '1', L: '2', XL: '3' } };

beforeEach(async () => {
  await insertLines(warehouse(), [line(1, { XS: 10, S: 20 }), line(2, { OS: 7 }), line(3, { M: 1, L: 2, XL: 3 })]);
});

describe('a lost answer', () => {
  it.each([
    ['create_item', 'reset'],
    ['create_item', 'resetAfterCommit'],
    ['create_item', 'partialCommit'],
    ['create_item', 'lateCommit'],
    ['create_item', 'truncated'],
    ['create_item', 'emptyBody'],
    ['create_item', 'readLag'],
    ['create_item', 'fail5xxAfterCommit'],
    ['create_item', 'refuseHtml'],
    ['create_item', 'refuse429'],
    ['create_item', 'lock423'],
    ['create_item', 'error:INTERNAL_SERVER_ERROR'],
    ['create_item', 'error:IDEMPOTENCY_CONFLICT'],
    ['create_subitem', 'resetAfterCommit'],
    ['create_subitem', 'partialCommit'],
    ['create_subitem', 'lateCommit'],
    ['create_subitem', 'reset'],
    ['create_group', 'resetAfterCommit'],
    ['create_group', 'lateCommit'],
    ['create_group', 'reset'],
  ])('of %s under %s leaves no duplicate and no gap', async (operation, fault) => {
    const batchId = await pushing.stage(LOAD);
    await pushing.board.fault(operation, fault, operation === 'create_group' ? 1 : 2);
    const { outputs } = await pushing.push(batchId);
    expect(outputs).toMatchObject({
      status: 'PUSHED',
      itemsCreated: 3,
      subitemsCreated: 6,
      itemsFailed: 0,
      pending: 0,
    });
    await expectBoard(BOARD);
    const { groups } = await pushing.board.dump();
    expect(groups).toHaveLength(2);
  });

  it.each(['reset', 'resetAfterCommit', 'lateCommit'])(
    'of an update under %s ends with the wanted values',
    async (fault) => {
      await pushing.carry(LOAD);
      await updateLine(warehouse(), 1, { S: 25, 'PO NUMBER': '4756' });
      const batchId = await pushing.stage([{ line: 1, change: 'CHANGED' }]);
      await pushing.board.fault('change_multiple_column_values', fault, 1);
      await pushing.push(batchId);
      await expectBoard({ ...BOARD, 1: { XS: '10', S: '25' } });
      expect((await pushing.itemOf(uuid(1))).values['text_mkr5ej2x']?.text).toBe('4756');
    },
  );
});

describe('a line that the board does not accept', () => {
  it('fails alone, is recorded once, and the others land', async () => {
    await updateLine(warehouse(), 2, { 'UNIT OF MEASURE': 'FURLONG' });
    const batchId = await pushing.stage(LOAD);
    const { outputs, rowErrors } = await pushing.push(batchId);
    expect(outputs).toMatchObject({
      status: 'PUSHED',
      itemsCreated: 2,
      itemsFailed: 1,
      subitemsFailed: 1,
      newFailures: 1,
    });
    expect(rowErrors).toBe(true);
    const failures = await sql(
      warehouse(),
      'SELECT "line_key", "reason", "column_name" FROM dbo."ERR_MON_CustMasterSchedule" WHERE "step" = \'push\'',
    );
    expect(failures).toEqual([{ line_key: uuid(2), reason: 'LABEL', column_name: 'UNIT OF MEASURE' }]);
  });

  it('is identified by its alias, without sending the good ones again', async () => {
    const batchId = await pushing.stage(LOAD);
    await pushing.board.fault('create_item', 'error:ColumnValueException', 2);
    const { outputs } = await pushing.push(batchId);
    expect(outputs).toMatchObject({ itemsCreated: 2, itemsFailed: 1, newFailures: 1 });
    const created = (await pushing.mutations(0)).filter((name) => name === 'create_item');
    expect(created).toHaveLength(3);
  });
});

describe('a killed push', () => {
  class Killed extends Error {}

  /** Throws at the nth moment of this name, as a kill would end the process there. */
  function killAt(moment: Parameters<Checkpoint>[0], nth: number): Checkpoint {
    let seen = 0;
    return (now) => {
      if (now === moment) seen += 1;
      if (now === moment && seen === nth) throw new Killed();
    };
  }

  it.each([
    ['begun', 1],
    ['begun', 2],
    ['begun', 3],
    ['answered', 1],
    ['answered', 2],
    ['answered', 3],
    ['recorded', 1],
    ['recorded', 2],
  ] as const)('%s for the %dth time is finished by the next', async (moment, nth) => {
    const batchId = await pushing.stage(LOAD);
    await expect(pushing.push(batchId, { checkpoint: killAt(moment, nth) })).rejects.toThrow(Killed);
    const { outputs } = await pushing.push(batchId);
    expect(outputs).toMatchObject({ status: 'PUSHED', itemsCreated: 3, subitemsCreated: 6, pending: 0 });
    await expectBoard(BOARD);
    expect(await sql(warehouse(), 'SELECT "request_id" FROM dbo."MON_Request"')).toEqual([]);
  });

  it('is finished at once where its clock ran a year ahead', async () => {
    const batchId = await pushing.stage(LOAD);
    await expect(pushing.push(batchId, { checkpoint: killAt('answered', 1) })).rejects.toThrow(Killed);
    const { clock } = pushing;
    const ahead = new Date(clock.now().getTime() + 365 * 86_400_000);
    await sql(warehouse(), 'UPDATE dbo."MON_Ledger" SET "last_sent_at" = @ahead WHERE "attempt_id" IS NOT NULL', {
      ahead,
    });
    const begun = clock.now().getTime();
    const { outputs } = await pushing.push(batchId);
    expect(outputs).toMatchObject({ status: 'PUSHED', itemsCreated: 3, pending: 0 });
    expect(clock.now().getTime() - begun).toBeLessThan(3_600_000);
    await expectBoard(BOARD);
  });

  it('may leave a size that is no longer wanted, which the next one finds and sets to 0', async () => {
    await pushing.carry(LOAD);
    await updateLine(warehouse(), 1, { M: 4 });
    const more = await pushing.stage([{ line: 1, change: 'CHANGED' }]);
    await expect(pushing.push(more, { checkpoint: killAt('answered', 1) })).rejects.toThrow(Killed);
    await updateLine(warehouse(), 1, { M: 0 });
    await pushing.carry([{ line: 1, change: 'CHANGED' }]);
    await expectBoard({ ...BOARD, 1: { XS: '10', S: '20', M: '0' } });
  });
});
