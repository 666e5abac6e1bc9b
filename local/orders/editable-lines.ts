import { compileCustomer } from '../../shared/lines/customer.js';
import type { SourceLayout } from '../../shared/lines/layout.js';
import { compileUuid } from '../../shared/lines/line-uuid.js';
import { isNoSize } from '../../shared/lines/sizes-text.js';
import { compileCancelled, compileScope } from '../../shared/mapper/scope.js';
import type { Mapping } from '../../shared/mapping/mapping.js';
import { identityColumns } from '../../shared/mapping/mapping-version.js';
import { textOf } from '../../shared/mapping/texts.js';
import type { ArrayRow, ColumnInfo, Warehouse } from '../../shared/warehouse/port/warehouse.js';
import { REFERENCE_PO } from './catalogue.js';
import type { EditableLine } from './edit-plan.js';
import { compileSettings, editRoles } from './edit-roles.js';
import type { Size } from './size-families.js';
import { streamLines } from './store.js';

/** The table to be edited, as its catalogue describes it. */
export interface EditedTable {
  readonly name: string;
  readonly columns: readonly ColumnInfo[];
}

/** Reads every line of the mapped customers as far as the edits need it. */
export async function readEditableLines(
  warehouse: Warehouse,
  mapping: Mapping,
  layout: SourceLayout,
  table: EditedTable,
): Promise<EditableLine[]> {
  const rowsOf = () => streamLines(warehouse, table.name, layout.select);
  const filled = layout.select.map(() => 0);
  for await (const rows of rowsOf())
    for (const row of rows)
      row.forEach((value, position) => {
        if ((value ?? '') !== '') filled[position] = (filled[position] ?? 0) + 1;
      });
  const roles = editRoles(mapping, table.columns, (column) => filled[layout.position(column)] ?? 0);
  const describe = lineReader(mapping, layout, roles);
  const { businessKey } = mapping.source;
  const ofKey = businessKey.length === 0 ? identityColumns(mapping.source) : businessKey;
  const keyOf = (row: ArrayRow): string => JSON.stringify(ofKey.map((column) => row[layout.position(column)]));
  const found: { line: EditableLine; key: string }[] = [];
  const keys = new Map<string, number>();
  for await (const rows of rowsOf()) {
    for (const row of rows) {
      const line = describe(row);
      if (line === undefined) continue;
      const key = keyOf(row);
      keys.set(key, (keys.get(key) ?? 0) + 1);
      found.push({ line, key });
    }
  }
  // A vanished twin would be paired with the one that stays.
  return found.map(({ line, key }) => ({ ...line, free: line.free && keys.get(key) === 1 }));
}

/** Undefined for lines of unmapped customers and lines without a uuid. */
function lineReader(
  mapping: Mapping,
  layout: SourceLayout,
  roles: ReturnType<typeof editRoles>,
): (row: ArrayRow) => EditableLine | undefined {
  const inScope = compileScope(mapping, layout);
  const cancelled = compileCancelled(mapping, layout);
  const [uuidOf, identity] = [compileUuid(layout), identityColumns(mapping.source)];
  const customerOf = compileCustomer(mapping, layout);
  const settingsOf = compileSettings(mapping, layout, roles);
  const text = (row: ArrayRow, column: string): string => textOf(row[layout.position(column)]) ?? '';
  return (row) => {
    const uuid = uuidOf(row);
    const customer = customerOf(row);
    if (uuid === null || !customer.mapped) return undefined;
    return {
      uuid,
      is: Object.fromEntries(identity.map((column) => [column, row[layout.position(column)] ?? null])),
      renewable: layout.key === undefined,
      customer: customer.name,
      orderNumber: text(row, mapping.source.orderNumber),
      active: !cancelled(row),
      inScope: inScope(row),
      free: inScope(row) && mapping.source.purchaseOrder.every((column) => text(row, column) !== REFERENCE_PO),
      settings: settingsOf(row),
      sizes: sizesOf(row, layout),
    };
  };
}

function sizesOf(row: ArrayRow, layout: SourceLayout): Size[] {
  const sizes: Size[] = [];
  layout.sizes.forEach((label, index) => {
    const value = row[layout.firstSize + index];
    if (!isNoSize(value) && Number(value) > 0) sizes.push([label, Number(value)]);
  });
  return sizes;
}
