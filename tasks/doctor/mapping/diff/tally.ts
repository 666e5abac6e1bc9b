import { addCount } from '../../../../shared/ground/lists.js';
import { GROUP } from '../../../../shared/ledger/entry.js';
import type { MappedLine, Problem } from '../../../../shared/mapper/map-line.js';
import { quantityColumn } from '../../../../shared/mapper/sizes.js';
import type { Mapping } from '../../../../shared/mapping/mapping.js';
import { cutAlike } from '../../../../shared/mapping/rules.js';
import { typedText } from '../../../../shared/mapping/typed-texts.js';
import type { MutationName } from '../../../../shared/monday/operations.js';
import { LabelCounts } from '../../label-counts.js';
import { countLine, mostLinesFirst } from './counts.js';
import type { ChangedValue, CountedProblem, LineChanges, LineExample } from './report.js';
import { ScopeTally } from './scope-tally.js';
import { compileShown, inSize, type ShownLine, UNTITLED, type UnitChange, unitChanges } from './shown.js';

const EXAMPLES = 3;
/** So much of each text is told. */
const LONGEST = 60;

/** What sending the lines of one customer takes. */
export interface CustomerSends {
  lines: number;
  readonly items: Map<MutationName, number>;
  readonly subitems: Map<MutationName, number>;
}

/** Both mappings' word on one line. */
export interface LinePair {
  uuid: string;
  old: MappedLine;
  fresh: MappedLine;
}

/** Counts what a change of the mapping does to lines, one line after the other. */
export class DiffTally {
  /** What the new mapping sends, by customer. */
  readonly sends = new Map<string, CustomerSends>();
  /** Of the lines that the new mapping sends. */
  readonly labels: LabelCounts;
  /** Lines whose new values are sent with `--full` alone. */
  waiting = 0;
  readonly #scope = new ScopeTally();
  readonly #counts = { read: 0, changed: 0, accepted: 0 };
  readonly #values = new Map<string, ChangedValue>();
  readonly #rejected = new Map<string, CountedProblem>();
  readonly #warned = new Map<string, CountedProblem>();
  readonly #shownOld: (line: MappedLine, uuid: string) => ShownLine;
  readonly #shownNew: (line: MappedLine, uuid: string) => ShownLine;
  readonly #titles: Readonly<Record<ChangedValue['board'], ReadonlyMap<string, string>>>;
  /** Rule 29: columns whose values lead to people. */
  readonly #untold: ReadonlySet<string>;
  /** What the new mapping calls a column of the old one. */
  readonly #titleNow: ReadonlyMap<string, string>;
  /** Undefined where the new mapping has no sizes: the board keeps what it shows of them. */
  readonly #quantity: string | undefined;

