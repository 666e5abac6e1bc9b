import type { SourceLayout } from '../../shared/lines/layout.js';
import { isNoSize } from '../../shared/lines/sizes-text.js';
import { compileCancelled, compileScope } from '../../shared/mapper/scope.js';
import { resolveCustomer, textOf } from '../../shared/mapping/customers.js';
import type { Mapping } from '../../shared/mapping/mapping.js';
import type { ArrayRow, Warehouse } from '../../shared/warehouse/port/warehouse.js';
import { REFERENCE_PO } from './catalogue.js';
import type { EditableLine } from './edit-plan.js';
import type { Size } from './size-families.js';
import { streamLines } from './store.js';

/** Reads every line of the mapped customers as far as the edits need it. */
export async function readEditableLines(
  warehouse: Warehouse,
  mapping: Mapping,
  layout: SourceLayout,
  table: string,
): Promise<EditableLine[]> {
  const describe = lineReader(mapping, layout);
  const lines: EditableLine[] = [];
  const keys = new Map<string, number>();
  const keyOf = new Map<EditableLine, string>();
  for await (const rows of streamLines(warehouse, table, layout.select)) {
    for (const row of rows) {
      const line = describe(row);
      if (!line) continue;
      const key = JSON.stringify(mapping.source.businessKey.map((column) => row[layout.position(column)]));
      keys.set(key, (keys.get(key) ?? 0) + 1);
      keyOf.set(line, key);
      lines.push(line);
    }
  }
  // A vanished twin would be paired with the one that stays.
  return lines.map((line) => ({ ...line, free: line.free && keys.get(keyOf.get(line) ?? '') === 1 }));
}

/** Undefined for lines of unmapped customers and lines without a record_uuid. */
function lineReader(mapping: Mapping, layout: SourceLayout): (row: ArrayRow) => EditableLine | undefined {
  const inScope = compileScope(mapping, layout);
  const cancelled = compileCancelled(mapping, layout);
  const text = (row: ArrayRow, column: string): string => textOf(row[layout.position(column)]) ?? '';
  return (row) => {
    const uuid = textOf(row[0]);
    const customer = resolveCustomer(mapping, text(row, mapping.source.customer));
    if (uuid === null || !customer.mapped) return undefined;
    return {
      uuid,
      customer: customer.name,
      orderNumber: text(row, mapping.source.orderNumber),
      active: !cancelled(row),
      free: inScope(row) && text(row, 'PO NUMBER') !== REFERENCE_PO,
      hasDestination: text(row, 'DESTINATION') !== '',
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
