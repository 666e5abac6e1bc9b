import { type TextRows, WrittenRows } from '../../shared/warehouse/port/text-rows.js';
import type { ArrayRow } from '../../shared/warehouse/port/warehouse.js';

/** Array rows as text rows, chunk by chunk in the same memory. */
export async function* textRowsOf(chunks: AsyncIterable<readonly ArrayRow[]>): AsyncGenerator<TextRows> {
  const written = new WrittenRows();
  for await (const rows of chunks) {
    written.clear();
    for (const row of rows) written.add(row);
    if (written.count > 0) yield written;
  }
}
