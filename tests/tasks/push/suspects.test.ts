import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Ledger } from '../../../shared/store/ledger.js';
import { insertLines, line, sql, updateLine, uuid } from '../../helpers/warehouse.js';
import { ITEMS, SUBITEMS } from '../../local/board/board.js';
import { Pushing, quantities } from './pushing.js';

let pushing: Pushing;

beforeEach(async () => {
  pushing = await Pushing.open();
  await insertLines(warehouse(), [line(1, { XS: 10, S: 20 }), line(2, { OS: 7 })]);
  await pushing.carry([{ line: 1, change: 'NEW' }]);
});
afterEach(() => pushing.close());

const warehouse = () => pushing.test.warehouse;
const NEW = [{ line: 2, change: 'NEW' }] as const;

/** Longer than a create without an answer stays suspect. */
const LONG_MS = 5 * 60_000;

/** What line 1 orders of its size S, never twice the same. */
let quantity = 100;

function marks(): Promise<unknown[]> {
  return sql(
    warehouse(),
    'SELECT "kind", "ledger_key", "size" FROM dbo."MON_Ledger" WHERE "suspect_until" IS NOT NULL OR "suspect_since" IS NOT NULL',
  );
}

const SUSPECT = [{ kind: 'item', ledger_key: uuid(2), size: '' }];

/** Line 2 is made twice: its create lands unseen, the look-up after the wait is a late one, and the key is forgotten. */
async function makeTwice(): Promise<void> {
  await makeUnseen('cacheOff');
  expect(await itemsOf(2)).toHaveLength(2);
}

/** The create of line 2 lands, and is neither answered nor shown; what becomes of the second one is `fault`. */
async function makeUnseen(fault: string, env: Record<string, string> = {}): Promise<void> {
  await pushing.board.limits({ readLagMs: 2 * 60 * 60_000 });
  const script = [
    { operation: 'create_item', nth: 1, fault: 'resetAfterCommit' },
    { operation: 'items_page_by_column_values', nth: 2, fault: 'readLag' },
    { operation: 'create_item', nth: 2, fault },
  ];
  await pushing.board.control('POST', '/_faults', { script });
  await pushing.carry(NEW, env);
  await pushing.board.control('DELETE', '/_faults');
}

/** Line 2 is made once: its first create has never arrived. */
async function makeAtSecondTry(): Promise<void> {
  await pushing.board.fault('create_item', 'reset', 1);
  await pushing.carry(NEW);
  expect(await itemsOf(2)).toHaveLength(1);
}

const itemsOf = async (n: number) =>
  (await pushing.items()).filter(({ values }) => values['line_key']?.text === uuid(n));

async function recordedId(): Promise<string> {
  const statement = 'SELECT "monday_id" FROM dbo."MON_Ledger" WHERE "ledger_key" = @key AND "kind" = \'item\'';
  return String((await sql(warehouse(), statement, { key: uuid(2) }))[0]?.['monday_id']);
}

/** A push of another line, and how many times it has asked for copies. */
async function pushOther(): Promise<number> {
  quantity += 1;
  await updateLine(warehouse(), 1, { S: quantity });
  const seen = await pushing.requests();
  await pushing.carry([{ line: 1, change: 'CHANGED' }]);
  const asked: { operations: string[] }[] = await pushing.board.log(seen);
  return asked.filter(({ operations }) => operations.includes('items_page_by_column_values')).length;
}
async function tombstone(n: number): Promise<void> {
  const text = 'UPDATE dbo."ORDERS_UNIFIED_SNAPSHOT" SET "deleted_at" = @now WHERE "line_key" = @key';
  await sql(warehouse(), text, { key: uuid(n), now: new Date() });
}

async function suspectSince(kind: string, key: string, size = ''): Promise<void> {
  const [since, until] = [new Date(Date.now() - LONG_MS), new Date(pushing.clock.now().getTime() + 1_000)];
  await sql(
    warehouse(),
    'UPDATE dbo."MON_Ledger" SET "suspect_since" = @since, "suspect_until" = @until WHERE "kind" = @kind AND "ledger_key" = @key AND "size" = @size',
    { since, until, kind, key, size },
  );
}

