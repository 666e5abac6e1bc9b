import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { ITEMS_BOARD, SUBITEMS_BOARD } from '../../local/board/shape.js';
import { adoptionSchema } from '../../tasks/doctor/adopt/adoption.js';
import { NEW_UUID, waitsForTable } from '../helpers/dialect.js';
import {
  control,
  createdTwice,
  effectsAfter,
  lastRequest,
  mutationsAfter,
  rawSubitems,
  readBoard,
  requestsAfter,
} from './board-view.js';
import { holding, writing } from './killing.js';
import { removeKeyColumns, type SourceRow, showLine, sizeNames, sourceRows } from './predecessor.js';
import { HURRY } from './program.js';
import { until } from './until.js';
import { World } from './world.js';

const APPLY = ['--adopt', '--apply'] as const;

/** A board that holds all lines but the last two of each world, without our keys. */
async function filled(): Promise<{ world: World; rows: SourceRow[]; missing: SourceRow[] }> {
  const world = await World.open(['GREYSON CLOTHIERS']);
  removeKeyColumns(world);
  const rows = await sourceRows(world);
  const names = await sizeNames(world);
  const missing = rows.filter((row) => row['ORDER TYPE'] === 'ACTIVE' && Number(row['M']) > 0).slice(0, 2);
  for (const row of rows.filter((each) => !missing.includes(each))) await showLine(world, row, names);
  return { world, rows, missing };
}

/** Both boards have a column of the same name. */
const itemsCreatedTwice = async (world: World) =>
  (await createdTwice(world)).filter((created) => !created.startsWith('column.'));

const uuidOf = (row: SourceRow | undefined): string => String(row?.['record_uuid']);

describe('a board filled by another program', () => {
  let world: World;
  let rows: SourceRow[];
  let missing: SourceRow[];

  beforeAll(async () => {
    ({ world, rows, missing } = await filled());
  });

  afterAll(() => world.close());

  it('lacks the key columns, and doctor --fix creates them on both boards, once', async () => {
    const before = await world.run('doctor');
    expect(before.code).toBe(2);
    expect(before.said.match(/KEY_COLUMN_MISSING/g)).toHaveLength(2);
    const fixed = await world.run('doctor', ['--fix']);
    expect(fixed).toMatchObject({ code: 2, outputs: { fixed: 2 } });
    expect(fixed.said).toContain(`${rows.length - missing.length} items show orders of GREYSON and have no key`);
    expect(await world.run('doctor', ['--fix'])).toMatchObject({ code: 2, outputs: { fixed: 0 } });
    const { kinds } = await effectsAfter(world, 0);
    expect(kinds).toEqual({ 'column.created': 2 });
  });

  it('is refused by push before it is adopted', async () => {
    const batchId = await world.stagedBatch();
    const refused = await world.run('push', ['--batch-id', batchId]);
    expect(refused).toMatchObject({ code: 2, said: expect.stringContaining('Run doctor --adopt') });
    expect(refused.said).toContain('Nothing was sent');
  });

  it('stays unchanged by doctor --adopt without --apply', async () => {
    const sent = await lastRequest(world);
    const { code, outputs, said } = await world.run('doctor', ['--adopt']);
    expect({ code, outputs }).toMatchObject({
      code: 0,
      outputs: { status: 'DRY_RUN', items: rows.length - missing.length, left: 0 },
    });
    expect(said).toContain('Nothing was changed: run again with --apply.');
    expect(await mutationsAfter(world, sent)).toEqual([]);
    expect(await world.sql('SELECT * FROM dbo."MON_Ledger"')).toEqual([]);
  });

  it('shows the keys of lines and sizes after --apply, and doctor finds no fault', async () => {
    const { outputs } = await world.run('doctor', [...APPLY]);
    expect(outputs).toMatchObject({ status: 'ADOPTED', items: rows.length - missing.length, left: 0 });
    const board = await readBoard(world);
    const wanted = rows.filter((row) => !missing.includes(row)).map(uuidOf);
    expect(board.map(({ key }) => key)).toEqual(wanted.sort());
    expect(board.reduce((sum, { sizes }) => sum + Object.keys(sizes).length, 0)).toBe(Number(outputs['subitems']));
    expect((await world.run('doctor', [...APPLY])).outputs).toMatchObject({ items: 0, subitems: 0, rewritten: 0 });
    const { code, said } = await world.run('doctor');
    expect({ code, said }).toMatchObject({ code: 0, said: expect.stringContaining('Everything agrees.') });
  });

  it('gets only what was missing from the first load, even if a reload renewed every uuid', async () => {
    await world.sql(`UPDATE dbo."ORDERS_UNIFIED" SET "record_uuid" = ${NEW_UUID}`);
    const sent = await lastRequest(world);
    await world.carry();
    const { kinds } = await effectsAfter(world, sent);
    expect(kinds['item.created']).toBe(missing.length);
    const names = await sizeNames(world);
    const sizes = (row: SourceRow) => names.filter((name) => Number(row[name] ?? 0) > 0).length;
    expect(kinds['subitem.created']).toBe(missing.reduce((sum, row) => sum + sizes(row), 0));
    expect(await itemsCreatedTwice(world)).toEqual([]);
    const board = (await readBoard(world)).filter(({ state }) => state === 'active');
    expect(board).toHaveLength(rows.length);
    const quantity = (row: SourceRow) => names.reduce((sum, name) => sum + Number(row[name] ?? 0), 0);
    const shown = board.map((item) => Object.values(item.sizes).reduce((sum, each) => sum + each, 0)).sort();
    expect(shown).toEqual(rows.map(quantity).sort());
    expect((await world.batches()).detected).toMatchObject({ new: 0, changed: 0, unchanged: rows.length });
    expect((await world.run('push', ['--audit'])).outputs).toMatchObject({ missing: 0, surplus: 0, foreign: 0 });
  });
});

