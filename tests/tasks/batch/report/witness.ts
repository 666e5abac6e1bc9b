import { expect } from '@jest/globals';
import { z } from 'zod';
import { printable } from '../../../../shared/ground/text.js';
import { loadMapping } from '../../../../shared/mapping/mapping.js';
import { type BoardItem, lastRequest, readBoard, requestsAfter } from '../../../e2e/board-view.js';
import { TOKEN, type World } from '../../../e2e/world.js';
import type { ToldLine, ToldPage } from './told-page.js';

const { item } = loadMapping();
/** Columns whose text is on the board as it is in the source. */
const EXACT = new Map(
  item.columns.flatMap(({ source, id, type, rule }) => (type === 'text' && rule === 'trim' ? [[source, id]] : [])),
);
const COLUMNS = new Map(item.columns.map(({ source, id }) => [source, id]));

/** The board and the source around one run, looked at from outside: none of it is read by the report. */
export interface Seen {
  before: Map<string, BoardItem>;
  after: Map<string, BoardItem>;
  /** Kinds of what took effect, by the key of the line or size, items and subitems apart. */
  items: Map<string, Set<string>>;
  sizes: Map<string, Set<string>>;
  sourceRows: number;
}

export async function watching<Result>(
  world: World,
  run: () => Promise<Result>,
): Promise<{ result: Result; seen: Seen }> {
  const byKey = async () => new Map((await readBoard(world)).map((each) => [each.key, each]));
  const [before, from] = [await byKey(), await lastRequest(world)];
  const result = await run();
  const [row] = await world.sql('SELECT COUNT(*) AS "rows" FROM dbo."ORDERS_UNIFIED"');
  const seen: Seen = {
    before,
    after: await byKey(),
    items: new Map(),
    sizes: new Map(),
    sourceRows: Number(row?.['rows']),
  };
  for (const { kind, key } of (await requestsAfter(world, from)).flatMap(({ effects }) => effects)) {
    const [what = '', done = ''] = kind.split('.');
    const of = what === 'item' ? seen.items : seen.sizes;
    if (what === 'item' || what === 'subitem') of.set(key ?? '', (of.get(key ?? '') ?? new Set()).add(done));
  }
  return { result, seen };
}

const touched = (of: Map<string, Set<string>>, ...kinds: string[]): string[] =>
  [...of].filter(([, done]) => kinds.some((kind) => done.has(kind))).map(([key]) => key);

/** Every figure of the tiles against what the board has logged. */
export function figuresAreTrue(page: ToldPage, { items, sizes }: Seen): void {
  const changed = (of: Map<string, Set<string>>) =>
    touched(of, 'updated', 'moved').filter((key) => !of.get(key)?.has('created'));
  expect(page.tiles['Items on the board']).toMatchObject({
    created: touched(items, 'created').length,
    updated: changed(items).length,
    archived: touched(items, 'archived').length,
  });
  expect(page.tiles['Subitems on the board']).toMatchObject({
    created: touched(sizes, 'created').length,
    updated: changed(sizes).length,
  });
}

/** What the page says of one line against the board before and after. */
export function lineIsTrue(line: ToldLine, seen: Seen): void {
  const { lineKey } = line;
  const [before, after] = [seen.before.get(lineKey), seen.after.get(lineKey)];
  const item = [...(seen.items.get(lineKey) ?? [])];
  const ofSizes = [...seen.sizes.keys()].filter((key) => key.startsWith(`${lineKey}|`));
  const about = { said: line, item, ofSizes };
  const onBoard = (after ?? before)?.name.replace(/\s/g, '');
  if (line.ending === 'landed')
    expect({ ...about, name: line.name.replace(/\s/g, '') }).toEqual({ ...about, name: onBoard });
  expect(line.name).not.toMatch(/^[0-9a-f-]{36}$/);
  if (line.itemId !== undefined) expect([before?.id, after?.id]).toContain(line.itemId);
  if (line.ending === 'landed') landedIsTrue(line, { before, after, item, ofSizes });
  if (line.ending === 'nothing' || /^(held|rejected|not sent|left)/.test(line.outcome))
    expect(about).toEqual({ ...about, item: [], ofSizes: [] });
  for (const difference of line.differences) differenceIsTrue(difference, line, { before, after });
}

interface Around {
  before: BoardItem | undefined;
  after: BoardItem | undefined;
}

function landedIsTrue(
  line: ToldLine,
  { before, after, item, ofSizes }: Around & { item: string[]; ofSizes: string[] },
) {
  switch (line.outcome) {
    case 'created':
      expect([before?.state, after?.state, item]).toEqual([
        before?.state === 'active' ? 'not active' : before?.state,
        'active',
        expect.arrayContaining(['created']),
      ]);
      break;
    case 'updated':
      expect([before?.id, after?.state]).toEqual([after?.id, 'active']);
      expect(item.filter((kind) => kind === 'updated' || kind === 'moved')).not.toEqual([]);
      break;
    case 'archived':
      expect([after?.state, item]).toEqual(['archived', ['archived']]);
      break;
    case 'only its sizes changed on the board':
      expect(item).toEqual([]);
      expect(ofSizes).not.toEqual([]);
      break;
    default:
      throw new Error(`the page says of a line that it is "${line.outcome}", which this test does not know`);
  }
}

