import { FixFirstError } from '../../../shared/ground/errors.js';
import type { Archive, ArchiveStore } from '../../../shared/store/archives.js';
import { faultOf } from './read.js';

/**
 * An archive with its bytes, proven to be what was written, down to the hash of each line.
 * @throws FixFirstError when there is none, or it is not sound; `undone` says what has not been done for it.
 */
export async function readSound(
  store: ArchiveStore,
  archiveId: number,
  undone: string,
): Promise<{ archive: Archive; parquet: Uint8Array }> {
  const archive = await store.find(archiveId);
  const parquet = await store.parquet(archiveId);
  const fault = await faultOf(parquet, archive);
  if (fault === undefined) return { archive, parquet };
  throw new FixFirstError(
    'ARCHIVE_DAMAGED',
    `Archive ${archiveId} is not sound: ${fault}. ${undone}; choose another archive.`,
    {
      where: { customer: archive.customer },
    },
  );
}
