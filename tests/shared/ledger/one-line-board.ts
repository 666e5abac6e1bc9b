import { type Action, decide, differences, isSend, type Send } from '../../../shared/ledger/decide.js';
import { type Entry, UNKNOWN_ENTRY, type Values, type Wanted } from '../../../shared/ledger/entry.js';
import { begin, resolve, sight, takeOver } from '../../../shared/ledger/transitions.js';

export const SETTLE_MS = 70_000;
/** A lost request lands within this time or never: the server's own limit. */
const SERVER_LIMIT_MS = 60_000;

export const FATES = ['answered', 'refused', 'failed', 'lost', 'landed unread', 'late unread', 'killed'] as const;
export type Fate = (typeof FATES)[number];

interface Item {
  id: string;
  active: boolean;
  values: Record<string, string | null>;
}

/** A board that holds one line, and a push that follows the ledger: no I/O, time moved by hand. */
export class OneLineBoard {
  now = Date.UTC(2026, 10, 23);
  entry: Entry = UNKNOWN_ENTRY;
  readonly items: Item[] = [];
  readonly #late: { at: number; effect: () => void }[] = [];
  #looked = false;
  #ids = 0;

  get times(): { now: Date; settleMs: number } {
    return { now: new Date(this.now), settleMs: SETTLE_MS };
  }

  get active(): Item[] {
    return this.items.filter(({ active }) => active);
  }

  /** A push begins: what another one left awaiting counts as unread. */
  start(): void {
    this.entry = takeOver(this.entry, new Date(this.now));
    this.#looked = false;
  }

  pass(ms: number): void {
    const until = this.now + ms;
    for (const { at, effect } of this.#late.splice(0).sort((a, b) => a.at - b.at)) {
      if (at <= until) effect();
      else this.#late.push({ at, effect });
    }
    this.now = until;
  }

  archiveByHand(): void {
    for (const item of this.active) item.active = false;
  }

  decide(wanted: Wanted): Action {
    const action = decide(this.entry, wanted, { now: new Date(this.now), settleMs: SETTLE_MS, looked: this.#looked });
    if (action.kind === 'look-up') this.#lookUp();
    return action;
  }

  /** Carries out a send; the fate says what becomes of the request and of its answer. */
  send(send: Send, fate: Fate, lateMs: number): void {
    const attempt = { attempt: 'a', requestId: 'r', alias: 'a0', parentId: null, now: new Date(this.now) };
    const before = this.entry;
    const begun = begin(before, send, attempt);
    this.entry = begun;
    const effect = () => this.#carryOut(before, send);
    switch (fate) {
      case 'answered': {
        const id = effect();
        this.entry = resolve(begun, { kind: 'done', id, now: new Date(this.now), settleMs: SETTLE_MS });
        return;
      }
      case 'refused':
      case 'failed':
        this.entry = resolve(begun, { kind: fate });
        return;
      case 'landed unread':
        effect();
        break;
      case 'late unread':
        this.#late.push({ at: this.now + Math.min(lateMs, SERVER_LIMIT_MS), effect });
        break;
      case 'killed':
        if (lateMs % 2 === 0) effect();
        this.start();
        return;
      case 'lost':
        break;
    }
    this.entry = resolve(begun, { kind: 'unknown' });
    this.#looked = false;
  }

  /** A push in which everything is answered, until nothing is left to do. */
  finish(wanted: Wanted): void {
    this.start();
    for (let steps = 0; steps < 50; steps++) {
      const action = this.decide(wanted);
      if (action.kind === 'none') return;
      if (action.kind === 'wait') this.pass(action.until.getTime() - this.now);
      if (isSend(action)) this.send(action, 'answered', 0);
    }
    throw new Error('The push does not come to an end.');
  }

  shows(values: Values): boolean {
    const [item, ...others] = this.active;
    const shown = item?.values ?? {};
    return others.length === 0 && Object.keys(values).every((column) => (shown[column] ?? null) === values[column]);
  }

  /** What a further push would send. */
  rest(values: Values): Values {
    return differences(this.entry, values);
  }

  #lookUp(): void {
    this.#looked = true;
    const now = new Date(this.now);
    const copies = this.active;
    const own = copies.find(({ id }) => id === this.entry.id) ?? copies[0];
    const found = { parentId: null, group: own?.values[':group'] ?? null, settleMs: SETTLE_MS };
    this.entry = sight(
      this.entry,
      own === undefined ? { kind: 'missing', now, settleMs: SETTLE_MS } : { kind: 'found', id: own.id, ...found },
    );
  }

  #carryOut(before: Entry, send: Send): string {
    if (send.kind === 'create') {
      this.#ids += 1;
      this.items.push({ id: String(this.#ids), active: true, values: { ...send.values } });
      return String(this.#ids);
    }
    const item = this.items.find(({ id }) => id === before.id);
    if (item === undefined) throw new Error('A change was sent for no item.');
    if (send.kind === 'archive') item.active = false;
    else Object.assign(item.values, send.values);
    return item.id;
  }
}
