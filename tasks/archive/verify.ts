import { TryAgainError } from '../../shared/ground/errors.js';
import type { ContextOf, Outcome } from '../../shared/runtime/task.js';
import { ArchiveStore } from '../../shared/store/archives.js';
import { faultOf } from './file/read.js';
import type { VERIFY_SETTINGS } from './flags.js';

/** Another run mends no archive. */
const EXIT_DAMAGED = 2;

/** Proves for one archive or all that they are what was written, for the customer and batch that their rows say, down to the hash of each line. */
export async function runVerify(
  { settings, clock, log, signal }: ContextOf<typeof VERIFY_SETTINGS>,
  flags: { archiveId?: number | undefined },
): Promise<Outcome> {
  const store = await ArchiveStore.at(settings.ARCHIVE_URL, clock, signal);
  try {
    const archives = flags.archiveId === undefined ? await store.list() : [await store.find(flags.archiveId)];
    const damaged: number[] = [];
    for (const [index, archive] of archives.entries()) {
      if (signal.aborted) throw new TryAgainError('STOPPED', `Stopped after ${index} of ${archives.length} archives.`);
      const fault = await faultOf(await store.parquet(archive.id), archive);
      if (fault === undefined) continue;
      damaged.push(archive.id);
      log.error(
        `Archive ${archive.id} is not sound: ${fault}. Restore its row from a backup of the database, or archive the customer again.`,
        { customer: archive.customer },
      );
    }
    log.info(`${archives.length - damaged.length} of ${archives.length} archives are sound.`);
    const outcome: Outcome = { outputs: { archives: archives.length, damaged } };
    return damaged.length > 0 ? { ...outcome, exitCode: EXIT_DAMAGED } : outcome;
  } finally {
    await store.close();
  }
}
