import { isLanded } from '../../../shared/ledger/decide.js';
import type { Entry } from '../../../shared/ledger/entry.js';
import { GROUP } from '../../../shared/ledger/entry.js';
import { resolve } from '../../../shared/ledger/transitions.js';
import type { Answer } from '../../../shared/monday/answer.js';
import { recordFailures } from '../../../shared/store/failures.js';
import type { StagedAction } from '../../../shared/store/states.js';
import type { Line, Unit } from '../model/unit.js';
import { advance } from '../model/unit-states.js';
import { lineFailure } from '../write/settle.js';
import { type RowChange, writeRows } from '../write/staged-rows.js';
import { type UnitVerdict, verdictOf } from './answers.js';
import type { BoardChange } from './board-watch.js';
import { type Patient, withPatience } from './patience.js';
import type { BegunPart, BegunRequest } from './request.js';
import type { SendSession } from './session.js';

interface Judged extends Patient {
  part: BegunPart;
  entry: Entry;
  action: StagedAction | null;
  settled: Unit['settled'];
  /** To be looked up although it was answered. */
  verify: boolean;
}

/** Records an answer: ledger, rows and failures in one transaction, then what push knows. */
export async function record(session: SendSession, request: BegunRequest, answer: Answer): Promise<UnitVerdict[]> {
  const { batch, ledger, warehouse, clock, settleMs, progress, watch } = session;
  const now = clock.now();
  const together = request.parts.length;
  const verdicts = request.parts.map((part) => ({
    part,
    verdict: verdictOf(answer, part, { together, now, settleMs }),
  }));
  const acceptedBefore = progress.mutations.accepted;
  const accepted = acceptedBefore + verdicts.filter(({ verdict }) => verdict.outcome.kind === 'done').length;
  const openLines = [...session.lines.values()].filter(isOpenLine).length;
  const circumstances = { accepted, acceptedBefore, openLines, clock };
  const patients = verdicts.map(({ part, verdict }) => ({ part, ...withPatience(verdict, part.unit, circumstances) }));
  const refused = patients.some(({ verdict }) => isRefusedByBoard(verdict));
  // Rule 21: before a refused line fails, the board is read again.
  const change = refused ? await watch.look(request, now) : 'none';
  const judged = patients.map(({ part, ...patient }) => {
    const known = change === 'none' || !isRefusedByBoard(patient.verdict);
    const again = known ? patient : withPatience(excused(patient.verdict, change), part.unit, circumstances);
    return judge(session, part, again, { now, replayed: answer.replayed });
  });
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
      settled === 'failed' && verdict.failure !== undefined && part.unit.place.kind !== 'group'
        ? [lineFailure(session, part.unit, verdict.failure, requestId)]
        : [],
    );
    await recordFailures(transaction, failures, { batchId: batch.batchId, runId: batch.runId, now });
  });
  for (const each of judged) take(session, each, requestId);
  return judged.map(({ verdict }) => verdict);
}

function isOpenLine({ item, sizes }: Line): boolean {
  return [item, ...sizes].some(({ settled, held }) => settled === null && !held);
}

/** For good, and of this line alone, as far as its answer says. */
function isRefusedByBoard({ outcome, own, park }: UnitVerdict): boolean {
  return park === true && own === true && outcome.kind === 'failed';
}

/** Not the line's fault: the board changed since its values were built. */
function excused({ failure }: UnitVerdict, change: Exclude<BoardChange, 'none'>): UnitVerdict {
  const refused: UnitVerdict = {
    outcome: { kind: 'refused' },
    own: true,
    ...(failure === undefined ? {} : { failure }),
  };
  return change === 'again' ? refused : { ...refused, stop: true, error: change };
}

function judge(
  { settleMs }: SendSession,
  part: BegunPart,
  patient: Patient,
  { now, replayed }: { now: Date; replayed: boolean },
): Judged {
  const { verdict } = patient;
  const entry = resolve(part.begun, verdict.outcome);
  const done = verdict.outcome.kind === 'done';
  const action = done ? actionOf(part) : part.unit.action;
  // Rule 15: what was made by an earlier send may be gone by now, so that it is looked up first.
  const verify = done && replayed && part.send.kind === 'create';
  const landed = done && !verify && isLanded(entry, part.unit.wanted, { now, settleMs });
  return { ...patient, part, entry, action, verify, settled: landed ? 'landed' : verdict.park ? 'failed' : null };
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

function take({ board }: SendSession, judged: Judged, requestId: string | null): void {
  const { part, verdict, entry, action, settled, trouble, notBefore } = judged;
  const { unit, send } = part;
  const created = verdict.outcome.kind === 'done' && send.kind === 'create';
  advance(unit, {
    kind: 'judged',
    ...{ entry, settled, action, trouble, notBefore },
    made: created && entry.suspicion === null && !judged.verify,
    unknown: verdict.outcome.kind === 'unknown' || judged.verify,
    notThere: verdict.notThere === true,
    alone: verdict.alone === true,
    full: verdict.full === true,
    refusal: settled === 'failed' && verdict.failure !== undefined ? { ...verdict.failure, requestId } : null,
  });
  if (verdict.full) board.room = 0;
  if (created && unit.place.kind === 'item' && board.room) board.room -= 1;
  if (!verdict.notThere) return;
  // It may as well be its group: its id is asked for again.
  const title = send.values[GROUP] ?? null;
  if (title !== null) board.lostGroups.add(title);
  // What a size's mutation misses may be its item.
  if (unit.item !== undefined) advance(unit.item, { kind: 'reopened' });
}
