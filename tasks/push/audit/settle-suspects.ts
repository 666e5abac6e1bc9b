import { newUuid } from '../../../shared/ground/ids.js';
import { outcomeOfAlias } from '../../../shared/monday/answer.js';
import { serialise } from '../../../shared/monday/client.js';
import { composeMutation } from '../../../shared/monday/operations.js';
import type { Suspect } from '../../../shared/store/ledger.js';
import type { Connection } from '../model/connect.js';
import { notSent, postInTime } from '../send/in-time.js';
import { dueAt, type JudgedSuspect } from './suspects.js';

/**
 * Carries out what the board has said of suspects: archives surplus copies, then takes the mark off those that have none
 * left. Returns how many copies were archived. A process that ends in between leaves the mark, and the next audit
 * asks again.
 */
export async function settleSuspects(
  connection: Connection,
  judged: readonly JudgedSuspect[],
  { settleMs, archive }: { settleMs: number; archive: boolean },
): Promise<number> {
  const { ledger, warehouse, clock, log } = connection;
  let archived = 0;
  const clean: Suspect[] = [];
  for (const { suspect, judgement } of judged) {
    if (judgement.kind === 'unaccounted') warnOf(connection, suspect, judgement.ids);
    if (judgement.kind === 'cleared') clean.push(suspect);
    if (judgement.kind !== 'surplus' || !archive) continue;
    const gone = await archiveCopies(connection, suspect, judgement.ids);
    archived += gone;
    if (gone === judgement.ids.length) clean.push(suspect);
  }
  const now = clock.now();
  const due = clean.filter(({ entry }) => dueAt(entry, settleMs) <= now.getTime());
  const changes = due.map(({ place, entry }) => ({ place, entry: { ...entry, suspicion: null }, stored: entry }));
  const cleared = await ledger.writeSuspects(warehouse, changes, now);
  if (cleared > 0) log.info(`${cleared} creates that had no answer have left no copy on the board.`);
  return archived;
}

async function archiveCopies(connection: Connection, suspect: Suspect, ids: readonly string[]): Promise<number> {
  const { log } = connection;
  const lineKey = suspect.place.key;
  let archived = 0;
  for (const itemId of ids) {
    const answer = await archiveCopy(connection, suspect, itemId);
    const outcome = outcomeOfAlias(answer, 'a0');
    const where = { lineKey, requestId: answer.requestId };
    if (outcome.kind === 'done') {
      archived += 1;
      log.warn(`Archived the copy ${itemId}, which a create of ours without an answer has left on the board.`, where);
    } else log.warn(`The surplus copy ${itemId} could not be archived: ${outcome.failure.message}`, where);
  }
  return archived;
}

/**
 * Rule 18: while its answer is awaited the line has a request whose effect is open, so that whoever takes over waits
 * for it before they decide. Nothing leaves when somebody has sent the line or judged it meanwhile.
 */
async function archiveCopy(
  { client, clock, ledger, pace, warehouse }: Connection,
  { place, entry }: Suspect,
  itemId: string,
) {
  const body = serialise(composeMutation([{ alias: 'a0', operation: 'archiveItem', variables: { itemId } }]));
  return pace.schedule({ archiveItem: 1 }, async () => {
    const at = clock.now();
    const open = { place, entry: { ...entry, unreadAt: at }, stored: entry };
    if ((await ledger.writeSuspects(warehouse, [open], at)) === 0) return notSent(at);
    return postInTime({ client, clock }, { body, idempotencyKey: newUuid(), at });
  });
}

function warnOf({ log }: Connection, { place }: Suspect, ids: readonly string[]): void {
  const what = place.kind === 'group' ? `The group "${place.key}"` : 'A line';
  log.warn(
    `${what} is on the board ${ids.length + 1} times, and it cannot be told which of them a planner needs: archive ${ids.join(', ')} by hand after a look.`,
    place.kind === 'group' ? {} : { lineKey: place.key },
  );
}
