import { fold } from '../../../../shared/mapping/fold.js';
import { textOf } from '../../../../shared/mapping/texts.js';
import { isDayType, isTextType } from '../../../../shared/warehouse/port/sql-types.js';
import { isUuidType, type SampledColumn, type SampledTable } from './table.js';
import { wordsOfTitle } from './words.js';

/** A column for a purpose, with the reason; `sure` where nothing else comes into question. */
export interface Guess {
  column: string;
  why: string;
  sure: boolean;
}

/** The column that identifies a line: the pipeline needs UUIDs. */
export function guessUuid({ columns, rows }: SampledTable): { guess: Guess | undefined; others: string[] } {
  const unique = columns.filter((each) => each.filled > 0 && each.filled === rows.length && each.distinct);
  const typed = columns.filter(({ dataType }) => isUuidType(dataType));
  const written = unique.filter(({ are, filled }) => are.uuid === filled);
  const [best] = [...typed.filter((each) => unique.includes(each)), ...written, ...typed];
  const rest = unique.filter((each) => each !== best).map(({ title }) => title);
  if (best === undefined) return { guess: undefined, others: rest };
  const seen = unique.includes(best) ? ', in every row and in none twice' : '';
  const why = isUuidType(best.dataType) ? `of type ${best.dataType}${seen}` : `UUIDs as texts${seen}`;
  return { guess: { column: best.title, why, sure: unique.includes(best) }, others: rest };
}

/** Columns whose title holds all words of one of these lists, those with the fewest other words first. */
function titled(columns: readonly SampledColumn[], lists: readonly (readonly string[])[]): SampledColumn[] {
  const scored = columns.flatMap((column) => {
    const words = wordsOfTitle(column.title);
    const place = lists.findIndex((list) => list.every((word) => words.includes(word)));
    return place < 0 ? [] : [{ column, others: words.length - (lists[place]?.length ?? 0), place }];
  });
  return scored.sort((a, b) => a.others - b.others || a.place - b.place).map(({ column }) => column);
}

const readable = (columns: readonly SampledColumn[]): SampledColumn[] => columns.filter(({ personal }) => !personal);
const texts = (columns: readonly SampledColumn[]): SampledColumn[] =>
  readable(columns).filter(({ dataType }) => isTextType(dataType));

/** The customer: by the title alone, so that "CUSTOMER SEASON" is none; else a column of few names in every row. */
export function guessCustomer({ columns, rows }: SampledTable): Guess | undefined {
  const lists = [['customer'], ['account'], ['retailer'], ['brand']];
  const found = titled(texts(columns), lists).filter(({ title }) => wordsOfTitle(title).length === 1);
  const [best, ...others] = found;
  if (best !== undefined) {
    const told = others.map(({ title }) => `, and not "${title}"`).join('');
    return { column: best.title, why: `its title says customer${told}`, sure: others.length === 0 && best.filled > 0 };
  }
  const few = texts(columns).filter(
    ({ filled, words }) => filled > 0 && filled === rows.length && words.size <= filled / LINES_OF_ONE,
  );
  const [first, ...rest] = few.filter(({ title }) => !wordsOfTitle(title).some((word) => STATES.has(word)));
  if (first === undefined) return undefined;
  const told = rest.length === 0 ? '' : `, and so have ${rest.map(({ title }) => `"${title}"`).join(', ')}`;
  const why = `no title says customer; it has few names and one in every row${told}. Lines of one name are sent together.`;
  return { column: first.title, why, sure: false };
}

/** So many lines has a customer at the least, on average. */
const LINES_OF_ONE = 4;
const STATES: ReadonlySet<string> = new Set(['status', 'state', 'type', 'stage', 'unit', 'currency', 'season']);

