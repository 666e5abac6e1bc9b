import { z } from 'zod';
import { quoteColumns, quoteIdentifier } from '../warehouse/port/statements.js';
import type { Parameters, Queryable } from '../warehouse/port/warehouse.js';
import { blocksOf } from './blocks.js';
import type { Expired } from './expired.js';
import { OPEN_BATCH_STATES } from './states.js';

const blocks = blocksOf('retention');

/** Before when rows of each kind have served their time. */
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

/** How many rows of a table have served their time. */
export async function countExpired(queryable: Queryable, expired: Expired, moments: Moments): Promise<number> {
  const [row] = await queryable.query(count(placesOf(expired)), parametersOf(moments));
  return z.object({ rows: z.coerce.number() }).parse(row).rows;
}

/** Removes at most so many rows of a table that have served their time, and gives how many. */
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