describe('a create that was given up', () => {
  it('stays suspect until the next push has found its item once, and costs one look-up', async () => {
    await makeAtSecondTry();
    expect(await marks()).toEqual(SUSPECT);
    await pushing.clock.wait(LONG_MS);
    expect(await pushOther()).toBe(1);
    expect(await marks()).toEqual([]);
    expect(await pushOther()).toBe(0);
  });

  it('is not looked up before the board has had time to show it', async () => {
    await makeAtSecondTry();
    expect(await pushOther()).toBe(0);
    expect(await marks()).toEqual(SUSPECT);
  });

  it('is looked up at the end of a push that lasts long enough', async () => {
    await pushing.board.fault('create_item', 'reset', 1);
    const batchId = await pushing.stage(NEW);
    const checkpoint = (moment: string) => (moment === 'recorded' ? pushing.clock.wait(LONG_MS) : undefined);
    await pushing.push(batchId, { checkpoint });
    expect(await marks()).toEqual([]);
  });

  it('does not stop a push that cannot look it up', async () => {
    await makeAtSecondTry();
    await pushing.clock.wait(LONG_MS);
    const script = Array.from({ length: 8 }, (_, n) => ({
      operation: 'items_page_by_column_values',
      nth: n + 1,
      fault: 'refuse5xx',
    }));
    await pushing.board.control('POST', '/_faults', { script });
    await updateLine(warehouse(), 1, { S: 33 });
    expect(await pushing.carry([{ line: 1, change: 'CHANGED' }])).toMatchObject({ status: 'PUSHED', pending: 0 });
    expect(quantities(await pushing.itemOf(uuid(1)))).toMatchObject({ S: '33' });
  });
});

describe('a create without an answer that the board refuses to return', () => {
  const refusal = { fault: 'error:USER_UNAUTHORIZED@field', status_code: 403 };

  it('stays suspect, and another one is judged in the same push', async () => {
    await insertLines(warehouse(), [line(3, { M: 5 })]);
    await pushing.board.fault('create_item', 'reset', 1);
    await pushing.carry([...NEW, { line: 3, change: 'NEW' }]);
    const two = [...SUSPECT, { kind: 'item', ledger_key: uuid(3), size: '' }];
    expect(await marks()).toEqual(expect.arrayContaining(two));
    await pushing.clock.wait(LONG_MS);
    await pushing.board.control('POST', '/_faults', {
      script: [{ operation: 'items_page_by_column_values', value: uuid(2), ...refusal }],
    });
    await pushOther();
    expect(await marks()).toEqual(SUSPECT);
    await pushing.board.control('DELETE', '/_faults');
    await pushOther();
    expect(await marks()).toEqual([]);
  });

  it('keeps every copy while the board does not return its subitems', async () => {
    await makeTwice();
    await pushing.clock.wait(LONG_MS);
    const copy = (await itemsOf(2)).map(({ id }) => id);
    const script = copy.map((id) => ({ operation: 'items', value: id, below: [0, 'subitems'], ...refusal }));
    await pushing.board.control('POST', '/_faults', { script });
    await pushOther();
    expect(await marks()).toEqual(SUSPECT);
    expect(await itemsOf(2)).toHaveLength(2);
  });
});

describe('a process that was paused', () => {
  it('leaves alone a suspect that was sent meanwhile', async () => {
    await makeAtSecondTry();
    const ledger = new Ledger(ITEMS);
    const [suspect] = await ledger.suspects(warehouse());
    if (suspect === undefined) throw new Error('no suspect');
    const { place, entry } = suspect;
    const cleared = [{ place, entry: { ...entry, suspicion: null }, stored: entry }];
    const sent = { ...entry, sentAt: new Date() };
    await ledger.write(warehouse(), [{ place, entry: sent, stored: entry }], { batchId: null, now: new Date() });
    expect(await ledger.writeSuspects(warehouse(), cleared, new Date())).toBe(0);
    expect(await marks()).toEqual(SUSPECT);
    const known = [{ place, entry: { ...sent, suspicion: null }, stored: sent }];
    expect(await ledger.writeSuspects(warehouse(), known, new Date())).toBe(1);
    expect(await marks()).toEqual([]);
  });
});

