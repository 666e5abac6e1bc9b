import { partsUntilStopped, timeText } from '../../shared/ground/clock.js';
import { TaskError, TryAgainError } from '../../shared/ground/errors.js';
import { EXIT_FIX } from '../../shared/ground/exit-codes.js';
import { fileError, writeWholeFile } from '../../shared/ground/files.js';
import { shortId } from '../../shared/ground/ids.js';
import { type CsvText, exactText, safeText } from '../../shared/ground/parsing.js';
import { formatBytes } from '../../shared/ground/text.js';
import { openMapping } from '../../shared/mapping/open-mapping.js';
import type { FlagsOf } from '../../shared/runtime/flags.js';
import type { ContextOf, Outcome } from '../../shared/runtime/task.js';
import { type ListColumn, tableLines } from '../../shared/runtime/terminal.js';
import { type Archive, ArchiveStore, archivePlace } from '../../shared/store/archives.js';
import { customersAmong } from '../../shared/store/customers-asked.js';
import type { exportCommand, listCommand, verifyCommand } from './commands.js';
import { ArchiveFile, faultOf, isGone, readSound } from './file/read.js';
import { csvHeader, csvRow } from './file/snapshot.js';

/** Proves for one archive or all that they are what was written, for the customer and batch that their rows say, down to the hash of each line. */
export async function runVerify(
  { settings, clock, log, signal }: ContextOf<typeof verifyCommand>,
  flags: FlagsOf<typeof verifyCommand>,
): Promise<Outcome> {
  const store = await ArchiveStore.at(archivePlace(settings), clock, signal);
  try {
    const archives = flags.archiveId === undefined ? await store.list() : [await store.find(flags.archiveId)];
    const damaged: number[] = [];
    let gone = 0;
    for (const [index, archive] of archives.entries()) {
      if (signal.aborted) throw new TryAgainError('STOPPED', `Stopped after ${index} of ${archives.length} archives.`);
      const parquet = await store.parquet(archive.id).catch((error: unknown) => {
        // Of all archives, one may be pruned before it is read.
        if (flags.archiveId === undefined && isGone(error)) return undefined;
        throw error;
      });
      if (parquet === undefined) {
        gone += 1;
        continue;
      }
      const fault = await faultOf(parquet, archive);
      if (fault === undefined) continue;
      damaged.push(archive.id);
      log.error(
        `Archive ${archive.id} is not sound: ${fault}. Restore its row from a backup of the database, or archive the customer again.`,
        { customer: archive.customer },
      );
    }
    const read = archives.length - gone;
    log.info(`${read - damaged.length} of ${read} archives are sound.`);
    const outcome: Outcome = { outputs: { archives: read, damaged } };
    return damaged.length > 0 ? { ...outcome, exitCode: EXIT_FIX } : outcome;
  } finally {
    await store.close();
  }
}

/** Writes an archive to a file, as it is (`.parquet`) or as CSV. The file is there as a whole or not at all. */
export async function runExport(
  { settings, clock, signal }: ContextOf<typeof exportCommand>,
  flags: FlagsOf<typeof exportCommand>,
): Promise<Outcome> {
  const store = await ArchiveStore.at(archivePlace(settings), clock, signal);
  try {
    const { archive, parquet } = await readSound(store, flags.archiveId, 'Nothing was written');
    const bytes = await writeFile(
      flags.output,
      /\.csv$/i.test(flags.output) ? csv(parquet, flags.safe ? safeText : exactText, signal) : [parquet],
    );
    return { outputs: { archiveId: archive.id, rows: archive.rows, bytes, output: flags.output } };
  } finally {
    await store.close();
  }
}

async function* csv(parquet: Uint8Array, textOf: CsvText, signal: AbortSignal): AsyncGenerator<string> {
  const file = await ArchiveFile.open(parquet);
  yield csvHeader(file.table, textOf);
  for await (const chunk of partsUntilStopped(file.lines(), signal))
    yield chunk.map(({ row, line }) => csvRow(row, line, textOf)).join('');
}

async function writeFile(path: string, parts: AsyncIterable<string> | Iterable<Uint8Array>): Promise<number> {
  try {
    return await writeWholeFile(path, parts);
  } catch (error) {
    if (error instanceof TaskError) throw error;
    throw fileError(`The file ${path} could not be written`, error, {
      advice: 'Nothing was kept; name a file in a folder that is there, may be written to and has room, with --output.',
    });
  }
}

const HEADINGS = ['id', 'date', 'customer', 'lines', 'bytes', 'saved', 'until', 'batch'];

/** Lists archives, oldest first, for people or as one JSON array. */
export async function runList(
  { settings, clock, signal }: ContextOf<typeof listCommand>,
  flags: FlagsOf<typeof listCommand>,
): Promise<Outcome> {
  const mapping = flags.customer === undefined ? undefined : await openMapping(settings.MAPPING_FILE);
  const store = await ArchiveStore.at(archivePlace(settings), clock, signal);
  try {
    // Archives outlive their customer in the mapping.
    const archivedCustomers = async () => (await store.list()).map(({ customer }) => customer);
    const [customer] =
      mapping && flags.customer !== undefined ? await customersAmong(mapping, flags.customer, archivedCustomers) : [];
    const archives = await store.list(customer);
    if (flags.json) return { lines: [JSON.stringify(archives)] };
    if (archives.length === 0) return { lines: ['No archives.'] };
    return {
      lines: table([HEADINGS, ...archives.map(cells)]),
      onTerminal: (terminal) => tableLines(terminal, COLUMNS, archives),
    };
  } finally {
    await store.close();
  }
}

const COLUMNS: readonly ListColumn<Archive>[] = [
  { heading: 'ID', cell: ({ id }) => String(id), align: 'right' },
  { heading: 'CUSTOMER', cell: ({ customer }) => customer, shrinksTo: 12 },
  { heading: 'TAKEN', cell: ({ snapshotDate }) => timeText(snapshotDate) },
  { heading: 'LINES', cell: ({ rows }) => String(rows), align: 'right' },
  { heading: 'SIZE', cell: ({ bytes }) => formatBytes(bytes), align: 'right' },
  { heading: 'BATCH', cell: ({ batchId }) => (batchId === null ? '' : shortId(batchId)), yields: true },
  { heading: 'SAVED', cell: ({ saved }) => `${(saved * 100).toFixed(1)} %`, align: 'right', yields: true },
  { heading: 'KEPT UNTIL', cell: ({ retentionUntil }) => retentionUntil ?? '', yields: true },
];

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
