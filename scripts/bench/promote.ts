// Measures promote of a first load and of the same lines changed, on the embedded database or another empty one.
// node scripts/run.js scripts/bench/promote.ts [--lines N] [--warehouse URL]

import { parseArgs } from 'node:util';
import { systemClock } from '../../shared/ground/clock.js';
import { loadMapping } from '../../shared/mapping/mapping.js';
import { openWarehouse } from '../../shared/warehouse/open.js';
import { runPromote } from '../../tasks/promote/run.js';
import { runStage } from '../../tasks/stage/run.js';
import { fillSource, leaveAsPushed, makeBatch, rememberBoard, taskContext } from './batch.js';
import { benchDatabase } from './database.js';
import { seconds } from './measure.js';
import { leave } from './results.js';

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
  await rememberBoard(warehouse, clock);
  const first = await promoteAll('NEW');
  const again = await promoteAll('CHANGED');
  leave({
    what: `promote, all of ${flags.lines} lines changed`,
    ours: `${again.toFixed(2)} s`,
    reference: 'first load of the same',
    theirs: `${first.toFixed(2)} s`,
    ratio: again / first,
    goal: 'at most 2x',
  });
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
  await leaveAsPushed(warehouse, clock, id, { created: change === 'NEW' });
  return seconds(() => runPromote(context, { batchId: id }));
}
