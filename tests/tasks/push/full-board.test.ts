import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { insertLines, line, sql, updateLine, uuid } from '../../helpers/warehouse.js';
import { Pushing, quantities } from './pushing.js';

let pushing: Pushing;
const warehouse = () => pushing.test.warehouse;

beforeEach(async () => {
  pushing = await Pushing.open();
  await insertLines(warehouse(), [line(1, { XS: 10, S: 20 }), line(2, { OS: 7 }), line(3), line(4, { M: 4 })]);
  await pushing.carry([
    { line: 1, change: 'NEW' },
    { line: 2, change: 'NEW' },
  ]);
});
afterEach(() => pushing.close());

describe('a full board', () => {
  const CHANGES = [
    { line: 1, change: 'CHANGED' },
    { line: 2, change: 'DELETED' },
    { line: 3, change: 'NEW' },
    { line: 4, change: 'NEW' },
  ] as const;

  beforeEach(async () => {
    await pushing.board.limits({ itemsLimit: 2 });
    await updateLine(warehouse(), 1, { S: 25, NOTES: 'changed', 'CUSTOMER SEASON': '2026 SPRING' });
    await sql(warehouse(), 'DELETE FROM dbo."ORDERS_UNIFIED" WHERE "record_uuid" = @uuid', { uuid: uuid(2) });
  });

  it('accepts changes, sizes, moves and archivings, while new lines wait', async () => {
    const batchId = await pushing.stage(CHANGES);
    const { outputs, rowErrors } = await pushing.push(batchId);
    expect(outputs).toMatchObject({
      status: 'PARTIAL',
      reason: 'BOARD_FULL',
      itemsWaiting: 2,
      itemsLimit: 2,
      itemsUpdated: 1,
      itemsArchived: 1,
      itemsCreated: 0,
      itemsFailed: 0,
      newFailures: 0,
    });
    expect(rowErrors).toBe(false);
    const item = await pushing.itemOf(uuid(1));
    expect(quantities(item)).toEqual({ XS: '10', S: '25' });
    expect(await pushing.groupOf(item)).toBe('GREYSON 2026 SPRING');
    expect((await pushing.promote(batchId)).outputs).toMatchObject({ status: 'PARTIAL', promoted: 2, failed: 0 });
  });

  it('accepts the waiting lines when there is room, up to the limit', async () => {
    const batchId = await pushing.stage(CHANGES);
    await pushing.push(batchId);
    expect((await pushing.push(batchId)).outputs).toMatchObject({ itemsWaiting: 1, itemsCreated: 1 });
    await pushing.board.limits({ itemsLimit: 10 });
    const { outputs } = await pushing.push(batchId);
    expect(outputs).toMatchObject({ status: 'PUSHED', itemsCreated: 2, subitemsCreated: 1, pending: 0 });
    expect(outputs).not.toHaveProperty('reason');
    expect((await pushing.promote(batchId)).outputs).toMatchObject({ status: 'COMPLETED' });
  });

  it('that is noticed only when a create is refused also makes new lines wait', async () => {
    const batchId = await pushing.stage(CHANGES.slice(0, 3));
    await pushing.board.limits({ itemsLimit: 10 });
    const faults = { script: [{ operation: 'create_item', fault: 'error:ItemsLimitationException@field' }] };
    await pushing.board.control('POST', '/_faults', faults);
    const { outputs } = await pushing.push(batchId);
    expect(outputs).toMatchObject({ reason: 'BOARD_FULL', itemsWaiting: 1, itemsUpdated: 1, itemsArchived: 1 });
    const asked = (await pushing.mutations(0)).filter((name) => name === 'create_item');
    expect(asked).toHaveLength(3);
  });
});

describe('a line whose item is refused', () => {
  const CHANGED = [{ line: 1, change: 'CHANGED' }] as const;

  async function expectUntouchedSizes(): Promise<void> {
    const batchId = await pushing.stage(CHANGED);
    const { outputs } = await pushing.push(batchId);
    expect(outputs).toMatchObject({ status: 'PUSHED', itemsFailed: 1, subitemsFailed: 2, newFailures: 1 });
    expect(quantities(await pushing.itemOf(uuid(1)))).toEqual({ XS: '10', S: '20' });
    expect((await pushing.promote(batchId)).outputs).toMatchObject({ promoted: 0, failed: 1 });
    const reasons = await sql(
      warehouse(),
      `SELECT DISTINCT "stg_error_message" AS text FROM dbo."STG_MON_CustMasterSchedule_Subitems" WHERE "batch_id" = @id`,
      { id: batchId },
    );
    expect(reasons).toEqual([{ text: 'ITEM_REFUSED: Its item was not brought to its state; see the line.' }]);
  }

  it('because of a label keeps its sizes, even when it is cancelled', async () => {
    await updateLine(warehouse(), 1, { 'ORDER TYPE': 'CANCELLED', 'UNIT OF MEASURE': 'FURLONG' });
    await expectUntouchedSizes();
  });

  it('by the board keeps its sizes, and is sent with all of them when the board accepts it', async () => {
    await updateLine(warehouse(), 1, { 'ORDER TYPE': 'CANCELLED', NOTES: 'changed' });
    const fault = { operation: 'change_multiple_column_values', fault: 'error:ColumnValueException@field' };
    await pushing.board.control('POST', '/_faults', { script: [fault] });
    await expectUntouchedSizes();
    await pushing.board.control('DELETE', '/_faults');
    expect(await pushing.carry(CHANGED)).toMatchObject({ itemsUpdated: 1, subitemsUpdated: 2 });
    expect(quantities(await pushing.itemOf(uuid(1)))).toEqual({ XS: '0', S: '0' });
  });

  it('because of its group keeps its sizes', async () => {
    await updateLine(warehouse(), 1, { S: 25, 'CUSTOMER SEASON': 'NEW ONE' });
    const fault = { operation: 'create_group', fault: 'error:InvalidArgumentException@field' };
    await pushing.board.control('POST', '/_faults', { script: [fault] });
    await expectUntouchedSizes();
  });

  it('may have been written in part, so the next push sends every value again', async () => {
    await updateLine(warehouse(), 1, { NOTES: 'changed', 'PO NUMBER': '4756' });
    const fault = {
      operation: 'change_multiple_column_values',
      fault: 'error:ColumnValueException@field',
      after: true,
    };
    await pushing.board.control('POST', '/_faults', { script: [fault] });
    await pushing.carry(CHANGED);
    await pushing.board.control('DELETE', '/_faults');
    // Back to what the board had acknowledged: by the ledger alone nothing would be left to send.
    await updateLine(warehouse(), 1, { NOTES: null, 'PO NUMBER': null });
    await pushing.carry(CHANGED);
    const { values } = await pushing.itemOf(uuid(1));
    expect([values['text_mkr5ej2x']?.text ?? '', values['long_text_mkr5hass']?.text ?? '']).toEqual(['', '']);
  });
});
