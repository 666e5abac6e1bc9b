import { type CsvText, exactText, safeText } from '../../shared/ground/csv.js';
import { TaskError } from '../../shared/ground/errors.js';
import { fileError } from '../../shared/ground/file-faults.js';
import { partsUntilStopped } from '../../shared/ground/stop.js';
import { writeWholeFile } from '../../shared/ground/whole-file.js';
import type { ContextOf, Outcome } from '../../shared/runtime/task.js';
import { ArchiveStore } from '../../shared/store/archives.js';
import { csvHeader, csvRow } from './file/csv.js';
import { ArchiveFile } from './file/read.js';
import { readSound } from './file/sound.js';
import type { EXPORT_SETTINGS } from './flags.js';
import { isCsv } from './options.js';

/** Writes an archive to a file, as it is (`.parquet`) or as CSV. The file is there as a whole or not at all. */
export async function runExport(
  { settings, clock, signal }: ContextOf<typeof EXPORT_SETTINGS>,
  flags: { archiveId: number; output: string; safe: boolean },
): Promise<Outcome> {
  const store = await ArchiveStore.at(settings.ARCHIVE_URL, clock, signal);
  try {
    const { archive, parquet } = await readSound(store, flags.archiveId, 'Nothing was written');
    const bytes = await writeFile(
      flags.output,
      isCsv(flags.output) ? csv(parquet, flags.safe ? safeText : exactText, signal) : [parquet],
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
      advice: 'Nothing was kept; make room, or give another file with --output.',
    });
  }
}
