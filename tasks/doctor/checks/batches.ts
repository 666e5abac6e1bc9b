import { z } from 'zod';
import { formatDuration } from '../../../shared/durations.js';
import { OPEN_BATCH_STATES } from '../../../shared/states.js';
import { loadStatement } from '../../../shared/warehouse/statements.js';
import type { Check } from '../check.js';
import { type Found, found } from '../finding.js';

/** Runs come every four hours and supersede what is open. */
const STUCK_AFTER_MS = 5 * 3_600_000;
const MOST = 200;

const batchRow = z.object({
  batch_id: z.string(),
  customer_name: z.string(),
  status: z.enum(OPEN_BATCH_STATES),
  start_time: z.date(),
  last_error: z.string().nullable(),
});

/** Batches that are not finished, and those that nobody finishes any more. */
export const batches: Check = {
  name: 'batches',
  async run(site) {
    const database = await site.pipeline.get();
    const parameters = { statuses: OPEN_BATCH_STATES, most: MOST };
    const rows = await database.query(loadStatement('doctor/select-open-batches'), parameters);
    const open = rows.map((row) => batchRow.parse(row));
    const now = site.clock.now().getTime();
    return {
      summary: open.length === 0 ? 'none is open' : `${open.length} open`,
      found: open.map((batch): Found => {
        const ageMs = now - batch.start_time.getTime();
        const error = batch.last_error === null ? '' : ` Its last error: ${batch.last_error}`;
        return found(ageMs > STUCK_AFTER_MS ? 'BATCH_STUCK' : 'BATCH_OPEN', {
          subject: batch.batch_id,
          what: `The batch of ${batch.customer_name} has been ${batch.status} for ${formatDuration(ageMs)}.${error}`,
        });
      }),
    };
  },
};
