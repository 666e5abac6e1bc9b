import { type ChildProcess, spawn } from 'node:child_process';
import { appendFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeEach, describe, expect, it } from '@jest/globals';
import { ITEMS, itemField, TestBoard } from './board.js';

const boards: TestBoard[] = [];
const folders: string[] = [];
let board: TestBoard;

async function start(options: Parameters<typeof TestBoard.start>[0] = {}): Promise<TestBoard> {
  const started = await TestBoard.start(options);
  boards.push(started);
  return started;
}
function folder(): string {
  folders.push(mkdtempSync(join(tmpdir(), 'board-')));
  return folders.at(-1) ?? '';
}

beforeEach(async () => {
  board = await start();
});
afterAll(async () => {
  await Promise.all(boards.map((each) => each.close()));
  for (const each of folders) rmSync(each, { recursive: true });
});

describe('29. the control interface', () => {
  it('counts effects per key, not answers', async () => {
    await board.fault('create_item', 'resetAfterCommit');
    const field = itemField('a0', 'x', { line_key: 'twice' });
    await expect(board.push([field])).rejects.toThrow();
    await board.push([field]);
    const effects = (await board.log()).flatMap((request) => request.effects);
    expect(effects).toEqual([
      { kind: 'item.created', id: expect.any(String), key: 'twice' },
      { kind: 'item.created', id: expect.any(String), key: 'twice' },
    ]);
    expect((await board.dump()).items.map((item: { request: number }) => item.request)).toEqual([1, 2]);
    expect(await board.log(1)).toHaveLength(1);
  });

  it('shows the whole board', async () => {
    const id = await board.item('x', { line_key: 'k', numeric_mkr5cact: '4.5' });
    await board.subitem(id, 'Size S', { line_key: 'k|S', numeric_mkra7j8e: '12' });
    await board.change(id, { numeric_mkr5cact: null });
    const dump = await board.dump();
    expect(dump.boardId).toBe(ITEMS);
    expect(dump.columns[0]).toEqual({ id: 'name', title: 'Name', type: 'name' });
    expect(dump.items).toEqual([
      {
        id,
        name: 'x',
        groupId: 'topics',
        state: 'active',
        request: 1,
        values: { line_key: { text: 'k', value: '"k"' }, numeric_mkr5cact: { text: '', value: null } },
        subitems: [
          {
            id: expect.any(String),
            name: 'Size S',
            state: 'active',
            request: 2,
            values: { line_key: { text: 'k|S', value: '"k|S"' }, numeric_mkra7j8e: { text: '12', value: '"12"' } },
          },
        ],
      },
    ]);
  });

  it('lets a planner edit, archive, delete, duplicate, move and create, without log entries', async () => {
    const id = await board.item('x', { line_key: 'k' });
    await board.subitem(id, 'S', { line_key: 'k|S' });
    const edit = async (body: unknown) => (await board.control('POST', '/_edit', body)).json;
    await edit({ item: id, values: { name: 'renamed', dropdown_mkr5tgaa: { labels: ['NEW STYLE'] } } });
    const copy = (await edit({ duplicate: id })).id;
    const created = (await edit({ create: { name: 'by hand', values: {}, subitems: [{ name: 'S' }] } })).id;
    await edit({ archive: id });
    await edit({ delete: created });
    const items = (await board.dump()).items as { id: string; name: string; state: string; subitems: unknown[] }[];
    expect(items.map(({ id: each, name, state, subitems }) => [each, name, state, subitems.length])).toEqual([
      [id, 'renamed', 'archived', 1],
      [copy, 'renamed', 'active', 1],
      [created, 'by hand', 'deleted', 1],
    ]);
    expect(await board.log()).toHaveLength(2);
    expect(await edit({ archive: '17' })).toEqual({ error: 'There is no item 17.' });
  });

  it('stops and moves the clock', async () => {
    expect((await board.control('POST', '/_clock', { advanceMs: 5 })).json.error).toContain('"mode": "fake"');
    const stopped = (await board.control('POST', '/_clock', { mode: 'fake' })).json;
    const moved = (await board.control('POST', '/_clock', { advanceMs: 60_000 })).json;
    expect(Date.parse(moved.now) - Date.parse(stopped.now)).toBe(60_000);
    expect((await board.control('POST', '/_clock', { mode: 'real' })).json.mode).toBe('real');
  });

  it('empties the board, the log and the faults', async () => {
    await board.item('x');
    await board.fault('create_item', 'refuse429');
    await board.control('POST', '/_reset');
    expect((await board.dump()).items).toEqual([]);
    expect(await board.log()).toEqual([]);
    expect(await board.item('y')).toMatch(/^\d+$/);
  });

  it.each([
    ['/_faults', { rates: { resett: 1 } }, 'there is no fault resett'],
    ['/_faults', { rates: { reset: 2 } }, '<=1'],
    ['/_limits', { complexityPerMinut: 1 }, 'complexityPerMinut'],
    ['/_limits', { mutationMs: '5' }, 'expected number'],
    ['/_edit', { archiv: '1' }, 'not understood'],
    ['/_clock', { mode: 'slow' }, 'mode'],
  ])('%s refuses %j with a sentence', async (path, body, sentence) => {
    const reply = await board.control('POST', path, body);
    expect(reply.status).toBe(400);
    expect(reply.json.error).toContain(sentence);
  });

  it('refuses a body that is not JSON', async () => {
    const reply = await fetch(`${board.board.url}/_faults`, { method: 'POST', body: '{' });
    expect([reply.status, await reply.json()]).toEqual([400, { error: 'The body is not JSON.' }]);
  });
});

