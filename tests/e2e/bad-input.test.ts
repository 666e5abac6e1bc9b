import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { ITEMS_BOARD } from '../../local/board/shape.js';
import { sampleOrders } from '../../local/orders/sample.js';
import { createSourceTable, loadOrders } from '../../local/orders/source-table.js';
import { renameColumn, renameTable } from '../helpers/dialect.js';
import { lastRequest, readBoard, requestsAfter } from './board-view.js';
import { type Environment, HURRY, runProgram, type Task } from './program.js';
import { World } from './world.js';

const NOBODY = '3f1c0f5e-0d0a-5b57-9a3e-2f5f0c0b7a11';
const DATABASE = 'postgres://orders:hidden-password@127.0.0.1:1/orders';

describe('a setting', () => {
  const push = { WAREHOUSE_URL: DATABASE, MONDAY_API_TOKEN: 'hidden-token', MONDAY_BOARD_ID: '1' };
  it.each<[string, Task, string[], Environment, string]>([
    ['that is missing', 'detect', [], {}, 'WAREHOUSE_URL is missing: set the environment variable WAREHOUSE_URL'],
    ['that is empty', 'detect', [], { WAREHOUSE_URL: '' }, 'WAREHOUSE_URL is missing'],
    ['that is not a URL', 'detect', [], { WAREHOUSE_URL: 'localhost' }, 'WAREHOUSE_URL must be a URL of the form'],
    ['that is not a number', 'detect', [], { WAREHOUSE_URL: DATABASE, MAX_CHANGE_SHARE: 'half' }, 'MAX_CHANGE_SHARE'],
    [
      'that is not a duration',
      'stage',
      ['--batch-id', NOBODY],
      { WAREHOUSE_URL: DATABASE, LOCK_WAIT: 'soon' },
      'write a duration such as',
    ],
    ['of the token', 'push', ['--batch-id', NOBODY], { ...push, MONDAY_API_TOKEN: '' }, 'MONDAY_API_TOKEN is missing'],
    [
      'of the board',
      'push',
      ['--batch-id', NOBODY],
      { ...push, MONDAY_BOARD_ID: 'orders' },
      "MONDAY_BOARD_ID must be the number in the board's address",
    ],
    ['of the archive', 'archive', ['--batch-id', NOBODY], { WAREHOUSE_URL: DATABASE }, 'ARCHIVE_URL is missing'],
    [
      'that names a missing file',
      'detect',
      [],
      { WAREHOUSE_URL_FILE: '/nowhere/url' },
      'WAREHOUSE_URL_FILE names a file that cannot be read',
    ],
  ])('%s ends %s with exit code 2', async (_, task, args, env, sentence) => {
    const { code, said } = await runProgram(task, args, env);
    expect({ code, said }).toEqual({ code: 2, said: expect.stringContaining(sentence) });
  });

  it('is reported together with all others that are wrong', async () => {
    const { said } = await runProgram('push', ['--batch-id', NOBODY], { WAREHOUSE_URL: 'x', LOCK_WAIT: 'y' });
    for (const name of ['WAREHOUSE_URL', 'LOCK_WAIT', 'MONDAY_API_TOKEN', 'MONDAY_BOARD_ID'])
      expect(said).toContain(name);
  });
});

