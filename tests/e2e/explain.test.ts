import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { control, readBoard } from './board-view.js';
import { World } from './world.js';

let world: World;
/** A line of TITLE 9, as the source has it. */
let line: Readonly<Record<string, unknown>>;

beforeAll(async () => {
  world = await World.open(['TITLE 9', 'NORTHWIND ATHLETICS']);
  [line = {}] = await world.sql(
    `SELECT "record_uuid", "AAG ORDER NUMBER", "CUSTOMER STYLE" FROM dbo."ORDERS_UNIFIED" WHERE "CUSTOMER NAME" = 'TITLE 9' ORDER BY "record_uuid"`,
  );
  const change = (text: string) =>
    world.sql(`UPDATE dbo."ORDERS_UNIFIED" SET ${text} WHERE "record_uuid" = @uuid`, { uuid: key() });
  await change(`"PO NUMBER" = 'P-1', "AAG ORDER NUMBER" = 'ORDER-1', "CUSTOMER STYLE" = 'STYLE-1'`);
});

afterAll(() => world.close());

const key = (): string => String(line['record_uuid']).toLowerCase();
async function explain(asked: string): Promise<string> {
  const { code, said } = await world.run('detect', ['--explain', asked]);
  expect({ code, said }).toEqual({ code: 0, said });
  return said;
}

// One story of a line.
describe('detect --explain', () => {
  it.each(['ORDER-1', 'P-1', 'STYLE-1'])('finds a line that was never pushed by %s', async (asked) => {
    const said = await explain(asked);
    expect(said).toMatch(new RegExp(`^line ${key()} {2}not on a board$`, 'm'));
    expect(said).toMatch(/^ {4}order: TITLE NINE, AAG ORDER NUMBER ORDER-1, PO NUMBER P-1, /m);
    expect(said).toContain('    source: there, in scope\n    snapshot: not known: it was never pushed\n');
    expect(said).toContain('No change set that is kept names it.');
  });

  it('shows for an item id where the line is, when it was acknowledged and sent, and in which run and batch', async () => {
    const { detected, batches } = await world.carry('--customer', 'TITLE NINE');
    const item = (await readBoard(world)).find(({ name }) => name.includes('STYLE-1'));
    const said = await explain(String(item?.id));
    expect(said).toMatch(new RegExp(`^line ${key()} {2}item ${item?.id} on board \\d+$`, 'm'));
    expect(said).toMatch(/^ {4}source: there, in scope, as the board has acknowledged it$/m);
    const batch = batches[0]?.batchId;
    expect(said).toMatch(new RegExp(`^ {4}snapshot: acknowledged .+ UTC in batch ${batch}, mapping \\w+$`, 'm'));
    expect(said).toMatch(new RegExp(`^ {4}sent: last .+ UTC in batch ${batch}, answered$`, 'm'));
    expect(said).toMatch(
      new RegExp(`NEW \\(CONTENT\\).+run ${String(detected['runId'])} {2}batch ${batch} COMPLETED`, 'm'),
    );
  });

  it('shows why a line was refused, by whom, and until when it is held back', async () => {
    await world.sql(`UPDATE dbo."ORDERS_UNIFIED" SET "PO NUMBER" = 'P-2' WHERE "record_uuid" = @uuid`, { uuid: key() });
    expect(await explain('P-2')).toMatch(/source: there, in scope, different from what the board has acknowledged/);
    await control(world, '/_faults', {
      script: [{ operation: 'change_multiple_column_values', nth: 1, fault: 'error:ColumnValueException' }],
    });
    const { batches } = await world.batches('--customer', 'TITLE NINE');
    const batchId = batches[0]?.batchId ?? '';
    await world.expect('stage', '--batch-id', batchId);
    expect((await world.run('push', ['--batch-id', batchId])).code).toBe(3);
    await world.expect('promote', '--batch-id', batchId);
    await control(world, '/_faults', {});
    const said = await explain('P-2');
    expect(said).toMatch(/^ {4}refused: push \w+.*, since .+ UTC, held back until .+ UTC unless it changes$/m);
    expect(said).toMatch(/^ {8}.+\(request \S+\)$/m);
    expect(said).toContain('not acknowledged: the board does not show it as a whole');
    await world.carry('--customer', 'TITLE NINE');
    const { batches: again } = await world.batches('--customer', 'TITLE NINE');
    expect(again).toEqual([]);
  });

  it('lists the lines if several match, and shows one of them by its key', async () => {
    await world.sql(`UPDATE dbo."ORDERS_UNIFIED" SET "PO NUMBER" = 'P-2' WHERE "CUSTOMER NAME" = 'TITLE 9'`);
    const said = await explain('P-2');
    expect(said).toMatch(/^4 lines have P-2\. Say which by its line key:$/m);
    expect(said).toMatch(
      new RegExp(`^${key()} {2}TITLE NINE {2}ORDER-1 \\| P-2 \\| .+ {2}item \\d+ on board \\d+$`, 'm'),
    );
    expect(await explain(key().toUpperCase())).toMatch(new RegExp(`^line ${key()}`, 'm'));
  });

  it('says what keeps a line out of scope, and that a line has left the source', async () => {
    const [stranger = {}] = await world.sql(
      `SELECT "record_uuid" FROM dbo."ORDERS_UNIFIED" WHERE "CUSTOMER NAME" = 'NORTHWIND ATHLETICS'`,
    );
    expect(await explain(String(stranger['record_uuid']))).toContain('source: there, out of scope');
    await world.sql('DELETE FROM dbo."ORDERS_UNIFIED" WHERE "record_uuid" = @uuid', { uuid: key() });
    expect(await explain(key())).toContain('source: not there');
    await world.expect('detect');
    expect(await explain(key())).toMatch(/source: gone, first missed .+ UTC/);
  });

  it('says that nothing is known of an unknown line', async () => {
    for (const asked of ['77777', 'NOTHING', '3f1c0f5e-0d0a-5b57-9a3e-2f5f0c0b7a11'])
      expect(await explain(asked)).toMatch(new RegExp(`^Nothing is known of ${asked}: `, 'm'));
  });

  it('prints the same as JSON', async () => {
    const { said } = await world.run('detect', ['--explain', key(), '--json']);
    expect(JSON.parse(said)).toMatchObject({
      lineKeys: [key()],
      items: [{ lineKey: key(), archived: false }],
      changes: expect.arrayContaining([
        expect.objectContaining({ change: 'CHANGED', held: true }),
        expect.objectContaining({ change: 'NEW' }),
      ]),
      found: [{ lineKey: key(), customer: 'TITLE NINE', source: { state: 'gone' } }],
      failures: [{ severity: 'ERROR', step: 'push' }],
    });
  });
});
