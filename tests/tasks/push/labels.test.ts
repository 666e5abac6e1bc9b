import { setImmediate } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { revisionOf } from '../../../local/board/column-writer.js';
import { insertLines, line, sql, uuid } from '../../helpers/warehouse.js';
import { ITEMS, SUBITEMS } from '../../local/board/board.js';
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

function columnOf(board: string, id: string) {
  const found = pushing.board.board.account.store.state.board(board).columns.get(id);
  if (found === undefined) throw new Error(`The board has no column ${id}.`);
  return found;
}
const column = (id: string) => columnOf(ITEMS, id);
const columnOfBoard = () => column(DELIVERY_TERMS);

describe('a dropdown with no room for labels', () => {
  beforeEach(async () => {
    const terms = (n: number, text: string) => line(n, { OS: n, 'DELIVERY TERMS': text });
    await insertLines(pushing.test.warehouse, [terms(1, 'TERM 7'), terms(2, 'FOB LISBON'), terms(3, 'FOB PORTO')]);
  });

  it('fails the lines that need a new one, and no others', async () => {
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

  it('gives its last place to one of two lines that need one', async () => {
    await fill(1);
    const batchId = await pushing.stage([2, 3].map((n) => ({ line: n, change: 'NEW' as const })));
    const { outputs } = await pushing.push(batchId);
    expect(outputs).toMatchObject({ status: 'PUSHED', itemsCreated: 1, itemsFailed: 1, pending: 0 });
    expect(columnOfBoard().labels).toHaveLength(MOST_LABELS);
  });
});

const COLOR = 'dropdown_mkr5677f';
const UNIT = 'color_mkr5yf27';

const coloured = (n: number, colour: string) => line(n, { OS: n, 'CUSTOMER COLOUR DESCRIPTION': colour });
const load = (...lines: number[]) => lines.map((n) => ({ line: n, change: 'NEW' as const }));
const colourOf = async (n: number) => (await pushing.itemOf(uuid(n))).values[COLOR]?.text;
const labelFailures = () =>
  sql(
    pushing.test.warehouse,
    'SELECT "line_key", "reason", "error_message" FROM dbo."ERR_MON_CustMasterSchedule" WHERE "step" = \'push\' ORDER BY "line_key"',
  );
const script = (...entries: object[]) => pushing.board.control('POST', '/_faults', { script: entries });

describe('a label that the board refuses', () => {
  beforeEach(async () => {
    const colours = ['NAVY', 'POISON', 'GREEN', 'PINK', 'TEAL'];
    await insertLines(
      pushing.test.warehouse,
      colours.map((colour, index) => coloured(index + 1, colour)),
    );
  });

  it.each([
    ['error:ColumnValueException@field', 'ColumnValueException'],
    ['error:INVALID_INPUT@field', 'INVALID_INPUT'],
    ['error:Bad request', 'Bad request'],
    ['error:INTERNAL_SERVER_ERROR@field', 'INTERNAL_SERVER_ERROR'],
  ])('fails the line that needs it, and no others (%s)', async (fault, code) => {
    await script({ operation: 'update_dropdown_column', value: 'POISON', fault, message: 'Not this one' });
    const { outputs } = await pushing.push(await pushing.stage(load(1, 2, 3, 4, 5)));
    expect(outputs).toMatchObject({ status: 'PUSHED', itemsCreated: 4, itemsFailed: 1, newFailures: 1, pending: 0 });
    const failures = await labelFailures();
    expect(failures).toMatchObject([{ line_key: uuid(2), reason: 'LABEL' }]);
    expect(failures[0]?.['error_message']).toContain(`does not take this label: ${code}, Not this one`);
    expect(await colourOf(5)).toBe('TEAL');

    await pushing.board.control('DELETE', '/_faults');
    expect((await pushing.push(await pushing.stage(load(2)))).outputs).toMatchObject({
      itemsCreated: 1,
      itemsFailed: 0,
    });
    expect(await colourOf(2)).toBe('POISON');
  });

  it('because it consists of emoji fails the line that needs it, and no others', async () => {
    await insertLines(pushing.test.warehouse, [coloured(6, '🔥🔥')]);
    const { outputs } = await pushing.push(await pushing.stage(load(1, 3, 6)));
    expect(outputs).toMatchObject({ status: 'PUSHED', itemsCreated: 2, itemsFailed: 1, newFailures: 1, pending: 0 });
    expect((await labelFailures())[0]?.['error_message']).toContain('A label needs a text');
  });

  it('for longer than the maximum wait fails the line that needs it, and no others', async () => {
    const limit = { fault: 'error:FIELD_LIMIT_EXCEEDED@field', extensions: { retry_in_seconds: 1e12 } };
    await script({ operation: 'update_dropdown_column', value: 'POISON', ...limit });
    const { outputs } = await pushing.push(await pushing.stage(load(1, 2, 3, 4, 5)));
    expect(outputs).toMatchObject({ status: 'PUSHED', itemsCreated: 4, itemsFailed: 1, newFailures: 1, pending: 0 });
  });

  it('fails the lines that need a new one if the board may not be changed, and no others', async () => {
    await script({ operation: 'update_dropdown_column', value: COLOR, fault: 'error:USER_UNAUTHORIZED@field' });
    await insertLines(pushing.test.warehouse, [line(6, { OS: 1, 'CUSTOMER COLOUR DESCRIPTION': null })]);
    const { outputs } = await pushing.push(await pushing.stage(load(1, 2, 6)));
    expect(outputs).toMatchObject({ status: 'PUSHED', itemsCreated: 1, itemsFailed: 2, pending: 0 });
    expect((await labelFailures())[0]?.['error_message']).toContain('USER_UNAUTHORIZED');
  });

  it('fails the lines that need a new one of a column managed by the account, and no others', async () => {
    await pushing.board.control('POST', '/_edit', { addLabel: 'NAVY', column: COLOR });
    await pushing.board.control('POST', '/_edit', { column: COLOR, managed: true });
    const { outputs } = await pushing.push(await pushing.stage(load(1, 2)));
    expect(outputs).toMatchObject({ status: 'PUSHED', itemsCreated: 1, itemsFailed: 1, pending: 0 });
    expect((await labelFailures())[0]?.['error_message']).toContain('INVALID_ARGUMENT_EXCEPTION');
    expect(await colourOf(1)).toBe('NAVY');

    await pushing.board.control('POST', '/_edit', { column: COLOR, managed: false });
    expect((await pushing.push(await pushing.stage(load(2)))).outputs).toMatchObject({ itemsCreated: 1 });
  });

  it('is requested once per push, however many lines need it', async () => {
    // Asked a second time, the board would take it.
    await script({
      operation: 'update_dropdown_column',
      value: 'POISON',
      nth: 1,
      fault: 'error:ColumnValueException@field',
    });
    await insertLines(pushing.test.warehouse, [coloured(6, 'POISON'), coloured(7, 'POISON')]);
    const batchId = await pushing.stage(load(2, 6, 7));
    expect((await pushing.push(batchId, { waveLines: 1 })).outputs).toMatchObject({ itemsFailed: 3 });
  });
});

describe('a label that comes back with another text', () => {
  beforeEach(async () => {
    await insertLines(pushing.test.warehouse, [
      coloured(1, 'HOT RED 🔥'),
      coloured(2, 'HOT RED 🔥'),
      coloured(3, 'NAVY'),
    ]);
  });

  const labelTexts = () => column(COLOR).labels.map(({ label }) => label);

  it('is used for its lines, is not requested again, and the audit finds no difference', async () => {
    expect(await pushing.carry(load(1, 3))).toMatchObject({ itemsCreated: 2, itemsFailed: 0 });
    expect(await colourOf(1)).toBe('HOT RED');
    const batchId = await pushing.stage(load(2));
    const seen = await pushing.requests();
    await pushing.push(batchId);
    expect(await colourOf(2)).toBe('HOT RED');
    expect((await pushing.mutations(seen)).filter((name) => name === 'update_dropdown_column')).toHaveLength(1);
    expect(labelTexts().filter((text) => text?.startsWith('HOT'))).toEqual(['HOT RED']);
    expect((await pushing.audit()).outputs).toMatchObject({ edited: 0, differing: 0 });
    await pushing.board.control('POST', '/_edit', { deactivateLabel: 'HOT RED', column: COLOR });
    expect((await pushing.audit()).outputs).toMatchObject({ edited: 0, differing: 0 });
  });

  it.each(['resetAfterCommit', 'truncated', 'lateCommit'])(
    'is found although its answer was lost (%s)',
    async (fault) => {
      await script({ operation: 'update_dropdown_column', value: 'HOT RED 🔥', nth: 1, fault });
      expect(await pushing.carry(load(1))).toMatchObject({ itemsCreated: 1, itemsFailed: 0 });
      expect(await colourOf(1)).toBe('HOT RED');
      expect(labelTexts().filter((text) => text?.startsWith('HOT'))).toEqual(['HOT RED']);
    },
  );

  it('is found by the next push although the process died before reading the answer', async () => {
    const { warehouse } = pushing.test;
    const batchId = await pushing.stage(load(1));
    await script({ operation: 'update_dropdown_column', value: 'HOT RED 🔥', fault: 'hangAfterCommit' });
    const stop = new AbortController();
    const push = pushing.push(batchId, { signal: stop.signal, env: { MONDAY_TIMEOUT_MS: '1000' } });
    while ((await sql(warehouse, 'SELECT "sent_text" FROM dbo."MON_Label"')).length === 0) await setImmediate();
    while (!labelTexts().includes('HOT RED')) await setImmediate();
    stop.abort();
    await push.catch(() => undefined);
    await pushing.board.control('DELETE', '/_faults');
    expect((await pushing.push(batchId)).outputs).toMatchObject({ itemsCreated: 1, itemsFailed: 0 });
    expect(await colourOf(1)).toBe('HOT RED');
    expect(labelTexts().filter((text) => text?.startsWith('HOT'))).toEqual(['HOT RED']);
  });
});

describe('a deactivated label', () => {
  it('is activated again if the mapping allows new labels', async () => {
    await insertLines(pushing.test.warehouse, [coloured(1, 'NAVY'), coloured(2, 'NAVY')]);
    await pushing.carry(load(1));
    await pushing.board.control('POST', '/_edit', { deactivateLabel: 'NAVY', column: COLOR });
    expect((await pushing.push(await pushing.stage(load(2)))).outputs).toMatchObject({
      itemsCreated: 1,
      itemsFailed: 0,
    });
    expect(await colourOf(2)).toBe('NAVY');
    expect(column(COLOR).labels.filter(({ label }) => label === 'NAVY')).toMatchObject([{ is_deactivated: false }]);
  });

  it('fails its line, with that reason, if the mapping does not', async () => {
    await insertLines(pushing.test.warehouse, [line(1, { OS: 1 })]);
    await pushing.board.control('POST', '/_edit', { deactivateLabel: 'PCE', column: UNIT });
    expect((await pushing.push(await pushing.stage(load(1)))).outputs).toMatchObject({ itemsFailed: 1 });
    expect((await labelFailures())[0]?.['error_message']).toContain('has this label, but deactivated');
  });
});

describe('unreadable label settings', () => {
  /** In a form that nobody has agreed on. */
  const spoil = (board: string, id: string) => {
    const { settings } = columnOf(board, id);
    settings['deactivated_labels'] = 'none';
    return () => delete settings['deactivated_labels'];
  };

  beforeEach(() => insertLines(pushing.test.warehouse, [line(1, { OS: 1 })]));

  it.each([
    ['the items', ITEMS, COLOR],
    ['the subitems', SUBITEMS, 'dropdown_mkrak7qp'],
  ])('of a column of %s end push before it sends anything, and are never read as "no labels"', async (_, board, id) => {
    const mend = spoil(board, id);
    const batchId = await pushing.stage(load(1));
    await expect(pushing.push(batchId)).rejects.toMatchObject({
      code: 'LABELS_UNREADABLE',
      message: expect.stringContaining(`"${columnOf(board, id).title}" (${id}) cannot be read`),
    });
    expect(await pushing.mutations(0)).toEqual([]);
    expect(await labelFailures()).toEqual([]);
    mend();
    expect((await pushing.push(batchId)).outputs).toMatchObject({ itemsCreated: 1, subitemsFailed: 0 });
  });

  it('do not matter in a column that the mapping does not send', async () => {
    const { columns } = pushing.board.board.account.store.state.board(ITEMS);
    columns.set('dropdown_of_theirs', { ...column(COLOR), id: 'dropdown_of_theirs', title: 'THEIRS', settings: {} });
    spoil(ITEMS, 'dropdown_of_theirs');
    expect((await pushing.push(await pushing.stage(load(1)))).outputs).toMatchObject({ itemsCreated: 1 });
  });
});