describe('before the first load', () => {
  let world: World;

  beforeAll(async () => {
    world = await World.open(['TITLE 9']);
  });

  afterAll(() => world.close());

  async function expectEnd(code: number, sentence: string | RegExp, task: Task, args: string[], env: Environment = {}) {
    const ended = await world.run(task, args, env);
    const said = typeof sentence === 'string' ? expect.stringContaining(sentence) : expect.stringMatching(sentence);
    expect({ code: ended.code, said: ended.said }).toEqual({ code, said });
    expect(ended.outputs).toEqual({});
  }

  it('a database that does not answer ends with exit code 1: it may answer later', () =>
    expectEnd(1, 'ECONNREFUSED', 'detect', [], { WAREHOUSE_URL: DATABASE, ...HURRY }));

  it('a wrong password or table ends with exit code 2: it must be corrected', async () => {
    const url = new URL(world.env('detect')['WAREHOUSE_URL'] ?? '');
    url.password = 'wrong-password';
    const env = { WAREHOUSE_URL: url.href };
    await expectEnd(2, /Correct (the )?user and password in WAREHOUSE_URL/, 'detect', [], env);
    await expectEnd(2, 'Correct SOURCE_TABLE', 'detect', [], { SOURCE_TABLE: 'ORDERS' });
  });

  it('a wrong schema ends with exit code 2: it must be corrected', () =>
    expectEnd(2, 'Run migrate', 'detect', [], { WAREHOUSE_SCHEMA: 'elsewhere' }));

  it('an unknown customer, run or batch is named in the error', async () => {
    await expectEnd(2, /The mapping knows no customer .*GRAYSON.*Did you mean GREYSON\?/, 'detect', [
      '--customer',
      'GRAYSON',
    ]);
    await expectEnd(2, NOBODY, 'batch', ['--run-id', NOBODY]);
    for (const task of ['stage', 'push', 'promote', 'archive'] as const)
      await expectEnd(2, 'There is no batch with this id', task, ['--batch-id', NOBODY]);
  });

  it('a step called too early says which one comes first', async () => {
    const { batches } = await world.batches();
    const args = ['--batch-id', batches[0]?.batchId ?? ''];
    await expectEnd(2, 'not staged yet: run stage first', 'push', args);
    await expectEnd(2, 'not staged yet: run stage and push first', 'promote', args);
    await expectEnd(2, 'not staged yet: run stage, push and promote first', 'archive', args);
  });

  it('a source without a mapped column, or without a line, is refused', async () => {
    await renameColumn(world.warehouse, 'ORDERS_UNIFIED', 'NOTES', 'Notes');
    await expectEnd(2, /The source lacks .*NOTES.* \(it has .*Notes.*\).*Put the column back/, 'detect', []);
    await renameColumn(world.warehouse, 'ORDERS_UNIFIED', 'Notes', 'NOTES');
    await renameTable(world.warehouse, 'ORDERS_UNIFIED', 'LOADED');
    await createSourceTable(world.warehouse, sampleOrders().columns);
    await expectEnd(2, 'The source is empty', 'detect', []);
    await world.sql('DROP TABLE dbo."ORDERS_UNIFIED"');
    await renameTable(world.warehouse, 'LOADED', 'ORDERS_UNIFIED');
  });

  it('an unusable board is refused before the first write, and no line fails because of it', async () => {
    const args = ['--batch-id', await world.stagedBatch()];
    expect(await requestsAfter(world)).toEqual([]);
    await expectEnd(2, 'Check MONDAY_API_TOKEN', 'push', args, { MONDAY_API_TOKEN: 'another-token' });
    await expectEnd(2, 'check MONDAY_BOARD_ID', 'push', args, { MONDAY_BOARD_ID: '123' });
    await expectEnd(1, 'Check host and port in MONDAY_API_URL', 'push', args, {
      MONDAY_API_URL: 'http://127.0.0.1:2/v2',
      ...HURRY,
    });

    const { store } = world.board.account;
    const column = store.state.column(ITEMS_BOARD, 'text_mkr5ej2x');
    const show = (archived: boolean) =>
      store.commit({ type: 'column', boardId: ITEMS_BOARD, column: { ...column, archived }, after: null });
    show(true);
    await expectEnd(2, /the items have no writable column .*PO NUMBER/, 'push', args);
    show(false);

    expect((await readBoard(world)).length).toBe(0);
    expect(await world.expect('push', ...args)).toMatchObject({ itemsCreated: 4, itemsFailed: 0, newFailures: 0 });
    await world.expect('promote', ...args);
  });

  it('a batch of another board is refused', async () => {
    await world.sql('UPDATE dbo."ORDERS_UNIFIED" SET "NOTES" = \'FRAGILE\'');
    const args = ['--batch-id', await world.stagedBatch('--allow-large-change')];
    const sent = await lastRequest(world);
    await expectEnd(2, `The ledger belongs to board ${ITEMS_BOARD}`, 'push', args, { MONDAY_BOARD_ID: '123' });
    expect((await requestsAfter(world, sent)).flatMap(({ effects }) => effects)).toEqual([]);
  });

  it('a source that shrinks too much brakes its customer, with the numbers', async () => {
    const [line] = await world.sql('SELECT "record_uuid" FROM dbo."ORDERS_UNIFIED"');
    const uuid = String(line?.['record_uuid']);
    await world.sql('DELETE FROM dbo."ORDERS_UNIFIED" WHERE "record_uuid" = @uuid', { uuid });
    const { code, outputs } = await world.run('detect', ['--confirm-deletes'], { BRAKE_MIN_LINES: '4' });
    expect({ code, outputs }).toMatchObject({
      code: 0,
      outputs: { deleted: 0, braked: [expect.objectContaining({ customer: 'TITLE NINE' })] },
    });
  });
});

