import { existsSync, mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { ITEMS, TestBoard } from '../local/board/board.js';
import { type Environment, HURRY, Program, runProgram } from './program.js';
import { until } from './until.js';

const TOKEN = 'probe-token-that-nobody-may-see';

let board: TestBoard;
let env: Environment;
let out: string;
beforeEach(async () => {
  board = await TestBoard.start();
  env = { ...HURRY, MONDAY_API_URL: `${board.board.url}/v2`, MONDAY_API_TOKEN: TOKEN };
  out = join(mkdtempSync(join(tmpdir(), 'probe-')), 'facts.json');
});
afterEach(() => board.close());

const flags = (...more: string[]): string[] => ['--board', ITEMS, '--out', out, ...more];
const requests = async (): Promise<number> => (await board.log()).length;

interface Part {
  state?: string;
  title: string;
}

/** Titles of ours that the board still shows, and how many items. */
async function standing() {
  const { groups, columns, items } = await board.dump();
  const shown = [...groups.filter(({ state }: Part) => state === 'active'), ...columns];
  return {
    ours: shown.map(({ title }: Part) => title).filter((title) => title.startsWith('customer-orders probe')),
    items: items.filter(({ state }: Part) => state === 'active').length,
  };
}
const NOTHING = { ours: [], items: 0 };

describe('probe, interrupted', () => {
  it('by kill -9, is refused the board until it is cleaned up', async () => {
    await board.limits({ mutationMs: 5 });
    const probe = new Program('probe', flags('--yes'), env);
    await until('forty requests', async () => (await requests()) >= 40);
    expect((await probe.kill()).code).toBeNull();
    expect((await standing()).ours).not.toEqual([]);
    expect(existsSync(out)).toBe(false);

    const again = await runProgram('probe', flags('--yes'), env);
    expect(again).toMatchObject({ code: 2, said: expect.stringContaining(`probe --board ${ITEMS} --clean-up`) });
    const cleaned = await runProgram('probe', ['--board', ITEMS, '--clean-up'], env);
    expect(cleaned.code).toBe(0);
    expect(await standing()).toEqual(NOTHING);
    expect((await runProgram('probe', ['--board', ITEMS, '--clean-up'], env)).outputs).toMatchObject({ deleted: 0 });
  });

  it('by Ctrl-C, cleans up and writes what it has measured', async () => {
    await board.limits({ mutationMs: 5 });
    const probe = new Program('probe', flags('--yes'), env);
    await until('forty requests', async () => (await requests()) >= 40);
    const { code, said } = await probe.stop('SIGINT');
    expect({ code, said }).toEqual({
      code: 1,
      said: expect.stringContaining('The probe was stopped; the board is clean'),
    });
    expect(await standing()).toEqual(NOTHING);
    const { entries } = JSON.parse(readFileSync(out, 'utf8')) as { entries: { not_measured?: string }[] };
    expect(entries[0]).not.toHaveProperty('not_measured');
    expect(entries.at(-1)).toMatchObject({ not_measured: 'the probe was stopped' });
  });

  it('by a lost answer with a late effect, leaves nothing behind', async () => {
    await board.limits({ lateCommitMs: 30 });
    const script = [
      { operation: 'create_column', nth: 1, fault: 'resetAfterCommit' },
      { operation: 'create_group', nth: 2, fault: 'lateCommit' },
    ];
    await board.control('POST', '/_faults', { script });
    const { code, said } = await runProgram('probe', flags('--yes', '--only', 'costs', '--only', 'groups'), env);
    expect({ code, said }).toEqual({ code: 0, said: expect.stringContaining('costs: no answer could be read') });
    expect(await standing()).toEqual(NOTHING);
  });
});

describe('probe refuses', () => {
  const refused = async (...more: string[]) => {
    const before = await requests();
    const ended = await runProgram('probe', flags(...more), env);
    const operations: string[] = (await board.log(before)).flatMap((each: { operations: string[] }) => each.operations);
    return { ...ended, written: operations.filter((operation) => /^(create|change|delete|archive)_/.test(operation)) };
  };

  it('a board that holds an item', async () => {
    await board.item('of a planner');
    const { code, said, written } = await refused('--yes');
    expect({ code, said, written }).toEqual({ code: 2, said: expect.stringContaining('is not empty'), written: [] });
  });

  it('a board with groups that are not its own', async () => {
    for (const title of ['A', 'B']) {
      await board.ask(`mutation { create_group(board_id: ${ITEMS}, group_name: "${title}") { id } }`);
    }
    const { code, said, written } = await refused('--yes');
    expect({ code, said, written }).toEqual({ code: 2, said: expect.stringContaining('3 groups'), written: [] });
  });

  it('to start without confirmation, and to start if the facts cannot be written', async () => {
    const unasked = await refused();
    expect(unasked).toMatchObject({ code: 2, said: expect.stringMatching(/At most \d+ calls[\s\S]*add --yes/) });
    const nowhere = await runProgram('probe', ['--board', ITEMS, '--yes', '--out', '/nowhere/facts.json'], env);
    expect(nowhere).toMatchObject({ code: 2, said: expect.stringContaining('--out') });
    expect(await requests()).toBe(0);
  });

  it('a token that the account does not know', async () => {
    const own = await TestBoard.start({ token: 'another' });
    const ended = await runProgram('probe', flags('--yes'), { ...env, MONDAY_API_URL: `${own.board.url}/v2` });
    expect(ended).toMatchObject({ code: 2, said: expect.stringContaining('MONDAY_API_TOKEN') });
    await own.close();
  });
});

it('probe --dry-run names its questions and the most calls, without any setting or request', async () => {
  const { code, said, outputs } = await runProgram('probe', ['--dry-run'], {});
  expect({ code, said }).toEqual({ code: 0, said: expect.stringMatching(/filter-lag[\s\S]*At most \d+ calls/) });
  expect(outputs).toEqual({ bound: expect.any(Number) });
  expect(await requests()).toBe(0);
});

it('probe --clean-up leaves alone what others have put into its groups, and says so', async () => {
  const title = 'customer-orders probe 0000aaaa';
  const made = await board.ask(`mutation { create_group(board_id: ${ITEMS}, group_name: "${title}") { id } }`);
  const group = made.json.data.create_group.id;
  await board.ask(
    `mutation { create_item(board_id: ${ITEMS}, group_id: "${group}", item_name: "of a planner") { id } }`,
  );
  const { code, said } = await runProgram('probe', ['--board', ITEMS, '--clean-up'], env);
  expect({ code, said }).toEqual({ code: 1, said: expect.stringContaining("what is not the probe's") });
  expect(await standing()).toEqual({ ours: [title], items: 1 });
});
