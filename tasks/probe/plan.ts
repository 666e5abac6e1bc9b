import { createInterface } from 'node:readline/promises';
import { activity } from '../../shared/ground/activity.js';
import type { Point } from './measure.js';
import { POINTS } from './points.js';

/** What is planned for each mutation until its own cost is known. */
const POINTS_PER_MUTATION = 30_000;
/** Who the token is, what the board is, whether it is empty, the group of the probe. */
const LOOKING = { calls: 4, mutations: 1 };
/** What makes the columns that several points share; that of the subitems takes an item, a subitem, perhaps a column. */
export const SHARED_COLUMNS = { calls: 4, mutations: 9 };
/** For requests that a limit refuses and that are sent again. */
const REPEATING = { calls: 12, mutations: 0 };
/** Three rounds of three reads and two requests that delete, and one look more. */
export const CLEANING = { calls: 18, mutations: 40 };
/** After a kill people may have filled the board: all its pages are read at each look. */
export const CLEANING_ALONE = { calls: 200 };

/** What a probe may do at most; no call leaves beyond it. */
export interface Plan {
  points: readonly Point[];
  /** For looking, measuring and repeating. */
  measuring: number;
  /** For deleting: kept apart, so that measuring cannot use it up. */
  cleaning: number;
  mutations: number;
  complexity: number;
}

export function planOf(only?: readonly string[]): Plan {
  const points = POINTS.filter(({ id }) => only === undefined || only.includes(id));
  const parts = [...points.map(({ most }) => most), SHARED_COLUMNS, LOOKING, REPEATING];
  const mutations = sum([...parts, CLEANING].map((part) => part.mutations));
  return {
    points,
    measuring: sum(parts.map(({ calls }) => calls)),
    cleaning: CLEANING.calls,
    mutations,
    complexity: mutations * POINTS_PER_MUTATION,
  };
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, each) => total + each, 0);
}

/** The plan for people: said before the first call. */
export function planLines(
  { points, measuring, cleaning, mutations, complexity }: Plan,
  boardId: string | undefined,
): string[] {
  const board = boardId === undefined ? 'a board' : `board ${boardId}`;
  const width = Math.max(...points.map(({ id }) => id.length));
  const lines = points.map(
    ({ id, most, question }) => `  ${id.padEnd(width)}  ${String(most.calls).padStart(2)}  ${question}`,
  );
  return [
    `The probe asks ${points.length} questions on ${board}, each with its maximum of calls:`,
    '',
    ...lines,
    '',
    `At most ${measuring + cleaning} calls, ${cleaning} of them to clean up: they count among the calls of the account's day.`,
    `At most ${mutations} mutations, about ${(complexity / 1_000_000).toFixed(1)} million points of complexity; with a budget of 1 million a minute that is ${Math.ceil(complexity / 1_000_000)} minutes.`,
    'It writes to groups, items and columns only that it has made itself, and deletes them at the end.',
    '',
  ];
}

/** Asks whoever sits at the terminal; undefined when nobody does. */
export async function confirmed(question: string, signal: AbortSignal): Promise<boolean | undefined> {
  if (!process.stdin.isTTY || !process.stdout.isTTY) return undefined;
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  activity.isAsking = true;
  try {
    return /^y(es)?$/i.test((await terminal.question(question, { signal })).trim());
  } finally {
    activity.isAsking = false;
    terminal.close();
  }
}
