import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { line, sql } from '../../helpers/warehouse.js';
import { Pushing } from './pushing.js';

const ORDER = 'text_mkr5wya6';
const LINES = [1, 2, 3] as const;
const LOAD = LINES.map((n) => ({ line: n, change: 'NEW' as const }));

let pushing: Pushing;
const warehouse = () => pushing.test.warehouse;

beforeAll(async () => {
  pushing = await Pushing.open();
});
afterAll(() => pushing.close());
beforeEach(async () => {
  await pushing.startWith(LINES.map((n) => line(n, { S: n })));
});
afterEach(() => pushing.board.control('DELETE', '/_faults'));

async function byHand(name: string, values: Record<string, unknown>): Promise<string> {
  return (await pushing.board.control('POST', '/_edit', { create: { name, values } })).json.id;
}

describe('the first load of a customer', () => {
  it.each([
    ['in another case', 'gre-00002'],
    ['with other blanks', ' GRE-00002  '],
  ])('is refused if an item without our key shows one of its orders %s', async (_, shown) => {
    const id = await byHand('old', { [ORDER]: shown });
    const batchId = await pushing.stage(LOAD);
    const refused = `already holds 1 items with order numbers of this customer and without our key, the first being item ${id}`;
    await expect(pushing.push(batchId)).rejects.toThrow(refused);
    expect(await pushing.mutations(0)).toEqual([]);
  });

  it('is refused if the board does not tell what an item without our key shows, and carried once it is ours', async () => {
    const hidden = await byHand('old', {});
    const refusal = { fault: 'error:USER_UNAUTHORIZED@field', status_code: 403 };
    await pushing.board.control('POST', '/_faults', {
      script: [
        { operation: 'boards', below: [0, 'items_page', 'items', 0, 'column_values'], ...refusal },
        { operation: 'items', value: hidden, below: [0], ...refusal },
      ],
    });
    const batchId = await pushing.stage(LOAD);
    const said = `1 items without our key could not be read (USER_UNAUTHORIZED), the first being item ${hidden}`;
    const { lines } = await pushing.push(batchId, { dryRun: true });
    expect(lines?.at(-1)).toContain(`refused   ${said}`);
    await expect(pushing.push(batchId)).rejects.toMatchObject({ code: 'ITEMS_UNREADABLE' });
    await expect(pushing.push(batchId)).rejects.toThrow(said);
    expect(await pushing.mutations(0)).toEqual([]);
    await sql(
      warehouse(),
      `INSERT INTO dbo."MON_Ledger" ("board_id", "kind", "ledger_key", "size", "monday_id", "updated_at")
       VALUES (@board, 'item', 'elsewhere', '', @id, @now)`,
      { board: 9200517329, id: Number(hidden), now: new Date() },
    );
    expect((await pushing.push(batchId)).outputs).toMatchObject({ status: 'PUSHED', itemsCreated: 3 });
  });

  it('reads the items without our key alone, however many the board has', async () => {
    for (let n = 0; n < 600; n++) await pushing.board.item(`line ${n}`, { line_key: `key-${n}` });
    await byHand('Call the mill', { [ORDER]: 'ANOTHER-1' });
    const batchId = await pushing.stage(LOAD);
    const seen = await pushing.requests();
    await pushing.push(batchId);
    const requests: { operations: string[] }[] = await pushing.board.log(seen);
    expect(requests.flatMap(({ operations }) => operations)).not.toContain('next_items_page');
    expect(await pushing.items()).toHaveLength(604);
  });
});

describe('a later push of a customer', () => {
  it('does not read the items without our key', async () => {
    await pushing.carry(LOAD.slice(0, 2));
    await byHand('old', { [ORDER]: 'GRE-00003' });
    const refusal = { fault: 'error:USER_UNAUTHORIZED@field', status_code: 403 };
    await pushing.board.control('POST', '/_faults', {
      script: [{ operation: 'boards', below: [0, 'items_page'], ...refusal }],
    });
    expect(await pushing.carry(LOAD.slice(2))).toMatchObject({ status: 'PUSHED', itemsCreated: 1 });
  });
});
