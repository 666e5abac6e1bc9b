import { readNumber } from '../../../../shared/mapping/numbers.js';
import { textOf } from '../../../../shared/mapping/texts.js';
import { isNumeric, type SampledColumn, type SampledTable } from './table.js';
import { wordsOfTitle } from './words.js';

/** The columns of a table that are sizes, as a mapping names them. */
export interface ProposedSizes {
  after: string;
  before: string;
  except: readonly string[];
  total: string | undefined;
  names: readonly string[];
  /** Why these. */
  why: string;
}

/** The forms of a size's name, each anchored at both ends. */
const FORMS = [
  /^\d{0,2}X{0,4}[SML]T?$/,
  /^\d{1,2}X$/,
  /^\d{1,3}(?:\.5)?[A-Z]{0,4}$/,
  /^\d{1,3}[/X-]\d{1,3}[A-Z]{0,2}$/,
  /^X{0,4}[SML]\/X{0,4}[SML]$/,
  /^X{0,4}[SML]\(\d{1,2}-\d{1,2}\)$/,
  /^(?:EU|UK|US)\d{1,2}(?:\.5)?$/,
  /^(?:OS|O\/S|ONESIZE|XSMALL|SMALL|MEDIUM|LARGE|XLARGE)$/,
  /^SIZE\w{1,6}$/,
];
/** A run is one of sizes where so many of its titles look like it. */
const MOSTLY = 0.5;
const LEAST = 2;
/** Of so many rows a total has to be the sum, and of so many of those that have both. */
const LEAST_SUMS = 3;
const SUMS = 0.95;

export function looksLikeSize(title: string): boolean {
  const bare = title.replaceAll(' ', '').toUpperCase();
  return FORMS.some((form) => form.test(bare));
}

/** The longest run of numeric columns whose names look like sizes, or which add up to another column. */
export function findSizes(table: SampledTable, taken: ReadonlySet<string>): ProposedSizes | undefined {
  const runs = runsOf(table, taken)
    .map((run) => sizesOf(table, run))
    .filter((sizes) => sizes !== undefined);
  return runs.sort((a, b) => b.names.length - a.names.length)[0];
}

/** Runs of numeric columns, from place to place. */
function runsOf({ columns }: SampledTable, taken: ReadonlySet<string>): SampledColumn[][] {
  const runs: SampledColumn[][] = [[]];
  for (const column of columns) {
    if (canBeSize(column) && !taken.has(column.title)) runs.at(-1)?.push(column);
    else runs.push([]);
  }
  return runs.filter((run) => run.length >= LEAST);
}

/** A column of texts without any value in the sample is judged by its title. */
function canBeSize(column: SampledColumn): boolean {
  return !column.personal && (isNumeric(column) || (column.filled === 0 && looksLikeSize(column.title)));
}

function sizesOf(table: SampledTable, run: readonly SampledColumn[]): ProposedSizes | undefined {
  const like = run.filter(({ title }) => looksLikeSize(title)).length;
  const named = like >= LEAST && like > run.length * MOSTLY;
  const [first, last] = [
    run.findIndex(({ title }) => looksLikeSize(title)),
    run.findLastIndex(({ title }) => looksLikeSize(title)),
  ];
  const core = named ? run.slice(first, last + 1) : [...run];
  const total = totalOf(table, core, named);
  if (!named && total === undefined) return undefined;
  const sizes = core.filter((column) => column !== total);
  const [begin, end] = [sizes[0], sizes.at(-1)].map((column) =>
    column === undefined ? -1 : table.columns.indexOf(column),
  );
  const [after, before] = [table.columns[(begin ?? 0) - 1], table.columns[(end ?? 0) + 1]];
  if (sizes.length < LEAST || after === undefined || before === undefined) return undefined;
  const between = table.columns.slice(begin ?? 0, (end ?? 0) + 1);
  const reasons = [
    `${sizes.length} numeric columns in a row`,
    ...(named ? [`${like} of them with names of sizes`] : []),
    ...(total === undefined ? [] : [`"${total.title}" is their sum`]),
  ];
  return {
    after: after.title,
    before: before.title,
    except: between.filter((column) => !sizes.includes(column)).map(({ title }) => title),
    total: total?.title,
    names: sizes.map(({ title }) => title),
    why: reasons.join(', '),
  };
}

/** The column that is the sum of the others in the sample; of several, the one beside them. */
function totalOf(table: SampledTable, run: readonly SampledColumn[], named: boolean): SampledColumn | undefined {
  const [first, last] = [run[0], run.at(-1)].map((column) =>
    column === undefined ? -1 : table.columns.indexOf(column),
  );
  const beside = [table.columns[(last ?? 0) + 1], table.columns[(first ?? 0) - 1]];
  const inside = named ? [] : [run.at(-1), run[0]];
  const titled = table.columns.filter(({ title }) => wordsOfTitle(title).some((word) => TOTALS.has(word)));
  const candidates = new Set([...beside, ...inside, ...titled].filter((each) => each !== undefined));
  return [...candidates].find(
    (total) =>
      isNumeric(total) &&
      addsUp(
        table,
        run.filter((column) => column !== total),
        total,
      ),
  );
}

const TOTALS: ReadonlySet<string> = new Set(['total', 'sum', 'quantity', 'pieces', 'units']);

function addsUp(table: SampledTable, parts: readonly SampledColumn[], total: SampledColumn): boolean {
  const places = parts.map(({ title }) => table.position(title));
  const at = table.position(total.title);
  if (at < 0 || parts.length < LEAST) return false;
  let [both, right] = [0, 0];
  for (const row of table.rows) {
    const sum = places.reduce((all, place) => all + numberIn(row[place]), 0);
    if (sum === 0 || textOf(row[at]) === null) continue;
    both += 1;
    if (numberIn(row[at]) === sum) right += 1;
  }
  return both >= LEAST_SUMS && right >= both * SUMS;
}

function numberIn(value: string | number | null | undefined): number {
  return Number(readNumber(textOf(value)?.trim() ?? '') ?? 0);
}
