import { addCount, groupBy } from '../../../shared/ground/lists.js';
import { plural } from '../../../shared/ground/text.js';
import type { SourceLayout } from '../../../shared/lines/layout.js';
import { compileMapping, type MappedLine, type Problem, type ProblemReason } from '../../../shared/mapper/map-line.js';
import type { ItemColumn, Mapping } from '../../../shared/mapping/mapping.js';
import { quotable } from '../../../shared/mapping/mapping-checks.js';
import { sourcesOf } from '../../../shared/mapping/mapping-version.js';
import { textOf } from '../../../shared/mapping/texts.js';
import { LABEL_LIMITS, STATUS_LABEL_LENGTH } from '../../../shared/monday/label-settings.js';
import { scanLines } from '../../../shared/store/source.js';
import { isDayType, isNumberType } from '../../../shared/warehouse/port/sql-types.js';
import type { ArrayRow, ColumnInfo } from '../../../shared/warehouse/port/warehouse.js';
import { mappedBoards } from '../examine.js';
import type { Check, Checked } from '../finding.js';
import { type Found, found, listed } from '../finding.js';
import { LabelCounts } from '../label-counts.js';
import type { Site } from '../site.js';
import { type LabelColumn, labelColumns } from './labels.js';
import { fittingLayout } from './scope.js';

/** Texts that are shown of each kind. */
const EXAMPLES = 3;
/** More unread values than this share of those that are there: the rule is wrong, not the values. */
const RULE_IS_WRONG = 0.5;

/** What the rules of the mapping make of real rows, as far as somebody has to do something about it. */
export const values: Check = {
  name: 'values',
  async run(site) {
    const { summary, found: all } = await readSample(site);
    // Of a column without room for labels the check of the labels tells.
    return { summary, found: all.filter(({ severity, code }) => severity !== 'info' && code !== 'LABELS_FULL') };
  },
};

/** The same with each value that is not read and each label that would be made, for whoever writes a mapping. */
export const everyValue: Check = { name: 'values', run: readSample };

async function readSample(site: Site): Promise<Checked> {
  const database = await site.warehouse.get();
  const mapping = await site.mapping.get();
  const table = site.need('SOURCE_TABLE');
  const live = await database.columns(table);
  const layout = live.length === 0 ? undefined : fittingLayout(mapping, live);
  if (layout === undefined) return { summary: 'not checked, see source', found: [] };
  const map = compileMapping(mapping, layout);
  const sample = new Sample(mapping, layout);
  for await (const rows of scanLines(database, { table, live, layout })) {
    for (const row of rows) if (sample.lines < site.sampleRows) sample.add(row, map(row));
    site.signal.throwIfAborted();
    if (sample.lines >= site.sampleRows) break;
  }
  return {
    summary: `${plural(sample.lines, 'row')} in scope`,
    found: [...typeFindings(mapping, live), ...sample.unread(), ...(await labelFindings(site, sample.labels.byColumn))],
  };
}

/** Columns that the database itself says hold something else than the rule reads. */
function typeFindings(mapping: Mapping, live: readonly ColumnInfo[]): Found[] {
  const types = new Map(live.map(({ name, dataType }) => [name, dataType.toLowerCase()]));
  return mapping.item.columns.flatMap((column) =>
    sourcesOf(column).flatMap((source) => {
      const { title, rule } = column;
      const type = types.get(source) ?? '';
      const fits = rule === 'number' ? !isDayType(type) : rule === 'date' ? !isNumberType(type) : true;
      if (fits) return [];
      const what = `The column "${source}" is of type ${type}, of which rule ${rule} reads nothing ("${title}").`;
      return [found('TYPE_UNFIT', { subject: source, what })];
    }),
  );
}

interface Unread {
  readonly subject: string;
  readonly reason: ProblemReason;
  readonly column: ItemColumn | undefined;
  lines: number;
  readonly texts: Set<string>;
}

/** What was seen of the rows in scope. */
class Sample {
  lines = 0;
  readonly labels: LabelCounts;
  readonly #mapping: Mapping;
  readonly #layout: SourceLayout;
  readonly #sources: ReadonlySet<string>;
  readonly #problems = new Map<string, Unread>();
  /** How many lines have something in a column of the source. */
  readonly #filled = new Map<string, number>();

  constructor(mapping: Mapping, layout: SourceLayout) {
    this.#mapping = mapping;
    this.#layout = layout;
    this.#sources = new Set(mapping.item.columns.flatMap(sourcesOf));
    this.labels = new LabelCounts(mapping);
  }

