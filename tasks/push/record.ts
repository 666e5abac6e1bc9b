import { recordFailures } from '../../shared/failures.js';
import { decide } from '../../shared/ledger/decide.js';
import type { Entry } from '../../shared/ledger/entry.js';
import { resolve } from '../../shared/ledger/transitions.js';
import type { Answer } from '../../shared/monday/answer.js';
import { type Verdict, verdictOf } from './answers.js';
import { lineFailure } from './line-failures.js';
import type { BegunPart, BegunRequest } from './request.js';
import type { Session } from './session.js';
import { type RowChange, writeRows } from './staged-rows.js';
import type { StagedAction, Unit } from './unit.js';

interface Judged {
  part: BegunPart;
  verdict: Verdict;
  entry: Entry;
  action: StagedAction | null;
  settled: Unit['settled'];
}

/** Records an answer: ledger, rows and failures in one transaction, then what push knows. */
export async function record(session: Session, request: BegunRequest, answer: Answer): Promise<Verdict[]> {
  const { batch, ledger, warehouse, clock, settleMs } = session;
  const now = clock.now();
  const together = request.parts.length;
  const judged = request.parts.map((part) =>
    judge(session, part, verdictOf(answer, part, { together, now, settleMs }), now),
  );
  const requestId = answer.requestId ?? null;
  await warehouse.transaction(async (transaction) => {
    const changes = judged.map(({ part, entry }) => ({
      place: part.unit.place,
      entry,
      stored: part.begun,
    }));
    await ledger.write(transaction, changes, { batchId: batch.batchId, now });
    await writeRows(
      transaction,
      batch.batchId,
      judged.map((each) => rowChange(each, requestId)),
      now,
    );
    const failures = judged.flatMap(({ part, verdict, settled }) =>
      settled === 'failed' && verdict.failure !== undefined
        ? [lineFailure(session, part.unit, verdict.failure, requestId)]
        : [],
    );
    await recordFailures(transaction, failures, { batchId: batch.batchId, runId: batch.runId, now });
  });
  for (const each of judged) take(each);
  return judged.map(({ verdict }) => verdict);
}

function judge({ settleMs }: Session, part: BegunPart, verdict: Verdict, now: Date): Judged {
  const entry = resolve(part.begun, verdict.outcome);
  const done = verdict.outcome.kind === 'done';
  const action = done ? actionOf(part) : part.unit.action;
  const landed = done && decide(entry, part.unit.wanted, { now, settleMs, looked: true }).kind === 'none';
  return { part, verdict, entry, action, settled: landed ? 'landed' : verdict.park ? 'failed' : null };
}

function actionOf({ unit, send }: BegunPart): StagedAction {
  if (send.kind === 'archive') return 'ARCHIVED';
  return send.kind === 'create' || unit.action === 'CREATED' ? 'CREATED' : 'UPDATED';
}

function rowChange({ part, verdict, entry, action, settled }: Judged, requestId: string | null): RowChange {
  const status = settled === 'landed' ? 'API_SUCCESS' : settled === 'failed' ? 'API_FAILED' : 'PENDING';
  const { failure } = verdict;
  const message = failure === undefined ? null : `${failure.code}: ${failure.message}`;
  const id = entry.id ?? (action === 'ARCHIVED' ? part.begun.id : null);
  return { unit: part.unit, status, id, action, message, requestId };
}

function take({ part, verdict, entry, action, settled }: Judged): void {
  const { unit } = part;
  unit.entry = entry;
  unit.stored = entry;
  unit.madeNow = verdict.outcome.kind === 'done' && part.send.kind === 'create' && entry.suspicion === null;
  unit.action = action;
  unit.settled = settled;
  if (verdict.outcome.kind === 'unknown') unit.looked = false;
  if (verdict.alone) unit.alone = true;
  if (!verdict.notThere) return;
  unit.notThere += 1;
  unit.looked = false;
  // What a size's mutation misses may be its item.
  if (unit.item !== undefined) {
    unit.item.looked = false;
    unit.item.madeNow = false;
    unit.item.settled = null;
  }
}
