import { FixFirstError } from '../../shared/errors.js';
import { decide, isSend, type Send } from '../../shared/ledger/decide.js';
import { type Entry, NAME, UNKNOWN_ENTRY } from '../../shared/ledger/entry.js';
import { sight } from '../../shared/ledger/transitions.js';
import type { Sender } from './sender.js';
import type { Session } from './session.js';
import { settle } from './settle.js';
import { newUnit, type Unit } from './unit.js';

/** Rule 20: the groups that these items need, found on the board as it is now or made, remembered by title. */
export async function makeGroups(session: Session, sender: Sender, titles: ReadonlySet<string>): Promise<void> {
  if (titles.size === 0) return;
  const known = await session.ledger.groups(session.warehouse);
  const units = [...titles]
    .filter((title) => !session.board.groupIds.has(title) || known.get(title)?.operation)
    .map((title) => groupUnit(title, known.get(title) ?? UNKNOWN_ENTRY));
  while (units.some(({ settled }) => settled === null) && !session.stop.signal.aborted) {
    await waitForUnread(session, units);
    await lookUpGroups(session, units);
    const sendings = units.flatMap((unit) => {
      const action = unit.settled === null ? sendFor(session, unit) : undefined;
      return action === undefined ? [] : [{ unit, send: action }];
    });
    if (sendings.length === 0) continue;
    session.log.info(`Making ${sendings.length} groups.`, { batchId: session.batch.batchId });
    await sender.sendAll(sendings);
    for (const { place, entry, settled } of units) {
      if (settled === 'failed') throw groupRefused(session, place.key);
      if (entry.id !== null) remember(session, place.key, entry.id);
    }
  }
}

function groupUnit(title: string, entry: Entry): Unit {
  const wanted = { kind: 'present', values: { [NAME]: title }, create: true } as const;
  return newUnit({ kind: 'group', key: title, size: '' }, wanted, { entry });
}

function sendFor({ clock, settleMs }: Session, unit: Unit): Send | undefined {
  const action = decide(unit.entry, unit.wanted, { now: clock.now(), settleMs, looked: unit.looked });
  return isSend(action) ? action : undefined;
}

async function waitForUnread({ clock, settleMs, stop }: Session, units: readonly Unit[]): Promise<void> {
  for (const { entry } of units) {
    if (entry.unreadAt === null) continue;
    await clock.wait(entry.unreadAt.getTime() + settleMs - clock.now().getTime(), stop.signal);
  }
}

async function lookUpGroups(session: Session, units: readonly Unit[]): Promise<void> {
  const { board, clock, reader, settleMs } = session;
  const active = (await reader.shape(board.boardId)).groups.filter((group) => group.active);
  for (const unit of units.filter(({ settled, looked }) => settled === null && !looked)) {
    const same = active.filter(({ title }) => title === unit.place.key);
    const own = same.find(({ id }) => id === unit.entry.id) ?? same[0];
    unit.looked = true;
    if (own === undefined) {
      unit.entry = sight(unit.entry, { kind: 'missing', now: clock.now(), settleMs });
      continue;
    }
    unit.entry = sight(unit.entry, { kind: 'found', id: own.id, parentId: null, group: null, settleMs });
    remember(session, unit.place.key, own.id);
  }
  const found = units.filter(({ entry, settled }) => settled === null && entry.id !== null);
  await settle(
    session,
    found.map((unit) => ({ unit, as: 'landed', action: null })),
  );
}

function remember({ board }: Session, title: string, id: string): void {
  board.groupIds.set(title, id);
  board.groupTitles.set(id, title);
}

function groupRefused({ batch }: Session, title: string): FixFirstError {
  return new FixFirstError(
    `The board does not take the group "${title}". Make it by hand or correct the season in the source, then run push again.`,
    { where: { batchId: batch.batchId, customer: batch.customer } },
  );
}
