import type { SampleOrders } from '../../local/orders/sample.js';
import { newUuid } from '../../shared/ground/ids.js';
import { compileKept } from '../../shared/lines/kept.js';
import { parseSizes } from '../../shared/lines/sizes-text.js';
import type { Mapping } from '../../shared/mapping/mapping.js';
import { LEDGER } from '../../shared/store/schema/board-tables.js';
import { PRODUCTION_ITEMS, PRODUCTION_SUBITEMS } from '../../shared/store/schema/own-tables.js';
import { bulkColumns } from '../../shared/store/schema/tables.js';
import type { ArrayRow, Warehouse } from '../../shared/warehouse/port/warehouse.js';
import { BOARD } from './batch.js';
import { layoutOf, PROMOTED_AT, sourceRows } from './snapshot.js';

const LANDED = ['batch_id', 'promoted_at'];
const items = bulkColumns(PRODUCTION_ITEMS, ['line_key', 'Item ID', 'record_uuid', ...LANDED]);
const subitems = bulkColumns(PRODUCTION_SUBITEMS, [
  'line_key',
  'Size',
  'parent_item_id',
  'subitem_id',
  'Order Qty',
  ...LANDED,
]);
const entries = bulkColumns(LEDGER, ['board_id', 'kind', 'ledger_key', 'size', 'updated_at']);

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
    LEDGER.name,
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
  const keep = compileKept(layout);
  for (const row of sourceRows(layout, orders))
    yield { uuid: String(row[0]).toLowerCase(), labels: parseSizes(keep(row).sizes).map(([label]) => label) };
}

function* mapped(lines: Iterable<LandedLine>, rowsOf: (line: LandedLine) => ArrayRow[]): Generator<ArrayRow> {
  for (const line of lines) yield* rowsOf(line);
}
