import { activity } from '../../shared/ground/activity.js';
import { sentenceOf } from '../../shared/ground/foreign-errors.js';
import type { Mapping } from '../../shared/mapping/mapping.js';
import { hashedColumns } from '../../shared/mapping/mapping-version.js';
import { openMapping } from '../../shared/mapping/open-mapping.js';
import type { Metric } from '../../shared/runtime/outputs.js';
import type { ContextOf, Outcome } from '../../shared/runtime/task.js';
import { customersAsked } from '../../shared/store/customers-asked.js';
import { runKeyLock, withLock } from '../../shared/store/locks.js';
import { rememberHashedColumns } from '../../shared/store/mappings.js';
import { noteRunError } from '../../shared/store/runs.js';
import { explainLine } from './ask/explain.js';
import { listCustomers } from './ask/list-customers.js';
import type { DetectFlags, detectCommand, NewRunFlags } from './commands.js';
import { detectChanges, openSource } from './detect-changes.js';
import { finishedOutputs, openRun } from './record/open-run.js';

export type DetectContext = ContextOf<typeof detectCommand>;

/** What `detect` does: a run, or one of its two lists. */
export async function runDetect(context: DetectContext, flags: DetectFlags): Promise<Outcome> {
  const { settings, clock } = context;
  const mapping = await openMapping(settings.MAPPING_FILE, settings.WAREHOUSE_URL);
  if (flags.listCustomers) return listCustomers(await context.warehouse(), settings.SOURCE_TABLE, mapping, flags.json);
  if (flags.explain === undefined) return makeRun(context, flags, mapping);
  const asking = {
    warehouse: await context.warehouse(),
    mapping,
    table: settings.SOURCE_TABLE,
    retryAfterMs: settings.ERR_RETRY_AFTER,
    now: clock.now(),
  };
  return explainLine(asking, flags.explain, flags.json);
}

async function makeRun(context: DetectContext, flags: NewRunFlags, mapping: Mapping): Promise<Outcome> {
  const { settings, clock, log, signal } = context;
  const { runKey } = flags;
  const patience = { waitMs: settings.LOCK_WAIT, signal, log };
  const warehouse = await context.warehouse();
  const filter = flags.customer && (await customersAsked(warehouse, mapping, flags.customer));
  const work = async (): Promise<Outcome> => {
    const earlier = runKey === undefined ? undefined : await finishedOutputs(warehouse, runKey, flags, filter);
    if (earlier !== undefined) {
      log.info('This run is done; its outputs are given again.', { runId: String(earlier['runId']) });
      return { outputs: earlier, rowErrors: hasFailures(earlier) };
    }
    // Before anything is written: an unusable source leaves nothing behind.
    const opened = await openSource(warehouse, settings.SOURCE_TABLE, mapping, flags);
    await rememberHashedColumns(warehouse, new Map([[mapping.version, hashedColumns(mapping)]]), clock.now());
    const origin = { mappingVersion: mapping.version, clock, patience };
    const run = await openRun(warehouse, flags, filter, origin);
    activity.about = { runId: run.runId };
    const outputs = await detectChanges(context, flags, { warehouse, mapping, filter, run, opened }).catch(
      async (error: unknown) => {
        await noteRunError(warehouse, run.runId, sentenceOf(error)).catch(() => undefined);
        throw error;
      },
    );
    return { outputs, rowErrors: hasFailures(outputs), metrics: metricsOf(outputs) };
  };
  // A platform may start the same run twice: the second waits, then returns the outputs of the first.
  return runKey === undefined ? work() : withLock(warehouse, runKeyLock(warehouse, runKey), patience, work);
}

function hasFailures(outputs: Record<string, unknown>): boolean {
  return Number(outputs['newFailures']) > 0;
}

function metricsOf(outputs: Record<string, unknown>): Metric[] {
  return ['new', 'changed', 'deleted', 'rekeyed'].map((change) => ({
    name: `lines_${change}`,
    type: 'counter',
    value: Number(outputs[change]),
  }));
}
