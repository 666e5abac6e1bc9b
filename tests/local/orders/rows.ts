import { type SampleOptions, sampleOrders } from '../../../local/orders/sample.js';
import { sourceLayout } from '../../../shared/lines/layout.js';
import { compileGroup } from '../../../shared/mapper/map-line.js';
import { resolveCustomer } from '../../../shared/mapping/customers.js';
import { loadMapping } from '../../../shared/mapping/mapping.js';
import type { ArrayRow, BulkColumn } from '../../../shared/warehouse/port/warehouse.js';

/** The rows of a sample with access by column name. */
export class SampleRows {
  readonly columns: readonly BulkColumn[];
  readonly rows: readonly ArrayRow[];
  readonly #places: ReadonlyMap<string, number>;
  readonly #firstSize: number;
  readonly #lastSize: number;

  constructor(options: SampleOptions = {}) {
    const sample = sampleOrders(options);
    this.columns = sample.columns;
    this.rows = [...sample.rows()];
    this.#places = new Map(sample.columns.map(({ name }, index) => [name, index]));
    this.#firstSize = (this.#places.get('INFOR COLOUR CODE') ?? 0) + 1;
    this.#lastSize = this.#places.get('TOTAL QTY') ?? 0;
  }

  value(row: ArrayRow, column: string): string | number | null | undefined {
    return row[this.#places.get(column) ?? -1];
  }

  /** The non-zero sizes of a row. */
  sizes(row: ArrayRow): [label: string, quantity: number][] {
    return this.columns
      .slice(this.#firstSize, this.#lastSize)
      .map(({ name }, index): [string, number] => [name, Number(row[this.#firstSize + index] ?? 0)])
      .filter(([, quantity]) => quantity !== 0);
  }

  /** The titles of the groups that these rows belong to on the board. */
  groups(rows: readonly ArrayRow[]): Set<string> {
    const mapping = loadMapping();
    const layout = sourceLayout(
      mapping,
      this.columns.map(({ name, type }) => ({ name, dataType: type })),
    );
    const groupOf = compileGroup(mapping, layout);
    const titles = rows.map((row) => {
      const customer = resolveCustomer(mapping, String(this.value(row, 'CUSTOMER NAME'))).name;
      return groupOf(
        layout.select.map((column) => this.value(row, column) ?? null),
        customer,
      );
    });
    return new Set(titles.filter((title) => title !== null));
  }

  where(column: string, value: string | number | null): ArrayRow[] {
    return this.rows.filter((row) => this.value(row, column) === value);
  }

  /** Different non-null values of a column. */
  distinct(column: string): Set<string> {
    const values = this.rows.map((row) => this.value(row, column));
    return new Set(values.filter((value) => value !== null && value !== undefined).map(String));
  }

  count(column: string): Map<string, number> {
    const counts = new Map<string, number>();
    for (const row of this.rows) {
      const value = String(this.value(row, column));
      counts.set(value, (counts.get(value) ?? 0) + 1);
    }
    return counts;
  }
}
