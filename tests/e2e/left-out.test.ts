import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { newUuid } from '../../shared/ground/ids.js';
import { World } from './world.js';

let world: World;

beforeAll(async () => {
  world = await World.open(['TITLE 9', 'JOHNNIE O']);
  // Out of scope: with fewer rows, one without a uuid would be more than the hundredth at which a run is refused.
  for (let n = 0; n < 250; n++)
    await world.sql(`INSERT INTO dbo."ORDERS_UNIFIED" ("record_uuid", "CUSTOMER NAME") VALUES (@uuid, 'NOBODY')`, {
      uuid: newUuid(),
    });
});
afterAll(() => world.close());

const sync = () => world.run('local/sync', [], { ...world.env('push'), ...world.env('archive') });
const status = async () => (await world.run('batch', ['status'])).said;

describe('a row that loses its uuid', () => {
  const LEFT_OUT = /1 row of the source is left out, because its uuid is missing, malformed or in another row too/;

  it('is told of by sync, watch, status and doctor in every run until it has one again', async () => {
    expect((await sync()).code).toBe(0);
    const [row] = await world.sql(
      `SELECT "record_uuid" AS "uuid", "AAG ORDER NUMBER" AS "order" FROM dbo."ORDERS_UNIFIED" WHERE "CUSTOMER NAME" = 'JOHNNIE O'`,
    );
    const [uuid, order] = [String(row?.['uuid']), String(row?.['order'])];
    await world.sql(`UPDATE dbo."ORDERS_UNIFIED" SET "record_uuid" = NULL WHERE "record_uuid" = @uuid`, { uuid });
    for (const run of ['first', 'second']) {
      const ended = await sync();
      expect({ run, code: ended.code, said: ended.said }).toEqual({
        run,
        code: 3,
        said: expect.stringMatching(LEFT_OUT),
      });
      expect(ended.said).toMatch(/Done, but not whole: see above/);
      expect(ended.said).not.toMatch(/--held/);
      const listed = await world.run('batch', ['report', '--csv', '--output', '-']);
      expect(listed.said).toContain(order);
      const watched = await world.run('batch', ['watch']);
      expect(watched.outputs['checks']).toEqual(expect.arrayContaining(['unsound']));
      const said = await status();
      expect(said).toMatch(LEFT_OUT);
      expect(said).toMatch(/somebody has to look at what is named above\.$/);
    }
    expect((await world.run('doctor', [])).said).toMatch(LEFT_OUT);
    await world.sql(`UPDATE dbo."ORDERS_UNIFIED" SET "record_uuid" = @uuid WHERE "record_uuid" IS NULL`, { uuid });
    expect((await sync()).code).toBe(0);
    expect(await status()).toMatch(/Nothing needs attention\.$/);
  });
});
