import type { FlagsOf } from '../../../shared/runtime/flags.js';
import type { Metric } from '../../../shared/runtime/outputs.js';
import type { ContextOf, Outcome } from '../../../shared/runtime/task.js';
import { alertOf, keepAlert, newestRuns, runFigures } from '../../../shared/store/run-figures.js';
import { runSaid } from '../../../shared/store/said-ids.js';
import type { watchCommand } from '../commands.js';
import { type DayOfCalls, dayText, expectedCalls, readCalls } from '../facts/calls.js';
import { readArchiveSizes, readRunBatches } from '../facts/figures.js';
import { MONTH_MS } from './archive-growth.js';
import { type Figures, figuresOf, findingsOf } from './checks.js';
import { describe, postAlert, sentence } from './hook.js';
import { ToldNames } from './told-names.js';

type WatchContext = ContextOf<typeof watchCommand>;

/** Compares a run with what is expected of one, and tells the hook when it is not. It changes nothing but the record of what it alerted. */
export async function watchRun(context: WatchContext, flags: FlagsOf<typeof watchCommand>): Promise<Outcome> {
  const { settings, clock, log, signal } = context;
  const warehouse = await context.warehouse();
  const run = await runFigures(warehouse, flags.runId && (await runSaid(warehouse, flags.runId)));
  const { runId } = run;
  if (run.dry)
    return { outputs: { runId, status: 'DRY_RUN', alerts: 0, checks: [], reasons: [], posted: false, unmapped: [] } };
  const batches = await readRunBatches(warehouse, [runId]);
  // The month before the run's own beginning as well, to know what was told then.
  const since = new Date(run.startedAt.getTime() - MONTH_MS);
  const archives = await readArchiveSizes(
    { url: settings.ARCHIVE_URL, schema: settings.ARCHIVE_SCHEMA, clock, log, signal },
    since,
  );
  const names = await ToldNames.read(warehouse);
  const untold = run.told.unmapped.filter((each) => !names.has(each));
  const now = clock.now();
  const [newest] = await newestRuns(warehouse, Number.MAX_SAFE_INTEGER, 1);
  const isNewest = newest?.runId === runId;
  // The account's day is as it is now: an earlier run has nothing to do with it.
  const calls = isNewest ? await readCalls(warehouse, now) : undefined;
  if (calls !== undefined) log.info(`${dayText(calls)}.`, { runId });
  const watched = { run, batches, archives, untold, calls, now };
  const findings = findingsOf(watched, settings);
  const alert = { runId, findings, link: flags.link };
  if (findings.length > 0) log.warn(describe(alert), { runId });
  const toBePosted = findings.length > 0 && settings.ALERT_URL !== undefined;
  const post = toBePosted
    ? await postAlert(settings.ALERT_URL ?? '', alert, { format: settings.ALERT_FORMAT, log, signal })
    : 'not configured';
  const posted = post === 'accepted';
  if (findings.length > 0) {
    // Somebody who looks again without ALERT_URL does not take back what was posted.
    const before = post === 'not configured' ? await alertOf(warehouse, runId) : undefined;
    if (before?.post !== 'accepted')
      await keepAlert(warehouse, runId, { reasons: findings.map(sentence), post }, clock.now());
  }
  // What could not be posted is told again by the next run.
  if (posted || !toBePosted) {
    await names.keep(warehouse, run, { now: clock.now(), forget: run.filter === null && isNewest });
  }
  const checks = findings.map(({ check }) => check);
  return {
    outputs: {
      runId,
      status: findings.length > 0 ? 'ALERT' : 'WITHIN',
      alerts: findings.length,
      checks,
      reasons: findings.map(sentence),
      posted,
      unmapped: run.told.unmapped.map((each) => ({ ...each, new: untold.includes(each) })),
      ...(calls === undefined ? {} : callsOutputs(calls)),
    },
    metrics: metricsOf(figuresOf(watched), calls),
  };
}

/** Calls of the UTC day so far, how many it is expected to take in all, and how many the account has where that is known. */
function callsOutputs(calls: DayOfCalls) {
  const { made, limit } = calls;
  return {
    callsToday: made,
    callsExpected: expectedCalls(calls),
    ...(limit === undefined ? {} : { callsPerDay: limit.calls }),
  };
}

/** Counts, which a chart may add up over a day; a sum of shares would say nothing. */
function metricsOf({ counts, minutes }: Figures, calls: DayOfCalls | undefined): Metric[] {
  return [
    ...(calls === undefined ? [] : [{ name: 'calls_today', type: 'gauge' as const, value: calls.made }]),
    { name: 'run_minutes', type: 'gauge', value: minutes },
    { name: 'mutations_asked', type: 'counter', value: counts.mutations },
    { name: 'mutations_accepted', type: 'counter', value: counts.accepted },
    { name: 'lines_staged', type: 'counter', value: counts.lines },
    { name: 'lines_rejected', type: 'counter', value: counts.rejected },
  ];
}
