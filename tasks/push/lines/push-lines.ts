import { TryAgainError } from '../../../shared/ground/errors.js';
import { decide, differences, isLanded, isSend, openUntil, type Send } from '../../../shared/ledger/decide.js';
import { GROUP, UNKNOWN_ENTRY } from '../../../shared/ledger/entry.js';
import { SMALL_PUSH_LINES } from '../../../shared/monday/push-cost.js';
import { PushStopped } from '../model/stopping.js';
import type { Line, Sending, Unit } from '../model/unit.js';
import { advance } from '../model/unit-states.js';
import type { Sender } from '../send/sender.js';
import type { FailureReason } from '../write/settle.js';
import { type Settlement, settle, stageFurtherSizes } from '../write/settle.js';
import { Groups } from './groups.js';
import { labelReason, makeMissingLabels } from './labels.js';
import { addFurtherSize } from './load-lines.js';
import { type LookUp, lookUpItems, lookUpSizes } from './look-up.js';
import type { Session } from './session.js';

const IDLE_ROUNDS = 100;
/**
 * Lines whose items and sizes are sent before the next ones begin: what has landed when a first load of many hours is
 * stopped are whole lines, which promote can take. With fewer, requests would be filled less well.
 */
export const WAVE_LINES = 1_000;

/** Brings lines to their wanted state, wave by wave: items first, then the sizes of existing items. */
export class LinePusher {
  readonly #session: Session;
  readonly #sender: Sender;
  readonly #groups: Groups;
  readonly #lines: readonly Line[];
  #idleRounds = 0;

  constructor(session: Session, sender: Sender) {
    this.#session = session;
    this.#sender = sender;
    this.#groups = new Groups(session, sender);
    this.#lines = [...session.lines.values()];
  }

