import { messageOf, TryAgainError } from '../../shared/ground/errors.js';
import { newUuid } from '../../shared/ground/ids.js';
import { BoundReachedError } from './calls.js';
import type { Lab } from './lab.js';
import type { Redactor } from './redact.js';
import { differencesOf, entryOf, type FactEntry, type FactSource, type Result } from './report.js';

/** How every group and column begins that a probe has made: what bears it may be deleted, nothing else. */
export const MARK = 'customer-orders probe';
/** How the names of its items begin. */
const ITEM_MARK = 'probe';
/** Said by the group of a probe that found no subitems column: the one that is there later is of its making. */
const SUBITEMS_ARE_OURS = 'made the subitems column';

export function groupTitle(hasSubitemsColumn: boolean): string {
  const run = newUuid().slice(0, 8);
  return hasSubitemsColumn ? `${MARK} ${run}` : `${MARK} ${run}, ${SUBITEMS_ARE_OURS}`;
}

export const columnTitle = (what: string): string => `${MARK} ${what}`;
export const itemName = (what: string): string => `${ITEM_MARK} ${what}`;

export function isMarked({ title }: { title: string }): boolean {
  return title.startsWith(MARK);
}

/** What the API does to names is one of the questions: blanks before the mark do not hide it. */
export function isItemOfProbe({ name }: { name: string }): boolean {
  return name.trimStart().startsWith(ITEM_MARK);
}

export function tellsOfOwnSubitems({ title }: { title: string }): boolean {
  return isMarked({ title }) && title.endsWith(SUBITEMS_ARE_OURS);
}

export type Fact = string | number | boolean;
export type Facts = Readonly<Record<string, Fact>>;

/**
 * What a measurement gives: an answer to each aspect that is assumed, undefined where the account gave no occasion for it,
 * and what is worth knowing beside it.
 */
export interface Measured<Aspect extends string = string> {
  answered: Readonly<Record<Aspect, Fact | undefined>>;
  notes?: Facts;
}

export interface CallCounts {
  calls: number;
  mutations: number;
}

/** One thing that nobody has recorded, what simulator and client take for granted about it, and how to find out. */
export interface Point {
  readonly id: string;
  readonly question: string;
  /** The answer to each aspect as simulator and client assume it. */
  readonly assumes: Facts;
  /** The files that rely on it. */
  readonly where: readonly string[];
  /** Requests it takes at most, when no limit refuses one, and mutations in them. */
  readonly most: CallCounts;
  measure(lab: Lab): Promise<Measured>;
}

/** A point whose measurement answers every aspect that it assumes. */
export function point<const Assumed extends Facts>(
  definition: Omit<Point, 'assumes' | 'measure'> & {
    assumes: Assumed;
    measure(lab: Lab): Promise<Measured<Extract<keyof Assumed, string>>>;
  },
): Point {
  return definition;
}

/** The same fact for several aspects. */
export function each<const Each extends Fact, Aspect extends string>(fact: Each, ...aspects: readonly Aspect[]) {
  return Object.fromEntries(aspects.map((aspect) => [aspect, fact])) as Readonly<Record<Aspect, Each>>;
}

/** A point could not be measured; the message says why. */
export class NotMeasured extends Error {}

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
  return new TryAgainError('BOARD_WRITE_FAILED', `The group of the probe could not be created: ${error.message}.`);
}
