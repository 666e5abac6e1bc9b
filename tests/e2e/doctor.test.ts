import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { lastRequest, mutationsAfter } from './board-view.js';
import { type Environment, HURRY, runProgram } from './program.js';
import { World } from './world.js';

const AWAY = 'postgres://orders:hidden-password@127.0.0.1:1/orders';

let world: World;

beforeAll(async () => {
  world = await World.open(['TITLE 9']);
});
afterAll(() => world.close());

describe('doctor, as an operator runs it', () => {
  it('ends with 0 when everything agrees, and changes nothing', async () => {
    const { code, outputs, said } = await world.run('doctor');
    expect({ code, outputs }).toEqual({
      code: 0,
      outputs: { findings: 0, errors: 0, warnings: 0, skipped: [], fixed: 0 },
    });
    expect(said).toContain('Everything agrees.');
    expect(await mutationsAfter(world, 0)).toEqual([]);
  });

  it('says which settings are missing when there are none', async () => {
    const { code, said } = await runProgram('doctor', [], {});
    expect(code).toBe(2);
    for (const name of ['WAREHOUSE_URL', 'ARCHIVE_URL', 'MONDAY_API_TOKEN', 'MONDAY_BOARD_ID'])
      expect(said).toContain(`${name} is missing: set the environment variable ${name}`);
  });

  it.each<[string, Environment, number, string]>([
    ['a wrong token', { MONDAY_API_TOKEN: 'another-token-nobody-may-see' }, 2, 'TOKEN_REFUSED'],
    ['an unknown board', { MONDAY_BOARD_ID: '12345' }, 2, 'BOARD_ABSENT'],
    ['an unreachable API', { MONDAY_API_URL: 'http://127.0.0.1:2/v2', ...HURRY }, 1, 'API_UNREACHABLE'],
    ['a port with another protocol', { MONDAY_API_URL: 'http://127.0.0.1:22/v2', ...HURRY }, 2, 'API_UNREACHABLE'],
    ['an unreachable warehouse', { WAREHOUSE_URL: AWAY, ...HURRY }, 1, 'WAREHOUSE_UNREACHABLE'],
    ['an unreachable archive', { ARCHIVE_URL: AWAY, ...HURRY }, 1, 'ARCHIVE_UNREACHABLE'],
    ['another schema', { WAREHOUSE_SCHEMA: 'elsewhere' }, 2, 'SCHEMA_EMPTY'],
    ['another source', { SOURCE_TABLE: 'ORDERS' }, 2, 'SOURCE_MISSING'],
    ['a setting with the wrong format', { LOCK_WAIT: 'soon' }, 2, 'SETTING_UNUSABLE'],
    ['a missing mapping', { MAPPING_FILE: '/nowhere/mapping.yaml' }, 2, 'MAPPING_UNUSABLE'],
  ])('reports %s', async (_, env, code, kind) => {
    const ended = await world.run('doctor', [], env);
    expect({ code: ended.code, said: ended.said }).toEqual({ code, said: expect.stringContaining(`[${kind}]`) });
    expect(Number(ended.outputs['errors'])).toBeGreaterThan(0);
  });

  it('refuses flags that exclude each other', async () => {
    for (const [args, sentence] of [
      [['--apply'], '--apply: belongs to --adopt'],
      [['--customer', 'GREYSON'], '--customer: belongs to --adopt'],
      [['--adopt', '--fix'], '--fix: does not go with --adopt'],
      [['--adopt', '--table', 'MON_Run'], '--table: does not go with --adopt'],
      [['--adopt', '--apply', '--dry-run'], '--dry-run: does not go with --apply'],
      [['--fix', '--table', 'MON_Run'], '--fix: does not go with --table'],
      [['--table', 'MON_Nothing'], 'there is no table MON_Nothing'],
      [['--adopt', '--customer', 'GRAYSON'], 'The mapping knows no customer'],
    ] as const) {
      const ended = await world.run('doctor', args);
      expect({ args, code: ended.code, said: ended.said }).toEqual({
        args,
        code: 2,
        said: expect.stringContaining(sentence),
      });
    }
  });

  it('adopts nothing if the board or the database is not ready', async () => {
    const noTables = await world.run('doctor', ['--adopt'], { WAREHOUSE_SCHEMA: 'elsewhere' });
    expect(noTables).toMatchObject({
      code: 2,
      said: expect.stringContaining('Not all tables of the pipeline are there'),
    });
    world.board.account.store.state.board('9200771505').columns.delete('line_key');
    const noKey = await world.run('doctor', ['--adopt', '--apply']);
    expect(noKey).toMatchObject({ code: 2, said: expect.stringContaining('The subitems have no key column') });
    expect((await world.run('doctor', ['--fix'])).code).toBe(0);
  });

  it('counts lines without a row in the production table, which a full run adds without a word to the board', async () => {
    await world.carry();
    const production = () =>
      world.sql(
        `SELECT m."line_key", m."Item ID", m."Title", z."Size", z."Order Qty", z."subitem_id" FROM dbo."MON_CustMasterSchedule" m JOIN dbo."MON_CustMasterSchedule_Subitems" z ON z."line_key" = m."line_key" ORDER BY m."line_key", z."Size"`,
      );
    const before = await production();
    expect(before.length).toBeGreaterThan(0);
    for (const table of ['MON_CustMasterSchedule_Subitems', 'MON_CustMasterSchedule'])
      await world.sql(`DELETE FROM dbo."${table}"`);
    const { said } = await world.run('doctor');
    expect(said).toMatch(
      /4 lines on the board have no row in MON_CustMasterSchedule\. .*\[PRODUCTION_LINES_MISSING\]/s,
    );
    const sent = await lastRequest(world);
    await world.carry('--full');
    expect(await mutationsAfter(world, sent)).toEqual([]);
    expect(await production()).toEqual(before);
    expect((await world.run('doctor')).said).toContain('Everything agrees.');
  });
});