describe('30. determinism', () => {
  it('gives the same ids for the same seed', async () => {
    const ids = async (seed: number) => {
      const own = await start({ seed });
      await own.push([{ alias: 'a0', operation: 'createGroup', variables: { boardId: ITEMS, title: 'G' } }]);
      await own.item('x');
      const { groups, items } = await own.dump();
      return JSON.stringify([groups, items]);
    };
    expect(await ids(3)).toBe(await ids(3));
    expect(await ids(4)).not.toBe(await ids(3));
  });
});

describe('state across restarts', () => {
  it('keeps board, log and idempotency keys, and drops a truncated line', async () => {
    const dataDir = folder();
    const first = await TestBoard.start({ dataDir });
    const id = await first.item('x', { line_key: 'k', dropdown_mkr518fc: { ids: [1] } });
    await first.subitem(id, 'S', { dropdown_mkrak7qp: null });
    await first.push([itemField('a0', 'y')], { 'Idempotency-Key': 'kept' });
    await first.push([{ alias: 'a0', operation: 'createGroup', variables: { boardId: ITEMS, title: 'G' } }]);
    const before = [await first.dump(), await first.log()];
    await first.close();
    appendFileSync(join(dataDir, 'board.jsonl'), '{"type":"item","item":{"id":"94');
    const second = await start({ dataDir });
    expect([await second.dump(), await second.log()]).toEqual(before);
    const replayed = await second.push([itemField('a0', 'y')], { 'Idempotency-Key': 'kept' });
    expect(replayed.headers.get('idempotency-replayed')).toBe('true');
    expect(await second.idsByKey('K')).toEqual([id]);
    expect(Number(await second.item('z'))).toBeGreaterThan(Number(id) + 1);
  });

  it('does not bring back what was reset', async () => {
    const dataDir = folder();
    const first = await TestBoard.start({ dataDir });
    await first.item('x');
    await first.control('POST', '/_reset');
    await first.item('y');
    await first.close();
    const second = await start({ dataDir });
    expect((await second.dump()).items.map((item: { name: string }) => item.name)).toEqual(['y']);
  });
});

describe('the executable of the simulator', () => {
  const launch = async (dataDir: string, ...flags: string[]): Promise<{ child: ChildProcess; url: string }> => {
    const program = 'dist/local/board/index.js';
    const child = spawn(process.execPath, [program, '--port', '0', '--data', dataDir, ...flags]);
    const lines = createInterface({ input: child.stdout });
    const [url] = await Promise.race([
      new Promise<string[]>((resolve) => lines.once('line', (line) => resolve([line]))),
      new Promise<never>((_, reject) => child.once('exit', (code) => reject(new Error(`exit ${code}`)))),
    ]);
    return { child, url: (url ?? '').replace(/\/$/, '') };
  };
  const create = (url: string, name: string) =>
    fetch(`${url}/v2`, {
      method: 'POST',
      headers: { Authorization: 't' },
      body: JSON.stringify({ query: `mutation { create_item(board_id: ${ITEMS}, item_name: "${name}") { id } }` }),
    });
  const exited = (child: ChildProcess) =>
    new Promise((resolve) => child.once('exit', (code, signal) => resolve(code ?? signal)));

  it('keeps every acknowledged effect through kill -9, and stops cleanly when asked', async () => {
    const dataDir = folder();
    const first = await launch(dataDir);
    for (let i = 0; i < 20; i += 1) await create(first.url, `item ${i}`);
    const killed = exited(first.child);
    first.child.kill('SIGKILL');
    expect(await killed).toBe('SIGKILL');
    const second = await launch(dataDir);
    const { items } = (await (await fetch(`${second.url}/_board`)).json()) as { items: unknown[] };
    expect(items).toHaveLength(20);
    const stopped = exited(second.child);
    second.child.kill('SIGTERM');
    expect(await stopped).toBe(0);
  });

  it.each([
    [['--data', 'x'], 'Missing: --port.'],
    [['--port', '70000', '--data', 'x'], '--port: must be a whole number from 0 to 65535'],
    [['--port', '0', '--data', 'x', '--sed', '1'], 'Unknown argument: sed'],
  ])('refuses %j with exit code 2', async (flags, sentence) => {
    const child = spawn(process.execPath, ['dist/local/board/index.js', ...flags]);
    let text = '';
    child.stderr.on('data', (chunk) => {
      text += String(chunk);
    });
    expect(await exited(child)).toBe(2);
    expect(text).toContain(sentence);
  });
});
