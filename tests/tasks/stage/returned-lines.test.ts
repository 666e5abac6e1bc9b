import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { readFlags } from '../../../shared/runtime/flag-values.js';
import { batchCommand } from '../../../tasks/batch/commands.js';
import { runBatch } from '../../../tasks/batch/run.js';
import { stageCommand } from '../../../tasks/stage/commands.js';
import { runStage } from '../../../tasks/stage/run.js';
import { insertSnapshot } from '../../helpers/snapshot.js';
import { taskContext } from '../../helpers/task-context.js';
import { insertLines, line, openTestWarehouse, sql, type TestWarehouse } from '../../helpers/warehouse.js';
import { Detector } from '../detect/detector.js';

let test: TestWarehouse;
beforeAll(async () => {
  test = await openTestWarehouse();
});
afterAll(() => test.drop());

/** Two lines vanish, a row with their business key is there that does not belong on the board: what stage makes of it. */
async function stagedAfter(colour: string, gone: readonly number[]) {
  const { warehouse } = test;
  for (const table of ['ORDERS_UNIFIED', 'ORDERS_UNIFIED_SNAPSHOT']) await sql(warehouse, `DELETE FROM dbo."${table}"`);
  const twin = (n: number, more = {}) =>
    line(n, {
      S: n,
      'AAG ORDER NUMBER': 'GRE-1',
      'CUSTOMER STYLE': 'A',
      'CUSTOMER COLOUR DESCRIPTION': colour,
      ...more,
    });
  await insertSnapshot(warehouse, [...gone.map((n) => ({ source: twin(n) })), { source: line(5, { S: 5 }) }]);
  await insertLines(warehouse, [line(5, { S: 5 }), twin(9, { 'ORDER TYPE': 'SAMPLE' })]);
  const detector = new Detector(warehouse);
  const detected = await detector.run({ confirmDeletes: true });
  const batch = taskContext(batchCommand.settings, { warehouse, clock: detector.clock });
  const { outputs } = await runBatch(batch, await readFlags(batchCommand, { runId: String(detected['runId']) }));
  const batchId = String(z.array(z.object({ batchId: z.string() })).parse(outputs?.['batches'])[0]?.batchId);
  return (await runStage(taskContext(stageCommand.settings, { warehouse }), { batchId })).outputs;
}

describe('stage', () => {
  it('deletes a line whose key holds a blank word', async () => {
    expect(await stagedAfter('nan', [1])).toMatchObject({ items: 1, obsolete: 0 });
  });
  it('deletes a line although a row out of scope has its key', async () => {
    expect(await stagedAfter('BLACK', [1, 2])).toMatchObject({ items: 1, obsolete: 0 });
  });
});
