import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { control, readBoard } from './board-view.js';
import { CALM, commandsIn, everything, runPrinted } from './printed.js';
import type { Environment } from './program.js';
import { World } from './world.js';

let world: World;

beforeAll(async () => {
  world = await World.open(['TITLE 9', 'GREYSON CLOTHIERS']);
});

afterAll(() => world.close());

const sync = (args: readonly string[] = [], env: Environment = {}) =>
  world.run('local/sync', args, { ...everything(world), ...env });

async function status(): Promise<string> {
  const { code, said } = await world.run('batch', ['status']);
  expect({ code, said }).toEqual({ code: 0, said: expect.any(String) });
  return said;
}

async function runAll(said: string): Promise<void> {
  const commands = commandsIn(said);
  expect(commands.length).toBeGreaterThan(0);
  for (const command of commands) {
    const { code, said: told } = await runPrinted(world, command);
    expect({ command, code, told }).toEqual({ command, code: 0, told });
  }
}

const active = async () => (await readBoard(world)).filter(({ state }) => state === 'active').length;

// One story: after each fault, what status prints is done as it is printed.
describe('batch status', () => {
  it('says before the first run that there is none, and how to start one', async () => {
    const said = await status();
    expect(said).toMatch(/^Last run {2}none yet/);
    await runAll(said);
    expect(await active()).toBe(75);
    expect(await status()).toMatch(CALM);
  });

  it('says when everything was on the board, on a screen of eighty columns', async () => {
    const said = await status();
    expect(said).toMatch(/^Board {5}everything was on it .+ ago \(.+ UTC\) \(run [0-9a-f]{8}\)$/m);
    expect(said.split('\n').length).toBeLessThan(20);
  });

  it('names a batch that a refused token left open, with the error and the command that finishes it', async () => {
    await world.sql(`UPDATE dbo."ORDERS_UNIFIED" SET "S" = 12 WHERE "CUSTOMER NAME" = 'TITLE 9'`);
    expect((await sync([], { MONDAY_API_TOKEN: 'lost' })).code).toBe(2);
    const said = await status();
    expect(said).toMatch(/^Open {6}TITLE NINE, batch \S+ is STAGED, made .+token/m);
    expect(said).toMatch(/Not finished: something is open\.$/);
    await runAll(said);
    expect(await status()).toMatch(CALM);
  });

  it('names customers whose changes have no batch yet, and the command that makes one', async () => {
    await world.sql(`UPDATE dbo."ORDERS_UNIFIED" SET "S" = 13 WHERE "CUSTOMER NAME" = 'TITLE 9'`);
    await world.expect('detect');
    const said = await status();
    expect(said).toMatch(/1 customer had changes/);
    expect(said).toMatch(/^Open {6}no batch was made yet of the changes of 1 customer: TITLE NINE$/m);
    expect(said).toMatch(/Not finished: something is open\.$/);
    await runAll(said);
    await runAll(await status());
    expect(await status()).toMatch(CALM);
  });

  it('takes up anew what was staged by another mapping, which would be refused again', async () => {
    await world.sql(`UPDATE dbo."ORDERS_UNIFIED" SET "S" = 14 WHERE "CUSTOMER NAME" = 'TITLE 9'`);
    await world.stagedBatch();
    await world.sql(`UPDATE dbo."MON_BatchProcessing" SET "staged_as" = 'other' WHERE "status" = 'STAGED'`);
    const refused = await sync(['--resume']);
    expect(refused.code).toBe(2);
    expect(refused.said).toMatch(/then run again\.\n {2}\S.*sync\b/);
    expect(refused.said).not.toMatch(/--resume\s*$/);
    const said = await status();
    expect(said).toMatch(/To take its lines up by the present mapping:$/m);
    await runAll(said);
    expect(await status()).toMatch(CALM);
  });

  it('restores an archive again whose batch another mapping staged or whose lines were refused, because runs leave its customer out', async () => {
    const list = await world.run('archive', ['list', '--json', '--customer', 'TITLE NINE']);
    const [first] = JSON.parse(list.said.split('\n').find((text) => text.startsWith('[')) ?? '[]') as { id: number }[];
    const args = ['restore', '--archive-id', String(first?.id)];
    const batch = ['--batch-id', String((await world.expect('archive', ...args))['batchId'])];
    await world.expect('stage', ...batch);
    await world.sql(`UPDATE dbo."MON_BatchProcessing" SET "staged_as" = 'other' WHERE "status" = 'STAGED'`);
    expect(await world.run('push', batch)).toMatchObject({
      code: 2,
      said: expect.stringContaining(`or restore archive ${first?.id} again, which`),
    });
    const said = await status();
    expect(commandsIn(said)).toEqual([expect.stringContaining(args.join(' '))]);
    await runAll(said);
    await control(world, '/_faults', {
      script: [{ operation: 'change_multiple_column_values', nth: 1, fault: 'error:ColumnValueException' }],
    });
    const [resume = ''] = commandsIn(await status());
    expect((await runPrinted(world, resume)).code).toBe(3);
    await control(world, '/_faults', {});
    const held = await status();
    expect(held).toMatch(/^Held {6}TITLE NINE: /m);
    expect(commandsIn(held)).toEqual([expect.stringContaining(args.join(' '))]);
    const { said: refused } = await world.run('batch', ['list', '--held']);
    expect(refused).toMatch(/^TITLE NINE .+, not tried again while the customer is restored/m);
    await runAll(held);
    await runAll(await status());
    const after = await status();
    expect(after).toMatch(/^Open {6}none$/m);
    expect(after).toMatch(/^Held {6}none$/m);
    expect(await world.expect('archive', ...args, '--dry-run')).toMatchObject({ lines: 0 });
    await sync(['--customer', 'TITLE NINE', '--allow-large-change']);
    expect(await status()).toMatch(CALM);
  });

  it('names refused lines, and the command that retries them', async () => {
    await world.sql(`UPDATE dbo."ORDERS_UNIFIED" SET "PO NUMBER" = '77' WHERE "CUSTOMER NAME" = 'TITLE 9'`);
    await control(world, '/_faults', {
      script: [{ operation: 'change_multiple_column_values', nth: 1, fault: 'error:ColumnValueException' }],
    });
    expect((await sync()).code).toBe(3);
    await control(world, '/_faults', {});
    const said = await status();
    expect(said).toMatch(
      /^Held {6}TITLE NINE: \d lines? (was|were) refused and not tried since; the reasons: node dist/m,
    );
    expect(said).toMatch(/somebody has to look at what is named above\.$/);
    await runAll(said);
    expect(await status()).toMatch(CALM);
  });

  it('says that the daily API calls are used up, and finishes the batch once the API accepts calls again', async () => {
    expect(await status()).toMatch(/^Calls {5}API calls today: \d+ of [\d,]+ \(\d+ %\), resets at 00:00 UTC$/m);
    await world.sql(`UPDATE dbo."ORDERS_UNIFIED" SET "PO NUMBER" = '78' WHERE "CUSTOMER NAME" = 'TITLE 9'`);
    await control(world, '/_limits', { callsPerDay: 0.5 });
    const refused = await sync();
    expect({ code: refused.code, said: refused.said }).toEqual({
      code: 1,
      said: expect.stringContaining('DAILY_LIMIT_EXCEEDED'),
    });
    const said = await status();
    expect(said).toMatch(
      /^Calls {5}API calls today: \d+ of [\d,]+ \(\d+ %\), the API refuses more until 00:00 UTC\. What is left is sent/m,
    );
    expect(said).toMatch(/^Open {6}TITLE NINE, batch .+ calls are used up until midnight UTC/m);
    const [line = 'nothing of calls'] = /API calls today: .+ until 00:00 UTC/.exec(said) ?? [];
    expect((await world.run('batch', ['watch'])).outputs).toMatchObject({
      checks: ['unfinished', 'calls'],
      reasons: [expect.stringContaining('TITLE NINE'), expect.stringContaining(line)],
    });
    await control(world, '/_limits', { callsPerDay: 1_000_000 });
    await runAll(said);
    expect(await status()).toMatch(CALM);
  });

  it('names a braked customer with the numbers, and the command that releases it', async () => {
    await world.sql(`UPDATE dbo."ORDERS_UNIFIED" SET "PO NUMBER" = '4756' WHERE "CUSTOMER NAME" = 'GREYSON CLOTHIERS'`);
    const braked = await sync();
    expect({ code: braked.code, said: braked.said }).toEqual({
      code: 3,
      said: expect.stringMatching(/warning: GREYSON is braked and left out of this run: 71 of 71 known lines changed/),
    });
    const said = await status();
    expect(said).toMatch(/^Braked {4}GREYSON: 71 of 71 known lines changed/m);
    await runAll(said);
    const after = await status();
    expect(after).toMatch(/^Braked {4}none$/m);
    expect(after).toMatch(CALM);
  });

  it('reports unreadable values, and says that a column must have changed when there are many', async () => {
    const unread = (customer: string, price: string) =>
      world.sql('UPDATE dbo."ORDERS_UNIFIED" SET "CUSTOMER PRICE" = @price WHERE "CUSTOMER NAME" = @customer', {
        customer,
        price,
      });
    await unread('TITLE 9', 'on request');
    expect((await sync()).said).toMatch(/^Warned: \d+ warnings about values of the source; the lines went on\.$/m);
    const few = await status();
    expect(few).toMatch(/^Warned {4}4 values of the last run .+ the report lists them\.$/m);
    expect(few).toMatch(CALM);

    await unread('GREYSON CLOTHIERS', 'true');
    expect((await sync(['--allow-large-change'])).said).toMatch(/^Warned: \d+ warnings/m);
    const many = await status();
    expect(many).toMatch(/^Warned {4}71 values .+ a column was changed, or is written otherwise\. Then:$/m);
    expect(many).toMatch(/somebody has to look at what is named above\.$/);

    await unread('GREYSON CLOTHIERS', '12.5');
    await sync(['--allow-large-change']);
    expect(await status()).toMatch(CALM);
  });
});
