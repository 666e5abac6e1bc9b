import { z } from 'zod';
import { type Board, COLUMN_TYPES, type Column, type StoredLabel } from './model.js';
import shapeFile from './shape.json' with { type: 'json' };

const columnShape = z.strictObject({
  id: z.string(),
  title: z.string(),
  type: z.enum(COLUMN_TYPES),
  archived: z.boolean().optional(),
  labels: z.array(z.string()).optional(),
});
const shape = z
  .strictObject({
    keyColumn: z.string(),
    items: z.strictObject({
      id: z.string(),
      name: z.string(),
      group: z.strictObject({ id: z.string(), title: z.string() }),
      columns: z.array(columnShape),
    }),
    subitems: z.strictObject({ id: z.string(), name: z.string(), columns: z.array(columnShape) }),
  })
  .parse(shapeFile);

export const ITEMS_BOARD = shape.items.id;
export const SUBITEMS_BOARD = shape.subitems.id;
export const KEY_COLUMN = shape.keyColumn;

/** Settings of a column that shows the subitems: the board they are on. */
export function subtasksSettings(): Record<string, unknown> {
  return { boardIds: [Number(SUBITEMS_BOARD)] };
}

/** Dropdown label ids count up from 1, and so do the labels of our status columns: 0 and 5 carry defaults on a real board. */
function labelsOf(column: z.infer<typeof columnShape>): StoredLabel[] {
  return (column.labels ?? []).map((label, place) =>
    column.type === 'status'
      ? { id: place + 1, label, index: place, color: place + 1, is_done: false, is_deactivated: false }
      : { id: place + 1, label, is_deactivated: false },
  );
}

function columnsOf(columns: readonly z.infer<typeof columnShape>[]): Map<string, Column> {
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

/** The two boards as they are before the first request: all columns, one empty group. */
export function emptyBoards(): Map<string, Board> {
  const { items, subitems } = shape;
  return new Map<string, Board>([
    [
      items.id,
      {
        id: items.id,
        name: items.name,
        kind: 'items',
        state: 'active',
        columns: columnsOf(items.columns),
        deletedColumns: new Map(),
        groups: [{ ...items.group, state: 'active' }],
      },
    ],
    [
      subitems.id,
      {
        id: subitems.id,
        name: subitems.name,
        kind: 'subitems',
        state: 'active',
        columns: columnsOf(subitems.columns),
        deletedColumns: new Map(),
        groups: [],
      },
    ],
  ]);
}