describe('a copy left by a create without an answer', () => {
  it('is archived by the next push, and the item that counts stays with its sizes', async () => {
    await makeTwice();
    await pushing.clock.wait(LONG_MS);
    await pushOther();
    const [item, ...others] = await itemsOf(2);
    expect(others).toEqual([]);
    expect(item?.id).toBe(await recordedId());
    expect(item && quantities(item)).toEqual({ OS: '7' });
    expect(await marks()).toEqual([]);
  });

  it.each(['reset', 'resetAfterCommit', 'lateCommit'])(
    'is archived by the second push when archiving met %s in the first',
    async (fault) => {
      await makeTwice();
      await pushing.clock.wait(LONG_MS);
      await pushing.board.fault('archive_item', fault, 1);
      await pushOther();
      expect(await marks()).toEqual(SUSPECT);
      await pushing.clock.wait(LONG_MS);
      await pushOther();
      expect((await itemsOf(2)).map(({ id }) => id)).toEqual([await recordedId()]);
      expect(await marks()).toEqual([]);
    },
  );

  it('stays, and stays suspect, when a planner has added something to it', async () => {
    await makeTwice();
    const recorded = await recordedId();
    const copy = (await itemsOf(2)).find(({ id }) => id !== recorded);
    await pushing.board.subitem(copy?.id ?? '', 'call the customer');
    await pushing.clock.wait(LONG_MS);
    await pushOther();
    expect(await itemsOf(2)).toHaveLength(2);
    expect(await marks()).toEqual(SUSPECT);
    expect((await pushing.audit({ repair: true })).outputs).toMatchObject({ surplus: 0, repaired: 0 });
  });

  it.each([
    ['waits for the next push of its line', false],
    ['is archived when the line is deleted', true],
  ])('without an item in the ledger %s', async (_, deleted) => {
    // By then the API has forgotten the key, which would give the answer of the first create.
    await makeUnseen('error:ColumnValueException', { MONDAY_SETTLE_WAIT: '31m' });
    const [item] = await itemsOf(2);
    if (deleted) await tombstone(2);
    await pushing.clock.wait(LONG_MS);
    await pushOther();
    expect((await itemsOf(2)).map(({ id }) => id)).toEqual(deleted ? [] : [item?.id]);
    expect(await marks()).toEqual(deleted ? [] : SUSPECT);
    if (deleted) return;
    await pushing.carry(NEW);
    expect((await itemsOf(2)).map(({ id }) => id)).toEqual([item?.id]);
    expect(quantities(await pushing.itemOf(uuid(2)))).toEqual({ OS: '7' });
  });

  it('is distinguished from a copy that a planner made later', async () => {
    await makeAtSecondTry();
    await pushing.clock.wait(LONG_MS);
    await pushing.board.control('POST', '/_edit', { duplicate: await recordedId() });
    await pushOther();
    expect(await itemsOf(2)).toHaveLength(2);
    expect(await marks()).toEqual([]);
    expect((await pushing.audit()).outputs).toMatchObject({ surplus: 0, foreign: 2 });
  });

  it('of a size is archived, and the one that counts stays', async () => {
    const { subitems } = await pushing.itemOf(uuid(1));
    const own = subitems.find(({ values }) => values['line_key']?.text === `${uuid(1)}|S`)?.id ?? '';
    const variables = { line_key: `${uuid(1)}|S`, numeric_mkra7j8e: '20' };
    const copy = await pushing.board.subitem((await pushing.itemOf(uuid(1))).id, 'S', variables);
    await suspectSince('size', uuid(1), 'S');
    await pushing.clock.wait(LONG_MS);
    await pushing.carry(NEW);
    const states = (await pushing.itemOf(uuid(1))).subitems.map(({ id, state }) => [id, state]);
    expect(Object.fromEntries(states)).toMatchObject({ [own]: 'active', [copy]: 'archived' });
    expect(await marks()).toEqual([]);
  });

  it('of a group is only reported, because it cannot be seen which of the two is ours', async () => {
    const title = await pushing.groupOf(await pushing.itemOf(uuid(1)));
    const group = (key: string) => [{ kind: 'group', ledger_key: key, size: '' }];
    await suspectSince('group', title);
    await pushing.clock.wait(LONG_MS);
    const made = { boardId: ITEMS, title };
    const { json } = await pushing.board.push([{ alias: 'a0', operation: 'createGroup', variables: made }]);
    await pushing.carry(NEW);
    expect(await marks()).toEqual(group(title));
    const copy = pushing.board.board.account.store.state.board(ITEMS).groups.find(({ id }) => id === json.data.a0.id);
    if (copy) copy.state = 'archived';
    await pushOther();
    expect(await marks()).toEqual([]);
  });

  it.each([
    [false, 'and the mark goes'],
    [true, 'and a copy under the old title is told of'],
  ])('of a group that a planner has renamed is looked for under its old title (copy: %s), %s', async (copied) => {
    const item = await pushing.itemOf(uuid(1));
    const title = await pushing.groupOf(item);
    await suspectSince('group', title);
    await pushing.clock.wait(LONG_MS);
    await pushing.board.control('POST', '/_edit', { renameGroup: item.groupId, title: `${title} (old)` });
    const made = { boardId: ITEMS, title };
    if (copied) await pushing.board.push([{ alias: 'a0', operation: 'createGroup', variables: made }]);
    await pushOther();
    expect(await marks()).toEqual(copied ? [{ kind: 'group', ledger_key: title, size: '' }] : []);
  });
});

describe('an audit by hand', () => {
  it('clears the suspicion of what is on the board once', async () => {
    await makeAtSecondTry();
    await pushing.clock.wait(LONG_MS);
    expect((await pushing.audit()).outputs).toMatchObject({ surplus: 0, repaired: 0 });
    expect(await marks()).toEqual([]);
  });

  it('reports a copy of ours, and archives it when it may repair', async () => {
    await makeTwice();
    await pushing.clock.wait(LONG_MS);
    expect((await pushing.audit()).outputs).toMatchObject({ surplus: 1, repaired: 0 });
    expect(await marks()).toEqual(SUSPECT);
    expect((await pushing.audit({ repair: true })).outputs).toMatchObject({ surplus: 1, repaired: 1 });
    expect(await marks()).toEqual([]);
    expect((await pushing.audit()).outputs).toMatchObject({ surplus: 0, foreign: 0 });
    expect(await pushing.board.idsByKey(`${uuid(2)}|OS`, SUBITEMS)).toHaveLength(1);
  });
});
