import { loadMapping } from '../../shared/mapping/mapping.js';
import { sizesOf, subitemOf } from '../helpers/sized.js';
import { control } from './board-view.js';
import type { World } from './world.js';

const mapping = loadMapping();
const idOf = (source: string): string => mapping.item.columns.find((column) => column.source === source)?.id ?? '';
const sizeColumn = (value: string): string =>
  subitemOf(mapping).columns.find((column) => column.value === value)?.id ?? '';

export type SourceRow = Readonly<Record<string, string | number | null>>;

/** The lines of the source, in a fixed order. */
export async function sourceRows(world: World): Promise<SourceRow[]> {
  return (await world.sql(
    'SELECT * FROM dbo."ORDERS_UNIFIED" ORDER BY "AAG ORDER NUMBER", "CUSTOMER STYLE", "CUSTOMER COLOUR DESCRIPTION", "record_uuid"',
  )) as SourceRow[];
}

/** Non-zero sizes of a line by name, read from the table's own columns. */
export async function sizeNames(world: World): Promise<string[]> {
  const { after, before, except } = sizesOf(mapping);
  const names = (await world.warehouse.columns('ORDERS_UNIFIED')).map(({ name }) => name);
  return names.slice(names.indexOf(after) + 1, names.indexOf(before)).filter((name) => !except.includes(name));
}

/** Takes the key columns off both boards: the predecessor had none. */
export function removeKeyColumns(world: World): void {
  for (const board of world.board.account.store.state.boards.values()) board.columns.delete('line_key');
}

export interface Difference {
  /** Texts that the board shows instead of the source's, by source column. */
  texts?: Readonly<Record<string, string>>;
  /** Quantities that it shows, by size. */
  sizes?: Readonly<Record<string, number>>;
  /** A further subitem, under this name and without a size. */
  ownSubitem?: string;
}

/** Puts a line on the board by hand, as the predecessor left it: without keys, with its sizes. Returns the item's id. */
export async function showLine(
  world: World,
  row: SourceRow,
  names: readonly string[],
  { texts = {}, sizes = {}, ownSubitem }: Difference = {},
): Promise<void> {
  const text = (column: string): string => texts[column] ?? String(row[column] ?? '');
  const label = (column: string) => (text(column) === '' ? null : { labels: [text(column)] });
  const [order, style, colour] = ['AAG ORDER NUMBER', 'CUSTOMER STYLE', 'CUSTOMER COLOUR DESCRIPTION'] as const;
  const quantities = names.map((name) => [name, sizes[name] ?? Number(row[name] ?? 0)] as const);
  const subitems = quantities
    .filter(([name, quantity]) => quantity > 0 || name in sizes)
    .map(([name, quantity]) => ({
      name: `Size ${name}`,
      values: { [sizeColumn('label')]: { labels: [name] }, [sizeColumn('quantity')]: String(quantity) },
    }));
  await control(world, '/_edit', {
    create: {
      name: `${text(style)}${text(colour)}${text(order)}`,
      values: {
        [idOf(order)]: text(order),
        [idOf(style)]: label(style),
        [idOf(colour)]: label(colour),
        [idOf('PO NUMBER')]: text('PO NUMBER'),
      },
      subitems: [...subitems, ...(ownSubitem === undefined ? [] : [{ name: ownSubitem }])],
    },
  });
}
