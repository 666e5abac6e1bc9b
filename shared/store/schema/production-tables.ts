import { col, key, LABEL, type MappedColumns, NAME, type Table, table } from './table.js';

/** The lines that landed, but for the columns of the mapping. */
export const PRODUCTION_ITEMS = table({
  name: 'MON_CustMasterSchedule',
  columns: [
    key('line_key', 'uuid'),
    key('Item ID', 'bigint'),
    key('record_uuid', 'uuid'),
    key('batch_id', 'uuid'),
    key('promoted_at', 'datetime'),
    col('Group', NAME),
    col('Title', NAME),
  ],
  primaryKey: ['line_key'],
  columnsOnly: true,
});

/** The sizes of the lines that landed. */
export const PRODUCTION_SUBITEMS = table({
  name: 'MON_CustMasterSchedule_Subitems',
  columns: [
    key('line_key', 'uuid'),
    key('Size', LABEL),
    key('parent_item_id', 'bigint'),
    key('subitem_id', 'bigint'),
    key('Order Qty', 'int'),
    key('batch_id', 'uuid'),
    key('promoted_at', 'datetime'),
  ],
  primaryKey: ['line_key', 'Size'],
  foreignKeys: [{ columns: ['line_key'], table: 'MON_CustMasterSchedule', references: ['line_key'] }],
  columnsOnly: true,
});

/** What landed, for other systems to read. */
export function productionTables({ board }: MappedColumns): Table[] {
  const mapped = board.map(({ title, type }) => col(title, type));
  return [{ ...PRODUCTION_ITEMS, columns: [...PRODUCTION_ITEMS.columns, ...mapped] }, PRODUCTION_SUBITEMS];
}
