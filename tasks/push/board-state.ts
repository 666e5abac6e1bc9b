import { labelIdsOf } from '../../shared/mapping/board-values.js';
import { COLUMN_TYPES, type ColumnType } from '../../shared/mapping/mapping-schema.js';
import type { BoardColumn, BoardShape } from '../../shared/monday/board-replies.js';

export interface LiveColumn {
  id: string;
  title: string;
  type: ColumnType;
  labels: Map<string, number>;
}

/** The board and its subitems' board as push saw them last. Groups and labels are added as they are made. */
export interface BoardState {
  readonly boardId: string;
  readonly subitemsBoardId: string;
  readonly items: ReadonlyMap<string, LiveColumn>;
  readonly subitems: ReadonlyMap<string, LiveColumn>;
  /** Ids of active groups by title; of several with one title the first. */
  readonly groupIds: Map<string, string>;
  /** Titles of active groups by id. */
  readonly groupTitles: Map<string, string>;
  readonly itemsLimit: number | undefined;
  /** How many items it still takes; unknown where it does not say. */
  room: number | undefined;
}

export function boardStateOf(items: BoardShape, subitems: BoardShape): BoardState {
  const active = items.groups.filter((group) => group.active);
  return {
    boardId: items.id,
    subitemsBoardId: subitems.id,
    items: liveColumns(items.columns),
    subitems: liveColumns(subitems.columns),
    groupIds: new Map(active.map(({ title, id }) => [title, id] as const).reverse()),
    groupTitles: new Map(active.map(({ title, id }) => [id, title])),
    itemsLimit: items.itemsLimit,
    room: items.itemsLimit === undefined ? undefined : Math.max(0, items.itemsLimit - (items.itemsCount ?? 0)),
  };
}

function liveColumns(columns: readonly BoardColumn[]): Map<string, LiveColumn> {
  const live = columns.flatMap(({ id, title, type, archived, settings }): LiveColumn[] =>
    archived || !isWritable(type) ? [] : [{ id, title, type, labels: labelIdsOf(settings) }],
  );
  return new Map(live.map((column) => [column.id, column]));
}

function isWritable(type: string): type is ColumnType {
  return (COLUMN_TYPES as readonly string[]).includes(type);
}