  add(row: ArrayRow, line: MappedLine): void {
    if (!line.inScope) return;
    this.lines += 1;
    for (const source of this.#sources)
      if ((textOf(row[this.#layout.position(source)]) ?? '') !== '') addCount(this.#filled, source);
    for (const problem of [...line.warnings, ...line.rejections]) this.#note(problem, row);
    this.labels.add(line);
  }

  /** One finding a column and reason; most lines first. */
  unread(): Found[] {
    return [...this.#problems.values()]
      .sort((a, b) => b.lines - a.lines)
      .map(({ subject, reason, column, lines, texts }) => {
        const examples = texts.size === 0 ? '' : `, for example ${listed([...texts])}`;
        const rule = column === undefined ? '' : ` by rule ${column.rule}`;
        const filled = column === undefined ? this.lines : (this.#filled.get(column.source) ?? 0);
        const isWrong = reason !== 'REQUIRED' && column !== undefined && lines > filled * RULE_IS_WRONG;
        const what = `${lines} of ${plural(this.lines, 'row')}: ${REASONS[reason]}${rule} in "${subject}"${examples}.`;
        return found('VALUES_UNREAD', { subject, what, ...(isWrong ? {} : { severity: 'info' }) });
      });
  }

  /** Rule 29: of a text that may name somebody, its length is told. */
  #note({ column: name, size, reason }: Problem, row: ArrayRow): void {
    const column = this.#mapping.item.columns.find(({ title }) => title === name);
    const subject = size === undefined ? name : 'sizes';
    const key = JSON.stringify([subject, reason]);
    const tally = this.#problems.get(key) ?? { subject, reason, column, lines: 0, texts: new Set<string>() };
    tally.lines += 1;
    const sources = size === undefined && column !== undefined ? sourcesOf(column) : [size ?? name];
    const texts = sources.flatMap((source) => textOf(row[this.#layout.position(source)]) ?? []);
    const text = texts.length === 0 ? null : texts.join(' - ');
    if (QUOTED.has(reason) && text !== null && tally.texts.size < EXAMPLES)
      tally.texts.add(size === undefined ? quotable(text) : `${quotable(text)} in "${size}"`);
    this.#problems.set(key, tally);
  }
}

const REASONS: Readonly<Record<ProblemReason, string>> = {
  REQUIRED: 'nothing where something is required',
  NO_NAME: 'no name of the item',
  NOT_A_NUMBER: 'a text that is not a number',
  NOT_A_DATE: 'a text that is not a date',
  NOT_A_PERIOD: 'a text that is not one date or two',
  NOT_A_CHECKMARK: 'a text that is neither yes nor no',
  NOT_AN_EMAIL: 'a text that is not one e-mail address',
  NOT_A_LINK: 'a text that is not an address with http or https',
  NOT_A_PHONE: 'a text that is not one phone number of a country that is known',
  NOT_A_COUNTRY: 'a text that names no country',
  NOT_A_RATING: 'a number that is not whole and from 1 to 5',
  NOT_AN_HOUR: 'a text that is not a time of day in hours and minutes',
  TOO_LONG: 'a text that is too long',
  SIZE_NOT_A_NUMBER: 'a quantity that is not a number',
  SIZE_NOT_WHOLE: 'a quantity that is not whole',
  SIZE_NEGATIVE: 'a quantity below zero',
  SIZE_TOO_LARGE: 'a quantity above the maximum',
  TOTAL_DIFFERS: 'a total that is not the sum of the sizes',
};
/** Reasons of which the text itself says something. */
const QUOTED: ReadonlySet<ProblemReason> = new Set([
  'NOT_A_NUMBER',
  'NOT_A_DATE',
  'NOT_A_PERIOD',
  'NOT_A_CHECKMARK',
  'NOT_A_COUNTRY',
  'NOT_A_RATING',
  'NOT_AN_HOUR',
  'SIZE_NOT_A_NUMBER',
  'SIZE_NOT_WHOLE',
  'SIZE_NEGATIVE',
  'SIZE_TOO_LARGE',
]);

/** Labels that rows need and the board lacks, and whether they can be had; `labels` has the rows of each, by the column's id. */
export async function labelFindings(
  site: Site,
  labels: ReadonlyMap<string, ReadonlyMap<string, number>>,
): Promise<Found[]> {
  const boards = await site.boards.ifThere();
  if (boards === undefined) return [];
  const [items] = groupBy(mappedBoards(await site.mapping.get(), boards), ({ of }) => of).get('items') ?? [];
  return labelColumns(items === undefined ? [] : [items]).flatMap((shown) => {
    const needed = labels.get(shown.column.id);
    return shown.labels === undefined || needed === undefined ? [] : labelFinding(shown, shown.labels, needed);
  });
}

function labelFinding(
  { subject, column, kind }: LabelColumn,
  labels: NonNullable<LabelColumn['labels']>,
  needed: ReadonlyMap<string, number>,
): Found[] {
  const there = new Set(labels.map(({ label }) => label));
  const fresh = [...needed].filter(([label]) => !there.has(label)).sort(([, a], [, b]) => b - a);
  if (fresh.length === 0) return [];
  const lines = fresh.reduce((sum, [, count]) => sum + count, 0);
  const long = kind === 'status' ? fresh.filter(([label]) => label.length > STATUS_LABEL_LENGTH).length : 0;
  const free = Math.max(0, LABEL_LIMITS[kind] - labels.length);
  const examples = listed(fresh.slice(0, EXAMPLES).map(([label]) => quotable(label)));
  const what = `${plural(lines, 'row needs', 'rows need')} ${plural(fresh.length, 'label')} that the column "${column.title}" (${column.id}) lacks, for example ${examples}`;
  // Where the mapping itself says which labels there can be, the check of the labels tells of those that are missing.
  if (!column.createLabels)
    return column.labels === undefined ? [found('LABEL_MISSING', { subject, what: `${what}.` })] : [];
  const room = `; it has room for ${free} more of ${LABEL_LIMITS[kind]}`;
  const tooLong = long === 0 ? '' : `, and ${long} of them are longer than ${STATUS_LABEL_LENGTH} characters`;
  const code = fresh.length > free || long > 0 ? 'LABELS_FULL' : 'LABELS_NEEDED';
  return [found(code, { subject, what: `${what}${room}${tooLong}.` })];
}
