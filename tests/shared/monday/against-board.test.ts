import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { FAULT_CODES } from '../../../local/board/error-codes.js';
import { FAULTS } from '../../../local/board/faults.js';
import { type RunningBoard, startBoard } from '../../../local/board/server.js';
import { ITEMS_BOARD, KEY_COLUMN, SUBITEMS_BOARD } from '../../../local/board/shape.js';
import { FixFirstError } from '../../../shared/ground/errors.js';
import { outcomeOfAlias } from '../../../shared/monday/answer.js';
import { BoardReader } from '../../../shared/monday/board.js';
import { MondayClient, serialise } from '../../../shared/monday/client.js';
import { labelsOf } from '../../../shared/monday/label-settings.js';
import { makeLabels } from '../../../shared/monday/labels.js';
import { composeMutation, type MutationField } from '../../../shared/monday/operations.js';
import { Pace } from '../../../shared/monday/pace.js';
import type { BoardAccess } from '../../../shared/monday/queries.js';
import { JumpingClock } from '../../helpers/jumping-clock.js';

let board: RunningBoard;
beforeEach(async () => {
  board = await startBoard({ token: 'right' });
});
afterEach(() => board.close());

function access({ token = 'right', timeoutMs = 2_000 } = {}): BoardAccess {
  const clock = new JumpingClock();
  const client = new MondayClient({ url: `${board.url}/v2`, token, timeoutMs, clock });
  return { client, clock, pace: new Pace({ clock, minIntervalMs: 0 }) };
}

function create(alias: string, key: string): MutationField {
  const columnValues = JSON.stringify({ [KEY_COLUMN]: key });
  return {
    alias,
    operation: 'createItem',
    variables: { boardId: ITEMS_BOARD, groupId: 'topics', name: `item ${key}`, columnValues },
  };
}

const bodyOf = (...fields: MutationField[]) => serialise(composeMutation(fields));

async function post(path: string, body: object): Promise<void> {
  const response = await fetch(`${board.url}${path}`, { method: 'POST', body: JSON.stringify(body) });
  expect(response.status).toBe(200);
}

interface Logged {
  requests: { effects: { kind: string; key: string | null }[] }[];
}

async function effects(): Promise<number> {
  const log = (await (await fetch(`${board.url}/_log`)).json()) as Logged;
  return log.requests.flatMap((request) => request.effects).length;
}

describe('the client at the board', () => {
  it('creates many items in one request and reads its cost', async () => {
    const { client } = access();
    const answer = await client.send({ body: bodyOf(create('a0', 'k0'), create('a1', 'k1')), idempotencyKey: 'x' });
    expect(outcomeOfAlias(answer, 'a0')).toMatchObject({ kind: 'done', data: { id: expect.stringMatching(/^\d+$/) } });
    expect(answer.complexity?.query).toBeGreaterThanOrEqual(60_000);
    expect(answer.limits.get('complexityMinute')?.quota).toBe(10_000_000);
    expect(answer.requestId).toBeDefined();
    const again = await client.send({ body: bodyOf(create('a0', 'k0'), create('a1', 'k1')), idempotencyKey: 'x' });
    expect(again.replayed).toBe(true);
    expect(outcomeOfAlias(again, 'a1')).toEqual(outcomeOfAlias(answer, 'a1'));
    expect(await effects()).toBe(2);
  });

  it('reports one bad value and keeps the others', async () => {
    const bad = create('a1', 'k1');
    bad.variables['columnValues'] = JSON.stringify({ no_such_column: 'x' });
    const answer = await access().client.send({ body: bodyOf(create('a0', 'k0'), bad, create('a2', 'k2')) });
    expect(['a0', 'a1', 'a2'].map((alias) => outcomeOfAlias(answer, alias).kind)).toEqual(['done', 'failed', 'done']);
  });

  it('stops on a wrong token', async () => {
    const { client } = access({ token: 'wrong' });
    expect(await client.send({ body: bodyOf(create('a0', 'k')) })).toMatchObject({
      kind: 'refused',
      failure: { reaction: 'stop' },
    });
  });

  const faults = [...FAULTS, ...Object.keys(FAULT_CODES).map((code) => `error:${code}`), 'error:NobodyKnowsThis'];
  it.each(faults)('never reports an executed request as refused, or an unexecuted one as done: %s', async (fault) => {
    await post('/_limits', { lateCommitMs: 0, slowMs: 1 });
    await post('/_faults', { script: [{ operation: 'create_item', nth: 2, fault }] });
    const fields = ['k0', 'k1', 'k2'].map((key, place) => create(`a${place}`, key));
    const answer = await access({ timeoutMs: 100 }).client.send({ body: bodyOf(...fields), idempotencyKey: 'x' });
    const created = new Set(board.account.store.state.requests.flatMap(({ effects }) => effects.map(({ key }) => key)));
    for (const [place, key] of ['k0', 'k1', 'k2'].entries()) {
      const { kind } = outcomeOfAlias(answer, `a${place}`);
      if (kind === 'done') expect(created).toContain(key);
      if (kind === 'failed') expect(created).not.toContain(key);
    }
  });
});

