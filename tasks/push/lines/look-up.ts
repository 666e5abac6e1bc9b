import { groupBy } from '../../../shared/ground/lists.js';
import type { Entry } from '../../../shared/ledger/entry.js';
import { UNKNOWN_ENTRY } from '../../../shared/ledger/entry.js';
import { type Sighting, sight } from '../../../shared/ledger/transitions.js';
import type { Mapping } from '../../../shared/mapping/mapping.js';
import type { BoardReader } from '../../../shared/monday/board.js';
import type { BoardItem } from '../../../shared/monday/board-replies.js';
import type { Untold } from '../../../shared/monday/divided-reads.js';
import type { Failure } from '../../../shared/monday/errors.js';
import type { BoardState } from '../model/board-state.js';
import type { Line, Unit } from '../model/unit.js';
import { advance } from '../model/unit-states.js';
import type { FailureReason } from '../write/settle.js';

export interface LookUp {
  reader: BoardReader;
  board: BoardState;
  mapping: Mapping;
  now(): Date;
  settleMs: number;
}

/** Rule 26: why what the board has of a unit or line is not known: it does not tell. Nothing is sent of such a one. */
export type Hidden<Of> = ReadonlyMap<Of, FailureReason>;

/**
 * Rule 15: asks for known items by id, and by key for those that are not known or are not there any more. Returns those
 * of which the board does not tell.
 */
export async function lookUpItems(look: LookUp, units: readonly Unit[]): Promise<Hidden<Unit>> {
  const { board, mapping, reader } = look;
  const keyColumn = mapping.item.key.id;
  const untoldIds: Untold = new Map();
  const ids = units.flatMap(({ entry }) => entry.id ?? []);
  const known = new Map(
    (await reader.itemsById(ids, [keyColumn], untoldIds))
      .filter(({ state, boardId }) => state === 'active' && boardId === board.boardId)
      .map((item) => [item.id, item]),
  );
  const sought = units.filter(({ entry: { id } }) => id === null || !(known.has(id) || untoldIds.has(id)));
  const untold: Untold = new Map();
  const keys = sought.map(({ place }) => place.key);
  const found = byKey(await reader.itemsByKey(board.boardId, keyColumn, keys, { untold }), keyColumn);
  const hidden = new Map<Unit, FailureReason>();
  for (const unit of units) {
    const { place, entry } = unit;
    const failure = untoldIds.get(entry.id ?? '') ?? untold.get(place.key);
    const own = known.get(entry.id ?? '');
    if (failure !== undefined) hidden.set(unit, reasonOf(failure));
    else apply(look, unit, own === undefined ? (found.get(place.key) ?? []) : [own], null);
  }
  return hidden;
}

function reasonOf({ code, message }: Failure): FailureReason {
  return { code, message: `what the board has of it could not be read: ${code}, ${message}` };
}

/** Sizes of ours that the ledger did not know, and lines whose sizes the board does not return. */
interface SizesSeen {
  strangers: { line: Line; size: string; entry: Entry }[];
  hidden: Hidden<Line>;
}

/** Rule 15: sizes are found through their parent. Under a mapping without sizes nothing is looked for. */
export async function lookUpSizes(look: LookUp, lines: readonly Line[]): Promise<SizesSeen> {
  const { mapping, reader } = look;
  if (mapping.subitem === undefined) return { strangers: [], hidden: new Map() };
  const keyColumn = mapping.subitem.key.id;
  const parents = lines.flatMap(({ item }) => (item.entry.id === null ? [] : [item.entry.id]));
  const untold: Untold = new Map();
  const subitems = await reader.subitemsOf(parents, [keyColumn], untold);
  const unlisted = await unlistedSizes(look, lines, subitems, untold);
  const strangers: SizesSeen['strangers'] = [];
  const hidden = new Map<Line, FailureReason>();
  for (const line of lines) {
    const parentId = line.item.entry.id;
    const failure = untold.get(parentId ?? '');
    if (failure !== undefined) {
      hidden.set(line, reasonOf(failure));
      continue;
    }
    const listed = parentId === null ? [] : [...(subitems.get(parentId) ?? []), ...(unlisted.get(parentId) ?? [])];
    const active = listed.filter(({ state }) => state === 'active');
    const found = byKey(active, keyColumn);
    for (const size of line.sizes) {
      const key = `${line.key}|${size.place.size}`;
      // Known by its id, a size counts whatever became of its key; so does an item.
      const copies = [...(found.get(key) ?? []), ...active.filter(({ id }) => id === size.entry.id)];
      if (size.settled === null && !size.looked) apply(look, size, copies, parentId);
      found.delete(key);
    }
    for (const [key, [first]] of found) {
      if (first === undefined || !key.startsWith(`${line.key}|`)) continue;
      const sighting = { kind: 'found', id: first.id, parentId, group: null, settleMs: look.settleMs } as const;
      strangers.push({ line, size: key.slice(line.key.length + 1), entry: sight(UNKNOWN_ENTRY, sighting) });
    }
  }
  return { strangers, hidden };
}

/** Rule 15: a size that its item does not list is asked for by its id, like an item: lists may lag behind what was written. */
async function unlistedSizes(
  { board, mapping, reader }: LookUp,
  lines: readonly Line[],
  listed: ReadonlyMap<string, readonly BoardItem[]>,
  untold: Untold,
): Promise<Map<string, BoardItem[]>> {
  const parents = new Map<string, string>();
  for (const { item, sizes } of lines) {
    const parentId = item.entry.id;
    if (parentId === null || untold.has(parentId)) continue;
    const ids = new Set(listed.get(parentId)?.map(({ id }) => id));
    for (const { entry } of sizes)
      if (entry.id !== null && entry.parentId === parentId && !ids.has(entry.id)) parents.set(entry.id, parentId);
  }
  const hidden: Untold = new Map();
  const found = await reader.itemsById(
    [...parents.keys()],
    mapping.subitem === undefined ? [] : [mapping.subitem.key.id],
    hidden,
  );
  for (const [id, failure] of hidden) untold.set(parents.get(id) ?? '', failure);
  const own = found.filter(
    ({ id, boardId, parentId }) => boardId === board.subitemsBoardId && parentId === parents.get(id),
  );
  return groupBy(own, ({ parentId }) => parentId ?? '');
}

function apply(look: LookUp, unit: Unit, copies: readonly BoardItem[], parentId: string | null): void {
  advance(unit, { kind: 'seen', sighting: sightingOf(look, unit, copies, parentId) });
}

function sightingOf(look: LookUp, unit: Unit, copies: readonly BoardItem[], parentId: string | null): Sighting {
  const { settleMs } = look;
  const own = copies.find(({ id }) => id === unit.entry.id) ?? [...copies].sort(oldestFirst)[0];
  if (own === undefined) return { kind: 'missing', now: look.now(), settleMs };
  const group = own.groupId === undefined ? null : (look.board.groupTitles.get(own.groupId) ?? null);
  return { kind: 'found', id: own.id, parentId, group: unit.place.kind === 'item' ? group : null, settleMs };
}

/** Ids grow, and may be longer than a number holds. */
function oldestFirst(a: BoardItem, b: BoardItem): number {
  return a.id.length - b.id.length || (a.id < b.id ? -1 : 1);
}

/** Items by the text of their key column. */
export function byKey(items: readonly BoardItem[], keyColumn: string): Map<string, BoardItem[]> {
  return groupBy(items, ({ values }) => values.get(keyColumn)?.text ?? '');
}
