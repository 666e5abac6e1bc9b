import type { ArrayRow, Queryable } from '../../shared/warehouse/warehouse.js';
import { ITEMS, type StagedLine, type StagedRows, SUBITEMS } from './staged-rows.js';

/** Lines loaded at once; twice as many are in memory, some 60 MB. With 1,000 a stage takes a quarter longer. */
const CHUNK = 4_000;

interface Chunk {
  items: ArrayRow[];
  subitems: ArrayRow[];
}

/** Loads items and subitems chunk by chunk: one is on its way to the database while the next is read and mapped. */
export async function loadLines(
  transaction: Queryable,
  rows: StagedRows,
  lines: AsyncIterable<StagedLine>,
): Promise<void> {
  let loading: Promise<void> = Promise.resolve();
  try {
    for await (const chunk of inChunks(rows, lines)) {
      await loading;
      loading = load(transaction, rows, chunk);
      // Its error is this function's once the next chunk is there.
      loading.catch(() => undefined);
    }
  } finally {
    // The transaction must not end under a load.
    await loading;
  }
}

/** A subitem refers to its item, which goes first. */
async function load(transaction: Queryable, rows: StagedRows, { items, subitems }: Chunk): Promise<void> {
  await transaction.bulkLoad(ITEMS, rows.itemColumns, items);
  await transaction.bulkLoad(SUBITEMS, rows.subitemColumns, subitems);
}

async function* inChunks(rows: StagedRows, lines: AsyncIterable<StagedLine>): AsyncGenerator<Chunk> {
  let chunk: Chunk = { items: [], subitems: [] };
  for await (const line of lines) {
    chunk.items.push(rows.item(line));
    chunk.subitems.push(...rows.subitems(line));
    if (chunk.items.length < CHUNK) continue;
    yield chunk;
    chunk = { items: [], subitems: [] };
  }
  if (chunk.items.length > 0) yield chunk;
}
