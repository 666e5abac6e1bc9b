import { z } from 'zod';

/** What each mutation is charged; only that of create_item is known, the others are planned with the same. */
const POINTS = {
  archive_item: 30_000,
  change_column_value: 30_000,
  change_multiple_column_values: 30_000,
  change_simple_column_value: 30_000,
  create_column: 30_000,
  create_group: 30_000,
  create_item: 30_000,
  create_subitem: 30_000,
  delete_column: 30_000,
  delete_group: 30_000,
  delete_item: 30_000,
  duplicate_item: 30_000,
  move_item_to_group: 30_000,
  update_dropdown_column: 30_000,
  update_status_column: 30_000,
};

/** The limits of a Pro account with a personal token, and the switches for what is not documented (0 is off). */
const PRO = {
  /** Points a minute; `readComplexityPerMinute` above 0 gives reads a budget of their own, as app tokens have. */
  complexityPerMinute: 10_000_000,
  readComplexityPerMinute: 0,
  complexityPerRequest: 5_000_000,
  /** What a read is charged for each object of its answer: two answers of five objects were recorded with 22 points each. */
  pointsPerObject: 4.4,
  requestsPerMinute: 2_500,
  concurrency: 100,
  callsPerDay: 10_000,
  /** Requests of one IP address in ten seconds. */
  requestsPerIp: 5_000,
  itemsLimit: 10_000,
  subitemsLimit: 100,
  mutationMs: 0,
  queryMs: 0,
  /** The longest that one request may take before the gateway cuts it. */
  ceilingMs: 60_000,
  /** How long effects stay hidden from filters under the fault readLag. */
  readLagMs: 3_000,
  /** How long after its error answer a lateCommit takes effect. */
  lateCommitMs: 3_000,
  /** 1: while its late effect is to come, the idempotency key answers 409; 0: a resend executes as well. */
  lateCommitHoldsKey: 1,
  slowMs: 5_000,
  /** The wait that a refusal names when it does not follow from a limit. */
  retrySeconds: 1,
  /** How old an answer of `boards` may be without `latest: true`. */
  boardsCacheMs: 0,
  /** 1: a write to a board on which another is at work answers 423. */
  boardLock: 0,
  validationStatus: 400,
  /** HTTP status for column_values that are no JSON text: 200 (an error of the field) or 500. */
  malformedValuesStatus: 200,
  keepFailedAnswers: 0,
  /** 1: a known idempotency key with another body is refused with 422. */
  rejectChangedBody: 0,
  idempotencyMs: 30 * 60_000,
  /** Bytes of answers kept for idempotency keys; beyond them requests execute and are not kept. */
  idempotencyBytes: 64 * 1024 * 1024,
  /** Minutes by which the zone of the token's user is ahead of UTC: times of date cells are shown in it. */
  userZoneMinutes: 0,
  /** 1: settings give the colours of status labels by name, as the vendor's page has it; 0: by number. */
  coloursByName: 0,
  /** n above 0: `state` below `subitems` ends the whole request, for subitems whose id is divisible by n. */
  nestedStateFails: 0,
  /** Parents whose subitems one request may read. */
  subitemsParents: 100,
  /** 0: the subitems board cannot be asked for its items directly. */
  subitemsBoardQueries: 1,
  ...POINTS,
};

export type ChargedOperation = keyof typeof POINTS;
export type Limits = typeof PRO;
export type LimitName = keyof Limits;

const amount = z.number().min(0).max(2_000_000_000);
const minutes = z
  .number()
  .int()
  .min(-12 * 60)
  .max(14 * 60);
/** Any of the limits by name. */
export const limitsSchema: z.ZodType<Partial<Limits>> = z.strictObject(
  Object.fromEntries(
    Object.keys(PRO).map((name) => [name, (name === 'userZoneMinutes' ? minutes : amount).optional()]),
  ),
);

/** Far above any plan: for a demonstration that should not wait for the account. */
const RAISED: Partial<Limits> = {
  complexityPerMinute: 2_000_000_000,
  requestsPerMinute: 1_000_000,
  requestsPerIp: 1_000_000,
  concurrency: 250,
  callsPerDay: 1_000_000,
  itemsLimit: 1_000_000,
  subitemsLimit: 1_000,
};

export const LIMIT_PRESETS = { pro: PRO, raised: { ...PRO, ...RAISED } } as const satisfies Record<string, Limits>;
export type LimitPreset = keyof typeof LIMIT_PRESETS;

export function isCharged(operation: string): operation is ChargedOperation {
  return operation in POINTS;
}
