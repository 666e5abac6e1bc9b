import { afterAll, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { patience } from '../helpers/engine.js';
import { COLUMN, control, readBoard } from './board-view.js';
import { Drill } from './drilling.js';
import { commandsIn, everything } from './printed.js';
import type { Environment, Program } from './program.js';
import { until } from './until.js';

/** Nobody listens there. */
const CLOSED = '127.0.0.1:20999';
// Each drill is several whole runs.
jest.setTimeout(patience(240_000));
let drill: Drill;

beforeAll(async () => {
  drill = await Drill.open();
});

afterAll(() => drill.close());

beforeEach(() => drill.change());

/** A push of TITLE NINE whose first change of items was done and never answered. */
async function pushInFlight(): Promise<{ push: Program; batchId: string }> {
  const { world } = drill;
  const { batches } = await world.batches('--customer', 'TITLE NINE');
  const batchId = batches[0]?.batchId ?? '';
  await world.expect('stage', '--batch-id', batchId);
  await control(world, '/_faults', {
    script: [{ operation: 'change_multiple_column_values', nth: 1, fault: 'hangAfterCommit' }],
  });
  const push = drill.start('push', ['--batch-id', batchId]);
  await until('push has sent', async () => {
    const [row] = await world.sql('SELECT COUNT(*) AS n FROM dbo."MON_Ledger" WHERE "attempt_id" IS NOT NULL');
    return Number(row?.['n']) > 0;
  });
  return { push, batchId };
}

// An operator reads what was said, batch status and the report, and runs the commands that are printed.
describe('the documented recovery after', () => {
  it('an outage of the board', async () => {
    const { code, said } = await drill.sync({ MONDAY_API_URL: `http://${CLOSED}/v2` });
    expect({ code, said }).toEqual({ code: 1, said: expect.stringContaining(CLOSED) });
    const { words, commands } = await drill.report();
    expect(words).toMatch(
      /Operator JOHNNIE O is not finished, it is STAGED\. The board could not be read: .*ECONNREFUSED/,
    );
    expect(commands).toEqual(commandsIn(await drill.status()).sort());
    await drill.recover();
    await drill.expectRight();
  });

  it('an outage of the database', async () => {
    const url = new URL(everything(drill.world)['WAREHOUSE_URL'] ?? '');
    url.host = CLOSED;
    const { code, said } = await drill.sync({ WAREHOUSE_URL: url.href });
    expect({ code, said }).toEqual({ code: 1, said: expect.stringContaining(CLOSED) });
    const [again = ''] = commandsIn(said);
    expect((await drill.printed(again)).code).toBe(0);
    await drill.recover();
    await drill.expectRight();
  });

  it.each<[string, Environment]>([
    ['schema', { WAREHOUSE_SCHEMA: 'nowhere' }],
    ['mapping', { MAPPING_FILE: '/nowhere/mapping.yaml' }],
    ['token', { MONDAY_API_TOKEN: 'another' }],
  ])('a wrong %s', async (_, env) => {
    const { code, said } = await drill.sync(env);
    expect({ code, said }).toEqual({ code: 2, said: expect.stringContaining('Fix what is listed above') });
    const [again = ''] = commandsIn(said);
    expect((await drill.printed(again)).code).toBe(0);
    await drill.recover();
    await drill.expectRight();
  });

  it('kill -9 of push', async () => {
    const { push, batchId } = await pushInFlight();
    await push.kill();
    await control(drill.world, '/_faults', {});
    const { words, commands } = await drill.report();
    expect(words).toContain(`TITLE NINE is not finished, it is STAGED.`);
    expect(words).toContain(batchId);
    expect(commands).toEqual(commandsIn(await drill.status()).sort());
    await drill.recover();
    expect((await drill.sync()).code).toBe(0);
    await drill.expectRight();
  });

  it('a lock left by a process whose machine is gone', async () => {
    const { push, batchId } = await pushInFlight();
    push.freeze();
    try {
      await control(drill.world, '/_faults', {});
      const { code, said } = await drill.sync({ LOCK_WAIT: '1s' });
      expect({ code, said }).toEqual({ code: 1, said: expect.stringContaining('Busy: TITLE NINE.') });
      const holder = `TITLE NINE: something else worked on it, customer-orders push ${batchId} (connected since `;
      expect(await drill.status()).toContain(holder);
      const resumed = await drill.printed("npm run sync -- --customer 'TITLE NINE' --resume", { LOCK_WAIT: '1s' });
      expect(resumed).toMatchObject({
        code: 1,
        said: expect.stringMatching(
          /The lock customer:TITLE NINE was still held by customer-orders push .* after 1\.0 s\. Nothing was changed/,
        ),
      });
    } finally {
      await push.kill();
    }
    await drill.recover();
    await drill.expectRight();
  });

  it('an item archived by hand and a value overwritten', async () => {
    expect((await drill.sync()).code).toBe(0);
    const shown = async () =>
      (await readBoard(drill.world))
        .filter(({ state }) => state === 'active')
        .map(({ key, values, sizes }) => ({ key, poNumber: values[COLUMN.poNumber], sizes }));
    const before = await shown();
    const items = await readBoard(drill.world);
    const second = items.find(({ state, values }) => state === 'active' && (values[COLUMN.poNumber] ?? '') !== '');
    const first = items.find(({ state, id }) => state === 'active' && id !== second?.id);
    await control(drill.world, '/_edit', { archive: first?.id });
    await control(drill.world, '/_edit', { item: second?.id, values: { [COLUMN.poNumber]: 'BY HAND' } });
    const audit = () => drill.printed('node dist/tasks/push/index.js --audit');
    const found = await audit();
    expect(found).toMatchObject({ code: 3, outputs: { missing: expect.any(Number), edited: 1 } });
    const commands = commandsIn(found.said);
    expect(commands).toHaveLength(2);
    const runs = new Set<string>();
    for (const command of commands) {
      const { code, said } = await drill.printed(command);
      expect({ command, code, said }).toEqual({ command, code: 0, said });
      for (const run of commandsIn(said)) runs.add(run);
    }
    expect([...runs]).toEqual(['npm run sync']);
    for (const run of runs) expect((await drill.printed(run)).code).toBe(0);
    expect((await audit()).code).toBe(0);
    expect(await shown()).toEqual(before);
  });
});
