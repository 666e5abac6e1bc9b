import type { Fact, Measured, Point } from './point.js';

/** An aspect of a point that the account answers otherwise than client and simulator assume. */
export interface AspectDifference {
  aspect: string;
  assumed: Fact;
  answered: Fact;
}

/** What became of a point. */
export type Result = { point: Point; calls: number; mutations: number; points: number } & (
  | { measured: Measured; differences: readonly AspectDifference[] }
  | { notMeasured: string }
);

export function differencesOf({ assumes }: Point, { answered }: Measured): AspectDifference[] {
  return Object.entries(assumes).flatMap(([aspect, assumed]) => {
    const fact = answered[aspect];
    return fact === undefined || fact === assumed ? [] : [{ aspect, assumed, answered: fact }];
  });
}

export function allDifferences(results: readonly Result[]): AspectDifference[] {
  return results.flatMap((result) => ('differences' in result ? result.differences : []));
}
