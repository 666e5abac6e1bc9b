import { z } from 'zod';
import { quoteColumns, quoteIdentifier } from '../warehouse/port/statements.js';
import type { Parameters, Queryable } from '../warehouse/port/warehouse.js';
import { blocksOf } from './blocks.js';
import { OPEN_BATCH_STATES } from './states.js';

/** Expired rows of one table, as an SQL condition on the row `t`. */
export interface Expired {
  /** Their name in the outputs. */
  readonly name: string;
  readonly table: string;
  readonly keys: readonly string[];
  readonly expired: string;
}

/** A batch `b` that nobody resumes since before `moment`: closed, or of a dry run. */
const over = (moment: string): string =>
  `((b."status" NOT IN (@open_states) OR b."dry" = 1) AND COALESCE(b."end_time", b."start_time") < ${moment})`;

const batchOver = (moment: string, match: string): string =>
  `EXISTS (SELECT 1 FROM dbo."MON_BatchProcessing" b WHERE ${match} AND ${over(moment)})`;

/**
 * A run whose batches are all over and of which no change set waits for its batch. Kept whatever their age: runs that
 * later ones are compared with, and a release (allow_large_change) as long as there is a restore that it may have ended.
 */
const runOver = (r: string): string =>
  `(COALESCE(${r}."finished_at", ${r}."started_at") < @batches_before AND ${r}."seq" NOT IN (@kept_runs)
  AND NOT EXISTS (SELECT 1 FROM dbo."MON_BatchProcessing" b WHERE b."run_id" = ${r}."run_id" AND NOT ${over('@batches_before')})
  AND NOT EXISTS (SELECT 1 FROM dbo."MON_ChangeSet" c WHERE c."run_id" = ${r}."run_id" AND c."state" = 'OPEN' AND ${r}."dry" = 0)
  AND NOT (${r}."allow_large_change" = 1 AND EXISTS (SELECT 1 FROM dbo."MON_Run" q WHERE q."kind" = 'RESTORE' AND q."dry" = 0 AND q."seq" < ${r}."seq")))`;

const ofRunOver = `EXISTS (SELECT 1 FROM dbo."MON_Run" r WHERE r."run_id" = t."run_id" AND ${runOver('r')})`;

/** An error is kept while it holds its line back, and while the batch that last reported it is open. */
const FAILURE_OVER = `COALESCE(t."resolved_date", t."last_seen_date") < @failures_before
  AND (t."resolved_date" IS NOT NULL OR t."last_seen_date" < @held_before)
  AND NOT EXISTS (SELECT 1 FROM dbo."MON_BatchProcessing" b WHERE b."batch_id" = t."last_batch_id" AND b."status" IN (@open_states) AND b."dry" = 0)`;

/** A body is needed until nothing in it is unresolved. */
const REQUEST_OVER = `t."created_at" < @batches_before
  AND NOT EXISTS (SELECT 1 FROM dbo."MON_Ledger" l WHERE l."request_id" = t."request_id" AND l."operation" IS NOT NULL)`;

/**
 * Rule 27: everything of the warehouse that is pruned, in an order in which each table goes after what refers to it. The snapshot
 * with its tombstones, the ledger, the mappings and the production tables are not among them: they are the identity of lines.
 */
export const EXPIRED: readonly Expired[] = [
  {
    name: 'stagedSizes',
    table: 'STG_MON_CustMasterSchedule_Subitems',
    keys: ['batch_id', 'line_key', 'Size'],
    expired: batchOver('@staging_before', 'b."batch_id" = t."batch_id"'),
  },
  {
    name: 'stagedLines',
    table: 'STG_MON_CustMasterSchedule',
    keys: ['batch_id', 'line_key'],
    expired: batchOver('@staging_before', 'b."batch_id" = t."batch_id"'),
  },
  {
    name: 'restoredLines',
    table: 'MON_RestoredLine',
    keys: ['run_id', 'line_key'],
    expired: batchOver('@staging_before', 'b."run_id" = t."run_id" AND b."customer_name" = t."customer"'),
  },
  { name: 'lineFailures', table: 'ERR_MON_CustMasterSchedule', keys: ['err_id'], expired: FAILURE_OVER },
  { name: 'sizeFailures', table: 'ERR_MON_CustMasterSchedule_Subitems', keys: ['err_id'], expired: FAILURE_OVER },
  { name: 'requests', table: 'MON_Request', keys: ['request_id'], expired: REQUEST_OVER },
  { name: 'changes', table: 'MON_Change', keys: ['run_id', 'line_key'], expired: ofRunOver },
  { name: 'changeSets', table: 'MON_ChangeSet', keys: ['run_id', 'customer'], expired: ofRunOver },
  { name: 'batches', table: 'MON_BatchProcessing', keys: ['batch_id'], expired: ofRunOver },
  { name: 'runs', table: 'MON_Run', keys: ['run_id'], expired: runOver('t') },
];

const blocks = blocksOf('retention');

/** The time before which rows of each kind are expired. */
export interface Moments {
  /** Runs that are kept whatever their age, by `seq`. */
  keptRuns: readonly number[];
  stagingBefore: Date;
  failuresBefore: Date;
  /** Failures that hold a line back. */
  heldBefore: Date;
  batchesBefore: Date;
}

// What the statements take besides stands in {expired}.
const count = blocks.statement('count-expired', {}, ['table', 'expired']);
const remove = blocks.statement('delete-expired', { most: 'int' }, ['table', 'keys', 'sameKeys', 'expired']);

/** The number of expired rows of a table. */
export async function countExpired(queryable: Queryable, expired: Expired, moments: Moments): Promise<number> {
  const [row] = await queryable.query(count(placesOf(expired)), parametersOf(moments));
  return z.object({ rows: z.coerce.number() }).parse(row).rows;
}

/** Removes at most so many expired rows of a table, and returns how many. */
export function deleteExpired(queryable: Queryable, expired: Expired, moments: Moments, most: number): Promise<number> {
  return queryable.execute(remove(placesOf(expired)), { ...parametersOf(moments), most });
}

/** What stands in both statements for one of these tables. */
export function placesOf({ table, keys, expired }: Expired) {
  const target = quoteIdentifier(table);
  return {
    table: target,
    keys: quoteColumns(keys, 't'),
    sameKeys: keys.map((key) => `e.${quoteIdentifier(key)} = ${target}.${quoteIdentifier(key)}`).join(' AND '),
    expired,
  };
}

function parametersOf({ keptRuns, stagingBefore, failuresBefore, heldBefore, batchesBefore }: Moments): Parameters {
  return {
    open_states: OPEN_BATCH_STATES,
    kept_runs: keptRuns,
    staging_before: stagingBefore,
    failures_before: failuresBefore,
    held_before: heldBefore,
    batches_before: batchesBefore,
  };
}
