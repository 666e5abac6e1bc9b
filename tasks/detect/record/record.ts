import { TryAgainError } from '../../../shared/ground/errors.js';
import { deleteChangeSets, insertChangeSets, type NewChangeSet, supersede } from '../../../shared/store/change-sets.js';
import { deleteChanges, loadChanges } from '../../../shared/store/changes.js';
import {
  closeFailures,
  countDetectedFailures,
  type LineFailure,
  recordFailures,
  resolveDetectedFailures,
} from '../../../shared/store/failures.js';
import { finishRun, type RunOutputs } from '../../../shared/store/runs.js';
import { clearMissing, setMissing } from '../../../shared/store/snapshot.js';
import type { Queryable, Warehouse } from '../../../shared/warehouse/port/warehouse.js';
import { compileOutlived } from '../compare/verdict.js';
import { MISSED, NONE } from '../read/flags.js';
import { type Findings, newChanges } from './change-rows.js';
import { type CustomerReport, changesOf } from './report.js';

export interface RunRecord {
  findings: Findings;
  reports: readonly CustomerReport[];
  failures: readonly LineFailure[];
  dry: boolean;
  /** The source did not change during the scan: lines not seen are missing. */
  steady: boolean;
  mappingVersion: string;
  sizeLabels: readonly string[];
  sourceRows: number;
  now: Date;
  /** The run's outputs, given how many failures were new. */
  outputs(newFailures: number): RunOutputs;
}

/** Writes all findings of a run, and closes it, in one transaction. Rule 28: a dry run changes nothing else. */
export function recordRun(warehouse: Warehouse, record: RunRecord): Promise<RunOutputs> {
  return warehouse.transaction(async (transaction) => {
    if (!record.dry) {
      await supersedeCustomers(transaction, record);
      await writeLooks(transaction, record);
    }
    const newFailures = record.dry ? 0 : await writeFailures(transaction, record);
    await writeChanges(transaction, record);
    const outputs = record.outputs(newFailures);
    await finish(transaction, record, outputs);
    return outputs;
  });
}

/** Rule 11. The batches of a restored customer carry out the restore, so they stay. */
async function supersedeCustomers(transaction: Queryable, { reports, findings, now }: RunRecord): Promise<void> {
  const customers = reports
    .filter(({ state, braked }) => state !== 'BUSY' && braked?.reason !== 'RESTORED')
    .map((report) => report.customer);
  await supersede(transaction, customers, { runId: findings.runId, now });
}

async function writeLooks(transaction: Queryable, { findings, steady, now }: RunRecord): Promise<void> {
  const { sides, matching } = findings;
  const { known } = sides;
  const seenAgain: string[] = [];
  for (let line = 0; line < known.live; line++)
    if (matching.sourceOf(line) !== NONE && isMissed(known.flagsOf(line))) seenAgain.push(known.keyOf(line));
  await clearMissing(transaction, seenAgain);
  if (!steady) return;
  const missing = Array.from(
    matching.vanished().filter((line) => !isMissed(known.flagsOf(line))),
    (line) => known.keyOf(line),
  );
  await setMissing(transaction, missing, now);
}

function isMissed(flags: number): boolean {
  return (flags & MISSED) !== 0;
}

/** Returns how many are new. What an earlier run reported and this one does not is put right, and so is what a line has outlived. */
async function writeFailures(transaction: Queryable, { findings, reports, failures, now }: RunRecord): Promise<number> {
  const { runId, sides, matching } = findings;
  await recordFailures(transaction, failures, { batchId: null, runId, now });
  await resolveDetectedFailures(transaction, runId, now);
  const held = new Set(reports.filter(({ state }) => state !== 'BUSY').map(({ customer }) => customer));
  await closeFailures(transaction, compileOutlived(sides, matching, held), { runId, now });
  return countDetectedFailures(transaction, runId, now);
}

/** Change sets of the customers with something to batch, and of those that were stopped, for people to examine. */
async function writeChanges(transaction: Queryable, { findings, reports }: RunRecord): Promise<void> {
  const { runId } = findings;
  await deleteChanges(transaction, runId);
  await deleteChangeSets(transaction, runId);
  const kept = reports.filter((report) => report.state !== 'OPEN' || changesOf(report) > 0);
  if (kept.length === 0) return;
  await insertChangeSets(transaction, runId, kept.map(newChangeSet));
  const customers = new Set(kept.filter(({ state }) => state !== 'BUSY').map(({ customer }) => customer));
  await loadChanges(transaction, runId, newChanges(findings, customers));
}

function newChangeSet({ customer, tally, state, braked }: CustomerReport): NewChangeSet {
  return { ...tally, customer, state, braked };
}

async function finish(transaction: Queryable, record: RunRecord, outputs: RunOutputs): Promise<void> {
  const { findings, mappingVersion, sizeLabels, sourceRows, now } = record;
  const { runId } = findings;
  if (await finishRun(transaction, { runId, mappingVersion, sizeLabels, sourceRows, outputs }, now)) return;
  throw new TryAgainError(
    'RUN_TAKEN_OVER',
    'Another process finished this run meanwhile. Run again to get its outputs.',
    {
      where: { runId },
    },
  );
}
