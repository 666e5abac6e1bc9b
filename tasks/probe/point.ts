import type { Lab } from './lab.js';

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
