import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { insertLines, line, sql, updateLine, uuid } from '../../helpers/warehouse.js';
import { Pushing, quantities } from './pushing.js';

let pushing: Pushing;
const LINES = Array.from({ length: 25 }, (_, index) => index + 1);
const OPENING = ['me', 'platform_api', 'version', 'boards', 'items'];
const CHANGES = ['change_multiple_column_values'];
const warehouse = () => pushing.test.warehouse;

beforeAll(async () => {
  pushing = await Pushing.open();
});
afterAll(() => pushing.close());
beforeEach(async () => {
  await pushing.startWith(LINES.map((n) => line(n, { XS: n, S: 2, 'PO NUMBER': '1' })));
  await pushing.carry(LINES.map((n) => ({ line: n, change: 'NEW' as const })));
});

/** Pushes a change of these lines, and gives the fields of each request, each once. */
async function requestsOf(lines: readonly number[], change: 'NEW' | 'CHANGED' = 'CHANGED'): Promise<string[][]> {
  const batchId = await pushing.stage(lines.map((n) => ({ line: n, change })));
  const seen = await pushing.requests();
  const { outputs } = await pushing.push(batchId);
  expect(outputs).toMatchObject({ status: 'PUSHED', itemsFailed: 0, subitemsFailed: 0, pending: 0 });
  const requests: { operations: string[] }[] = await pushing.board.log(seen);
  return requests.map(({ operations }) => [...new Set(operations)]);
}

const readsOf = (requests: readonly string[][]): string[][] =>
  requests.filter(([first = '']) => !/^(create|change|move|archive)_/.test(first));

describe('a push of a few lines that are on the board', () => {
  it('reads once and sends once when one value has changed', async () => {
    await updateLine(warehouse(), 7, { 'PO NUMBER': '2' });
    expect(await requestsOf([7])).toEqual([OPENING, CHANGES]);
    expect((await pushing.itemOf(uuid(7))).values['text_mkr5ej2x']?.text).toBe('2');
  });

  it.each([
    ['values', { 'PO NUMBER': '2' }],
    ['sizes', { S: 3 }],
    ['values and sizes', { 'PO NUMBER': '2', S: 3 }],
  ])('reads once for twenty-five lines of which %s changed', async (_, values) => {
    for (const n of LINES) await updateLine(warehouse(), n, values);
    // What is sent fits in one request, or in the two that fill the account's minute best.
    const requests = await requestsOf(LINES);
    expect(readsOf(requests)).toEqual([OPENING]);
    expect(requests.length).toBeLessThanOrEqual(3);
    const { 'PO NUMBER': po = '1', ...sizes } = values as Record<string, unknown>;
    for (const n of LINES) {
      const item = await pushing.itemOf(uuid(n));
      expect(item.values['text_mkr5ej2x']?.text).toBe(po);
      const shown = Object.fromEntries(Object.entries(sizes).map(([size, quantity]) => [size, String(quantity)]));
      expect(quantities(item)).toEqual({ XS: String(n), S: '2', ...shown });
    }
  });

  it('sends no request when the board already shows every change', async () => {
    await updateLine(warehouse(), 7, { 'PO NUMBER': '1' });
    expect(await requestsOf([7])).toEqual([]);
  });

  it('reads the labels again before it creates one', async () => {
    await updateLine(warehouse(), 7, { L: 9 });
    expect(await requestsOf([7])).toEqual([OPENING, ['boards'], ['update_dropdown_column'], ['create_subitem']]);
    expect(quantities(await pushing.itemOf(uuid(7)))).toEqual({ XS: '7', S: '2', L: '9' });
  });

  it('works without a known board of subitems, and reads it separately', async () => {
    await sql(warehouse(), 'UPDATE dbo."MON_Board" SET "subitems_board_id" = NULL');
    await updateLine(warehouse(), 7, { 'PO NUMBER': '2' });
    expect(await requestsOf([7])).toEqual([OPENING, ['boards'], CHANGES]);
    await updateLine(warehouse(), 7, { 'PO NUMBER': '3' });
    expect(await requestsOf([7])).toEqual([OPENING, CHANGES]);
  });

  it('ignores a stored board of subitems that the board does not name', async () => {
    await sql(warehouse(), 'UPDATE dbo."MON_Board" SET "subitems_board_id" = 4711');
    await updateLine(warehouse(), 7, { S: 9 });
    expect(readsOf(await requestsOf([7]))).toEqual([OPENING, ['boards']]);
    expect(quantities(await pushing.itemOf(uuid(7)))).toEqual({ XS: '7', S: '9' });
  });

  it('creates an item that a planner has archived again, after looking for it by its key', async () => {
    const { id } = await pushing.itemOf(uuid(7));
    await pushing.board.control('POST', '/_edit', { archive: id });
    await updateLine(warehouse(), 7, { 'PO NUMBER': '2' });
    const requests = await requestsOf([7]);
    expect(readsOf(requests)[1]).toEqual(['items_page_by_column_values']);
    expect(quantities(await pushing.itemOf(uuid(7)))).toEqual({ XS: '7', S: '2' });
  });

  it('creates a size that a planner has archived again', async () => {
    const { subitems } = await pushing.itemOf(uuid(7));
    await pushing.board.control('POST', '/_edit', { archive: subitems[0]?.id });
    await updateLine(warehouse(), 7, { 'PO NUMBER': '2' });
    await requestsOf([7]);
    expect(quantities(await pushing.itemOf(uuid(7)))).toEqual({ XS: '7', S: '2' });
  });
});

