import { customersOf } from '../../shared/mapping/customers.js';
import { hashedColumns, loadMapping } from '../../shared/mapping/mapping.js';
import type { Metric } from '../../shared/runtime/outputs.js';
import type { ContextOf, Outcome } from '../../shared/runtime/task.js';
import { withLock } from '../../shared/store/locks.js';
import { rememberHashedColumns } from '../../shared/store/mappings.js';
import { explainLine } from './ask/explain.js';
import { listCustomers } from './ask/list-customers.js';
import { detectChanges, openSource } from './detect-changes.js';
import type { DETECT_SETTINGS } from './flags.js';
import type { DetectOptions } from './options.js';
import { finishedOutputs, openRun } from './record/open-run.js';

export type DetectContext = ContextOf<typeof DETECT_SETTINGS>;

/** What `detect` does: a run, or one of its two lists. */
export async function runDetect(context: DetectContext, options: DetectOptions): Promise<Outcome> {
  const { settings, clock, log, signal } = context;
  const patience = { waitMs: settings.LOCK_WAIT, signal, log };
  const mapping = loadMapping(settings.MAPPING_FILE, settings.WAREHOUSE_URL);
  const filter = options.customer && customersOf(mapping, options.customer);
  const warehouse = await context.warehouse();
  if (options.listCustomers) return listCustomers(warehouse, settings.SOURCE_TABLE, mapping, options.json);
  if (options.explain !== undefined) {
    const asking = {
      warehouse,
      mapping,
      table: settings.SOURCE_TABLE,
      retryAfterMs: settings.ERR_RETRY_AFTER,
      now: clock.now(),
    };
    return explainLine(asking, options.explain, options.json);
  }
  const work = async (): Promise<Outcome> => {
    const earlier = options.runKey === undefined ? undefined : await finishedOutputs(warehouse, options.runKey);
    if (earlier !== undefined) {
      log.info('This run is done; its outputs are given again.', { runId: String(earlier['runId']) });
      return { outputs: earlier, rowErrors: hasFailures(earlier) };
    }
    // Before anything is written: a source that cannot be used leaves nothing behind.
    const opened = await openSource(warehouse, settings.SOURCE_TABLE, mapping, options);
    await rememberHashedColumns(warehouse, new Map([[mapping.version, hashedColumns(mapping)]]), clock.now());
    const origin = { mappingVersion: mapping.version, clock, patience };
    const run = await openRun(warehouse, options, filter, origin);
    const outputs = await detectChanges(context, options, { warehouse, mapping, filter, run, opened });
    return { outputs, rowErrors: hasFailures(outputs), metrics: metricsOf(outputs) };
  };
  // A platform may start the same run twice: the second waits, then gives the outputs of the first.
  return options.runKey === undefined ? work() : withLock(warehouse, `run:${options.runKey}`, patience, work);
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
