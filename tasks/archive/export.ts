import { createWriteStream } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { FixFirstError, messageOf, TaskError } from '../../shared/errors.js';
import { partsUntilStopped } from '../../shared/stop.js';
import type { Outcome, TaskContext } from '../../shared/task.js';
import { type CsvText, csvHeader, csvRow, exactText, safeText } from './csv.js';
import { isCsv } from './options.js';
import { ArchiveFile } from './read.js';
import { readSound } from './sound.js';
import { ArchiveStore } from './store.js';

/** Writes an archive to a file, as it is (`.parquet`) or as CSV. The file is there as a whole or not at all. */
export async function runExport(
  { settings, clock, signal }: TaskContext<'ARCHIVE_URL'>,
  flags: { archiveId: number; output: string; safe: boolean },
): Promise<Outcome> {
  const store = ArchiveStore.at(settings.ARCHIVE_URL, clock, signal);
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
  const draft = `${path}.${process.pid}.part`;
  try {
    const file = createWriteStream(draft);
    await pipeline(Readable.from(parts, { objectMode: true }), file);
    await rename(draft, path);
    return file.bytesWritten;
  } catch (error) {
    await rm(draft, { force: true });
    if (error instanceof TaskError) throw error;
    throw new FixFirstError(`The file ${path} could not be written: ${messageOf(error)}.`, { cause: error });
  }
}