export function guessOrderNumber({ columns }: SampledTable): Guess | undefined {
  const own = readable(columns).filter(
    ({ title, dataType, filled }) => !isDayType(dataType) && filled > 0 && !wordsOfTitle(title).includes('purchase'),
  );
  const named = titled(own, [
    ['order', 'number'],
    ['order', 'id'],
    ['order', 'reference'],
  ]);
  const [best, next] = [...named, ...titled(own, [['order']]).filter(({ title }) => wordsOfTitle(title).length === 1)];
  const told = next === undefined ? '' : `; "${next.title}" may be it, too`;
  if (best !== undefined) return { column: best.title, why: `its title says so${told}`, sure: told === '' };
  const [number] = titled(own, [['number']]);
  return number && { column: number.title, why: 'no title says order number, and this one says number', sure: false };
}

export function guessPurchaseOrder({ columns }: SampledTable): Guess[] {
  return titled(readable(columns), [['purchase', 'order']])
    .filter(({ dataType, are, filled }) => !isDayType(dataType) && (filled === 0 || are.monthFirst < filled))
    .map(({ title }) => ({ column: title, why: 'its title says PO', sure: true }));
}

/** Columns of the season, the one that is filled least first: it says more where it is there. */
export function guessSeason({ columns }: SampledTable): Guess[] {
  return titled(texts(columns), [['season']])
    .filter(({ filled, title }) => filled > 0 && !wordsOfTitle(title).includes('code'))
    .sort((a, b) => a.filled - b.filled)
    .map(({ title, filled }) => ({ column: title, why: `its title says season; ${filled} rows have one`, sure: true }));
}

const PARTS = [['style'], ['article'], ['sku'], ['item'], ['product'], ['color']] as const;
/** What a column of words beside its name cannot be. */
const BESIDE: ReadonlySet<string> = new Set(['description', 'code', 'group', 'type', 'date', 'related', 'alias']);

/** What a line is of, such as style and colour; mapped columns before others, the one that is filled most before others. */
export function guessArticle({ columns }: SampledTable, mapped: ReadonlySet<string>): string[] {
  const found = PARTS.flatMap(([word]) => {
    const own = texts(columns).filter(({ title, filled }) => filled > 0 && wordsOfTitle(title).includes(word));
    const rank = ({ title, filled }: SampledColumn) =>
      (mapped.has(title) ? 0 : 2) +
      (word !== 'color' && wordsOfTitle(title).some((each) => BESIDE.has(each)) ? 4 : 0) -
      filled / 1e9;
    const [best] = own.sort((a, b) => rank(a) - rank(b));
    return best === undefined || rank(best) >= 4 ? [] : [{ word, title: best.title }];
  });
  const product = found.find(({ word }) => word !== 'color');
  const color = found.find(({ word }) => word === 'color');
  return [...new Set([product, color].flatMap((each) => (each === undefined ? [] : [each.title])))];
}

/** In how many rows of the sample these columns together are like in an earlier row. */
export function repeatedRows(table: SampledTable, columns: readonly string[]): number {
  const places = columns.map((title) => table.position(title));
  const keys = table.rows.map((row) => JSON.stringify(places.map((place) => textOf(row[place]))));
  return keys.length - new Set(keys).size;
}

/** A column of few words of which one says that a line is cancelled. */
export function guessCancelled({
  columns,
}: SampledTable): { column: string; words: string[]; all: string[] } | undefined {
  for (const { title, words } of titled(texts(columns), [['status'], ['type'], ['state'], ['stage']])) {
    if (words.size > MOST_STATES) continue;
    const first = new Map([...words.keys()].reverse().map((word) => [fold(word), word]));
    const found = [...first].filter(([folded]) => CANCELLED.test(folded)).map(([, word]) => word.toUpperCase());
    if (found.length > 0) return { column: title, words: found, all: [...first.keys()].sort() };
  }
  return undefined;
}

const MOST_STATES = 20;
const CANCELLED = /^(?:CANCEL|CANCELED|CANCELLED|ANNULLED|STORNO|STORNIERT|VOID)$/;
