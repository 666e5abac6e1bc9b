import type { SampleOrders } from '../../local/orders/sample.js';
import { compileCustomer } from '../../shared/lines/customer.js';
import { compileHasher } from '../../shared/lines/hash.js';
import { compileKept } from '../../shared/lines/kept.js';
import { type SourceLayout, sourceLayout } from '../../shared/lines/layout.js';
import type { Mapping } from '../../shared/mapping/mapping.js';
import { SNAPSHOT } from '../../shared/store/schema/run-tables.js';
import { bulkColumns } from '../../shared/store/schema/tables.js';
import type { ArrayRow, BulkColumn, Warehouse } from '../../shared/warehouse/port/warehouse.js';

/** When the lines that a bench begins with were last on the board. */
export const PROMOTED_AT = '2026-01-05 12:00:00';

/** Where the values of sample orders are, as detect reads them. */
export function layoutOf(mapping: Mapping, orders: SampleOrders): SourceLayout {
  return sourceLayout(
    mapping,
    orders.columns.map(({ name, type }) => ({ name, dataType: type })),
  );
}

/** The rows of sample orders, as detect reads them from the source. */
export function* sourceRows(layout: SourceLayout, orders: SampleOrders): Generator<ArrayRow> {
  const places = layout.select.map((name) => orders.columns.findIndex((column) => column.name === name));
  for (const row of orders.rows()) yield places.map((place) => row[place] ?? null);
}

/** Puts every line of the source into the snapshot as promote would leave it, so that detect finds nothing. */
export async function fillSnapshot(warehouse: Warehouse, mapping: Mapping, orders: SampleOrders): Promise<void> {
  const layout = layoutOf(mapping, orders);
  const columns = [
    ...bulkColumns(SNAPSHOT, [
      'line_key',
      'record_uuid',
      'row_hash',
      'mapping_version',
      'customer',
      'snapshot_date',
      'sizes',
    ]),
    ...layout.columns.map((name): BulkColumn => ({ name, type: 'text' })),
  ];
  await warehouse.bulkLoad(SNAPSHOT.name, columns, snapshotRows(mapping, orders, layout));
}

function* snapshotRows(mapping: Mapping, orders: SampleOrders, layout: SourceLayout): Generator<ArrayRow> {
  const [keep, hash] = [compileKept(layout), compileHasher(layout)];
  const customerOf = compileCustomer(mapping, layout);
  for (const row of sourceRows(layout, orders)) {
    const { values, sizes } = keep(row);
    const uuid = row[0] ?? null;
    const customer = customerOf(row).name;
    yield [uuid, uuid, hash(row).toString('hex'), mapping.version, customer, PROMOTED_AT, sizes, ...values];
  }
}
