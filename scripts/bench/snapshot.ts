import type { SampleOrders } from '../../local/orders/sample.js';
import { compileCustomer } from '../../shared/lines/customer.js';
import { compileHasher } from '../../shared/lines/hash.js';
import { compileKept } from '../../shared/lines/kept.js';
import { type SourceLayout, sourceLayout } from '../../shared/lines/layout.js';
import type { Mapping } from '../../shared/mapping/mapping.js';
import type { ArrayRow, BulkColumn, Warehouse } from '../../shared/warehouse/port/warehouse.js';

const SNAPSHOT_DATE = '2026-01-05 12:00:00';

/** Where the values of sample orders are, as detect reads them. */
export function layoutOf(mapping: Mapping, orders: SampleOrders): SourceLayout {
  return sourceLayout(
    mapping,
    orders.columns.map(({ name, type }) => ({ name, dataType: type })),
  );
}

/** Puts every line of the source into the snapshot as promote would leave it, so that detect finds nothing. */
export async function fillSnapshot(warehouse: Warehouse, mapping: Mapping, orders: SampleOrders): Promise<void> {
  const layout = layoutOf(mapping, orders);
  const columns: BulkColumn[] = [
    { name: 'line_key', type: 'uuid' },
    { name: 'record_uuid', type: 'uuid' },
    { name: 'row_hash', type: 'text(64)' },
    { name: 'mapping_version', type: 'text(64)' },
    { name: 'customer', type: 'text(255)' },
    { name: 'snapshot_date', type: 'datetime' },
    { name: 'sizes', type: 'text' },
    ...layout.columns.map((name): BulkColumn => ({ name, type: 'text' })),
  ];
  await warehouse.bulkLoad('ORDERS_UNIFIED_SNAPSHOT', columns, snapshotRows(mapping, orders, layout));
}

function* snapshotRows(mapping: Mapping, orders: SampleOrders, layout: SourceLayout): Generator<ArrayRow> {
  const places = layout.select.map((name) => orders.columns.findIndex((column) => column.name === name));
  const [keep, hash] = [compileKept(layout), compileHasher(layout)];
  const customerOf = compileCustomer(mapping, layout);
  for (const source of orders.rows()) {
    const row = places.map((place) => source[place] ?? null);
    const { values, sizes } = keep(row);
    const uuid = row[0] ?? null;
    const customer = customerOf(row).name;
    yield [uuid, uuid, hash(row).toString('hex'), mapping.version, customer, SNAPSHOT_DATE, sizes, ...values];
  }
}