describe('a killed adoption', () => {
  let world: World;
  let rows: SourceRow[];
  let missing: SourceRow[];

  beforeAll(async () => {
    ({ world, rows, missing } = await filled());
    await world.run('doctor', ['--fix']);
  });

  afterAll(() => world.close());

  async function killWhen(what: string, reached: () => Promise<boolean>): Promise<void> {
    const program = world.start('doctor', APPLY);
    await until(what, reached);
    expect((await program.kill()).code).toBe(null);
  }

  it('changes nothing if killed before anything is recorded', async () => {
    const sent = await lastRequest(world);
    await holding(world, writing('MON_Ledger'), () =>
      killWhen('the ledger is to be written', () => waitsForTable(world.warehouse, 'MON_Ledger')),
    );
    await until('the server has noticed', async () => (await world.sql('SELECT * FROM dbo."MON_Ledger"')).length === 0);
    expect(await mutationsAfter(world, sent)).toEqual([]);
    expect(await world.sql('SELECT * FROM dbo."ORDERS_UNIFIED_SNAPSHOT"')).toEqual([]);
  });

  it('is finished by the next adoption, or by the first load alone, if killed while keys are written', async () => {
    for (const fault of ['hang', 'hangAfterCommit']) {
      const before = await lastRequest(world);
      const operation = 'change_multiple_column_values';
      // Those behind it hang, too: the other workers would write all keys before the kill.
      const behind = Array.from({ length: 1_000 }, (_, n) => ({ operation, nth: 11 + n, fault: 'hang' }));
      await control(world, '/_faults', { script: [{ operation, nth: 3, fault }, ...behind] });
      await killWhen('a key hangs', async () =>
        (await requestsAfter(world, before)).some((request) => request.fault === fault),
      );
      await control(world, '/_faults', {});
    }
    const bare = (await readBoard(world)).filter(({ key }) => key === '');
    expect(bare.length).toBeGreaterThan(0);
    const lost = await world.run('doctor');
    expect({ code: lost.code, said: lost.said }).toEqual({ code: 2, said: expect.stringContaining('KEY_LOST') });
    const sent = await lastRequest(world);
    await world.carry();
    const { kinds } = await effectsAfter(world, sent);
    expect(kinds['item.created']).toBe(missing.length);
    expect(await itemsCreatedTwice(world)).toEqual([]);
    const board = (await readBoard(world)).filter(({ state }) => state === 'active');
    expect(board.map(({ key }) => key)).toEqual(rows.map(uuidOf).sort());
    for (const { sizes, subitems } of board) expect(subitems).toBe(Object.keys(sizes).length);
    expect((await world.run('doctor')).code).toBe(0);
  });

  it('writes its keys again when somebody clears them', async () => {
    const [item] = await readBoard(world);
    await control(world, '/_edit', { item: item?.id, values: { line_key: '' } });
    expect((await world.run('doctor', ['--adopt'])).outputs).toMatchObject({ items: 0, rewritten: 1 });
    expect((await world.run('doctor', [...APPLY])).outputs).toMatchObject({ items: 0, rewritten: 1 });
    expect((await readBoard(world)).find(({ id }) => id === item?.id)?.key).toBe(item?.key);
    expect((await world.run('doctor', ['--adopt'])).said).toMatch(/0 items are left\.\nNothing was changed\.$/m);
  });
});

