import type { ColumnType, Mapping } from '../../shared/mapping/mapping.js';
import type { BoardColumn, BoardShape } from '../../shared/monday/board-replies.js';
import type { Boards } from './site.js';

/** A column that the mapping writes to. */
export interface MappedColumn {
  id: string;
  title: string;
  type: ColumnType;
  createLabels: boolean;
  /** The labels that the mapping itself can ask for; undefined when the source's texts decide. */
  labels: readonly string[] | undefined;
}

/** A board beside what the mapping says of it. */
export interface MappedBoard {
  of: 'items' | 'subitems';
  boardId: string;
  live: ReadonlyMap<string, BoardColumn>;
  key: { id: string; title: string };
  columns: readonly MappedColumn[];
}

/** The items' board and, where there is one, the subitems' board. */
export function mappedBoards(mapping: Mapping, { items, subitems }: Boards): MappedBoard[] {
  const itemColumns = mapping.item.columns.map(
    (column): MappedColumn => ({ ...column, labels: labelsOf(mapping, column) }),
  );
  const { lastChange } = mapping.item;
  if (lastChange !== undefined) itemColumns.push({ ...lastChange, createLabels: false, labels: undefined });
  const subitemColumns = mapping.subitem.columns.map((column): MappedColumn => ({ ...column, labels: undefined }));
  return [
    { of: 'items', boardId: items.id, live: byId(items), key: mapping.item.key, columns: itemColumns },
    ...(subitems === undefined
      ? []
      : [
          {
            of: 'subitems' as const,
            boardId: subitems.id,
            live: byId(subitems),
            key: mapping.subitem.key,
            columns: subitemColumns,
          },
        ]),
  ];
}

function byId({ columns }: BoardShape): Map<string, BoardColumn> {
  return new Map(columns.map((column) => [column.id, column]));
}

function labelsOf(mapping: Mapping, { rule, values }: Mapping['item']['columns'][number]): string[] | undefined {
  if (rule === 'customer') return mapping.customers.map(({ name }) => name);
  return values.length === 0 ? undefined : [...new Set(values.map(([, label]) => label))];
}
