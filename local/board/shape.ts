import { z } from 'zod';
import { GREY } from './labels.js';
import { type Board, COLUMN_TYPES, type Column, type StoredLabel } from './model.js';
import shapeFile from './shape.json' with { type: 'json' };

const columnShape = z.strictObject({
  id: z.string(),
  title: z.string(),
  type: z.enum(COLUMN_TYPES),
  archived: z.boolean().optional(),
  labels: z.array(z.string()).optional(),
});
export type ColumnShape = z.infer<typeof columnShape>;

/** The columns of the two boards before the first request, and which of them the page for people shows. */
export const shapeSchema = z.strictObject({
  keyColumn: z.string(),
  /** Columns whose values stand in the row of an item. */
  rowColumns: z.array(z.string()),
  items: z.strictObject({
    id: z.string(),
    name: z.string(),
    group: z.strictObject({ id: z.string(), title: z.string() }),
    columns: z.array(columnShape),
  }),
  /** Absent where no item has subitems. */
  subitems: z
    .strictObject({
      id: z.string(),
      name: z.string(),
      labelColumn: z.string(),
      quantityColumn: z.string(),
      columns: z.array(columnShape),
    })
    .optional(),
});
export type AccountShape = z.infer<typeof shapeSchema>;

/** The board that the shipped mapping writes to, with the columns that planners have beside. */
export const SHIPPED_SHAPE = shapeSchema.parse(shapeFile);

/** The ids of the two boards, whatever their shape. */
export const ITEMS_BOARD = '9200517329';
export const SUBITEMS_BOARD = '9200771505';
/** The key column of the shipped shape. */
export const KEY_COLUMN = SHIPPED_SHAPE.keyColumn;

/** Settings of a column that shows the subitems: the board they are on. */
export function subtasksSettings(): Record<string, unknown> {
  return { boardIds: [Number(SUBITEMS_BOARD)] };
}

/** Dropdown label ids count up from 1, and so do the labels of our status columns: 0 and 5 carry defaults on a real board. */
function labelsOf(column: ColumnShape): StoredLabel[] {
  return (column.labels ?? []).map((label, place) => {
    if (column.type !== 'status') return { id: place + 1, label, is_deactivated: false };
    const id = place + 1 < GREY ? place + 1 : place + 2;
    return { id, label, index: place, color: id, is_done: false, is_deactivated: false };
  });
}

function columnsOf(columns: readonly ColumnShape[]): Map<string, Column> {
  return new Map(
    columns.map((column) => [
      column.id,
      {
        id: column.id,
        title: column.title,
        type: column.type,
        archived: column.archived ?? false,
        description: null,
        revision: 1,
        labels: labelsOf(column),
        settings: column.type === 'subtasks' ? subtasksSettings() : {},
      },
    ]),
  );
}

/** The boards as they are before the first request: all columns, one empty group. */
export function emptyBoards({ items, subitems }: AccountShape): Map<string, Board> {
  const made = (
    kind: Board['kind'],
    { id, name, columns }: Pick<AccountShape['items'], 'id' | 'name' | 'columns'>,
    groups: Board['groups'],
  ): [string, Board] => [
    id,
    { id, name, kind, state: 'active', columns: columnsOf(columns), deletedColumns: new Map(), groups },
  ];
  return new Map([
    made('items', items, [{ ...items.group, state: 'active' }]),
    ...(subitems === undefined ? [] : [made('subitems', subitems, [])]),
  ]);
}
