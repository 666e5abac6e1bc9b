import type { Clock } from '../../../shared/ground/clock.js';
import { messageOf } from '../../../shared/ground/errors.js';
import type { Log } from '../../../shared/ground/log.js';
import { type ArchiveSize, ArchiveStore } from '../../../shared/store/archives.js';

export interface ArchiveAccess {
  url: string | undefined;
  clock: Clock;
  log: Log;
  signal: AbortSignal;
}

/**
 * Sizes of the archives written after a moment, oldest first. Undefined without the archive's database: whoever looks
 * at a run should not be left without an answer for that.
 */
export async function readArchiveSizes(
  { url, clock, log, signal }: ArchiveAccess,
  since: Date,
): Promise<ArchiveSize[] | undefined> {
  if (url === undefined) return undefined;
  const store = await ArchiveStore.at(url, clock, signal, 'customer-orders batch');
  try {
    return await store.sizesSince(since);
  } catch (error) {
    log.warn(`Archives are left out: ${messageOf(error)} Check ARCHIVE_URL.`);
    return undefined;
  } finally {
    await store.close();
  }
}
