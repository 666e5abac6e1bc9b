import { customersOf } from '../../shared/mapping/customers.js';
import { loadMapping } from '../../shared/mapping/mapping.js';
import type { ContextOf, Outcome } from '../../shared/runtime/task.js';
import { type Archive, ArchiveStore } from '../../shared/store/archives.js';
import type { LIST_SETTINGS } from './flags.js';

const HEADINGS = ['id', 'date', 'customer', 'lines', 'bytes', 'saved', 'until', 'batch'];

/** Lists archives, oldest first, for people or as one JSON array. */
export async function runList(
  { settings, clock, signal }: ContextOf<typeof LIST_SETTINGS>,
  flags: { customer?: string | undefined; json: boolean },
): Promise<Outcome> {
  const [customer] =
    flags.customer === undefined ? [] : customersOf(loadMapping(settings.MAPPING_FILE), flags.customer);
  const store = await ArchiveStore.at(settings.ARCHIVE_URL, clock, signal);
  try {
    const archives = await store.list(customer);
    if (flags.json) return { lines: [JSON.stringify(archives)] };
    return { lines: archives.length === 0 ? ['No archives.'] : table([HEADINGS, ...archives.map(cells)]) };
  } finally {
    await store.close();
  }
}

function cells(archive: Archive): string[] {
  return [
    String(archive.id),
    archive.snapshotDate.toISOString().slice(0, 19),
    archive.customer,
    String(archive.rows),
    String(archive.bytes),
    `${(archive.saved * 100).toFixed(1)} %`,
    archive.retentionUntil ?? '-',
    archive.batchId ?? '-',
  ];
}

function table(rows: readonly string[][]): string[] {
  const widths = HEADINGS.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}
