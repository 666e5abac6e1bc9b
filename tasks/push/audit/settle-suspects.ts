import { messageOf, TaskError } from '../../../shared/ground/errors.js';
import { newUuid } from '../../../shared/ground/ids.js';
import { subitemKeyColumns } from '../../../shared/mapper/sizes.js';
import { outcomeOfAlias } from '../../../shared/monday/answer.js';
import { serialise } from '../../../shared/monday/client.js';
import type { Untold } from '../../../shared/monday/divided-reads.js';
import { composeMutation } from '../../../shared/monday/operations.js';
import type { Suspect } from '../../../shared/store/ledger.js';
import type { Session } from '../lines/session.js';
import type { Connection } from '../model/connect.js';
import { notSent, postInTime } from '../send/sender.js';
import { dueAt, type JudgedSuspect, judgeSuspects, ofKind } from './suspects.js';

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

type SuspectAudit = Connection & Pick<Session, 'stop' | 'settleMs'>;

/**
 * Rule 19: the audit that follows a create without an answer: asks the board for copies of just these lines, sizes and groups,
 * once it has had the time to show them. Without suspects it asks nothing. Call it under the push lock, while nothing of
 * the ledger is held in memory to be written back.
 */
export async function auditSuspects(push: SuspectAudit): Promise<void> {
  const { warehouse, ledger, mapping, clock, settleMs, stop, log } = push;
  if (stop.signal.aborted) return;
  const now = clock.now().getTime();
  const suspects = await ledger.suspects(warehouse);
  const due = suspects.filter(
    ({ place, entry }) => dueAt(entry, settleMs) <= now && (place.kind !== 'size' || mapping.subitem !== undefined),
  );
  if (due.length === 0) return;
  try {
    await settleSuspects(push, await judgeAll(push, due), { settleMs, archive: true });
  } catch (error) {
    // The next push can read what the board does not return now; the lines of this one are not affected.
    if (stop.signal.aborted || !(error instanceof TaskError)) throw error;
    log.warn(`${due.length} creates without an answer could not be checked for copies: ${messageOf(error)}`);
  }
}

/** Asks for the items by key, and for what hangs under items of suspect sizes and under copies. */
async function judgeAll(push: SuspectAudit, suspects: readonly Suspect[]): Promise<JudgedSuspect[]> {
  const { warehouse, ledger, reader, mapping, boardId } = push;
  const items = suspects.filter(ofKind('item'));
  const sizes = suspects.filter(ofKind('size'));
  const entries = await ledger.ofLines(warehouse, [...new Set([...items, ...sizes].map(({ place }) => place.key))]);
  const keys = items.map(({ place }) => place.key);
  const untold: Untold = new Map();
  const shown = await reader.itemsByKey(boardId, mapping.item.key.id, keys, { untold });
  const recorded = new Set(items.map(({ entry }) => entry.id));
  const copies = shown.filter(({ id }) => !recorded.has(id));
  const parents = entries.filter(
    ({ place }) => place.kind === 'item' && sizes.some((size) => size.place.key === place.key),
  );
  const ids = [...parents.flatMap(({ entry }) => entry.id ?? []), ...copies.map(({ id }) => id)];
  const subitems = await reader.subitemsOf([...new Set(ids)], subitemKeyColumns(mapping), untold);
  const groups = suspects.some(ofKind('group')) ? (await reader.shape(boardId)).groups : [];
  const hidden = new Set([
    ...untold.keys(),
    ...copies.filter(({ id }) => untold.has(id)).map(({ values }) => values.get(mapping.item.key.id)?.text ?? ''),
    ...parents.filter(({ entry }) => untold.has(entry.id ?? '')).map(({ place }) => place.key),
  ]);
  const told = suspects.filter(({ place }) => place.kind === 'group' || !hidden.has(place.key));
  if (told.length < suspects.length)
    push.log.warn(
      `${suspects.length - told.length} creates without an answer could not be checked for copies: the board does not return ${[...untold.keys()].join(', ')}.`,
    );
  return judgeSuspects(told, {
    mapping,
    entries,
    items: shown,
    subitemsOf: (id) => (subitems.get(id) ?? []).filter(({ state }) => state === 'active'),
    groupTitles: new Map(groups.filter(({ active }) => active).map(({ id, title }) => [id, title])),
  });
}
