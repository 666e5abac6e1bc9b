import { bare, plural } from '../../../../shared/ground/text.js';
import { fold } from '../../../../shared/mapping/fold.js';
import { hasLabels, RULES_OF_TYPE } from '../../../../shared/mapping/mapping-checks.js';
import { isDayType, isNumberType, isTextType } from '../../../../shared/warehouse/port/sql-types.js';
import type { WritableColumn } from './board.js';
import { pairEqual, pairNear, type TitlePair } from './pairing.js';
import { type LeftColumn, type ProposedColumn, ruleFor } from './proposal.js';
import type { SampledColumn, SampledTable } from './table.js';

type ColumnPair = TitlePair<SampledColumn, WritableColumn>;

/** Columns of equal titles: found first, since what is shown on its own is no size. */
export function equalColumns({ columns }: SampledTable, board: readonly WritableColumn[]): ColumnPair[] {
  return pairEqual(columns, board, fits);
}

/** The column of the customer, with the canonical names. */
interface KnownCustomers {
  column: string | undefined;
  names: readonly string[];
}

/** All pairs, each source column in one at most, and what is left of the board with the reason. */
export function proposeColumns(
  table: SampledTable,
  board: readonly WritableColumn[],
  { equal, aside, customer }: { equal: readonly ColumnPair[]; aside: ReadonlySet<string>; customer: KnownCustomers },
): { columns: ProposedColumn[]; left: LeftColumn[] } {
  const done = new Set(equal.map(({ target }) => target));
  const used = new Set(equal.map(({ source }) => source));
  const free = table.columns.filter((each) => !used.has(each) && !aside.has(each.title));
  const open = board.filter((each) => !done.has(each));
  const near = pairNear(free, open, fits);
  const all = [...equal, ...near.pairs];
  const pairs = all.filter(({ source }) => !source.personal);
  const columns = pairs.map((pair) => columnOf(pair, customer));
  const left = [
    ...all
      .filter(({ source }) => source.personal)
      .map(({ source, target }) => leftOf(target, `"${source.title}" may name people, and is not read`)),
    ...near.doubts.map(({ target, candidates }) => leftOf(target, doubtOf(candidates))),
  ];
  const told = new Set([...columns, ...left].map(({ id }) => id));
  const rest = board.filter(({ id }) => !told.has(id)).map((target) => leftOf(target, reasonOf(target, table.columns)));
  const places = new Map(board.map(({ id }, place) => [id, place]));
  const inOrder = <Each extends { id: string }>(list: Each[]): Each[] =>
    list.sort((a, b) => (places.get(a.id) ?? 0) - (places.get(b.id) ?? 0));
  return { columns: inOrder(columns), left: inOrder([...left, ...rest]) };
}

/** By what the database says of a column; what its values say, the check of the mapping tells. */
function fits({ dataType }: SampledColumn, { type }: WritableColumn): boolean {
  switch (type) {
    case 'numbers':
      return isNumberType(dataType) || isTextType(dataType);
    case 'date':
    case 'timeline':
      return isDayType(dataType) || isTextType(dataType);
    default:
      return true;
  }
}

function leftOf({ id, title }: WritableColumn, why: string): LeftColumn {
  return { id, title, why };
}

function reasonOf(target: WritableColumn, columns: readonly SampledColumn[]): string {
  const alike = columns.filter(({ title }) => bare(title) === bare(target.title));
  const [unfit] = alike.filter((each) => !fits(each, target));
  if (unfit !== undefined)
    return `"${unfit.title}" is of type ${unfit.dataType}, and the column of type ${target.type}`;
  if (alike.length > 1) return doubtOf(alike);
  return 'no column of the table has such a title';
}

function doubtOf(candidates: readonly SampledColumn[]): string {
  const titles = candidates.map(({ title }) => `"${title}"`);
  return titles.length === 1 ? `perhaps ${titles[0]}` : `not clear which: ${titles.join(', ')}`;
}

function columnOf({ source, target, why }: ColumnPair, customer: KnownCustomers): ProposedColumn {
  const { id, title, type } = target;
  const base = { id, title, type, source: source.title, values: [] };
  const near = why === 'near' ? ['the titles are only near'] : [];
  const reason = why === 'same words' ? 'By the same words.' : undefined;
  if (source.title === customer.column && RULES_OF_TYPE[type].includes('customer')) {
    const createLabels = hasLabels(type) && customer.names.some((name) => !target.labels.includes(name));
    return { ...base, rule: 'customer', createLabels, reason, doubts: near };
  }
  const rule = ruleFor(type);
  if (!hasLabels(type)) return { ...base, rule, createLabels: false, reason, doubts: near };
  const { values, fresh } = labelsFor(source, target);
  const isNew = target.labels.length === 0;
  const lacks =
    fresh === 0 || isNew ? [] : [`the sample has ${plural(fresh, 'text that is', 'texts that are')} no label yet`];
  return { ...base, rule, values, createLabels: fresh > 0 || isNew, reason, doubts: [...near, ...lacks] };
}

/** Texts that are a label of the board in another spelling become it; `fresh` texts are none. */
function labelsFor({ words }: SampledColumn, { labels }: WritableColumn) {
  const folded = new Map(labels.map((label) => [fold(label), label]));
  const known = new Set(labels);
  const values = new Map<string, readonly [string, string]>();
  let fresh = 0;
  for (const word of words.keys()) {
    const label = folded.get(fold(word));
    if (label === undefined) fresh += 1;
    else if (!known.has(word)) values.set(fold(word), [label, label]);
  }
  return { values: [...values.values()], fresh };
}
