import { totalOf } from '../../local/orders/catalogue.js';
import { CUSTOMERS } from '../../local/orders/customers.js';
import { ordinaryLine } from '../../local/orders/ordinary-lines.js';
import { Random } from '../../local/orders/random.js';
import { loadOrders, SIZES_BEFORE, SOURCE_TABLE, sourceColumns, UUID_COLUMN } from '../../local/orders/source-table.js';
import { updateLine } from '../../local/orders/store.js';
import { uuidV5 } from '../../shared/ground/ids.js';
import type { Mapping } from '../../shared/mapping/mapping.js';
import type { ArrayRow, Warehouse } from '../../shared/warehouse/port/warehouse.js';

/** Size columns of the real table. */
const SIZES = 161;

interface ActiveLine {
  uuid: string;
  sizes: [label: string, quantity: number][];
}

export interface Shape {
  customers: number;
  /** Lines of each customer. */
  lines: number;
  seed: number;
}

/** A source of customers that are all alike, of whose lines some change again and again. */
export class ChangingOrders {
  readonly #warehouse: Warehouse;
  readonly #random: Random;
  /** By customer, those that are on the board with sizes. */
  readonly #active: ActiveLine[][] = [];
  #edits = 0;

  private constructor(warehouse: Warehouse, seed: number) {
    this.#warehouse = warehouse;
    this.#random = new Random(seed, 0);
  }

  /** Fills the source table of an empty database with lines of the mapping's first customers. */
  static async load(
    warehouse: Warehouse,
    mapping: Mapping,
    { customers, lines, seed }: Shape,
  ): Promise<ChangingOrders> {
    const orders = new ChangingOrders(warehouse, seed);
    const columns = sourceColumns(SIZES);
    const rows: ArrayRow[] = [];
    for (const [place, name] of namesOf(mapping, customers).entries()) {
      const profile = {
        ...(CUSTOMERS[place % CUSTOMERS.length] as (typeof CUSTOMERS)[number]),
        source: name,
        prefix: `N${place}`,
      };
      const active: ActiveLine[] = [];
      for (let n = 0; n < lines; n += 1) {
        const { values, sizes } = ordinaryLine(seed, profile, n);
        const uuid = uuidV5(`order of a day|${seed}|${place}|${n}`);
        const row: Record<string, ArrayRow[number]> = { ...Object.fromEntries(sizes), ...values, [UUID_COLUMN]: uuid };
        rows.push(columns.map((column) => row[column.name] ?? null));
        if (values['ORDER TYPE'] === 'ACTIVE' && sizes.length > 0)
          active.push({ uuid, sizes: sizes.map(([label, quantity]) => [label, quantity]) });
      }
      orders.#active.push(active);
    }
    await loadOrders(warehouse, { columns, rows: () => rows });
    return orders;
  }

  /** A value and a size of so many lines of each customer. */
  async change(lines: number): Promise<void> {
    this.#edits += 1;
    await this.#warehouse.transaction(async (transaction) => {
      for (const active of this.#active) {
        if (active.length < lines) throw new RangeError(`A customer has ${active.length} active lines, not ${lines}.`);
        const first = this.#random.integer(0, active.length - 1);
        for (let n = 0; n < lines; n += 1) {
          const line = active[(first + n) % active.length] as ActiveLine;
          const size = line.sizes[this.#random.integer(0, line.sizes.length - 1)] as [string, number];
          size[1] += 1;
          await updateLine(
            transaction,
            { table: SOURCE_TABLE, is: { [UUID_COLUMN]: line.uuid } },
            { NOTES: `CONFIRMED ${this.#edits}`, [size[0]]: size[1], [SIZES_BEFORE]: totalOf(line.sizes) },
          );
        }
      }
    });
  }
}

function namesOf(mapping: Mapping, customers: number): string[] {
  const names = mapping.customers.slice(0, customers).map(({ name }) => name);
  if (names.length < customers) throw new RangeError(`The mapping has ${names.length} customers, not ${customers}.`);
  return names;
}
