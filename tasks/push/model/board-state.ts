import { FixFirstError } from '../../../shared/ground/errors.js';
import { COLUMN_TYPES, type ColumnType } from '../../../shared/mapping/column-types.js';
import type { Mapping } from '../../../shared/mapping/mapping.js';
import { hasLabels } from '../../../shared/mapping/mapping-checks.js';
import type { BoardColumn, BoardShape } from '../../../shared/monday/board-replies.js';
import { activeLabelIds, type Label, labelsOf } from '../../../shared/monday/label-settings.js';
import type { Connection } from './connect.js';
import { RememberedLabels } from './label-memory.js';

export interface LiveColumn {
  id: string;
  title: string;
  type: ColumnType;
  /** Ids of active labels by their text, and by the text that was sent for them where they came back as another. */
  labels: ReadonlyMap<string, number>;
  /** The same for all labels, deactivated ones included: items keep those. */
  shown: ReadonlyMap<string, number>;
  /** Why the board refuses a label, by its text, as answered in this push. */
  refused: Map<string, string>;
}

/** The board and its subitems' board as push saw them last. Groups and labels are added as they are made. */
export interface BoardState {
  readonly boardId: string;
  /** Undefined, and `subitems` empty, where the mapping has no sizes: the board's subitems are not looked at. */
  readonly subitemsBoardId: string | undefined;
  /** Its address for people. */
  readonly url: string | undefined;
  items: ReadonlyMap<string, LiveColumn>;
  subitems: ReadonlyMap<string, LiveColumn>;
  remembered: BoardLabels;
  /** Where items are made under a mapping without groups. */
  topGroupId: string | undefined;
  /** Ids of active groups by title; of several with one title the first. */
  readonly groupIds: Map<string, string>;
  /** Titles of active groups by id. */
  readonly groupTitles: Map<string, string>;
  /** Titles of groups that the board has shown and no longer finds. */
  readonly lostGroups: Set<string>;
  readonly itemsLimit: number | undefined;
  /** How many more items it accepts; unknown if it does not say. */
  room: number | undefined;
}

/** What is remembered of the labels of both boards. */
export interface BoardLabels {
  items: RememberedLabels;
  subitems: RememberedLabels;
}

export function boardStateOf(
  items: BoardShape,
  subitems: BoardShape | undefined,
  { mapping, remembered }: { mapping: Mapping; remembered: BoardLabels },
): BoardState {
  const active = items.groups.filter((group) => group.active);
  return {
    boardId: items.id,
    subitemsBoardId: subitems?.id,
    url: items.url,
    items: liveColumns(items.columns, mapping.item.columns, remembered.items),
    subitems: liveColumns(subitems?.columns ?? [], mapping.subitem?.columns ?? [], remembered.subitems),
    remembered,
    topGroupId: active[0]?.id,
    groupIds: new Map(active.map(({ title, id }) => [title, id] as const).reverse()),
    groupTitles: new Map(active.map(({ title, id }) => [id, title])),
    lostGroups: new Set(),
    itemsLimit: items.itemsLimit,
    room: items.itemsLimit === undefined ? undefined : Math.max(0, items.itemsLimit - (items.itemsCount ?? 0)),
  };
}

/** Labels are read of columns that the mapping writes to: others may have settings of whatever form. */
function liveColumns(
  columns: readonly BoardColumn[],
  mapped: readonly { id: string }[],
  remembered: RememberedLabels,
): Map<string, LiveColumn> {
  const ids = new Set(mapped.map(({ id }) => id));
  const live = columns.flatMap((column): LiveColumn[] => {
    const { id, title, type, archived } = column;
    if (archived || !isWritable(type)) return [];
    const labels = hasLabels(type) && ids.has(id) ? labelsOf(column) : [];
    return [{ id, title, type, ...labelIds(labels, remembered.of(id, labels)), refused: new Map() }];
  });
  return new Map(live.map((column) => [column.id, column]));
}

/** `changed`: labels by the text that was sent for them, where they came back as another. */
export function labelIds(
  labels: readonly Label[],
  changed: ReadonlyMap<string, Label>,
): Pick<LiveColumn, 'labels' | 'shown'> {
  const own = activeLabelIds(labels);
  const shown = new Map(labels.map(({ label, id }) => [label, id]));
  for (const [text, { id }] of changed) {
    if (!shown.has(text)) shown.set(text, id);
    if (!own.has(text) && labels.some((label) => label.id === id && label.active)) own.set(text, id);
  }
  return { labels: own, shown: new Map([...shown, ...own]) };
}

function isWritable(type: string): type is ColumnType {
  return (COLUMN_TYPES as readonly string[]).includes(type);
}

/** Rule 21: reads the board and its subitems' board, and refuses what cannot be written to. */
export async function readBoard({
  reader,
  boardId,
  mapping,
  warehouse,
}: Pick<Connection, 'reader' | 'boardId' | 'mapping' | 'warehouse'>): Promise<BoardState> {
  const items = await reader.shape(boardId);
  if (items.state !== 'active')
    throw new FixFirstError(
      'BOARD_INACTIVE',
      `Board ${boardId} is ${items.state}: restore it, or correct MONDAY_BOARD_ID.`,
    );
  const subitems = mapping.subitem === undefined ? undefined : await subitemsBoard(reader, items);
  const remembered = {
    items: await RememberedLabels.of(warehouse, items.id),
    subitems: subitems === undefined ? RememberedLabels.none() : await RememberedLabels.of(warehouse, subitems.id),
  };
  const board = boardStateOf(items, subitems, { mapping, remembered });
  refuseMissingColumns(board, mapping);
  return board;
}

async function subitemsBoard(reader: Connection['reader'], items: BoardShape): Promise<BoardShape> {
  if (items.hierarchy !== 'classic') return items;
  if (items.subitemsBoardId === undefined)
    throw new FixFirstError(
      'SUBITEMS_MISSING',
      `Board ${items.id} has no subitems column: add a subitem to any item by hand once, then run again.`,
    );
  return reader.shape(items.subitemsBoardId);
}

function refuseMissingColumns(board: BoardState, mapping: Mapping): void {
  const { key, columns, lastChange } = mapping.item;
  const problems = [
    ...problemsOf(board.items, key, lastChange === undefined ? columns : [...columns, lastChange], 'items'),
    ...(mapping.subitem === undefined
      ? []
      : problemsOf(board.subitems, mapping.subitem.key, mapping.subitem.columns, 'subitems')),
  ];
  if (problems.length === 0) return;
  throw new FixFirstError(
    'BOARD_MISMATCH',
    `Board ${board.boardId} does not fit the mapping: ${problems.join('; ')}. Run doctor --fix for key columns, add the others by hand or correct the mapping. Nothing was sent.`,
  );
}

function problemsOf(
  live: BoardState['items'],
  key: { id: string; title: string },
  mapped: readonly { id: string; title: string }[],
  of: string,
): string[] {
  const keyColumn = live.get(key.id);
  const problems = mapped
    .filter(({ id }) => !live.has(id))
    .map(({ id, title }) => `the ${of} have no writable column "${title}" (${id})`);
  if (keyColumn === undefined) problems.unshift(`the ${of} have no key column ${key.id} of type text`);
  else if (keyColumn.type !== 'text')
    problems.unshift(`the key column ${key.id} of the ${of} is of type ${keyColumn.type}, not text`);
  return problems;
}
