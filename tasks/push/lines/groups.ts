import { decide, isSend, openUntil, type Send } from '../../../shared/ledger/decide.js';
import { type Entry, NAME, SHOWN_NAME, UNKNOWN_ENTRY } from '../../../shared/ledger/entry.js';
import type { Sighting } from '../../../shared/ledger/transitions.js';
import { newUnit, type Unit } from '../model/unit.js';
import { advance } from '../model/unit-states.js';
import type { Sender } from '../send/sender.js';
import type { FailureReason } from '../write/settle.js';
import { settle } from '../write/settle.js';
import type { Session } from './session.js';

/** Rule 20: the groups that items need, found on the current board or created, remembered by title. */
export class Groups {
  readonly #session: Session;
  readonly #sender: Sender;
  readonly #units = new Map<string, Unit>();
  #known: ReadonlyMap<string, Entry> | undefined;

  constructor(session: Session, sender: Sender) {
    this.#session = session;
    this.#sender = sender;
  }

  /** Makes what is missing, as far as it can be decided on now. Returns how many groups it has settled or asked for. */
  async make(titles: ReadonlySet<string>): Promise<number> {
    const { batch, log } = this.#session;
    const units = (await this.#missing(titles)).filter((unit) => this.#openUntil(unit) === null);
    if (units.length === 0) return 0;
    await this.#lookUp(units);
    const sendings = units.flatMap((unit) => {
      const send = unit.settled === null ? this.#sendFor(unit) : undefined;
      return send === undefined ? [] : [{ unit, send }];
    });
    if (sendings.length > 0) log.info(`Creating ${sendings.length} groups.`, { batchId: batch.batchId });
    await this.#sender.sendAll(sendings);
    for (const { place, entry, settled } of units)
      if (settled === 'landed' && entry.id !== null) this.#remember(place.key, entry.id);
    return units.length;
  }

  /** Whether items can be put into it. */
  has(title: string): boolean {
    const unit = this.#units.get(title);
    return (unit === undefined || unit.settled === 'landed') && this.#isShown(title);
  }

  /** Why the lines of a group cannot be sent: the board refuses the group. */
  refusalOf(title: string | null): FailureReason | undefined {
    const { batch, mapping } = this.#session;
    const { customer } = batch;
    const unit = title === null ? undefined : this.#units.get(title);
    if (title === null || unit?.settled !== 'failed') return undefined;
    const seasonal = mapping.item.group?.title === '{customer} {season}' && title.startsWith(`${customer} `);
    const season = seasonal ? ` of season ${title.slice(customer.length + 1)}` : '';
    const { code = 'GROUP', message = '', requestId = null } = unit.refusal ?? {};
    return { code: 'GROUP', message: `its group "${title}"${season} was refused with ${code}, ${message}`, requestId };
  }

  /** When the groups that wait can be decided on. */
  openUntil(): Date[] {
    return [...this.#units.values()].flatMap((unit) => (unit.settled === null ? (this.#openUntil(unit) ?? []) : []));
  }

  async #missing(titles: ReadonlySet<string>): Promise<Unit[]> {
    const { ledger, warehouse } = this.#session;
    if (titles.size === 0) return [];
    this.#known ??= await ledger.groups(warehouse);
    for (const title of titles) {
      const unit = this.#units.get(title);
      // It existed, and no longer does.
      const gone = unit?.settled === 'landed' && !this.#isShown(title);
      if (unit !== undefined && !gone) continue;
      const entry = unit?.entry ?? this.#known.get(title) ?? UNKNOWN_ENTRY;
      if (this.#isShown(title) && entry.operation === null) continue;
      this.#units.set(title, groupUnit(title, entry));
    }
    return [...titles].flatMap((title) => {
      const unit = this.#units.get(title);
      return unit === undefined || unit.settled !== null ? [] : [unit];
    });
  }

  #sendFor(unit: Unit): Send | undefined {
    const { clock, settleMs } = this.#session;
    const action = decide(unit.entry, unit.wanted, { now: clock.now(), settleMs, looked: unit.looked });
    return isSend(action) ? action : undefined;
  }

  #openUntil({ entry, notBefore }: Unit): Date | null {
    const { clock, settleMs } = this.#session;
    const now = clock.now();
    return openUntil(entry, now, settleMs) ?? (notBefore !== null && now < notBefore ? notBefore : null);
  }

  async #lookUp(units: readonly Unit[]): Promise<void> {
    const { board, clock, reader, settleMs } = this.#session;
    const unseen = units.filter(({ looked }) => !looked);
    if (unseen.length === 0) return;
    const active = (await reader.shape(board.boardId)).groups.filter((group) => group.active);
    for (const unit of unseen) {
      const { id: known, answered } = unit.entry;
      // What was made is known by the title that came back, where that is another one.
      const same = active.filter(
        ({ id, title }) => title === unit.place.key || (id === known && title === answered[SHOWN_NAME]),
      );
      const own = same.find(({ id }) => id === unit.entry.id) ?? same[0];
      const sighting: Sighting =
        own === undefined
          ? { kind: 'missing', now: clock.now(), settleMs }
          : { kind: 'found', id: own.id, parentId: null, group: null, settleMs };
      advance(unit, { kind: 'seen', sighting });
      if (own !== undefined) this.#remember(unit.place.key, own.id);
    }
    const found = unseen.filter(({ entry }) => entry.id !== null);
    await settle(
      this.#session,
      found.map((unit) => ({ unit, as: 'landed', action: null })),
    );
  }

  #isShown(title: string): boolean {
    const { board } = this.#session;
    return board.groupIds.has(title) && !board.lostGroups.has(title);
  }

  #remember(title: string, id: string): void {
    const { board } = this.#session;
    board.lostGroups.delete(title);
    board.groupIds.set(title, id);
    board.groupTitles.set(id, title);
  }
}

function groupUnit(title: string, entry: Entry): Unit {
  const wanted = { kind: 'present', values: { [NAME]: title }, create: true } as const;
  return newUnit({ kind: 'group', key: title, size: '' }, wanted, { entry });
}