  /** Rule 15: asks the board for every item that is not known to be there, as far as rule 18 allows. */
  async lookUpItems(lines = this.#lines): Promise<void> {
    const items = lines
      .filter(isOpenLine)
      .map(({ item }) => item)
      .filter((item) => !item.looked && item.settled !== 'failed' && !this.#isUnread(item));
    if (items.length === 0) return;
    const hidden = await lookUpItems(this.#look(), items);
    await settle(
      this.#session,
      [...hidden].map(([unit, reason]) => ({ unit, as: 'failed', action: unit.action, reason })),
    );
  }

  /** Returns when every unit is settled, or nothing more may be sent. */
  async push(): Promise<void> {
    const { waveLines, stop } = this.#session;
    for (let start = 0; start < this.#lines.length && !stop.signal.aborted; start += waveLines)
      await this.#sendLines(this.#lines.slice(start, start + waveLines));
    // Everything whose outcome is unknown by now waits together.
    while (!stop.signal.aborted) {
      const open = await this.#sendLines(this.#lines);
      if (open.length === 0) return;
      if (!stop.signal.aborted) await this.#waitForUnread(open);
    }
  }

  /** Sends round by round until there is nothing more to be sent now. Returns the lines that are open still. */
  async #sendLines(lines: readonly Line[]): Promise<readonly Line[]> {
    const { stop } = this.#session;
    for (;;) {
      const open = lines.filter(isOpenLine);
      if (open.length === 0 || stop.signal.aborted) return open;
      await this.lookUpItems(lines);
      const whole = await this.#wholeChanges(lines);
      const sentItems = await this.#send([...lines.map(({ item }) => item), ...whole]);
      await this.#settleWithItems(lines);
      if (stop.signal.reason instanceof PushStopped) await this.#settleQuietSizes(lines);
      if (stop.signal.aborted) return open;
      await this.#lookUpSizes(lines.filter(isReady));
      const sentSizes = await this.#send(lines.flatMap((line) => (isReady(line) ? line.sizes : [])));
      if (sentItems + sentSizes === 0) return open;
    }
  }

  /**
   * Rule 22: in a small push the changes of sizes travel with those of their items, which come first in a request. Both are
   * on the board already, and what becomes of each is read by itself. Sizes that are to be made, and those of a line that is
   * cancelled or moves, wait until the item is as it shall be. In a larger push all sizes do: none is sent for nothing.
   */
  async #wholeChanges(of: readonly Line[]): Promise<readonly Unit[]> {
    const lines = this.#lines.length > SMALL_PUSH_LINES ? [] : of.filter((line) => this.#isWhole(line));
    await this.#lookUpSizes(lines);
    return lines.flatMap(({ sizes }) => sizes.filter((size) => this.#isFirstChange(size)));
  }

  #isWhole({ item, sizes, cancelled }: Line): boolean {
    if (cancelled || !isOpen(item) || !item.looked || item.entry.id === null || item.wanted.kind !== 'present')
      return false;
    if (GROUP in differences(item.entry, item.wanted.values)) return false;
    const changed = sizes.some((size) => isOpen(size) && !this.#needsNothing(size));
    return changed && (this.#isFirstChange(item) || this.#decide(item).kind === 'none');
  }

  #isFirstChange(unit: Unit): boolean {
    return isOpen(unit) && unit.looked && unit.entry.tries === 0 && this.#decide(unit).kind === 'change';
  }

  /** Decides on units and sends what is to be sent; what needs nothing, or cannot be sent, is settled. */
  async #send(units: readonly Unit[]): Promise<number> {
    const { board, mapping } = this.#session;
    const settlements: Settlement[] = [];
    const sendings: Sending[] = [];
    // Lines of which a size may still be made by a request without an answer: those behind it would come before it.
    const unread = new Set<string>();
    for (const unit of units.filter(isOpen)) {
      const putOff = this.#putOffUntil(unit) !== null;
      const action = this.#decide(unit);
      if ((putOff || action.kind === 'wait') && unit.entry.id === null) unread.add(unit.place.key);
      if (putOff || (action.kind === 'create' && unread.has(unit.place.key))) continue;
      if (isSend(action)) sendings.push({ unit, send: action });
      else if (action.kind === 'none') settlements.push({ unit, as: 'landed', action: unit.action ?? 'UNCHANGED' });
    }
    await settle(this.#session, settlements);
    const made = await this.#groups.make(groupsOf(sendings));
    const placed = this.#withRoom(sendings.filter(({ send }) => this.#isPlaced(send)));
    await makeMissingLabels(this.#session, placed);
    const refused = [
      ...refusals(sendings, ({ send }) => this.#groups.refusalOf(groupOf(send))),
      ...refusals(placed, (sending) => labelReason(board, mapping, sending)),
    ];
    await settle(this.#session, refused);
    const ready = placed.filter(({ unit }) => isOpen(unit) && unit.item?.settled !== 'failed');
    await this.#sender.sendAll(ready);
    return ready.length + settlements.length + refused.length + made;
  }

  #isPlaced(send: Send): boolean {
    const group = groupOf(send);
    return group === null || this.#groups.has(group);
  }

  /** Items without room on the board wait; what needs no room is sent. */
  #withRoom(sendings: readonly Sending[]): Sending[] {
    const { room } = this.#session.board;
    if (room === undefined) return [...sendings];
    let left = room;
    return sendings.filter(({ unit, send }) => {
      if (unit.place.kind !== 'item' || send.kind !== 'create') return true;
      left -= 1;
      if (room === 0) advance(unit, { kind: 'held' });
      return left >= 0;
    });
  }

  #decide({ entry, wanted, looked }: Unit) {
    const { clock, settleMs } = this.#session;
    return decide(entry, wanted, { now: clock.now(), settleMs, looked });
  }

  /** By the ledger alone; the outcome of a send without an answer is known only to the board. */
  #needsNothing({ entry, wanted }: Unit): boolean {
    const { clock, settleMs } = this.#session;
    return isLanded(entry, wanted, { now: clock.now(), settleMs });
  }

  /** What happens to sizes through their item: archived with it, or failed with it. */
  async #settleWithItems(lines: readonly Line[]): Promise<void> {
    const settlements: Settlement[] = [];
    for (const { item, sizes } of lines) {
      for (const size of sizes) if (item.entry.id !== null || isOpen(size)) reopenUnder(size, item.entry.id);
      if (item.settled === null) continue;
      for (const unit of sizes.filter(isOpen)) {
        if (item.wanted.kind === 'gone') settlements.push({ unit, as: item.settled, action: item.action });
        else if (item.settled === 'failed')
          settlements.push({ unit, as: 'failed', action: unit.action, reason: itemReason(item), silent: true });
      }
    }
    await settle(this.#session, settlements);
  }

  /** At an orderly stop: by the ledger these sizes need nothing, so that their lines have landed as a whole. */
  async #settleQuietSizes(lines: readonly Line[]): Promise<void> {
    const sizes = lines.flatMap((line) => (line.item.settled === 'landed' && isReady(line) ? line.sizes : []));
    const quiet = sizes.filter((size) => isOpen(size) && this.#needsNothing(size));
    await settle(
      this.#session,
      quiet.map((unit) => ({ unit, as: 'landed', action: unit.action ?? 'UNCHANGED' })),
    );
  }

  /** Rule 15: sizes are looked up through their parent, unless it was made a moment ago, or they need nothing and are all there. */
  async #lookUpSizes(of: readonly Line[]): Promise<void> {
    const lines: Line[] = [];
    const quiet: Line[] = [];
    for (const line of of) {
      const open = this.#unseen(line);
      if (open.length === 0) continue;
      const untouched =
        line.item.settled === 'landed' && (line.item.action === null || line.item.action === 'UNCHANGED');
      if (untouched && open.every((size) => this.#needsNothing(size))) quiet.push(line);
      else if (line.item.madeNow && open.every(({ entry }) => entry.tries === 0 && entry.operation === null))
        markLooked(open);
      else lines.push(line);
    }
    lines.push(...(await this.#withLostSizes(quiet)));
    if (lines.length === 0) return;
    const { strangers, hidden } = await lookUpSizes(this.#look(), lines);
    await settle(
      this.#session,
      [...hidden].flatMap(([{ sizes }, reason]) => hiddenSizes(sizes.filter(isOpen), reason)),
    );
    const found = strangers.map(({ line, size, entry }) =>
      addFurtherSize(line, size, { entry, stored: UNKNOWN_ENTRY, looked: true }),
    );
    await stageFurtherSizes(this.#session, found);
  }

  /** Of lines whose sizes need nothing by the ledger, those of which the board no longer has one. */
  async #withLostSizes(lines: readonly Line[]): Promise<Line[]> {
    const idsOf = (line: Line): string[] => this.#unseen(line).flatMap(({ entry }) => entry.id ?? []);
    // One whose state is not told is asked for with its line.
    const states = await this.#session.reader.statesOf(lines.flatMap(idsOf), new Map());
    const whole = new Set(lines.filter((line) => idsOf(line).every((id) => states.get(id) === 'active')));
    for (const line of whole) markLooked(this.#unseen(line));
    return lines.filter((line) => !whole.has(line));
  }

  /** Sizes that are to be looked up, as far as rule 18 allows. */
  #unseen({ sizes }: Line): Unit[] {
    return sizes.filter((size) => isOpen(size) && !size.looked && !this.#isUnread(size));
  }

  #isUnread({ entry }: Unit): boolean {
    const { clock, settleMs } = this.#session;
    return openUntil(entry, clock.now(), settleMs) !== null;
  }

  /** A limit that was answered for this unit alone. */
  #putOffUntil({ notBefore }: Unit): Date | null {
    return notBefore !== null && this.#session.clock.now() < notBefore ? notBefore : null;
  }

  /** Rule 18: nothing can be decided before the first of these times. */
  async #waitForUnread(lines: readonly Line[]): Promise<void> {
    const { clock, settleMs, stop, log, batch } = this.#session;
    const now = clock.now();
    const units = lines.flatMap(({ item, sizes }) => [item, ...sizes.filter(isOpen)]);
    const unread = units.flatMap(({ entry }) => openUntil(entry, now, settleMs) ?? []);
    const putOff = units.flatMap((unit) => (isOpen(unit) ? (this.#putOffUntil(unit) ?? []) : []));
    const ends = [...unread, ...putOff, ...this.#groups.openUntil()].map((end) => end.getTime());
    if (ends.length === 0) return this.#countIdleRound(lines.length);
    const ms = Math.min(...ends) - now.getTime();
    log.info(`${ends.length} sends had no answer or have to wait; continuing in ${Math.ceil(ms / 1_000)} s.`, {
      batchId: batch.batchId,
    });
    await clock.wait(ms, stop.signal);
  }

  /** A wait may end between deciding and looking at the clock again; more idle rounds than that would never end. */
  #countIdleRound(open: number): void {
    this.#idleRounds += 1;
    if (this.#idleRounds < IDLE_ROUNDS) return;
    const { batchId, customer } = this.#session.batch;
    throw new TryAgainError('LINES_UNSETTLED', `${open} lines could neither be sent nor settled. Run push again.`, {
      where: { batchId, customer },
    });
  }

  #look(): LookUp {
    const { reader, board, mapping, clock, settleMs } = this.#session;
    return { reader, board, mapping, settleMs, now: () => clock.now() };
  }
}

/** Rule 21: what waits for room on the board is left for the next push. */
function isOpen({ settled, held }: Unit): boolean {
  return settled === null && !held;
}

/** Something can be done about the line in this push. */
function isOpenLine({ item, sizes }: Line): boolean {
  return !item.held && (isOpen(item) || sizes.some(isOpen));
}

/** Rule 22: parents first. No size is sent while its item is not in its wanted state. */
function isReady({ item }: Line): boolean {
  return item.looked && item.wanted.kind !== 'gone' && item.settled === 'landed';
}

function itemReason({ entry }: Unit): FailureReason {
  return entry.id === null
    ? { code: 'NO_ITEM', message: 'Its item is not on the board; see the line.' }
    : { code: 'ITEM_REFUSED', message: 'Its item was not brought to its state; see the line.' };
}

function reopenUnder(size: Unit, itemId: string | null): void {
  const { parentId } = size.entry;
  if (parentId !== null && parentId !== itemId) advance(size, { kind: 'reopened', parentId: itemId });
}

function markLooked(units: readonly Unit[]): void {
  for (const unit of units) advance(unit, { kind: 'seen' });
}

function refusals(
  sendings: readonly Sending[],
  reasonOf: (sending: Sending) => FailureReason | undefined,
): Settlement[] {
  return sendings.flatMap((sending): Settlement[] => {
    const reason = reasonOf(sending);
    return reason === undefined ? [] : [{ unit: sending.unit, as: 'failed', action: sending.unit.action, reason }];
  });
}

/** One reason for all sizes of a line: the first one tells it. */
function hiddenSizes(sizes: readonly Unit[], reason: FailureReason): Settlement[] {
  return sizes.map((unit, index) => ({ unit, as: 'failed', action: unit.action, reason, silent: index > 0 }));
}

function groupOf({ values }: Send): string | null {
  return values[GROUP] ?? null;
}

function groupsOf(sendings: readonly { send: Send }[]): Set<string> {
  return new Set(sendings.map(({ send }) => groupOf(send)).filter((title) => title !== null));
}
