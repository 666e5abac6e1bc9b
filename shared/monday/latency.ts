/** What happened since the last call, for the log and the metrics of a minute. */
export interface ApiFigures {
  requests: number;
  /** Points charged for them. */
  points: number;
  /** Points of the minute that may still be used now. */
  pointsLeft: number;
  inFlight: number;
  p50Ms: number | undefined;
  p95Ms: number | undefined;
}

/** The value below which a share of the numbers lies (nearest rank). */
export function percentile(numbers: readonly number[], share: number): number | undefined {
  const sorted = [...numbers].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)];
}

/** A moving average: half of it is the last observation. */
export class MovingMean {
  #mean: number | undefined;

  get value(): number | undefined {
    return this.#mean;
  }

  observe(value: number): void {
    this.#mean = this.#mean === undefined ? value : (this.#mean + value) / 2;
  }
}
