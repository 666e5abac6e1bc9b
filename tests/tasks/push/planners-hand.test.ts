import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { FixFirstError } from '../../../shared/ground/errors.js';
import { insertLines, line, uuid } from '../../helpers/warehouse.js';
import { type BoardItem, Pushing, quantities } from './pushing.js';

const LINES = Array.from({ length: 24 }, (_, n) => n + 1);
const LOAD = LINES.map((n) => ({ line: n, change: 'NEW' as const }));

const COLOR = 'dropdown_mkr5677f';
const UNIT = 'color_mkr5yf27';
const QUANTITY = 'numeric_mkra7j8e';

let pushing: Pushing;

beforeEach(async () => {
  pushing = await Pushing.open();
  await insertLines(
    pushing.test.warehouse,
    LINES.map((n) => line(n, { XS: n, NOTES: 'new', 'PO NUMBER': '4755' })),
  );
});
afterEach(() => pushing.close());

const edit = async (what: Record<string, unknown>): Promise<void> => {
  const { status, text } = await pushing.board.control('POST', '/_edit', what);
  if (status !== 200) throw new Error(text);
};

/** Pushes, and lets a planner's hand act just before the nth request that has mutations leaves. */
function pushWhile(batchId: string, nth: number, act: () => Promise<void>) {
  let begun = 0;
  return pushing.push(batchId, {
    checkpoint: async (moment) => {
      if (moment !== 'begun') return;
      begun += 1;
      if (begun === nth) await act();
    },
  });
}

const groupNamed = async (title: string): Promise<string> =>
  ((await pushing.board.dump()).groups as { id: string; title: string; state: string }[]).find(
    (group) => group.title === title && group.state === 'active',
  )?.id ?? '';

const shownIn = async (column: string) => (await pushing.items()).map(({ values }) => values[column]?.text);

