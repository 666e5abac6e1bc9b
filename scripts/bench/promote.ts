// Measures promote of a first load and of the same lines changed, on the embedded database or another empty one.
// node scripts/run.js scripts/bench/promote.ts [--lines N] [--warehouse URL]

import { parseArgs } from 'node:util';
import { systemClock } from '../../shared/ground/clock.js';
import { loadMapping } from '../../shared/mapping/mapping.js';
import { openWarehouse } from '../../shared/warehouse/open.js';
import { parseStatement } from '../../shared/warehouse/port/statements.js';
import type { Scalar } from '../../shared/warehouse/port/warehouse.js';
import { runPromote } from '../../tasks/promote/run.js';
import { runStage } from '../../tasks/stage/run.js';
import { fillSource, makeBatch, taskContext } from './batch.js';
import { benchDatabase } from './database.js';
import { seconds } from './measure.js';

const { values: flags } = parseArgs({
  options: { lines: { type: 'string', default: '10000' }, warehouse: { type: 'string' } },
});
const mapping = loadMapping();
const clock = systemClock();
const database = await benchDatabase(flags.warehouse);
const warehouse = await openWarehouse({ url: database.url, schema: 'dbo', clock, applicationName: 'bench promote' });
const context = taskContext(warehouse, clock);
try {
  await fillSource(warehouse, mapping, clock, Number(flags.lines));
  await sql(`INSERT INTO dbo."MON_Board" ("board_id", "remembered_at") VALUES (1, @now)`, { now: clock.now() });
  const first = await promoteAll('NEW');
  const again = await promoteAll('CHANGED');
  process.stdout.write(
    `${flags.lines} lines\n  promote, first load   ${first.toFixed(2)} s\n  promote, all changed  ${again.toFixed(2)} s\n`,
  );
} finally {
  await warehouse.close();
  await database.stop();
}

/** Seconds that promote takes for all lines, staged and as push leaves them. */
async function promoteAll(change: 'NEW' | 'CHANGED'): Promise<number> {
  const id = await makeBatch(warehouse, mapping, clock, { change, reason: 'MAPPING' });
  await runStage(context, { batchId: id });
  const entry = (kind: string, size: string, table: string): string =>
    `INSERT INTO dbo."MON_Ledger" ("board_id", "kind", "ledger_key", "size", "updated_at") SELECT 1, '${kind}', LOWER(CAST("line_key" AS VARCHAR(36))), ${size}, @now FROM dbo."${table}" WHERE "batch_id" = @id`;
  const texts = [
    `UPDATE dbo."STG_MON_CustMasterSchedule" SET "stg_status" = 'API_SUCCESS', "stg_monday_item_id" = 1 WHERE "batch_id" = @id AND "stg_status" = 'PENDING'`,
    `UPDATE dbo."STG_MON_CustMasterSchedule_Subitems" SET "stg_status" = 'API_SUCCESS', "stg_monday_subitem_id" = 1 WHERE "batch_id" = @id`,
    `UPDATE dbo."MON_BatchProcessing" SET "status" = 'PUSHED' WHERE "batch_id" = @id`,
    ...(change === 'NEW'
      ? [
          entry('item', `''`, 'STG_MON_CustMasterSchedule'),
          entry('size', '"Size"', 'STG_MON_CustMasterSchedule_Subitems'),
        ]
      : []),
  ];
  for (const text of texts) await sql(text, { id, now: clock.now() });
  return seconds(() => runPromote(context, { batchId: id }));
}

async function sql(text: string, parameters: Record<string, Scalar>): Promise<void> {
  await warehouse.execute(parseStatement('bench', text), parameters);
}