describe('the combined first read', () => {
  it.each([
    ['refused as a whole', 'error:REQUEST_MAX_COMPLEXITY_EXCEEDED'],
    ['lost', 'reset'],
    ['a page of a gateway', 'failHtmlAfterCommit'],
    ['refused in part', 'error:INTERNAL_SERVER_ERROR@field'],
  ])('is replaced by separate reads when it is %s', async (_, fault) => {
    await updateLine(warehouse(), 7, { 'PO NUMBER': '2', S: 9 });
    await pushing.board.fault('items', fault, 1);
    const [first, ...others] = readsOf(await requestsOf([7]));
    expect(first).toEqual(OPENING);
    expect(others.length).toBeGreaterThanOrEqual(4);
    expect(quantities(await pushing.itemOf(uuid(7)))).toEqual({ XS: '7', S: '9' });
  });

  it.each([
    ['API_TEMPORARILY_BLOCKED', 'error:API_TEMPORARILY_BLOCKED'],
    ['COMPLEXITY_BUDGET_EXHAUSTED', 'error:COMPLEXITY_BUDGET_EXHAUSTED'],
    ['a rate limit', 'refuse429'],
  ])('is sent again after %s, and not taken apart', async (_, fault) => {
    await updateLine(warehouse(), 7, { 'PO NUMBER': '2' });
    await pushing.board.fault('items', fault, 1);
    expect(await requestsOf([7])).toEqual([OPENING, OPENING, CHANGES]);
  });

  it('is replaced by separate reads when a limit keeps it back again and again', async () => {
    await updateLine(warehouse(), 7, { 'PO NUMBER': '2' });
    const script = [1, 2, 3].map((nth) => ({ operation: 'me', nth, fault: 'refuse429' }));
    await pushing.board.control('POST', '/_faults', { script });
    const reads = readsOf(await requestsOf([7]));
    expect(reads.slice(0, 3)).toEqual([OPENING, OPENING, OPENING]);
    expect(reads.length).toBeGreaterThanOrEqual(7);
  });

  it('works without the daily calls, which not every token may see', async () => {
    await updateLine(warehouse(), 7, { 'PO NUMBER': '2' });
    await pushing.board.fault('platform_api', 'error:USER_UNAUTHORIZED@field', 1);
    expect(await requestsOf([7])).toEqual([OPENING, CHANGES]);
  });

  it('is not used in a first load, for more than twenty-five lines, or while a send is open', async () => {
    await insertLines(warehouse(), [line(26, { XS: 1 })]);
    expect((await requestsOf([26], 'NEW'))[0]).toEqual(['me', 'platform_api', 'version']);
    for (const n of [...LINES, 26]) await updateLine(warehouse(), n, { 'PO NUMBER': '2' });
    expect((await requestsOf([...LINES, 26]))[0]).toEqual(['me', 'platform_api', 'version']);
    await sql(warehouse(), `UPDATE dbo."MON_Ledger" SET "operation" = 'change' WHERE "ledger_key" = @key`, {
      key: uuid(7),
    });
    await updateLine(warehouse(), 7, { 'PO NUMBER': '3' });
    expect((await requestsOf([7]))[0]).toEqual(['me', 'platform_api', 'version']);
  });
});
