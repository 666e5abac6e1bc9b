import { basename } from 'node:path';
import type { ItemColumn, Mapping, Subitem } from '../../shared/mapping/mapping.js';
import { allowedLabels } from '../allowed-labels.js';
import { type AccountShape, type ColumnShape, ITEMS_BOARD, SUBITEMS_BOARD } from './shape.js';

/** So many columns have room beside the name in the row of an item. */
const ROW_COLUMNS = 4;

/**
 * A board with exactly the columns that a mapping writes to, called after the mapping's file. Its items have no subitems
 * where the mapping has no sizes.
 */
export function shapeOf(mapping: Mapping, file: string): AccountShape {
  const { item, subitem } = mapping;
  const name = nameOf(file);
  return {
    keyColumn: item.key.id,
    rowColumns: rowColumns(mapping),
    items: {
      id: ITEMS_BOARD,
      name,
      group: { id: 'topics', title: 'Group Title' },
      columns: [
        NAME,
        ...keysOf(item),
        ...(subitem === undefined ? [] : [SUBTASKS]),
        ...item.columns.map((column) => shapeOfColumn(column, allowedLabels(mapping, column))),
        ...(item.lastChange === undefined ? [] : [{ ...item.lastChange }]),
      ],
    },
    ...(subitem === undefined ? {} : { subitems: shapeOfSubitems(subitem, name) }),
  };
}

const NAME: ColumnShape = { id: 'name', title: 'Name', type: 'name' };
const SUBTASKS: ColumnShape = { id: 'subtasks', title: 'Subitems', type: 'subtasks' };

/** The key column, and those of other pipelines that write to the same board. */
function keysOf({ key: { id, title, others } }: Pick<Subitem, 'key'>): ColumnShape[] {
  return [{ id, title }, ...others.map((other) => ({ id: other, title: other }))].map((key) => ({
    ...key,
    type: 'text',
  }));
}

function shapeOfSubitems(subitem: Subitem, name: string): NonNullable<AccountShape['subitems']> {
  const showing = (value: 'label' | 'quantity'): string =>
    subitem.columns.find((column) => column.value === value)?.id ?? '';
  return {
    id: SUBITEMS_BOARD,
    name: `Subitems of ${name}`,
    labelColumn: showing('label'),
    quantityColumn: showing('quantity'),
    columns: [
      NAME,
      ...keysOf(subitem),
      ...subitem.columns.map(({ id, title, type }): ColumnShape => ({ id, title, type })),
    ],
  };
}

/** `production-orders.yaml` becomes `Production orders`. */
function nameOf(file: string): string {
  const words = basename(file)
    .replace(/\.[^.]+$/, '')
    .replace(/[-_]/g, ' ');
  return `${words.slice(0, 1).toUpperCase()}${words.slice(1)}`;
}

function shapeOfColumn({ id, title, type }: ItemColumn, labels: readonly string[]): ColumnShape {
  return { id, title, type, ...(labels.length === 0 ? {} : { labels: [...labels] }) };
}

/** What people look for first: order number and customer, then states and days, then whatever comes. */
function rowColumns({ source, item: { columns } }: Mapping): string[] {
  const of = (test: (column: ItemColumn) => boolean): string[] => columns.filter(test).map(({ id }) => id);
  const ranked = [
    ...of((column) => column.source === source.orderNumber),
    ...of((column) => column.rule === 'customer'),
    ...of(({ type }) => type === 'status').slice(0, 1),
    ...of(({ type }) => type === 'date').slice(0, 1),
    ...of(({ type }) => type !== 'long_text'),
  ];
  return [...new Set(ranked)].slice(0, ROW_COLUMNS);
}