describe('the reader at the board', () => {
  it('finds items by key and by id, their subitems, and all of them', async () => {
    const all = access();
    const reader = new BoardReader(all);
    const items = await all.client.send({ body: bodyOf(create('a0', 'k0'), create('a1', 'k1'), create('a2', 'k1')) });
    const idOf = (alias: string) => (outcomeOfAlias(items, alias) as { data: { id: string } }).data.id;
    const subitem: MutationField = {
      alias: 's0',
      operation: 'createSubitem',
      variables: { parentId: idOf('a0'), name: 'XL', columnValues: JSON.stringify({ [KEY_COLUMN]: 'k0|XL' }) },
    };
    const made = await all.client.send({ body: bodyOf(subitem) });
    expect(outcomeOfAlias(made, 's0').kind).toBe('done');

    const byKey = await reader.itemsByKey(ITEMS_BOARD, KEY_COLUMN, ['K1', 'k0', 'none']);
    expect(byKey.map((item) => item.values.get(KEY_COLUMN)?.text).sort()).toEqual(['k0', 'k1', 'k1']);
    const byId = await reader.itemsById([idOf('a1'), '999'], [KEY_COLUMN]);
    expect(byId).toMatchObject([{ id: idOf('a1'), state: 'active', boardId: ITEMS_BOARD, groupId: 'topics' }]);
    const subitems = await reader.subitemsOf([idOf('a0'), idOf('a1')], [KEY_COLUMN]);
    expect(subitems.get(idOf('a0'))).toMatchObject([{ name: 'XL', parentId: idOf('a0'), boardId: SUBITEMS_BOARD }]);
    expect(subitems.get(idOf('a1'))).toEqual([]);
    expect(await reader.allItems(ITEMS_BOARD, [KEY_COLUMN])).toHaveLength(3);
    expect(await reader.allItems(SUBITEMS_BOARD, [KEY_COLUMN])).toMatchObject([{ name: 'XL', parentId: idOf('a0') }]);
    expect(await reader.itemsByKey(SUBITEMS_BOARD, KEY_COLUMN, ['k0|XL'])).toHaveLength(1);
  });

  it('reads more than one page', async () => {
    const { client, ...rest } = access();
    for (let start = 0; start < 1_010; start += 101) {
      const fields = Array.from({ length: 101 }, (_, n) => create(`a${n}`, `k${start + n}`));
      expect((await client.send({ body: bodyOf(...fields) })).kind).toBe('answered');
      board.account.limits = { ...board.account.limits, complexityPerMinute: 2_000_000_000 };
    }
    const items = await new BoardReader({ client, ...rest }).allItems(ITEMS_BOARD, [KEY_COLUMN]);
    expect(new Set(items.map((item) => item.values.get(KEY_COLUMN)?.text)).size).toBe(1_010);
  });

  it('reads the account, the shape and the board of the subitems', async () => {
    const reader = new BoardReader(access());
    const shape = await reader.shape(ITEMS_BOARD);
    expect(shape).toMatchObject({ id: ITEMS_BOARD, itemsLimit: 10_000, subitemsBoardId: SUBITEMS_BOARD });
    expect(shape.columns.some((column) => column.id === KEY_COLUMN && column.type === 'text')).toBe(true);
    expect((await reader.account()).dailyCalls).toBe(10_000);
    await expect(reader.shape('12345')).rejects.toThrow(FixFirstError);
  });

  it('gets its answer despite every transient fault', async () => {
    await post('/_faults', { seed: 3, rates: { refuse429: 0.1, refuse5xx: 0.1, reset: 0.1, truncated: 0.1 } });
    const reader = new BoardReader(access({ timeoutMs: 200 }));
    for (let n = 0; n < 5; n++) expect(await reader.itemsByKey(ITEMS_BOARD, KEY_COLUMN, [`k${n}`])).toEqual([]);
  });
});