describe('an adoption', () => {
  let world: World;
  let rows: SourceRow[];
  let missing: SourceRow[];

  beforeAll(async () => {
    ({ world, rows, missing } = await filled());
    await world.run('doctor', ['--fix']);
  });

  afterAll(() => world.close());

  it.each(['push:9200517329', 'customer:GREYSON'])(
    'waits for the lock %s, and changes nothing without it',
    async (name) => {
      const sent = await lastRequest(world);
      const lock = await world.warehouse.lock(name, 0);
      const ended = await world.run('doctor', APPLY, { LOCK_WAIT: '200ms' });
      await lock?.release();
      expect(ended).toMatchObject({ code: 1, said: expect.stringContaining(`The lock ${name} was still held by`) });
      expect(await mutationsAfter(world, sent)).toEqual([]);
      expect(await world.sql('SELECT * FROM dbo."MON_Ledger"')).toEqual([]);
    },
  );

  it('writes every key once although the board refuses, cuts and loses requests', async () => {
    const faultNames = ['refuse429', 'refuse5xx', 'reset', 'resetAfterCommit', 'partialCommit', 'truncated'];
    const rates = Object.fromEntries(faultNames.map((fault) => [fault, 0.05]));
    await control(world, '/_faults', { seed: 11, rates });
    const sent = await lastRequest(world);
    let ended = await world.run('doctor', APPLY, HURRY);
    // Requests travel side by side: which of them meet a fault differs, and one may meet one at each of its attempts.
    for (let again = 0; ended.code === 1 && again < 3; again++) {
      expect(ended.said).toContain('Run again; what is written stays.');
      ended = await world.run('doctor', APPLY, HURRY);
    }
    await control(world, '/_faults', {});
    expect({ code: ended.code, outputs: ended.outputs }).toMatchObject({ code: 0, outputs: { left: 0 } });
    const faults = (await requestsAfter(world, sent)).filter(({ fault }) => fault !== null);
    expect(faults.length).toBeGreaterThan(5);
    const keys = (await readBoard(world)).map(({ key }) => key);
    expect(keys).toEqual(
      rows
        .filter((row) => !missing.includes(row))
        .map(uuidOf)
        .sort(),
    );
    expect((await effectsAfter(world, sent)).kinds).not.toHaveProperty('item.created');
    expect((await world.run('doctor')).code).toBe(0);
  });
});

describe('items that cannot be told apart', () => {
  let world: World;

  beforeAll(async () => {
    world = await World.open(['TITLE 9']);
  });

  afterAll(() => world.close());

  it('are left with a reason, and keep push from creating their lines again', async () => {
    const [first, second, third, fourth] = await sourceRows(world);
    const names = await sizeNames(world);
    if (!first || !second || !third || !fourth) throw new Error('there are not four lines');
    await showLine(world, first, names);
    await showLine(world, first, names);
    await showLine(world, second, [...names, 'O/S'], { sizes: { 'O/S': 5 } });
    await showLine(world, third, names, { texts: { 'CUSTOMER STYLE': 'ANOTHER STYLE' } });
    await showLine(world, fourth, names, { ownSubitem: 'Sample for the buyer' });
    await control(world, '/_edit', { create: { name: 'Call the mill' } });
    const { outputs, said } = await world.run('doctor', [...APPLY, '--customer', 'TITLE 9', '--json']);
    expect(outputs).toMatchObject({ status: 'ADOPTED', items: 1, left: 4 });
    const report = adoptionSchema.parse(
      JSON.parse(said.split('\n').find((text) => text.startsWith('{"applied"')) ?? ''),
    );
    expect(report.left.map(({ reason }) => reason).sort()).toEqual([
      'NO_LINE',
      'SIZE_UNKNOWN',
      'UNDECIDED',
      'UNDECIDED',
    ]);
    expect(report.pairs.map(({ lineKey }) => lineKey)).toEqual([uuidOf(fourth)]);
    const batchId = await world.stagedBatch();
    const refused = await world.run('push', ['--batch-id', batchId]);
    expect(refused).toMatchObject({ code: 2, said: expect.stringContaining('without our key') });
    const all = await world.run('doctor', ['--adopt']);
    expect(all.said).toContain('created by hand, and left alone [NO_ORDER]');
  });

  it('are pushed once somebody has corrected them', async () => {
    const names = await sizeNames(world);
    const [, copy, sized, other] = (await readBoard(world)).filter(({ key }) => key === '');
    for (const item of [copy, other]) await control(world, '/_edit', { archive: item?.id });
    const odd = (await rawSubitems(world, sized?.id)).find(({ name }) => name === 'Size O/S');
    await control(world, '/_edit', { archive: odd?.id });
    expect((await world.run('doctor', [...APPLY])).outputs).toMatchObject({ items: 2, left: 1 });
    const sent = await lastRequest(world);
    await world.carry();
    const { kinds } = await effectsAfter(world, sent);
    expect(kinds['item.created']).toBe(1);
    const rows = await sourceRows(world);
    const quantities = rows.map((row) => names.reduce((sum, name) => sum + Number(row[name] ?? 0), 0)).sort();
    const board = (await readBoard(world)).filter(({ state, key }) => state === 'active' && key !== '');
    expect(board.map(({ sizes }) => Object.values(sizes).reduce((sum, each) => sum + (each || 0), 0)).sort()).toEqual(
      quantities,
    );
  });
});

