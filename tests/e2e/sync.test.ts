import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ITEMS_BOARD } from '../../local/board/shape.js';
import { customerLock, pushLock } from '../../shared/store/locks.js';
import { IN_DBO } from '../helpers/warehouse.js';
import { control, createdTwice, readBoard, requestsAfter } from './board-view.js';
import type { Environment } from './program.js';
import { until } from './until.js';
import { World } from './world.js';

const SYNC = 'local/sync';
let world: World;

beforeAll(async () => {
  world = await World.open(['TITLE 9', 'JOHNNIE O']);
});

afterAll(() => world.close());

/** As a person in a shell has it: every setting in the environment. */
function sync(args: readonly string[] = [], env: Environment = {}) {
  return world.run(SYNC, args, { ...world.env('push'), ...world.env('archive'), ...env });
}

const active = async () => (await readBoard(world)).filter(({ state }) => state === 'active');
const archived = async () => Number((await world.archiveSql('SELECT COUNT(*) AS n FROM "snapshot_archive"'))[0]?.['n']);

// One story: each run starts where the one before it ended.
describe('sync', () => {
  it('names every setting that is missing before it starts anything', async () => {
    const { code, said } = await world.run(SYNC, []);
    expect({ code, said }).toEqual({
      code: 2,
      said: expect.stringMatching(/MONDAY_API_TOKEN is missing.+ARCHIVE_URL is/),
    });
    expect(said).not.toContain('detect');
  });

  it('says in a dry run what it would do, and changes nothing', async () => {
    const { code, said } = await sync(['--dry-run']);
    expect({ code, said }).toEqual({
      code: 0,
      said: expect.stringMatching(/Dry run: 2 customers with changes, nothing was changed/),
    });
    expect(await active()).toEqual([]);
  });

  it('carries one customer, reports each step, and ends with a verdict', async () => {
    const { code, said } = await sync(['--customer', 'TITLE NINE']);
    expect({ code, said }).toEqual({
      code: 0,
      said: expect.stringMatching(/Done: 4 lines of 1 customer are on the board\./),
    });
    const steps = [
      'detect',
      'batch',
      'TITLE NINE  stage',
      'TITLE NINE  push',
      'TITLE NINE  promote',
      'TITLE NINE  archive',
    ];
    const places = steps.map((step) => said.split('\n').findIndex((line) => line.endsWith(step)));
    expect(places.every((place) => place >= 0)).toBe(true);
    expect(places).toEqual([...places].sort((a, b) => a - b));
    expect(await active()).toHaveLength(4);
    expect(await archived()).toBe(1);
  });

  it('says that there was nothing to send', async () => {
    const { code, said } = await sync(['--customer', 'TITLE NINE']);
    expect({ code, said }).toEqual({
      code: 0,
      said: expect.stringMatching(/Done: nothing to send\. 4 lines unchanged/),
    });
  });

  it('continues with the other customers and ends with 3 when a line is refused, and when it is refused again', async () => {
    await world.sql(`UPDATE dbo."ORDERS_UNIFIED" SET "S" = 1000000 WHERE "CUSTOMER NAME" = 'JOHNNIE O'`);
    const first = await sync();
    expect({ code: first.code, said: first.said }).toEqual({
      code: 3,
      said: expect.stringContaining('Done, but not whole'),
    });
    expect(first.said).toMatch(/warning: Refused .+SIZE_TOO_LARGE/);
    const held = await sync();
    expect({ code: held.code, said: held.said }).toEqual({
      code: 0,
      said: expect.stringMatching(/Held back: 1 line .+/),
    });
    const again = await sync(['--retry-failed']);
    expect({ code: again.code, said: again.said }).toEqual({
      code: 3,
      said: expect.stringContaining('Done, but not whole'),
    });
    await world.sql(`UPDATE dbo."ORDERS_UNIFIED" SET "S" = 10 WHERE "CUSTOMER NAME" = 'JOHNNIE O'`);
    expect((await sync()).code).toBe(0);
    expect(await active()).toHaveLength(5);
  });

  it('ends with 2 when the token is refused, and --resume finishes the rest', async () => {
    await world.sql(`UPDATE dbo."ORDERS_UNIFIED" SET "S" = 11 WHERE "CUSTOMER NAME" = 'JOHNNIE O'`);
    const refused = await sync([], { MONDAY_API_TOKEN: 'another' });
    expect({ code: refused.code, said: refused.said }).toEqual({
      code: 2,
      said: expect.stringMatching(/Failed: JOHNNIE O, push\./),
    });
    expect(refused.said).toContain('--resume');
    const resumed = await sync(['--resume']);
    expect({ code: resumed.code, said: resumed.said }).toEqual({
      code: 0,
      said: expect.stringMatching(/Done: 1 line of 1 customer/),
    });
    expect(resumed.said).not.toMatch(/^detect$/m);
  });

  it('leaves alone, with --resume, what another run has carried since', async () => {
    await world.sql(`UPDATE dbo."ORDERS_UNIFIED" SET "S" = "S" + 1 WHERE "CUSTOMER NAME" IN ('TITLE 9', 'JOHNNIE O')`);
    expect((await sync([], { MONDAY_API_TOKEN: 'another' })).code).toBe(2);
    expect((await sync(['--customer', 'TITLE NINE'])).code).toBe(0);
    const resumed = await sync(['--resume']);
    expect({ code: resumed.code, said: resumed.said }).toEqual({
      code: 0,
      said: expect.stringMatching(/Done: 1 line of 1 customer .+ The source was not read again\./),
    });
    expect(resumed.said).not.toMatch(/TITLE NINE|Superseded/);
  });

  it('does not tell again, with --resume, what a batch that has ended had refused', async () => {
    const size = (of: string, value: string) =>
      world.sql(`UPDATE dbo."ORDERS_UNIFIED" SET "S" = ${value} WHERE "CUSTOMER NAME" = '${of}'`);
    await size('JOHNNIE O', '1000000');
    await size('TITLE 9', '"S" + 1');
    const { batches } = await world.batches();
    const ended = batches.find(({ customer }) => customer === 'JOHNNIE O')?.batchId ?? '';
    for (const task of ['stage', 'push', 'promote', 'archive'] as const) await world.run(task, ['--batch-id', ended]);
    const resumed = await sync(['--resume']);
    expect({ code: resumed.code, said: resumed.said }).toEqual({
      code: 0,
      said: expect.stringMatching(/Done: \d+ lines? of 1 customer/),
    });
    await size('JOHNNIE O', '12');
    expect((await sync()).code).toBe(0);
  });

  it('names a command that carries a customer who was busy as well', async () => {
    await world.sql(`UPDATE dbo."ORDERS_UNIFIED" SET "S" = "S" + 1 WHERE "CUSTOMER NAME" IN ('TITLE 9', 'JOHNNIE O')`);
    const held = await world.warehouse.lock(customerLock(IN_DBO, 'TITLE NINE'), 0);
    const first = await sync([], { MONDAY_API_TOKEN: 'another' });
    await held?.release();
    expect(first.said).toMatch(/Busy: TITLE NINE/);
    const printed = /npm run sync(?: -- (.*))?$/m.exec(first.said);
    expect(printed).not.toBeNull();
    const again = await sync(printed?.[1]?.split(' ') ?? []);
    expect(again.code).toBe(0);
    expect((await world.expect('detect', '--dry-run'))['changed']).toBe(0);
  });

  it('works on several customers at a time: one is carried to its archive while another pushes, and none is sent twice', async () => {
    const have = `"CUSTOMER NAME" IN ('TITLE 9', 'JOHNNIE O') AND "S" > 0`;
    await world.sql(`UPDATE dbo."ORDERS_UNIFIED" SET "S" = "S" + 1 WHERE ${have}`);
    const [{ n: sizes } = { n: 0 }] = await world.sql(`SELECT COUNT(*) AS n FROM dbo."ORDERS_UNIFIED" WHERE ${have}`);
    // Whoever comes second to the board gets no answer to the last of its changes.
    const script = [{ operation: 'change_multiple_column_values', nth: Number(sizes), fault: 'hang' }];
    await control(world, '/_faults', { script });
    const env = { MONDAY_TIMEOUT_MS: '20000', MONDAY_SETTLE_WAIT: '2s' };
    // Both wait for the board before either has it, however long each takes to start.
    const held = await world.warehouse.lock(pushLock(ITEMS_BOARD), 0);
    const program = world.start(SYNC, [], { ...world.env('push'), ...world.env('archive'), ...env });
    for (const customer of ['TITLE NINE', 'JOHNNIE O'])
      await until(`${customer} waits`, () => program.hasSaid(`${customer}  push  Waiting for the lock push:`));
    await held?.release();
    await until('one is done', () => program.hasSaid('updated, '));
    expect((await requestsAfter(world)).some(({ fault }) => fault === 'hang')).toBe(true);
    const { code, said } = await program.ended;
    expect({ code, said }).toEqual({ code: 0, said: expect.stringMatching(/Done: \d lines of 2 customers/) });
    const at = (text: RegExp) => said.split('\n').findIndex((line) => text.test(line));
    expect(at(/^2\/2 {2}.+ {2}stage$/)).toBeLessThan(at(/^1\/2 {2}.+ {2}push$/));
    // The one is done before the other has landed.
    const [, other] = said.split('\n').flatMap((line) => /^(\S+ {2}.+): .+ updated, /.exec(line)?.[1] ?? []);
    expect(at(/: .+ updated, /)).toBeLessThan(said.split('\n').indexOf(`${other}  promote`));
    expect(await createdTwice(world)).toEqual([]);
  });

  it.each(['stage', 'push', 'promote', 'archive'])('finishes with --resume what was stopped in %s', async (task) => {
    const { sizes: before } = (await active()).at(-1) ?? { sizes: {} };
    expect(before).toBeDefined();
    await world.sql(`UPDATE dbo."ORDERS_UNIFIED" SET "S" = "S" + 1 WHERE "CUSTOMER NAME" IN ('TITLE 9', 'JOHNNIE O')`);
    const program = world.start(SYNC, [], { ...world.env('push'), ...world.env('archive') });
    await until(`${task} begins`, () => program.hasSaid(`JOHNNIE O  ${task}`));
    const { code, said } = await program.stop('SIGINT');
    expect({ code, said }).toEqual({ code: 1, said: expect.stringMatching(/Not finished: Stopped by SIGINT/) });
    // What it had started has ended before it, and holds nothing.
    for (const name of ['TITLE NINE', 'JOHNNIE O'].map((customer) => customerLock(IN_DBO, customer))) {
      const free = await world.warehouse.lock(name, 0);
      expect(free).toBeDefined();
      await free?.release();
    }
    const resumed = await sync(['--resume']);
    expect({ code: resumed.code, said: resumed.said }).toEqual({ code: 0, said: expect.stringMatching(/Done: /) });
    const last = await sync();
    expect({ code: last.code, said: last.said }).toEqual({ code: 0, said: expect.stringContaining('Done: ') });
    expect(await createdTwice(world)).toEqual([]);
    const [{ n: open } = { n: undefined }] = await world.sql(
      `SELECT COUNT(*) AS n FROM dbo."MON_BatchProcessing" WHERE "dry" = 0 AND "status" IN ('STARTED', 'STAGED', 'PUSHED')`,
    );
    expect(Number(open)).toBe(0);
  });

  it.each(['detect', 'batch', 'stage', 'push', 'promote', 'archive'])(
    'killed with -9 in %s is finished by --resume, and the board is correct',
    async (task) => {
      await world.sql(
        `UPDATE dbo."ORDERS_UNIFIED" SET "S" = "S" + 1 WHERE "CUSTOMER NAME" IN ('TITLE 9', 'JOHNNIE O')`,
      );
      const program = world.start(SYNC, [], { ...world.env('push'), ...world.env('archive') });
      const begun = ['detect', 'batch'].includes(task) ? task : `JOHNNIE O  ${task}`;
      await until(`${task} begins`, () => program.hasSaid(begun));
      expect((await program.kill()).code).toBeNull();
      // What it had started goes on for a moment without it, and may still work on a customer.
      await until('what it left is finished', async () => (await sync(['--resume'])).code === 0);
      const last = await sync();
      expect({ code: last.code, said: last.said }).toEqual({ code: 0, said: expect.stringContaining('Done: ') });
      expect(await createdTwice(world)).toEqual([]);
      const rows = await world.sql(
        `SELECT "record_uuid", "S" FROM dbo."ORDERS_UNIFIED" WHERE "CUSTOMER NAME" IN ('TITLE 9', 'JOHNNIE O') AND "S" > 0`,
      );
      const shown = new Map((await active()).map(({ key, sizes }) => [key, sizes['S']]));
      for (const { record_uuid: uuid, S } of rows) expect(shown.get(String(uuid).toLowerCase())).toBe(Number(S));
    },
  );

  it('ends with 2 and the message of detect for an unknown customer', async () => {
    const { code, said } = await sync(['--customer', 'NOBODY']);
    expect({ code, said }).toEqual({ code: 2, said: expect.stringContaining('NOBODY') });
  });
});
