import type { SampleOrders } from '../../local/orders/sample.js';
import { newUuid } from '../../shared/ground/ids.js';
import { compileKept } from '../../shared/lines/kept.js';
import { parseSizes } from '../../shared/lines/sizes-text.js';
import type { Mapping } from '../../shared/mapping/mapping.js';
import { PRODUCTION_ITEMS, PRODUCTION_SUBITEMS } from '../../shared/store/schema/own-tables.js';
import type { ArrayRow, BulkColumn, Warehouse } from '../../shared/warehouse/port/warehouse.js';
import { layoutOf } from './snapshot.js';

const PROMOTED_AT = '2026-01-05 12:00:00';
const BOARD = 1;

const landed: BulkColumn[] = [
  { name: 'batch_id', type: 'uuid' },
  { name: 'promoted_at', type: 'datetime' },
];
const items: BulkColumn[] = [
  { name: 'line_key', type: 'uuid' },
  { name: 'Item ID', type: 'bigint' },
  { name: 'record_uuid', type: 'uuid' },
  ...landed,
];
const subitems: BulkColumn[] = [
  { name: 'line_key', type: 'uuid' },
  { name: 'Size', type: 'text(100)' },
  { name: 'parent_item_id', type: 'bigint' },
  { name: 'subitem_id', type: 'bigint' },
  { name: 'Order Qty', type: 'int' },
  ...landed,
];
const entries: BulkColumn[] = [
  { name: 'board_id', type: 'bigint' },
  { name: 'kind', type: 'text(20)' },
  { name: 'ledger_key', type: 'text(255)' },
  { name: 'size', type: 'text(100)' },
  { name: 'updated_at', type: 'datetime' },
];

/** Puts every line with its sizes into production tables and ledger, as if all had landed; their mapped columns are empty. */
export async function fillProduction(warehouse: Warehouse, mapping: Mapping, orders: SampleOrders): Promise<void> {
  const lines = () => linesOf(mapping, orders);
  const batch = newUuid();
  await warehouse.bulkLoad(
    PRODUCTION_ITEMS.name,
    items,
    mapped(lines(), ({ uuid }) => [[uuid, 1, uuid, batch, PROMOTED_AT]]),
  );
  await warehouse.bulkLoad(
    PRODUCTION_SUBITEMS.name,
    subitems,
    mapped(lines(), ({ uuid, labels }) => labels.map((label) => [uuid, label, 1, 1, 1, batch, PROMOTED_AT])),
  );
  await warehouse.bulkLoad(
    'MON_Ledger',
    entries,
    mapped(lines(), ({ uuid, labels }) => [
      [BOARD, 'item', uuid, '', PROMOTED_AT],
      ...labels.map((label) => [BOARD, 'size', uuid, label, PROMOTED_AT]),
    ]),
  );
}

interface LandedLine {
  uuid: string;
  labels: string[];
}

function* linesOf(mapping: Mapping, orders: SampleOrders): Generator<LandedLine> {
  const layout = layoutOf(mapping, orders);
  const places = layout.select.map((name) => orders.columns.findIndex((column) => column.name === name));
  const keep = compileKept(layout);
  for (const source of orders.rows()) {
    const row = places.map((place) => source[place] ?? null);
    yield { uuid: String(row[0]).toLowerCase(), labels: parseSizes(keep(row).sizes).map(([label]) => label) };
  }
}

function* mapped(lines: Iterable<LandedLine>, rowsOf: (line: LandedLine) => ArrayRow[]): Generator<ArrayRow> {
  for (const line of lines) yield* rowsOf(line);
}