describe('items that the board refuses to return', () => {
  const refusal = { fault: 'error:USER_UNAUTHORIZED@field', status_code: 403 };
  let world: World;
  let items: string[];
  let sizes: string[];

  /** A page of the board is refused for a value of its first item, and so is each of `ids` when it is asked for alone. */
  const hide = (board: string, ...ids: readonly string[]) =>
    control(world, '/_faults', {
      script: [
        { operation: 'boards', value: board, below: [0, 'items_page', 'items', 0, 'column_values'], ...refusal },
        ...ids.map((value) => ({ operation: 'items', value, ...refusal })),
      ],
    });
  const adopt = async () => {
    const sent = await lastRequest(world);
    const { code, outputs, said } = await world.run('doctor', [...APPLY, '--json']);
    const report = said.split('\n').find((text) => text.startsWith('{"applied"'));
    const left = report === undefined ? [] : adoptionSchema.parse(JSON.parse(report)).left;
    return { code, outputs, said, left, mutations: await mutationsAfter(world, sent) };
  };

  beforeAll(async () => {
    world = await World.open(['TITLE 9']);
    const names = await sizeNames(world);
    for (const row of (await sourceRows(world)).slice(0, 4)) await showLine(world, row, names);
    items = (await readBoard(world)).map(({ id }) => id);
    sizes = (await rawSubitems(world, items[0])).map(({ id }) => id);
  });

  afterEach(() => control(world, '/_faults', {}));
  afterAll(() => world.close());

  it.each([
    ['an item', ITEMS_BOARD, () => items[1]],
    ['a subitem', SUBITEMS_BOARD, () => sizes[0]],
  ])('stop an adoption if they may be a copy: %s', async (_, board, find) => {
    const hidden = String(find());
    await hide(board, hidden);
    const { code, said, mutations } = await adopt();
    expect({ code, mutations }).toEqual({ code: 2, mutations: [] });
    expect(said).toContain(`1 items and subitems without our key could not be read (USER_UNAUTHORIZED): ${hidden}.`);
    expect(await world.sql('SELECT * FROM dbo."MON_Ledger"')).toEqual([]);
  });

  it('are left with a reason if the board refuses them during the adoption, and the others are adopted', async () => {
    const hidden = String(items[2]);
    await control(world, '/_faults', { script: [{ operation: 'items', value: hidden, ...refusal }] });
    const { code, outputs, left, said } = await adopt();
    expect({ code, outputs }).toMatchObject({ code: 3, outputs: { status: 'ADOPTED', items: 3, left: 1 } });
    expect(left).toMatchObject([{ itemId: hidden, reason: 'UNREAD' }]);
    expect(said).toContain(`Item ${hidden} could not be read: USER_UNAUTHORIZED`);
    expect((await readBoard(world)).filter(({ key }) => key === '').map(({ id }) => id)).toEqual([hidden]);
  });

  it('do not matter if they are already ours', async () => {
    await hide(ITEMS_BOARD, String(items[0]));
    const { code, outputs } = await adopt();
    expect({ code, outputs }).toMatchObject({ code: 0, outputs: { status: 'ADOPTED', items: 1, left: 0 } });
    expect((await readBoard(world)).filter(({ key }) => key === '')).toEqual([]);
  });
});
