import { describe, expect, it } from '@jest/globals';
import { readFlags } from '../../../shared/runtime/flag-values.js';
import { batchCommand } from '../../../tasks/batch/commands.js';
import { runBatch } from '../../../tasks/batch/run.js';
import { stageCommand } from '../../../tasks/stage/commands.js';
import { runStage } from '../../../tasks/stage/run.js';
import { taskContext } from '../../helpers/task-context.js';
import { insertLines, line, sql, updateLine, uuid } from '../../helpers/warehouse.js';
import { useDetector } from '../detect/detector.js';

describe('a dry run and the failures of real ones', () => {
  const test = useDetector();
  const warehouse = () => test.database.warehouse;
  const REFUSED = { 'AAG ORDER NUMBER': null };

  /** Detects, batches and stages; what batch and stage said. */
  async function run({ dryRun = false, retryFailed = false } = {}) {
    const { runId } = await test.detector.run({ dryRun });
    const { clock } = test.detector;
    const batching = taskContext(batchCommand.settings, { warehouse: warehouse(), clock });
    const { outputs: batched } = await runBatch(batching, await readFlags(batchCommand, { runId, retryFailed }));
    const [batch] = (batched?.['batches'] ?? []) as { batchId: string }[];
    if (batch === undefined) return { batched, staged: undefined };
    const staging = taskContext(stageCommand.settings, { warehouse: warehouse(), clock });
    const staged = await runStage(staging, { batchId: batch.batchId });
    return { batched, staged: { ...staged.outputs, rowErrors: staged.rowErrors } };
  }

  it('what a dry run refused first is new to the real one, which ends with it', async () => {
    await insertLines(warehouse(), [line(1, REFUSED), line(2)]);
    expect((await run({ dryRun: true })).staged).toMatchObject({ rejected: 1, newFailures: 1, rowErrors: true });
    expect((await run()).staged).toMatchObject({ rejected: 1, newFailures: 1, rowErrors: true });
  });

  it('a line stays held back, whatever a dry run retries', async () => {
    await insertLines(warehouse(), [line(1, REFUSED), line(2)]);
    await run();
    expect((await run({ dryRun: true, retryFailed: true })).staged).toMatchObject({ rejected: 1 });
    expect((await run()).batched).toMatchObject({ heldBack: 1 });
  });

  it('a dry run over corrected lines resolves nothing', async () => {
    await insertLines(warehouse(), [line(1, REFUSED), line(2)]);
    await run();
    await updateLine(warehouse(), 1, { 'AAG ORDER NUMBER': 'GRE-1' });
    expect((await run({ dryRun: true })).staged).toMatchObject({ rejected: 0 });
    await updateLine(warehouse(), 1, REFUSED);
    expect((await run()).batched).toMatchObject({ heldBack: 1 });
  });

  it('the next real run resolves what a dry one found', async () => {
    await insertLines(warehouse(), [line(1, REFUSED), line(2)]);
    await run({ dryRun: true });
    await updateLine(warehouse(), 1, { 'AAG ORDER NUMBER': 'GRE-1' });
    await run();
    const open =
      'SELECT 1 AS "open" FROM dbo."ERR_MON_CustMasterSchedule" WHERE "line_key" = @key AND "resolved_date" IS NULL';
    expect(await sql(warehouse(), open, { key: uuid(1) })).toEqual([]);
  });
});
