import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { readBoard } from './board-view.js';
import { World } from './world.js';

let world: World;

beforeAll(async () => {
  world = await World.open(['TITLE 9', 'JOHNNIE O']);
}, 120_000);
afterAll(() => world.close());

const rows = () =>
  world.sql('SELECT * FROM dbo."v_order_line_status" ORDER BY "customer", "order_number", "state", "line_key"');
const counted = async (): Promise<Record<string, number>> => {
  const counts: Record<string, number> = {};
  for (const { customer, state } of await rows())
    counts[`${customer} ${state}`] = (counts[`${customer} ${state}`] ?? 0) + 1;
  return counts;
};
const edit = (assignment: string, uuid: string) =>
  world.sql(`UPDATE dbo."ORDERS_UNIFIED" SET ${assignment} WHERE "record_uuid" = @uuid`, { uuid });

// One story: each run starts where the one before it ended.
describe('the view of order lines for BI', () => {
  let uuids: string[];

  it('is empty before the first run, and shows staged lines as pending', async () => {
    expect(await rows()).toEqual([]);
    const { batches } = await world.batches('--customer', 'TITLE NINE');
    await world.expect('stage', '--batch-id', String(batches[0]?.batchId));
    expect(await counted()).toEqual({ 'TITLE NINE PENDING': 4 });
    expect((await rows())[0]).toMatchObject({ item_id: null, last_sent: null, reason: null, since: expect.any(Date) });
  }, 120_000);

  it('shows a line on the board with its item, since when, and when it was last sent', async () => {
    await world.carry();
    expect(await counted()).toEqual({ 'TITLE NINE ON_BOARD': 4, 'JOHNNIE O ON_BOARD': 1 });
    const shown = await rows();
    const items = new Map((await readBoard(world)).map(({ id, name }) => [id, name]));
    for (const { item_id, order_number, since, last_sent } of shown) {
      expect(items.get(String(item_id))).toContain(String(order_number));
      expect([since, last_sent]).toEqual([expect.any(Date), expect.any(Date)]);
    }
    uuids = shown.filter(({ customer }) => customer === 'TITLE NINE').map(({ line_key }) => String(line_key));
  }, 180_000);

  it('shows a refused line with its reason and its item, and nothing of a dry run', async () => {
    const [uuid = ''] = uuids;
    await edit(`"NOTES" = 'FOR A DRY RUN'`, uuid);
    await world.stagedBatch('--customer', 'TITLE NINE', '--dry-run');
    expect(await counted()).toMatchObject({ 'TITLE NINE ON_BOARD': 4 });
    await edit('"AAG ORDER NUMBER" = NULL', uuid);
    const batch = await world.batches('--customer', 'TITLE NINE');
    const id = String(batch.batches[0]?.batchId);
    await world.run('stage', ['--batch-id', id]);
    const failed = (await rows()).filter(({ state }) => state === 'FAILED');
    expect(failed).toEqual([
      expect.objectContaining({
        line_key: uuid,
        item_id: expect.any(String),
        reason: expect.stringMatching(/^[A-Z_]+: \S/),
      }),
    ]);
    await world.run('push', ['--batch-id', id]);
    await world.run('promote', ['--batch-id', id]);
    expect(await counted()).toEqual({ 'TITLE NINE FAILED': 1, 'TITLE NINE ON_BOARD': 3, 'JOHNNIE O ON_BOARD': 1 });
  }, 180_000);

  it('answers the query in the documentation', async () => {
    const [, query = ''] = /```sql\n([\s\S]*?)```/.exec(readFileSync('docs/data-model.md', 'utf8')) ?? [];
    const answer = await world.sql(query.replace('GREYSON', 'TITLE NINE'));
    expect(answer).toEqual([expect.objectContaining({ item_id: expect.any(String), since: expect.any(Date) })]);
  });

  it('shows a line that left the source as missing, then as deleted', async () => {
    await world.sql('DELETE FROM dbo."ORDERS_UNIFIED" WHERE "CUSTOMER NAME" = @name', { name: 'JOHNNIE O' });
    await world.expect('detect', '--customer', 'JOHNNIE O');
    expect(await counted()).toMatchObject({ 'JOHNNIE O MISSING': 1 });
    const { batches } = await world.batches('--customer', 'JOHNNIE O', '--confirm-deletes', '--allow-large-change');
    for (const task of ['stage', 'push', 'promote'] as const)
      await world.expect(task, '--batch-id', String(batches[0]?.batchId));
    const [gone] = (await rows()).filter(({ customer }) => customer === 'JOHNNIE O');
    expect(gone).toMatchObject({ state: 'DELETED', item_id: null, reason: null, last_sent: expect.any(Date) });
  }, 180_000);
});
