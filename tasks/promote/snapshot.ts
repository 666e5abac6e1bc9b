import { hashedColumns, type Mapping } from '../../shared/mapping/mapping.js';
import { LANDED } from '../../shared/store/landed.js';
import { RAW_PREFIX } from '../../shared/store/schema/tables.js';
import { loadStatement, quoteIdentifier } from '../../shared/warehouse/port/statements.js';
import type { Queryable } from '../../shared/warehouse/port/warehouse.js';

/** Acknowledges what landed: hash and values as staged, never from the change set or the source. */
export async function promoteSnapshot(
  transaction: Queryable,
  mapping: Mapping,
  parameters: { batch_id: string; now: Date },
): Promise<void> {
  const columns = hashedColumns(mapping);
  const raw = (column: string): string => `s.${quoteIdentifier(`${RAW_PREFIX}${column}`)}`;
  const places = {
    landed: LANDED,
    assignments: columns.map((column) => `, ${quoteIdentifier(column)} = ${raw(column)}`).join(''),
    targets: columns.map((column) => `, ${quoteIdentifier(column)}`).join(''),
    sources: columns.map((column) => `, ${raw(column)}`).join(''),
  };
  for (const name of ['snapshot/bury-deleted', 'snapshot/update-snapshot', 'snapshot/insert-snapshot']) {
    const statement = loadStatement(name).with(places);
    await transaction.execute(statement, parameters);
  }
}
