import { isDayType, isTextType } from '../../../../shared/warehouse/port/sql-types.js';
import { repeatedRows } from './roles.js';
import { isNumeric, type SampledColumn, type SampledTable } from './table.js';
import { wordsOfTitle } from './words.js';

/** Columns by which people tell lines apart; a price that happens to be there only once is none. */
const TELLING: ReadonlySet<string> = new Set([
  ...['order', 'number', 'id', 'key', 'line', 'position', 'reference'],
  ...['style', 'article', 'sku', 'item', 'product', 'color'],
]);
/** A longer key is more likely chance than meaning. */
const MOST_COLUMNS = 3;

/**
 * The fewest columns that are filled in every row of the sample and together unique there, those of `first` before others;
 * none where chance would do, as in a sample of one row.
 */
export function guessKey(table: SampledTable, first: readonly string[]): readonly string[] {
  if (table.rows.length < 2) return [];
  const candidates = table.columns.filter((column) => tells(column, table.rows.length)).map(({ title }) => title);
  const ranked = [...first.filter((title) => candidates.includes(title)), ...candidates];
  const titles = [...new Set(ranked)];
  for (let count = 1; count <= MOST_COLUMNS; count += 1)
    for (const key of combinations(titles, count)) if (repeatedRows(table, key) === 0) return key;
  return [];
}

function tells(column: SampledColumn, rows: number): boolean {
  const { title, dataType, filled, personal } = column;
  const isId = isTextType(dataType) || isNumeric(column);
  return (
    !personal &&
    !isDayType(dataType) &&
    isId &&
    filled === rows &&
    wordsOfTitle(title).some((word) => TELLING.has(word))
  );
}

function* combinations(titles: readonly string[], count: number): Generator<readonly string[]> {
  if (count === 0) {
    yield [];
    return;
  }
  for (const [place, title] of titles.entries())
    for (const rest of combinations(titles.slice(place + 1), count - 1)) yield [title, ...rest];
}