  constructor(old: Mapping, fresh: Mapping) {
    this.#shownOld = compileShown(old);
    this.#shownNew = compileShown(fresh);
    this.labels = new LabelCounts(fresh);
    this.#titles = {
      items: titlesOf(fresh.item),
      subitems: fresh.subitem === undefined ? new Map() : titlesOf(fresh.subitem),
    };
    this.#untold = new Set([old, fresh].flatMap(untoldColumns));
    this.#titleNow = new Map(old.item.columns.map(({ id, title }) => [title, this.#titles.items.get(id) ?? title]));
    this.#quantity = quantityColumn(fresh.subitem);
  }

  add(pair: LinePair): void {
    const { old, fresh } = pair;
    this.#counts.read += 1;
    this.#scope.add(old, fresh);
    if (!fresh.inScope) return;
    const sends = this.#sendsOf(fresh.customer.name);
    sends.lines += 1;
    const wasSent = old.inScope && old.rejections.length === 0;
    const [rejection] = fresh.rejections;
    if (rejection !== undefined) {
      if (wasSent || !old.inScope) countProblem(this.#rejected, rejection);
      return;
    }
    this.labels.add(fresh);
    if (wasSent) {
      this.#compare(pair, sends);
      return;
    }
    if (old.inScope) this.#counts.accepted += 1;
    addCount(sends.items, 'createItem');
    addCount(sends.subitems, 'createSubitem', fresh.cancelled ? 0 : fresh.sizes.length);
  }

  result(): Omit<LineChanges, 'sizes'> {
    return {
      ...this.#counts,
      ...this.#scope.result(),
      values: mostLinesFirst(this.#values.values()),
      rejected: mostLinesFirst(this.#rejected.values()),
      warned: mostLinesFirst(this.#warned.values()),
    };
  }

  #compare({ uuid, old, fresh }: LinePair, sends: CustomerSends): void {
    for (const warning of this.#newWarnings(old, fresh)) countProblem(this.#warned, warning);
    const [was, is] = [this.#shownOld(old, uuid), this.#shownNew(fresh, uuid)];
    const item = unitChanges(was.item, is.item);
    const moves = item.some(({ column }) => column === GROUP);
    if (moves) addCount(sends.items, 'moveItemToGroup');
    if (item.length > (moves ? 1 : 0)) addCount(sends.items, 'changeValues');
    const sizes = this.#compareSizes(was, is, sends);
    this.#tell('items', item, uuid);
    this.#tell('subitems', sizes, uuid);
    if (item.length + sizes.length === 0) return;
    this.#counts.changed += 1;
    if (old.customer.name === fresh.customer.name) this.waiting += 1;
  }

  #compareSizes(was: ShownLine, is: ShownLine, sends: CustomerSends): UnitChange[] {
    const quantity = this.#quantity;
    if (quantity === undefined) return [];
    const changed = [...is.sizes].flatMap(([label, unit]) => {
      const before = was.sizes.get(label);
      const changes = unitChanges(before ?? {}, unit);
      if (changes.length > 0) addCount(sends.subitems, before === undefined ? 'createSubitem' : 'changeValues');
      // Of a new size all is new: how many of it are ordered says as much.
      return changes
        .filter(({ column }) => before !== undefined || column === quantity)
        .map((change) => inSize(label, change));
    });
    const gone = [...was.sizes].filter(([label]) => !is.sizes.has(label) && !is.kept.has(label));
    addCount(sends.subitems, 'changeValues', gone.length);
    const emptied = gone.map(([label, unit]) =>
      inSize(label, { column: quantity, before: unit[quantity] ?? null, after: '0' }),
    );
    return [...changed, ...emptied];
  }

  /** A column counts once a line, however many sizes it changes in. */
  #tell(board: ChangedValue['board'], changes: readonly UnitChange[], line: string): void {
    const first = new Map([...changes].reverse().map((change) => [change.column, change]));
    for (const [id, { before, after }] of first) {
      const column = this.#titles[board].get(id) ?? id;
      const value = countLine(this.#values, [board, id], () => ({ board, column, lines: 0, examples: [] }));
      if (value.examples.length >= EXAMPLES) continue;
      const tell = this.#untold.has(id) ? lengthOf : (text: string | null) => text;
      value.examples.push(exampleOf(line, tell(before), tell(after)));
    }
  }

  #newWarnings(old: MappedLine, fresh: MappedLine): Problem[] {
    const before = new Set(
      old.warnings.map(({ column, reason }) => `${reason} ${this.#titleNow.get(column) ?? column}`),
    );
    return fresh.warnings.filter(({ column, reason }) => !before.has(`${reason} ${column}`));
  }

  #sendsOf(customer: string): CustomerSends {
    const sends = this.sends.get(customer) ?? { lines: 0, items: new Map(), subitems: new Map() };
    this.sends.set(customer, sends);
    return sends;
  }
}

interface TitledColumn {
  id: string;
  title: string;
}

function titlesOf({ key, columns }: { key: TitledColumn; columns: readonly TitledColumn[] }): Map<string, string> {
  return new Map([...UNTITLED, ...[key, ...columns].map(({ id, title }): [string, string] => [id, title])]);
}

function untoldColumns(mapping: Mapping): string[] {
  return mapping.item.columns.filter(({ type }) => typedText({ type }, mapping.dates)?.personal).map(({ id }) => id);
}

const lengthOf = (text: string | null): string | null => (text === null ? null : `a text of ${text.length} characters`);

function exampleOf(line: string, before: string | null, after: string | null): LineExample {
  const [was, is] = cutAlike(before ?? '', after ?? '', LONGEST);
  return { line, before: before === null ? null : was, after: after === null ? null : is };
}

function countProblem(counted: Map<string, CountedProblem>, { column, reason }: Problem): void {
  countLine(counted, [column, reason], () => ({ column, reason, lines: 0 }));
}
