import { compileScope } from '../../../shared/mapper/scope.js';
import type { Mapping } from '../../../shared/mapping/mapping.js';
import type { ArrayRow, BulkColumn } from '../../../shared/warehouse/port/warehouse.js';
import { arranged } from '../arranged.js';
import type { SampleValue } from '../catalogue.js';
import { UNMAPPED_CUSTOMER } from '../odd-lines.js';
import { Random } from '../random.js';
import { spread } from '../size-families.js';
import { type Cell, cellsOf, type SampleOrder } from './cells.js';
import type { MappedTable } from './columns.js';
import { customerNames } from './texts.js';

/** So many customers have lines, the first ones the most. */
const CUSTOMERS = 12;
/** Lines of an order at most; fewer than a column of the key has texts, so that those of an order differ. */
export const LINES_OF_ORDER = 8;
/** How often a line that is out of scope is drawn again; some stay so, as tables have such lines. */
const DRAWS = 40;
const LEFT_OUT = 0.02;
/** One line in so many has a customer that the mapping does not know. */
const STRANGERS = 150;
const MOST_OF_SIZE = 60;

/** What a sample is of. */
export interface SampleOf {
  table: MappedTable;
  columns: readonly BulkColumn[];
  /** Names of the sizes. */
  labels: readonly string[];
  seed: number;
}

/** Writes line after line, order after order of each customer. */
export class LineWriter {
  readonly #mapping: Mapping;
  readonly #of: SampleOf;
  readonly #cells: ReadonlyMap<string, Cell>;
  readonly #inScope: (row: ArrayRow) => boolean;
  readonly #customers: readonly (readonly [name: string, weight: number])[];
  readonly #orders = new Map<string, SampleOrder & { left: number }>();
  readonly #linesOfOrder: number;

  constructor(mapping: Mapping, of: SampleOf) {
    const { cells, tellApart } = cellsOf(mapping, of.table);
    this.#mapping = mapping;
    this.#of = of;
    this.#cells = cells;
    this.#linesOfOrder = tellApart >= LINES_OF_ORDER ? LINES_OF_ORDER : 1;
    this.#customers = customerNames(mapping)
      .slice(0, CUSTOMERS)
      .map((name, index) => [name, 1 / (index + 1)]);
    this.#inScope = scopeOf(mapping, of.columns);
  }

  next(n: number): ArrayRow {
    const random = new Random(this.#of.seed, n);
    const known = random.weighted(this.#customers);
    const stranger = n % STRANGERS === STRANGERS - 1 ? this.#draw(n, random, UNMAPPED_CUSTOMER) : undefined;
    // A mapping whose scope takes such a customer in has no labels for it.
    if (stranger !== undefined && !this.#inScope(stranger)) return stranger;
    const order = this.#nextLine(known, random);
    const draws = random.chance(LEFT_OUT) ? 1 : DRAWS;
    let row = this.#draw(n, random, known, order);
    for (let draw = 1; draw < draws && !this.#inScope(row); draw += 1) row = this.#draw(n, random, known, order);
    return row;
  }

  /** The customer's order at hand, or its next one. */
  #nextLine(customer: string, random: Random): SampleOrder {
    const known = this.#orders.get(customer);
    if (known !== undefined && known.left > 0) {
      known.left -= 1;
      known.line += 1;
      return known;
    }
    const count = (known?.count ?? 0) + 1;
    const series = known?.series ?? this.#orders.size + 1;
    const order = { number: orderNumber(customer, series, count), series, count, line: 1 };
    this.#orders.set(customer, { ...order, left: random.integer(1, this.#linesOfOrder) - 1 });
    return order;
  }

  #draw(n: number, random: Random, customer: string, order?: SampleOrder): ArrayRow {
    const line = { n, seed: this.#of.seed, random, customer, order: order ?? strangersOrder(n) };
    const values = new Map<string, SampleValue>();
    for (const [name, cell] of this.#cells) values.set(name, cell(line));
    if (this.#of.labels.length > 0) this.#addSizes(values, random);
    return this.#of.columns.map(({ name }) => values.get(name) ?? null);
  }

  /** Some of the sizes, or now and then none, and their total. */
  #addSizes(values: Map<string, SampleValue>, random: Random): void {
    const { maximum = 1, total } = this.#mapping.sizes ?? {};
    const used = this.#of.labels.slice(0, random.chance(0.1) ? 0 : random.integer(1, this.#of.labels.length));
    const most = Math.min(maximum, MOST_OF_SIZE);
    const sizes = used.length === 0 ? [] : spread(used, random.integer(used.length, used.length * most));
    let sum = 0;
    for (const [label, dealt] of sizes) {
      const quantity = Math.min(dealt, maximum);
      values.set(label, quantity);
      sum += quantity;
    }
    if (total !== undefined) values.set(total, sum);
  }
}

const strangersOrder = (n: number): SampleOrder => ({ number: `NEW-${10_000 + n}`, series: 0, count: n, line: 1 });

/** `RHO1-10001`: the number of the customer keeps those apart that begin alike. */
function orderNumber(customer: string, series: number, count: number): string {
  const initials = customer.replace(/[^A-Za-z]/g, '').slice(0, 3);
  return `${initials.toUpperCase() || 'ORD'}${series}-${10_000 + count}`;
}

/** The test of the scope for rows in the order of the table. */
function scopeOf(mapping: Mapping, columns: readonly BulkColumn[]): (row: ArrayRow) => boolean {
  const { layout, arrange } = arranged(mapping, columns);
  const test = compileScope(mapping, layout);
  return (row) => test(arrange(row));
}