describe('invalid lines', () => {
  let world: World;

  beforeEach(async () => {
    world = await World.open(['TITLE 9']);
  });

  afterEach(() => world.close());

  it('fail alone and are recorded; the others land, and the failed ones are held back', async () => {
    const lines = await world.sql('SELECT "record_uuid" FROM dbo."ORDERS_UNIFIED" ORDER BY "record_uuid"');
    const [huge, label, odd, sound] = lines.map((row) => String(row['record_uuid']));
    const edit = (uuid: string | undefined, assignment: string) =>
      world.sql(`UPDATE dbo."ORDERS_UNIFIED" SET ${assignment} WHERE "record_uuid" = @uuid`, { uuid: uuid ?? null });
    await edit(huge, '"M" = 1000000');
    await edit(label, '"UNIT OF MEASURE" = \'FURLONG\'');
    await edit(odd, `"M" = -5, "FREIGHT" = 'TO BE ADVISED', "PO NUMBER" = '${'4755 '.repeat(100)}'`);

    const { batches } = await world.batches();
    const args = ['--batch-id', batches[0]?.batchId ?? ''];
    const staged = await world.run('stage', args);
    expect(staged).toMatchObject({ code: 3, outputs: { items: 3, rejected: 1, newFailures: 1 } });
    const pushed = await world.run('push', args);
    expect(pushed).toMatchObject({ code: 3, outputs: { itemsCreated: 2, itemsFailed: 1, newFailures: 1, pending: 0 } });
    expect((await world.run('push', args, { ROW_ERRORS_EXIT: '0' })).code).toBe(0);
    expect(await world.expect('promote', ...args)).toMatchObject({
      status: 'COMPLETED_WITH_ERRORS',
      promoted: 2,
      failed: 2,
    });

    const board = await readBoard(world);
    expect(board.map(({ key }) => key)).toEqual([odd, sound].sort());
    const errors = await world.sql(
      `SELECT "line_key" AS line, "step", "severity", "column_name" AS "column" FROM dbo."ERR_MON_CustMasterSchedule"
       UNION ALL SELECT "line_key", "step", "severity", "size_label" FROM dbo."ERR_MON_CustMasterSchedule_Subitems"`,
    );
    expect(errors).toEqual(
      expect.arrayContaining([
        { line: huge, step: 'stage', severity: 'ERROR', column: 'M' },
        { line: label, step: 'push', severity: 'ERROR', column: 'UNIT OF MEASURE' },
        { line: odd, step: 'stage', severity: 'WARNING', column: 'M' },
        { line: odd, step: 'stage', severity: 'WARNING', column: 'FREIGHT' },
        { line: odd, step: 'stage', severity: 'WARNING', column: 'PO NUMBER' },
      ]),
    );
    const next = await world.expect('detect');
    expect(next).toMatchObject({ new: 2, changed: 0 });
    expect(await world.expect('batch', '--run-id', String(next['runId']))).toMatchObject({ count: 0, heldBack: 2 });
    await edit(huge, '"M" = 10');
    await edit(label, '"UNIT OF MEASURE" = \'PCE\'');
    await world.carry();
    expect(await readBoard(world)).toHaveLength(4);
  });

  it('without a uuid of their own are recorded, and the rest of the run continues', async () => {
    await loadOrders(world.warehouse, sampleOrders({ lines: 400 }), { replace: true });
    const rows = await world.sql(
      `SELECT "record_uuid" FROM dbo."ORDERS_UNIFIED" WHERE "CUSTOMER NAME" = 'TITLE 9' ORDER BY "record_uuid"`,
    );
    const [nulled, repeated, copy] = rows.map((row) => String(row['record_uuid']));
    await world.sql('UPDATE dbo."ORDERS_UNIFIED" SET "record_uuid" = NULL WHERE "record_uuid" = @uuid', {
      uuid: nulled ?? null,
    });
    await world.sql('UPDATE dbo."ORDERS_UNIFIED" SET "record_uuid" = @uuid WHERE "record_uuid" = @copy', {
      uuid: repeated ?? null,
      copy: copy ?? null,
    });
    const ended = await world.run('detect', ['--customer', 'TITLE 9']);
    expect(ended).toMatchObject({ code: 3, outputs: { unsound: 3, newFailures: 3, new: rows.length - 3 } });
    const reasons = await world.sql('SELECT "reason" FROM dbo."ERR_MON_CustMasterSchedule" ORDER BY "reason"');
    expect(reasons.map((row) => row['reason'])).toEqual(['UUID_MISSING', 'UUID_REPEATED', 'UUID_REPEATED']);
    await world.sql('UPDATE dbo."ORDERS_UNIFIED" SET "record_uuid" = NULL WHERE "CUSTOMER NAME" = \'TITLE 9\'');
    const refused = await world.run('detect');
    expect(refused).toMatchObject({ code: 2, said: expect.stringContaining('more than 1 %') });
  });
});
