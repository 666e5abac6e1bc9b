import { z } from 'zod';
import type { Account } from '../../local/board/account.js';
import { dumpBoard } from '../../local/board/dump.js';
import { KEY_COLUMN } from '../../local/board/shape.js';
import type { Warehouse } from '../../shared/warehouse/port/warehouse.js';
import { sql } from '../helpers/warehouse.js';

/** What is wrong with a board, after faults have ended and the flow was retried. */
export interface Violation {
  kind:
    | 'twice'
    | 'lost'
    | 'surplus'
    | 'stale'
    | 'frozen'
    | 'refused'
    | 'crashed'
    | 'stuck'
    | 'audit'
    | 'suspect'
    | 'archive';
  what: string;
}

const cells = z.record(z.string(), z.object({ text: z.string().nullable() }));
const copy = z.object({ id: z.string(), name: z.string(), state: z.string(), values: cells });
const dump = z.object({
  groups: z.array(z.object({ id: z.string(), title: z.string() })),
  items: z.array(copy.extend({ groupId: z.string(), subitems: z.array(copy) })),
});

/** An item as a planner sees it: its texts by column, its quantities by size. */
export interface Shown {
  lineKey: string;
  texts: Record<string, string>;
  sizes: Record<string, string[]>;
}

/** What a planner has made of a board that is not push's business. */
export interface LeftAlone {
  /** The titles that groups had before they were renamed, by id. */
  titles: ReadonlyMap<string, string>;
  /** Rule 17: texts of cells that push had never sent anything to, by item and column. They stay until it does. */
  filled: ReadonlyMap<string, Readonly<Record<string, string>>>;
}

const NOBODYS: LeftAlone = { titles: new Map(), filled: new Map() };

/** What the board shows, but for what push leaves alone. */
export function shownOn(account: Account, { titles: renamed, filled: byHand }: LeftAlone = NOBODYS): Shown[] {
  const { groups, items } = dump.parse(dumpBoard(account));
  const titles = new Map([...groups.map(({ id, title }) => [id, title] as const), ...renamed]);
  return items.filter(isActive).map(({ id, name, groupId, values, subitems }) => {
    const sizes: Record<string, string[]> = {};
    for (const size of subitems.filter(isActive)) {
      const { [KEY_COLUMN]: key, ...texts } = filled(size.values);
      const label = key?.split('|')[1] ?? '';
      sizes[label] = [...(sizes[label] ?? []), JSON.stringify({ ...texts, name: size.name })];
    }
    const { [KEY_COLUMN]: lineKey = '', ...texts } = filled(values);
    for (const [column, text] of Object.entries(byHand.get(id) ?? {})) if (texts[column] === text) delete texts[column];
    return { lineKey, texts: { ...texts, name, group: titles.get(groupId) ?? '' }, sizes };
  });
}

const isActive = ({ state }: { state: string }): boolean => state === 'active';

/** A cleared column is as one that was never filled. */
function filled(values: z.infer<typeof cells>): Record<string, string> {
  return Object.fromEntries(Object.entries(values).flatMap(([id, { text }]) => (text ? [[id, text]] : [])));
}

/** Which row of the source each line of the snapshot stands for. */
export async function readUuids(warehouse: Warehouse): Promise<Map<string, string>> {
  const rows = await sql(
    warehouse,
    'SELECT "line_key", "record_uuid" FROM dbo."ORDERS_UNIFIED_SNAPSHOT" WHERE "deleted_at" IS NULL',
  );
  return new Map(rows.map((row) => [String(row['line_key']), String(row['record_uuid'])]));
}

/** A board by the rows of the source that it shows. */
export interface Board {
  items: readonly Shown[];
  uuids: ReadonlyMap<string, string>;
}

/** The first thing in which `board` is not as the clean one. */
export function compare(board: Board, clean: Board): Violation | undefined {
  const expected = new Map(clean.items.map((item) => [clean.uuids.get(item.lineKey), item]));
  const keys = board.items.map(({ lineKey }) => lineKey);
  const twice = keys.find((key, place) => keys.indexOf(key) < place);
  if (twice !== undefined) return { kind: 'twice', what: `the line ${twice} has two items` };
  for (const item of board.items) {
    const uuid = board.uuids.get(item.lineKey);
    const wanted = uuid === undefined ? undefined : expected.get(uuid);
    if (uuid === undefined || wanted === undefined)
      return { kind: 'surplus', what: `an item shows the line ${item.lineKey}, which the source does not have` };
    expected.delete(uuid);
    const wrong = differenceOf(item, wanted);
    if (wrong) return wrong;
  }
  const [missing] = expected.keys();
  return missing === undefined ? undefined : { kind: 'lost', what: `the row ${missing} has no item` };
}

function differenceOf(item: Shown, wanted: Shown): Violation | undefined {
  for (const column of new Set([...Object.keys(item.texts), ...Object.keys(wanted.texts)])) {
    const [shown, right] = [item.texts[column], wanted.texts[column]];
    if (shown !== right)
      return { kind: 'stale', what: `the line ${item.lineKey} shows ${shown} in ${column}, not ${right}` };
  }
  for (const size of new Set([...Object.keys(item.sizes), ...Object.keys(wanted.sizes)])) {
    const [shown, ...others] = item.sizes[size] ?? [];
    const right = wanted.sizes[size]?.[0];
    if (others.length > 0) return { kind: 'twice', what: `the line ${item.lineKey} has the size ${size} twice` };
    // A size that was once ordered stays with quantity 0; where it never was, there is none.
    if (shown === undefined && right !== undefined)
      return { kind: 'lost', what: `the line ${item.lineKey} has no size ${size}` };
    if (shown !== right && !(right === undefined && isZero(shown)))
      return { kind: 'stale', what: `the line ${item.lineKey} shows ${shown} for ${size}, not ${right}` };
  }
  return undefined;
}

function isZero(shown: string | undefined): boolean {
  const texts = JSON.parse(shown ?? '{}') as Record<string, string>;
  return Object.values(texts).includes('0');
}
