import { timeText } from '../ground/clock.js';
import type { ErrorCode } from '../ground/error-codes.js';
import { FixFirstError } from '../ground/errors.js';
import type { Queryable } from '../warehouse/port/warehouse.js';
import { blocksOf } from './blocks.js';
import { rowOf } from './rows.js';
import { filterText } from './runs.js';
import { BATCHES } from './schema/batch-tables.js';
import { RUNS } from './schema/run-tables.js';

/** The most that a message names. */
const NAMED = 10;
const ANY = '%';
const WHOLE = 36;
/** The word for the newest. */
const LATEST = 'latest';

/** A run or batch that may be meant, with what distinguishes it. */
interface IdCandidate {
  id: string;
  what: string;
}

const runs = blocksOf('runs');
const batches = blocksOf('batches');

const selectRuns = runs.rows(
  'select-runs-said',
  { pattern: 'text', most: 'int' },
  rowOf(RUNS, ['run_id', 'dry', 'started_at'])
    .extend({ filter: filterText })
    .transform(
      ({ run_id, dry, started_at, filter }): IdCandidate => ({
        id: run_id,
        what: `${filter === null ? 'all customers' : filter.join(', ')}${dry === 1 ? ', dry' : ''}, ${timeText(started_at)}`,
      }),
    ),
);

const batchRow = rowOf(BATCHES, ['batch_id', 'customer_name', 'status', 'start_time']).transform(
  ({ batch_id, customer_name, status, start_time }): IdCandidate => ({
    id: batch_id,
    what: `${customer_name}, ${status}, ${timeText(start_time)}`,
  }),
);
const selectBatches = batches.rows('select-batches-said', { pattern: 'text', most: 'int' }, batchRow);
const selectNewest = batches.rows('select-batches-of-newest-run', { most: 'int' }, batchRow);

/**
 * The id of the run meant by a complete id, its beginning or `latest`: the newest one, dry or not. A complete id is
 * returned unchanged, whether the run exists or not.
 * @throws FixFirstError, with those that may have been meant, when none fits or several do.
 */
export async function runSaid(queryable: Queryable, said: string): Promise<string> {
  if (said.length === WHOLE) return said;
  const fitting =
    said === LATEST
      ? await selectRuns(queryable, { pattern: ANY, most: 1 })
      : await selectRuns(queryable, { pattern: said + ANY, most: NAMED + 1 });
  return (
    onlyOne(fitting, 'runs', said) ??
    refuse({ code: 'RUN_NOT_FOUND', one: 'run', said }, await selectRuns(queryable, { pattern: ANY, most: NAMED }))
  );
}

/**
 * The same for a batch; `latest` is the batch of the newest run. An earlier run's is never meant: it may be another customer's,
 * or a restore that waits.
 * @throws FixFirstError, with those that may have been meant, when none fits or several do.
 */
export async function batchSaid(queryable: Queryable, said: string): Promise<string> {
  if (said.length === WHOLE) return said;
  const fitting =
    said === LATEST
      ? await selectNewest(queryable, { most: NAMED + 1 })
      : await selectBatches(queryable, { pattern: said + ANY, most: NAMED + 1 });
  return (
    onlyOne(fitting, 'batches', said) ??
    refuse(
      { code: 'BATCH_NOT_FOUND', one: 'batch', said },
      await selectBatches(queryable, { pattern: ANY, most: NAMED }),
    )
  );
}

/** The one that fits; undefined for none. */
function onlyOne(fitting: readonly IdCandidate[], many: string, said: string): string | undefined {
  const [only] = fitting;
  if (fitting.length < 2) return only?.id;
  const meant =
    said === LATEST ? `The newest run has several ${many}` : `Several ${many} have ids that begin with ${said}`;
  throw new FixFirstError('ID_AMBIGUOUS', `${meant}: say which.${list(fitting)}`);
}

function refuse(
  { code, one, said }: { code: Extract<ErrorCode, 'RUN_NOT_FOUND' | 'BATCH_NOT_FOUND'>; one: string; said: string },
  known: readonly IdCandidate[],
): never {
  const latest =
    known.length === 0
      ? `There is no ${one} yet.`
      : `The newest run has no ${one}: it found nothing to carry, or its batches are not made yet.`;
  const none = said === LATEST ? latest : `There is no ${one} whose id begins with ${said}.`;
  throw new FixFirstError(code, known.length === 0 ? none : `${none} The newest are:${list(known)}`);
}

function list(candidates: readonly IdCandidate[]): string {
  const more = candidates.length > NAMED ? '\n…' : '';
  return (
    candidates
      .slice(0, NAMED)
      .map(({ id, what }) => `\n${id}  ${what}`)
      .join('') + more
  );
}