describe('a planner who works on the board during a push', () => {
  it.each(['archiveGroup', 'deleteGroup'])('%s: the group is created again, and every line lands', async (what) => {
    const batchId = await pushing.stage(LOAD);
    const { outputs } = await pushWhile(batchId, 3, async () =>
      edit({ [what]: await groupNamed('GREYSON 2025 FALL') }),
    );
    expect(outputs).toMatchObject({ status: 'PUSHED', itemsFailed: 0, pending: 0 });
  });

  it.each([
    ['deletes', 'deleteColumn', 'text_mkr5ej2x', 'items', 'PO NUMBER'],
    ['archives', 'archiveColumn', 'text_mkr5ej2x', 'items', 'PO NUMBER'],
    ['deletes', 'deleteColumn', QUANTITY, 'subitems', 'Order Qty'],
    ['archives', 'archiveColumn', QUANTITY, 'subitems', 'Order Qty'],
  ])('%s a column (%s %s of the %s): push ends, and no line fails', async (_, what, column, board, title) => {
    const batchId = await pushing.stage(LOAD);
    const push = pushWhile(batchId, 3, () => edit({ [what]: column, board }));
    await expect(push).rejects.toThrow(FixFirstError);
    await expect(pushing.push(batchId)).rejects.toThrow(`no writable column "${title}"`);
    await edit({ restoreColumn: column, board });
    expect((await pushing.push(batchId)).outputs).toMatchObject({ status: 'PUSHED', itemsFailed: 0, newFailures: 0 });
    for (const n of LINES) expect(quantities(await pushing.itemOf(uuid(n)))).toEqual({ XS: String(n) });
  });

  it('renames a column: every line lands', async () => {
    const batchId = await pushing.stage(LOAD);
    const rename = () => edit({ renameColumn: 'text_mkr5ej2x', title: 'PURCHASE ORDER' });
    const { outputs } = await pushWhile(batchId, 3, rename);
    expect(outputs).toMatchObject({ status: 'PUSHED', itemsFailed: 0, newFailures: 0, pending: 0 });
  });

  it('gives the quantities another type: values are sent in that type, and every size lands', async () => {
    const batchId = await pushing.stage(LOAD);
    const { outputs } = await pushWhile(batchId, 3, () =>
      edit({ retypeColumn: QUANTITY, type: 'text', board: 'subitems' }),
    );
    expect(outputs).toMatchObject({ status: 'PUSHED', itemsFailed: 0, subitemsFailed: 0, newFailures: 0 });
    for (const n of LINES) expect(quantities(await pushing.itemOf(uuid(n)))).toEqual({ XS: String(n) });
  });

  it.each([
    ['renames', { renameLabel: 'XS', to: 'XSMALL' }],
    ['deactivates', { deactivateLabel: 'XS' }],
    ['deletes', { deleteLabel: 'XS' }],
  ])('%s the label of a size: every size lands', async (_, what) => {
    const batchId = await pushing.stage(LOAD);
    const hand = { ...what, column: 'dropdown_mkrak7qp', board: 'subitems' };
    const script = [{ operation: 'create_subitem', nth: 5, edit: hand }];
    await pushing.board.control('POST', '/_faults', { script });
    const { outputs } = await pushing.push(batchId);
    expect(outputs).toMatchObject({ status: 'PUSHED', itemsFailed: 0, subitemsFailed: 0, newFailures: 0, pending: 0 });
    for (const n of LINES) expect(quantities(await pushing.itemOf(uuid(n)))).toEqual({ XS: String(n) });
  });

  it('archives the board: push ends, and no line fails', async () => {
    const batchId = await pushing.stage(LOAD);
    await expect(pushWhile(batchId, 3, () => edit({ archiveBoard: true }))).rejects.toThrow(FixFirstError);
    await edit({ restoreBoard: true });
    expect((await pushing.push(batchId)).outputs).toMatchObject({ status: 'PUSHED', itemsFailed: 0, newFailures: 0 });
  });

  it('gives a column another type: values are sent in that type, and every line lands', async () => {
    const batchId = await pushing.stage(LOAD);
    const { outputs } = await pushWhile(batchId, 3, () => edit({ retypeColumn: 'long_text_mkr5hass', type: 'text' }));
    expect(outputs).toMatchObject({ status: 'PUSHED', itemsFailed: 0, newFailures: 0 });
    expect((await pushing.itemOf(uuid(24))).values['long_text_mkr5hass']?.text).toBe('new');
  });

  it.each([
    ['renames', { renameLabel: 'BLACK', to: 'BLACK OLD' }],
    ['deactivates', { deactivateLabel: 'BLACK' }],
    ['deletes', { deleteLabel: 'BLACK' }],
  ])('%s a label that the mapping may create: every line lands, and the edit can be repaired', async (_, what) => {
    const batchId = await pushing.stage(LOAD);
    const { outputs } = await pushWhile(batchId, 3, () => edit({ ...what, column: COLOR }));
    expect(outputs).toMatchObject({ status: 'PUSHED', itemsFailed: 0, newFailures: 0, pending: 0 });
    await pushing.promote(batchId);
    await pushing.audit({ repair: true, overwriteEdits: true });
    await pushing.carry(LINES.map((n) => ({ line: n, change: 'CHANGED' })));
    expect(await shownIn(COLOR)).toEqual(LINES.map(() => 'BLACK'));
  });

  it.each([
    ['deactivates', { deactivateLabel: 'PCE' }, { activateLabel: 'PCE' }],
    ['deletes', { deleteLabel: 'PCE' }, { addLabel: 'PCE' }],
  ])(
    '%s a label that the mapping may not create: only the remaining lines fail, until it is back',
    async (_, what, mend) => {
      const batchId = await pushing.stage(LOAD);
      const { outputs } = await pushWhile(batchId, 3, () => edit({ ...what, column: UNIT }));
      const landed = (await pushing.items()).length;
      expect(landed).toBeGreaterThan(0);
      expect(outputs).toMatchObject({ itemsCreated: landed, itemsFailed: LINES.length - landed, pending: 0 });
      await edit({ ...mend, column: UNIT });
      await pushing.promote(batchId);
      await pushing.audit({ repair: true, overwriteEdits: true });
      await pushing.carry(LINES.map((n) => ({ line: n, change: 'CHANGED' })));
      expect(await shownIn(UNIT)).toEqual(LINES.map(() => 'PCE'));
    },
  );

  it('renames the group of the lines: all of them land in it', async () => {
    const batchId = await pushing.stage(LOAD);
    const { outputs } = await pushWhile(batchId, 3, async () =>
      edit({ renameGroup: await groupNamed('GREYSON 2025 FALL'), title: 'OURS' }),
    );
    expect(outputs).toMatchObject({ status: 'PUSHED', itemsFailed: 0, newFailures: 0, pending: 0 });
    const group = await groupNamed('OURS');
    expect((await pushing.items()).map(({ groupId }) => groupId)).toEqual(LINES.map(() => group));
  });

  it.each(['archive', 'delete'])(
    '%ss items before their sizes are sent: they are created again, and every line lands',
    async (what) => {
      let taken: readonly BoardItem[] = [];
      const batchId = await pushing.stage(LOAD);
      const { outputs } = await pushWhile(batchId, 3, async () => {
        taken = (await pushing.items()).slice(0, 2);
        for (const { id } of taken) await edit({ [what]: id });
      });
      expect(outputs).toMatchObject({ status: 'PUSHED', itemsFailed: 0, newFailures: 0, pending: 0 });
      expect(taken).toHaveLength(2);
      for (const n of LINES) expect(quantities(await pushing.itemOf(uuid(n)))).toEqual({ XS: String(n) });
    },
  );
});
