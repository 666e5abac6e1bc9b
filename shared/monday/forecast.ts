import type { MutationName } from './operations.js';
import type { Pace } from './pace.js';

/** What a number of mutations of each kind is expected to take at an account. */
export interface Cost {
  requests: number;
  points: number;
  minutes: number;
}

export function costOf(mutations: ReadonlyMap<MutationName, number>, pace: Pace): Cost {
  let requests = 0;
  let points = 0;
  for (const [operation, number] of mutations) {
    requests += Math.ceil(number / pace.aliasCount(operation));
    points += number * pace.costOf(operation);
  }
  return { requests, points, minutes: Math.round((points / Math.max(1, pace.pointsPerMinute)) * 10) / 10 };
}
