import { messageOf, TryAgainError } from '../../shared/ground/errors.js';
import { BoundReachedError } from './calls.js';
import { differencesOf, type Result } from './compare.js';
import { entryOf, type FactEntry, type FactSource } from './facts.js';
import type { Lab } from './lab.js';
import { groupTitle } from './mark.js';
import { NotMeasured, type Point } from './point.js';
import type { Redactor } from './redact.js';

export interface Measurement {
  results: Result[];
  entries: FactEntry[];
  /** What ended the probe before its end, unless it was a signal. */
  error?: unknown;
}

/** Measures one point after the other. Whatever ends it early, what was measured until then is given. */
export async function measureAll(
  lab: Lab,
  points: readonly Point[],
  { source, redactor, hasSubitemsColumn }: { source: FactSource; redactor: Redactor; hasSubitemsColumn: boolean },
): Promise<Measurement> {
  const measurement: Measurement = { results: [], entries: [] };
  const add = (result: Result) => {
    measurement.results.push(result);
    measurement.entries.push(entryOf(result, lab.takeExchanges(), source, redactor));
  };
  try {
    lab.hasSubitemsColumn = hasSubitemsColumn;
    await lab.makeGroup(groupTitle(hasSubitemsColumn));
    for (const point of points) add(await measureOne(lab, point));
  } catch (error) {
    if (!(error instanceof BoundReachedError) && !lab.stopped) measurement.error = taskError(error);
    const why = lab.stopped ? 'the probe was stopped' : messageOf(error);
    for (const point of points.slice(measurement.results.length))
      add({ point, calls: 0, mutations: 0, points: 0, notMeasured: why });
  }
  return measurement;
}

async function measureOne(lab: Lab, point: Point): Promise<Result> {
  const { used, mutations, points } = lab.calls;
  const spent = () => ({
    point,
    calls: lab.calls.used - used,
    mutations: lab.calls.mutations - mutations,
    points: lab.calls.points - points,
  });
  try {
    const measured = await point.measure(lab);
    return { ...spent(), measured, differences: differencesOf(point, measured) };
  } catch (error) {
    if (!(error instanceof NotMeasured)) throw error;
    return { ...spent(), notMeasured: error.message };
  }
}

/** Only the group of the probe itself can fail so: without it there is nothing to measure in. */
function taskError(error: unknown): unknown {
  if (!(error instanceof NotMeasured)) return error;
  return new TryAgainError('BOARD_WRITE_FAILED', `The group of the probe could not be made: ${error.message}.`);
}
