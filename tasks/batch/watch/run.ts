import type { FlagsOf } from '../../../shared/runtime/flags.js';
import type { Metric } from '../../../shared/runtime/outputs.js';
import type { ContextOf, Outcome } from '../../../shared/runtime/task.js';
import { alertOf, keepAlert, newestRuns, type RunFigures, runFigures } from '../../../shared/store/run-figures.js';
import { runSaid } from '../../../shared/store/said-ids.js';
import type { Warehouse } from '../../../shared/warehouse/port/warehouse.js';
import type { watchCommand } from '../commands.js';
import { type DayOfCalls, dayText, expectedCalls, readCalls } from '../facts/calls.js';
import { readArchiveSizes, readRunBatches } from '../facts/figures.js';
import { archiveCrossings, type Crossing } from './archive-growth.js';
import { type Figures, figuresOf, findingsOf } from './checks.js';
import { describe, postAlert, sentence } from './hook.js';
import { ToldNames, toldUnmapped } from './told-names.js';

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
  const told = await ToldNames.read(warehouse);
  const untold = run.told.unmapped.filter((each) => !told.has(toldUnmapped(each)));
  const now = clock.now();
  const [newest] = await newestRuns(warehouse, Number.MAX_SAFE_INTEGER, 1);
  const isNewest = newest?.runId === runId;
  // Archives and the account's day are as they are now: an earlier run has nothing to do with them.
  const crossings = isNewest ? await readCrossings(context, now) : undefined;
  const newCrossings = (crossings ?? []).filter((crossing) => !told.has(crossing.told));
  const calls = isNewest ? await readCalls(warehouse, now) : undefined;
  if (calls !== undefined) log.info(`${dayText(calls)}.`, { runId });
  const watched = { run, batches, crossings: newCrossings, untold, calls, now };
  const findings = findingsOf(watched, settings);
  const alert = { runId, findings, link: flags.link };
  if (findings.length > 0) log.warn(describe(alert), { runId });
  const toBePosted = findings.length > 0 && settings.ALERT_URL !== undefined;
  const post = toBePosted
    ? await postAlert(settings.ALERT_URL ?? '', alert, { format: settings.ALERT_FORMAT, log, signal })
    : 'not configured';
  const posted = post === 'accepted';
  if (findings.length > 0) {
    // Somebody who looks again without ALERT_URL does not take back what was posted, or could not be.
    const before = post === 'not configured' ? await alertOf(warehouse, runId) : undefined;
    if (before === undefined || before.post === 'not configured')
      await keepAlert(warehouse, runId, { reasons: findings.map(sentence), post }, clock.now());
  }
  // What could not be posted is told again by the next run. Without a webhook, people are told by the page that --link
  // names; a look by hand has neither, so nobody is told, and nothing noted or forgotten.
  const isShown = settings.ALERT_URL === undefined && flags.link !== undefined;
  if (posted || isShown) {
    const given = [...untold.map(toldUnmapped), ...newCrossings.map((crossing) => crossing.told)];
    await told.note(warehouse, given, { runId, now: clock.now() });
  }
  if (isNewest && (settings.ALERT_URL !== undefined || isShown)) await forget(warehouse, told, { run, crossings });
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

/** Limits that archives are above; undefined where the archives cannot be read. */
async function readCrossings({ settings, clock, log, signal }: WatchContext, now: Date) {
  const archives = await readArchiveSizes(
    { url: settings.ARCHIVE_URL, schema: settings.ARCHIVE_SCHEMA, clock, log, signal },
    // All that are kept: what has not changed for months was never archived since, and may have grown today.
    new Date(0),
  );
  return archives && archiveCrossings({ archives, limits: settings, now });
}

/** What is over may be told again when it comes back. A run of some customers, or one that detect did not finish, has not seen all names. */
async function forget(
  warehouse: Warehouse,
  told: ToldNames,
  { run, crossings }: { run: RunFigures; crossings: readonly Crossing[] | undefined },
): Promise<void> {
  if (run.filter === null && run.state === 'DONE')
    await told.forgetNames(warehouse, run.told.unmapped.map(toldUnmapped));
  if (crossings !== undefined)
    await told.forgetChecks(
      warehouse,
      crossings.map((crossing) => crossing.told),
    );
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
