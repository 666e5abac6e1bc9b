import { isOpen } from '../../../shared/store/batches.js';
import type { RunFigures } from '../../../shared/store/run-figures.js';
import type { RunBatch } from './batches.js';

export const STEPS = ['stage', 'push', 'promote'] as const;

/** How long a step of a batch took; undefined when it did not end, or not this time. */
export function stepMs(batch: RunBatch, step: (typeof STEPS)[number]): number | undefined {
  const { from, to } = batch[step];
  return from === null || to === null || to < from ? undefined : to.getTime() - from.getTime();
}

/**
 * From the run's beginning to the last moment that is recorded of it. A batch that is superseded ended with its last
 * step, not when the next run came. With `now`, batches that are still open count until then.
 */
export function runMs(run: RunFigures, batches: readonly RunBatch[], now?: Date): number {
  const moments = batches.flatMap((batch) => [
    ...STEPS.flatMap((step) => [batch[step].from, batch[step].to]),
    batch.status === 'SUPERSEDED' ? null : batch.endedAt,
    now !== undefined && isOpen(batch.status) ? now : null,
  ]);
  const times = [run.startedAt, run.finishedAt, ...moments].filter((moment) => moment !== null);
  return Math.max(...times.map((moment) => moment.getTime())) - run.startedAt.getTime();
}

/** Minutes that the pushes of a run were forecast to take; undefined when none of them came so far. */
export function forecastMinutes(batches: readonly RunBatch[]): number | undefined {
  const forecasts = batches.flatMap(({ forecast }) => (forecast === null ? [] : [forecast.minutes]));
  return forecasts.length === 0 ? undefined : forecasts.reduce((sum, minutes) => sum + minutes, 0);
}
