import { FixFirstError } from '../../../shared/ground/errors.js';
import { groupBy } from '../../../shared/ground/lists.js';
import { type ComparedColumn, comparedColumn } from '../../../shared/mapper/compared.js';
import type { Mapping } from '../../../shared/mapping/mapping.js';
import { comparedOrder, liveType } from '../orders.js';
import type { Boards } from '../site.js';

/** The board's columns by which items and lines are compared. */
export interface ComparedColumns {
  order: ComparedColumn;
  /** Order number, style and colour. */
  key: readonly ComparedColumn[];
  purchaseOrder: readonly ComparedColumn[];
  /** Ids, '' where the mapping has no sizes. */
  sizeLabel: string;
  sizeQuantity: string;
}

/** @throws FixFirstError when the board shows no order numbers. */
export function comparedColumns(mapping: Mapping, boards: Boards): ComparedColumns {
  const { orderNumber, businessKey, purchaseOrder } = mapping.source;
  const columnsOf = (sources: readonly string[]) =>
    mapping.item.columns
      .filter(({ source }) => sources.includes(source))
      .map((column) => comparedColumn(column, liveType(boards.items, column.id)));
  const order = comparedOrder(mapping, boards);
  if (order === undefined)
    throw new FixFirstError(
      'MAPPING_INVALID',
      `The mapping has no board column for ${orderNumber}: nothing can be adopted without it.`,
    );
  const sizeColumn = (value: 'label' | 'quantity') =>
    mapping.subitem?.columns.find((column) => column.value === value)?.id ?? '';
  return {
    order,
    key: columnsOf([orderNumber, ...businessKey]),
    purchaseOrder: columnsOf(purchaseOrder),
    sizeLabel: sizeColumn('label'),
    sizeQuantity: sizeColumn('quantity'),
  };
}

/** What tells an item or a line apart, in comparable form. */
export interface Marks {
  /** Order number, style and colour. */
  readonly key: string;
  readonly purchaseOrder: string;
  /** Sizes with their quantities. */
  readonly sizes: string;
}

export type Undecided = 'NO_LINE' | 'UNDECIDED';

export interface Pairing<Item, Line> {
  pairs: { item: Item; line: Line }[];
  rest: { item: Item; reason: Undecided; lines: readonly Line[] }[];
}

/** In this order: the next one is looked at only where those before leave a choice. */
const FURTHER = ['purchaseOrder', 'sizes'] as const;

/**
 * Pairs items with lines where there is one of each: by order, style and colour; among several by purchase order as
 * well, then by sizes. Where that leaves a choice nothing is guessed.
 */
export function pairItems<Item extends Marks, Line extends Marks>(
  items: readonly Item[],
  lines: readonly Line[],
): Pairing<Item, Line> {
  const pairing: Pairing<Item, Line> = { pairs: [], rest: [] };
  const byKey = groupBy(lines, ({ key }) => key);
  for (const [key, group] of groupBy(items, ({ key }) => key)) pairGroup(pairing, group, byKey.get(key) ?? [], 0);
  return pairing;
}

function pairGroup<Item extends Marks, Line extends Marks>(
  pairing: Pairing<Item, Line>,
  items: readonly Item[],
  lines: readonly Line[],
  level: number,
): void {
  const [item, ...otherItems] = items;
  const [line, ...otherLines] = lines;
  if (item !== undefined && line !== undefined && otherItems.length + otherLines.length === 0) {
    pairing.pairs.push({ item, line });
    return;
  }
  const mark = FURTHER[level];
  if (line === undefined || mark === undefined) {
    const reason = line === undefined && level === 0 ? 'NO_LINE' : 'UNDECIDED';
    pairing.rest.push(...items.map((each) => ({ item: each, reason, lines }) as const));
    return;
  }
  const alike = groupBy(lines, (line) => line[mark]);
  for (const [text, group] of groupBy(items, (item) => item[mark]))
    pairGroup(pairing, group, alike.get(text) ?? [], level + 1);
}

/** `M=177;S=104`, whatever order the sizes come in; sizes without a quantity are none. */
export function sizesMark(sizes: Iterable<readonly [label: string, quantity: number]>): string {
  return [...sizes]
    .filter(([, quantity]) => quantity > 0)
    .map(([label, quantity]) => `${label}=${quantity}`)
    .sort()
    .join(';');
}
