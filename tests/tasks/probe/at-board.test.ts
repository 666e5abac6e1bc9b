import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { planOf, SHARED_COLUMNS } from '../../../tasks/probe/plan.js';
import { POINTS } from '../../../tasks/probe/points.js';
import { ITEMS, TestBoard } from '../../local/board/board.js';
import { type Probed, probeBoard, TOKEN } from './probing.js';

let board: TestBoard;
beforeAll(async () => {
  board = await TestBoard.start();
});
afterAll(() => board.close());

interface Standing {
  groups: string[];
  items: string[];
  columns: string[];
}

/** Active groups, items and columns of the board. */
async function standing(): Promise<Standing> {
  const { groups, items, columns } = await board.dump();
  const active = ({ state }: { state: string }): boolean => state === 'active';
  return {
    groups: groups.filter(active).map(({ title }: { title: string }) => title),
    items: items.filter(active).map(({ name }: { name: string }) => name),
    columns: columns.map(({ id }: { id: string }) => id),
  };
}

describe('the probe against the simulator:', () => {
  let probed: Probed;
  let before: Standing;
  beforeAll(async () => {
    before = await standing();
    probed = await probeBoard(board.board.url);
  });

  it('every question is answered as assumed', () => {
    const { outcome, facts } = probed;
    expect(facts.entries.filter(({ differs }) => differs.length > 0)).toEqual([]);
    expect(outcome.exitCode).toBeUndefined();
    expect(facts.entries.map(({ id }) => id)).toEqual(POINTS.map(({ id }) => id));
    const missing = facts.entries.filter((entry) => entry.not_measured !== undefined).map(({ id }) => id);
    expect(missing).toEqual(['first-subitem']);
  });

  it('the board is unchanged afterwards', async () => {
    expect(await standing()).toEqual(before);
  });

  it('no more calls are sent than the plan names first', async () => {
    const plan = planOf();
    const log = await board.log();
    expect(log).toHaveLength(Number(probed.outcome.outputs?.['calls']));
    expect(log.length).toBeLessThanOrEqual(plan.measuring + plan.cleaning);
    expect(probed.said).toMatch(new RegExp(`^The probe asks[\\s\\S]*At most ${plan.measuring + plan.cleaning} calls`));
    expect(plan.measuring + plan.cleaning).toBeLessThan(200);
  });

  it('no question takes more calls and mutations than declared', () => {
    const over = probed.facts.entries.filter(({ id, calls, mutations }) => {
      const point = POINTS.find((each) => each.id === id);
      // Whoever needs the shared columns first makes them.
      const most = (point?.most.calls ?? 0) + SHARED_COLUMNS.calls;
      return calls > most || mutations > (point?.most.mutations ?? 0) + SHARED_COLUMNS.mutations;
    });
    expect(over).toEqual([]);
  });

  it('the facts hold neither token nor names nor ids of the account', () => {
    for (const secret of [TOKEN, 'Board simulator', 'board-simulator', 'Customer Master Schedule', ITEMS]) {
      expect(probed.text.toLowerCase()).not.toContain(secret.toLowerCase());
    }
    expect(probed.text).not.toMatch(/\b94000\d+/);
  });

  it('the facts say for each question what was assumed and answered, and where the record comes from', () => {
    expect(probed.facts.about).toContain('probe');
    const lengths = probed.facts.entries.find(({ id }) => id === 'lengths');
    expect(lengths).toMatchObject({
      source: { program: 'customer-orders probe', kind: 'simulator' },
      assumed: { nameOf256: 'ItemNameTooLongException' },
      answered: { nameOf256: 'ItemNameTooLongException' },
    });
    expect(JSON.stringify(lengths)).toContain('"code":"ItemNameTooLongException"');
  });
});

describe('the probe on another board', () => {
  it("without a subitems column measures the first subitem's answer, and has no such column afterwards", async () => {
    await board.ask(`mutation { delete_column(board_id: ${ITEMS}, column_id: "subtasks_mkr5c0kp") { id } }`);
    const before = await standing();
    const { facts } = await probeBoard(board.board.url, {
      only: ['first-subitem', 'costs-of-subitems', 'subitem-states'],
    });
    expect(facts.entries.map(({ not_measured, differs }) => not_measured ?? differs)).toEqual([[], [], []]);
    expect(await standing()).toEqual(before);
  });

  it('with a higher limit of subitems reports no difference', async () => {
    await board.limits({ subitemsLimit: 1_000, complexityPerMinute: 100_000_000 });
    const { facts } = await probeBoard(board.board.url, { only: ['subitem-limit'] });
    expect(facts.entries[0]).toMatchObject({ differs: [], notes: { made: 101 } });
  });

  it('of an account with a million points per minute reports no difference', async () => {
    const small = await TestBoard.start();
    await small.limits({ complexityPerMinute: 1_000_000 });
    const points = ['beside-the-data', 'too-expensive'];
    const { facts } = await probeBoard(small.board.url, { only: points });
    expect(facts.entries.map(({ differs }) => differs)).toEqual([[], []]);
    await small.close();
  });
});
