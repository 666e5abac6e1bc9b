import { systemClock } from '../../shared/ground/clock.js';
import { sourceLayout } from '../../shared/lines/layout.js';
import { loadMapping, type Mapping } from '../../shared/mapping/mapping.js';
import { defineCommand } from '../../shared/runtime/command.js';
import { flag } from '../../shared/runtime/flags.js';
import { readSettings, SETTINGS } from '../../shared/runtime/settings.js';
import { openWarehouse } from '../../shared/warehouse/open.js';
import { DEFAULT_SCHEMA, type Warehouse } from '../../shared/warehouse/port/warehouse.js';
import { localCommand, print } from '../run-local.js';
import { chooseOrders } from './choose.js';
import { describeEdit, type EditKind, planEdits } from './edit-plan.js';
import { readEditableLines } from './editable-lines.js';
import { EditedSource } from './edited-source.js';
import { loadOrders, SOURCE_TABLE } from './source-table.js';

export interface OrderLoadOptions {
  warehouse: string;
  schema: string;
  lines?: number | undefined;
  seed: number;
  sizes?: number | undefined;
  /** A CSV file to load in place of a sample. */
  orders?: string | undefined;
  /** The mapping that reads the lines; the shipped one without it. */
  mapping?: string | undefined;
  replace: boolean;
}

/** Opens the warehouse and loads the sample or a file into it; returns the number of lines. */
export async function loadInto(options: OrderLoadOptions): Promise<number> {
  const { warehouse: url, schema, replace } = options;
  const { orders, table } = await chooseOrders(options);
  const warehouse = await openWarehouse({
    url,
    schema,
    clock: systemClock(),
    applicationName: 'customer-orders sample',
  });
  try {
    return await loadOrders(warehouse, orders, { table, replace });
  } finally {
    await warehouse.close();
  }
}

export interface AppliedEdit {
  kind: EditKind;
  customer: string;
  /** The line as it is in the source now, or was until it was deleted. */
  uuid: string;
  /** What it did, in the words of the table: `NOTES changed`. */
  what: string;
}

/**
 * Edits the source as planners and reloads would, all in one transaction, and returns what was done: each edit on a
 * line of its own.
 */
export async function applyEdits(
  warehouse: Warehouse,
  { mapping = loadMapping(), table = SOURCE_TABLE }: { mapping?: Mapping; table?: string } = {},
): Promise<AppliedEdit[]> {
  const columns = await warehouse.columns(table);
  const layout = sourceLayout(mapping, columns);
  const edited = { name: table, columns };
  const plan = planEdits(await readEditableLines(warehouse, mapping, layout, edited));
  const source = new EditedSource(mapping, layout, edited);
  return warehouse.transaction(async (transaction) => {
    const applied: AppliedEdit[] = [];
    for (const { kind, customer, line } of plan) {
      const uuid = await source.apply(transaction, kind, line);
      applied.push({ kind, customer, uuid, what: describeEdit(mapping, kind, line) });
    }
    return applied;
  });
}

/** How many lines each kind of edit touched, per customer. */
export function countEdits(edits: readonly AppliedEdit[]): (Omit<AppliedEdit, 'uuid'> & { lines: number })[] {
  const counts = new Map<string, Omit<AppliedEdit, 'uuid'> & { lines: number }>();
  for (const { customer, kind, what } of edits) {
    const key = `${customer}\n${what}`;
    const count = counts.get(key) ?? { customer, kind, what, lines: 0 };
    count.lines += 1;
    counts.set(key, count);
  }
  return [...counts.values()];
}

/** A million lines are some minutes and gigabytes. */
export const linesFlag = flag.count(
  { least: 1, greatest: 1_000_000 },
  'order lines to make, to a million; 2000 without it',
);

export const ordersCommand = defineCommand({
  describe: 'Make the source table and fill it with invented order lines, or with those of a CSV file.',
  examples: [
    ['$0 --warehouse postgres://… --lines 50000', 'a larger sample'],
    ['$0 --warehouse postgres://… --orders extract.csv --replace', 'your own extract'],
    ['$0 --warehouse postgres://… --mapping own.yaml', 'the table OWN, with the columns that this mapping reads'],
  ],
  flags: {
    // A URL in a command line shows its password to other processes of the machine.
    warehouse: flag
      .value('URL of the database; WAREHOUSE_URL: the one in that setting', ({ z }) =>
        z.union([z.literal('WAREHOUSE_URL'), SETTINGS.WAREHOUSE_URL]),
      )
      .required(),
    schema: flag.value(
      'schema of the table; dbo without it, or that of the settings with --warehouse WAREHOUSE_URL',
      () => SETTINGS.WAREHOUSE_SCHEMA,
    ),
    lines: linesFlag.without('orders', ', whose lines are all loaded'),
    seed: flag.count({ least: 0, greatest: 2_147_483_647 }, 'another seed, other orders').default('1'),
    sizes: flag.count({ least: 1, greatest: 1_000 }, 'size columns of the table; 276 without it, 5 with --mapping'),
    mapping: flag.text('mapping that will read the table, which is called after the file; the shipped one without it'),
    orders: flag.text('CSV file to load instead'),
    replace: flag.switch('throw away the rows that are there'),
  },
});

export const commands = [
  localCommand(ordersCommand, async (flags) => {
    const fromSettings = flags.warehouse === 'WAREHOUSE_URL';
    const place = fromSettings ? readSettings(['WAREHOUSE_URL', 'WAREHOUSE_SCHEMA'], process.env) : undefined;
    const warehouse = place?.WAREHOUSE_URL ?? flags.warehouse;
    const schema = flags.schema ?? place?.WAREHOUSE_SCHEMA ?? DEFAULT_SCHEMA;
    print(`${await loadInto({ ...flags, warehouse, schema })} order lines loaded.`);
    return 0;
  }),
];
