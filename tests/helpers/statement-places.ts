import { loadMapping } from '../../shared/mapping/mapping.js';
import { ENTRY_COLUMNS } from '../../shared/store/ledger-rows.js';
import { selectNames } from '../../shared/store/line-names.js';
import { LANDED } from '../../shared/store/states.js';
import { quoteColumns, type Statement } from '../../shared/warehouse/port/statements.js';

const ofEntries = { columns: quoteColumns(ENTRY_COLUMNS, 'l') };

/** Texts as code fills them in, valid on the tables as they are; a place that is not listed makes the test of its statement fail. */
const PLACES: Readonly<Record<string, string>> = {
  landed: LANDED,
  started: '"staging_started"',
};
/** What they hold in the statements of one table. */
const OF_TABLE: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  changes: {
    names: selectNames(loadMapping()),
    columns: 's."record_uuid"',
    lines: 'dbo."ORDERS_UNIFIED" s',
    match: 's."record_uuid" = c."record_uuid"',
    sameKey: 'p."AAG ORDER NUMBER" {exact} = s."AAG ORDER NUMBER"',
    source: 'dbo."ORDERS_UNIFIED"',
    uuid: '"record_uuid"',
  },
  failures: {
    names: selectNames(loadMapping()),
    same: '"ERR_MON_CustMasterSchedule_Subitems"."resolved_date" IS NULL',
    size: 'e."size_label"',
    sizeColumns: ', "size_label", "order_qty"',
    sizeValues: ', r."size_label", r."order_qty"',
    table: '"ERR_MON_CustMasterSchedule_Subitems"',
  },
  orders: {
    assignments: '"NOTES" = @value0',
    columns: '"NOTES", "record_uuid"',
    line: '"record_uuid" = @key0',
    source: 'dbo."ORDERS_UNIFIED"',
  },
  production: {
    assignments: '"Title" = s."Title", "promoted_at" = @now',
    sources: 's."line_key", s."stg_monday_item_id", @now',
    targets: '"line_key", "Item ID", "promoted_at"',
  },
  retention: {
    expired: 't."created_at" < @batches_before',
    keys: 't."request_id"',
    sameKeys: 'e."request_id" = "MON_Request"."request_id"',
    table: '"MON_Request"',
  },
  schema: { checksum: '"checksum"' },
  source: {
    column: '"AAG ORDER NUMBER"',
    columns: 's."record_uuid"',
    customer: '"CUSTOMER NAME"',
    order: '"AAG ORDER NUMBER"',
    table: '"ORDERS_UNIFIED"',
    uuid: '"record_uuid"',
  },
  views: { mark: "'definition'", order: '"AAG ORDER NUMBER"', staged_order: '"src AAG ORDER NUMBER"' },
};
/** Where a place holds another kind of text than elsewhere. */
const SPECIAL: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'ledger/select-begun-entries': ofEntries,
  'ledger/select-board-entries': ofEntries,
  'ledger/select-entries': ofEntries,
  'ledger/select-groups': ofEntries,
  'ledger/select-suspects': ofEntries,
  'ledger/insert-entries': { targets: quoteColumns(ENTRY_COLUMNS), sources: quoteColumns(ENTRY_COLUMNS, 'r') },
  'staging/select-items': { columns: 's."ORDER TYPE"' },
  'staging/update-absent-column': { column: '"ORDER TYPE"' },
  'orders/create-source': { columns: '"NOTES" VARCHAR(20) NULL, "S" INT NULL' },
  'production/insert-production-subitems': {
    sources:
      'z."line_key", z."Size", s."stg_monday_item_id", z."stg_monday_subitem_id", z."Order Qty", z."batch_id", @now',
    targets: '"line_key", "Size", "parent_item_id", "subitem_id", "Order Qty", "batch_id", "promoted_at"',
  },
  'snapshot/insert-snapshot': { targets: ', "ORDER TYPE"', sources: ', s."src ORDER TYPE"' },
  'snapshot/insert-unacknowledged': { targets: ', "ORDER TYPE"', sources: ', s."src ORDER TYPE"' },
  'snapshot/update-snapshot': { assignments: ', "ORDER TYPE" = s."src ORDER TYPE"' },
  'snapshot/scan-snapshot': { which: 's."deleted_at" IS NULL' },
  'snapshot/select-known-keys': { table: '"ORDERS_UNIFIED_SNAPSHOT"', uuid: '"record_uuid"' },
  'snapshot/select-known-lines': { columns: 'p."line_key", p."ORDER TYPE"' },
  'snapshot/select-known-lines-by-key': { columns: 'p."line_key", p."ORDER TYPE"' },
  'snapshot/select-known-values': { columns: 's."ORDER TYPE"' },
  'snapshot/select-lines-by-order': { order: '"AAG ORDER NUMBER"', columns: 'p."AAG ORDER NUMBER"' },
  'snapshot/select-snapshot-by-text': { columns: 's."ORDER TYPE"', column: '"ORDER TYPE"' },
  'snapshot/select-snapshot-lines': { columns: '"line_key", "ORDER TYPE"', order: '"line_key"' },
  'ledger/update-entries': { assignments: '"monday_id" = r."monday_id"' },
};

/** A statement with its places filled as code fills them. */
export function filledAsIn(statement: Statement): Statement {
  const table = statement.name.slice(0, statement.name.indexOf('/'));
  return statement.with({ ...PLACES, ...OF_TABLE[table], ...SPECIAL[statement.name] });
}