function differenceIsTrue(
  { label, before: old, after: now, unread, note }: ToldLine['differences'][number],
  { ending }: ToldLine,
  { before, after }: Around,
): void {
  const [, size] = /^size (.*)$/.exec(label) ?? [];
  const shown = (of: BoardItem | undefined, id: string): string =>
    size === undefined ? (of?.values[id] ?? '') : String(of?.sizes[size] ?? '');
  const id = COLUMNS.get(label) ?? '';
  if (unread) {
    expect(note).toMatch(/not understood/);
    expect([label, shown(after, id)]).toEqual([label, shown(before, id)]);
    const [, kept] = /\(last sent (.*)\)$/.exec(note) ?? [];
    if (kept !== undefined) expect([label, kept]).toEqual([label, shown(after, id)]);
    return;
  }
  expect([label, note === 'not shown on the board']).toEqual([label, size === undefined && id === '']);
  const exact = EXACT.get(label);
  if (ending !== 'landed' || (exact === undefined && size === undefined)) return;
  if (before?.state === 'active' && (size === undefined || old !== ''))
    expect({ label, old, isShown: isPartOf(old ?? '', shown(before, id)) }).toEqual({ label, old, isShown: true });
  const expected = size === undefined ? (now ?? '') : now === '' ? '0' : (now ?? '');
  expect({ label, now, isShown: isPartOf(expected, shown(after, id)) }).toEqual({ label, now, isShown: true });
}

/** Whether a text of the page is what the board shows, or the part of it that a long value is cut to. */
function isPartOf(told: string, onBoard: string): boolean {
  const whole = printable(onBoard.replace(/\s+/g, ' ').trim());
  if (!/^…|…$/.test(told)) return told === whole;
  const part = told.replace(/^…|…$/g, '');
  const at = told.startsWith('…') ? whole.indexOf(part) : 0;
  return part !== '' && at >= 0 && whole.startsWith(part, at) && (told.endsWith('…') || whole.endsWith(part));
}

/** Every line that something happened to is on the page, and every item has the address that the API gives. */
export async function nothingIsLeftOut(world: World, page: ToldPage, seen: Seen): Promise<void> {
  const keys = new Set(page.lines.map(({ lineKey }) => lineKey));
  const done = [...seen.items.keys(), ...[...seen.sizes.keys()].map((key) => key.split('|')[0] ?? '')];
  expect(done.filter((key) => !keys.has(key))).toEqual([]);
  const linked = page.lines.filter(({ href }) => href !== undefined).slice(0, 50);
  if (linked.length === 0) return;
  const response = await fetch(`${world.board.url}/v2`, {
    method: 'POST',
    headers: { Authorization: TOKEN, 'API-Version': '2026-10', 'Content-Type': 'application/json' },
    body: JSON.stringify({
      query: `{ items(ids: [${linked.map(({ itemId }) => itemId).join(',')}], limit: 100) { id url } }`,
    }),
  });
  const schema = z.object({ data: z.object({ items: z.array(z.object({ id: z.string(), url: z.string() })) }) });
  const urls = new Map(schema.parse(await response.json()).data.items.map(({ id, url }) => [id, url]));
  for (const { itemId = '', href } of linked) expect([itemId, href]).toEqual([itemId, urls.get(itemId) ?? href]);
}

/** What is said to need somebody against the tables. */
export async function attentionIsTrue(world: World, page: ToldPage, runId: string): Promise<void> {
  const run = { run: runId };
  const batches = await world.sql(
    'SELECT "customer_name", "status" FROM dbo."MON_BatchProcessing" WHERE "run_id" = @run',
    run,
  );
  const sets = await world.sql('SELECT "customer", "state" FROM dbo."MON_ChangeSet" WHERE "run_id" = @run', run);
  const failed = await world.sql(
    `SELECT b."customer_name", s."stg_status", COUNT(*) AS "rows" FROM dbo."STG_MON_CustMasterSchedule" s
     JOIN dbo."MON_BatchProcessing" b ON b."batch_id" = s."batch_id"
     WHERE b."run_id" = @run AND s."stg_status" IN ('API_FAILED', 'REJECTED') GROUP BY b."customer_name", s."stg_status"`,
    run,
  );
  const held = await world.sql(
    'SELECT "customer", COUNT(*) AS "rows" FROM dbo."MON_Change" WHERE "run_id" = @run AND "held" = 1 GROUP BY "customer"',
    run,
  );
  const said = page.attention.map(({ text }) => text);
  const says = (customer: unknown, words: RegExp): string[] =>
    said.filter((text) => text.startsWith(String(customer)) && words.test(text));
  for (const { customer_name: customer, status } of batches) {
    const open = ['STARTED', 'STAGED', 'PUSHED'].includes(String(status));
    const told = says(customer, /is not finished, it is (\w+)/);
    expect([customer, told.length, told.every((text) => text.includes(`it is ${status}`))]).toEqual([
      customer,
      open ? 1 : 0,
      true,
    ]);
    expect([customer, says(customer, /newer run took its batch over/).length]).toEqual([
      customer,
      status === 'SUPERSEDED' ? 1 : 0,
    ]);
  }
  for (const { customer, state } of sets)
    expect([customer, says(customer, /was braked/).length]).toEqual([customer, state === 'BRAKED' ? 1 : 0]);
  for (const { customer_name: customer, stg_status: status, rows } of failed) {
    const words = status === 'REJECTED' ? 'rejected before sending' : 'refused by the board';
    expect(said.join('\n')).toMatch(new RegExp(`${customer}: ${rows} lines? ${words}`));
  }
  for (const { customer, rows } of held)
    expect(said.join('\n')).toMatch(new RegExp(`${customer}: ${rows} lines? (?:was|were) held back`));
  expect(said.filter((text) => /rejected|refused by the board/.test(text))).toHaveLength(failed.length);
  expect(said.filter((text) => /held back/.test(text))).toHaveLength(held.length);
}