describe('labels at the board', () => {
  const columnOf = async (all: BoardAccess, title: string) => {
    const column = (await new BoardReader(all).shape(ITEMS_BOARD)).columns.find((each) => each.title === title);
    if (column === undefined) throw new Error(`The board has no column ${title}.`);
    return column;
  };

  /** Makes labels of one column and returns all it then has. */
  const make = async (all: BoardAccess, columnId: string, labels: readonly string[]) =>
    (await makeLabels(all, ITEMS_BOARD, new Map([[columnId, labels]]))).get(columnId)?.labels;

  it.each(['ORDER TYPE', 'UNIT OF MEASURE'])('are added to the existing ones: %s', async (title) => {
    const all = access();
    const column = await columnOf(all, title);
    const before = labelsOf(column);
    const after = await make(all, column.id, ['28', 'A, B', '28', before[0]?.label ?? '']);
    // The board lists status labels by id, which is that of a free colour.
    const fresh = after?.filter(({ id }) => !before.some((each) => each.id === id));
    expect(after?.filter((label) => !fresh?.includes(label))).toEqual(before);
    expect(fresh?.map(({ label }) => label)).toEqual(['28', 'A, B']);
    expect(labelsOf(await columnOf(all, title))).toEqual(after);
  });

  it('need no mutation when they already exist', async () => {
    const all = access();
    const column = await columnOf(all, 'ORDER TYPE');
    expect(await make(all, column.id, ['RECEIVED', ''])).toEqual(labelsOf(column));
    expect(await effects()).toBe(0);
  });

  it('are all created when two processes create some at once, and when answers are lost', async () => {
    const one = access();
    const other = access();
    const { id } = await columnOf(one, 'ORDER TYPE');
    await post('/_faults', { script: [{ operation: 'update_dropdown_column', nth: 2, fault: 'resetAfterCommit' }] });
    await Promise.all([make(one, id, ['P', 'Q']), make(other, id, ['R', 'Q']), make(access(), id, ['S'])]);
    const labels = labelsOf(await columnOf(one, 'ORDER TYPE')).map(({ label }) => label);
    expect(labels.slice(4).sort()).toEqual(['P', 'Q', 'R', 'S']);
  });

  it('are created although the refusal of the first attempt is kept under its key', async () => {
    const all = access();
    const { id } = await columnOf(all, 'ORDER TYPE');
    await post('/_faults', {
      script: [{ operation: 'update_dropdown_column', nth: 1, fault: 'error:FIELD_LIMIT_EXCEEDED' }],
    });
    expect((await make(all, id, ['P']))?.map(({ label }) => label)).toContain('P');
  });

  it('without room are left out', async () => {
    const all = access();
    const { id } = await columnOf(all, 'ORDER TYPE');
    const wanted = Array.from({ length: 600 }, (_, n) => `L${n}`);
    const labels = await make(all, id, wanted);
    expect(labels).toHaveLength(500);
    expect(labels?.at(-1)?.label).toBe('L495');
    expect(await make(all, id, ['one more'])).toHaveLength(500);
  });

  it('are refused with a sentence if the column has none, or does not exist', async () => {
    const all = access();
    await expect(make(all, KEY_COLUMN, ['x'])).rejects.toThrow(/of type text, which has no labels/);
    await expect(make(all, 'nowhere', ['x'])).rejects.toThrow(/has no column nowhere/);
  });

  it.each(['refuse429', 'partialCommit', 'resetAfterCommit'])(
    'of several columns are created once each, after %s',
    async (fault) => {
      const all = access();
      const [order, unit] = [await columnOf(all, 'ORDER TYPE'), await columnOf(all, 'UNIT OF MEASURE')];
      await post('/_faults', { script: [{ operation: 'update_dropdown_column', nth: 1, fault }] });
      const wanted = new Map([
        [order.id, ['ONE', 'TWO']],
        [unit.id, ['BUNDLE']],
      ]);
      const made = await makeLabels(all, ITEMS_BOARD, wanted);
      expect(
        made
          .get(order.id)
          ?.labels.slice(-2)
          .map(({ label }) => label),
      ).toEqual(['ONE', 'TWO']);
      expect(made.get(unit.id)?.labels.map(({ label }) => label)).toContain('BUNDLE');
      expect(await effects()).toBe(2);
    },
  );
});
