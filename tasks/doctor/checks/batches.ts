import { formatDuration } from '../../../shared/ground/clock.js';
import { openBatches } from '../../../shared/store/batch-figures.js';
import type { Check } from '../finding.js';
import { type Found, found } from '../finding.js';

/** Runs come every four hours and supersede what is open. */
const STUCK_AFTER_MS = 5 * 3_600_000;
const MOST = 200;

/** Batches that are not finished, and those that nobody finishes any more. */
export const batches: Check = {
  name: 'batches',
  async run(site) {
    const database = await site.pipeline.get();
    const open = await openBatches(database, MOST);
    const now = site.clock.now().getTime();
    return {
      summary: open.length === 0 ? 'none is open' : `${open.length} open`,
      found: open.map((batch): Found => {
        const ageMs = now - batch.startedAt.getTime();
        const error = batch.lastError === null ? '' : ` Its last error: ${batch.lastError}`;
        if (batch.archiveId !== null)
          return found('RESTORE_OPEN', {
            subject: batch.batchId,
            what: `The batch that restores archive ${batch.archiveId} of ${batch.customer} has been ${batch.status} for ${formatDuration(ageMs)}.${error}`,
          });
        return found(ageMs > STUCK_AFTER_MS ? 'BATCH_STUCK' : 'BATCH_OPEN', {
          subject: batch.batchId,
          what: `The batch of ${batch.customer} has been ${batch.status} for ${formatDuration(ageMs)}.${error}`,
        });
      }),
    };
  },
};
