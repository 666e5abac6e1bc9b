import { messageOf, TaskError } from '../../../shared/ground/errors.js';
import type { Untold } from '../../../shared/monday/divided-reads.js';
import type { Suspect } from '../../../shared/store/ledger.js';
import type { Session } from '../lines/session.js';
import type { Connection } from '../model/connect.js';
import { settleSuspects } from './settle-suspects.js';
import { dueAt, type JudgedSuspect, judgeSuspects, ofKind } from './suspects.js';

type SuspectAudit = Connection & Pick<Session, 'stop' | 'settleMs'>;

/**
 * Rule 19: the audit that follows a create without an answer: asks the board for copies of just these lines, sizes and groups,
 * once it has had the time to show them. Without suspects it asks nothing. Call it under the push lock, while nothing of
 * the ledger is held in memory to be written back.
 */
export async function auditSuspects(push: SuspectAudit): Promise<void> {
  const { warehouse, ledger, clock, settleMs, stop, log } = push;
  if (stop.signal.aborted) return;
  const now = clock.now().getTime();
  const suspects = await ledger.suspects(warehouse);
  const due = suspects.filter(({ entry }) => dueAt(entry, settleMs) <= now);
  if (due.length === 0) return;
  try {
    await settleSuspects(push, await judgeAll(push, due), { settleMs, archive: true });
  } catch (error) {
    // What the board does not tell now, it tells the next push; the lines of this one have nothing to do with it.
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
  const subitems = await reader.subitemsOf([...new Set(ids)], [mapping.subitem.key.id], untold);
  const groups = suspects.some(ofKind('group')) ? (await reader.shape(boardId)).groups : [];
  const hidden = new Set([
    ...untold.keys(),
    ...copies.filter(({ id }) => untold.has(id)).map(({ values }) => values.get(mapping.item.key.id)?.text ?? ''),
    ...parents.filter(({ entry }) => untold.has(entry.id ?? '')).map(({ place }) => place.key),
  ]);
  const told = suspects.filter(({ place }) => place.kind === 'group' || !hidden.has(place.key));
  if (told.length < suspects.length)
    push.log.warn(
      `${suspects.length - told.length} creates without an answer could not be checked for copies: the board does not tell of ${[...untold.keys()].join(', ')}.`,
    );
  return judgeSuspects(told, {
    mapping,
    entries,
    items: shown,
    subitemsOf: (id) => (subitems.get(id) ?? []).filter(({ state }) => state === 'active'),
    groupTitles: new Map(groups.filter(({ active }) => active).map(({ id, title }) => [id, title])),
  });
}
