import type { Send } from '../../shared/ledger/decide.js';
import type { MutationName } from '../../shared/monday/operations.js';
import type { Unit } from './unit.js';

export interface Sending {
  unit: Unit;
  send: Send;
}

export interface Parcel {
  operation: MutationName;
  sendings: readonly Sending[];
}

/** From this many unanswered sends on, a unit travels alone, so that its trouble is nobody else's. */
const TRIES_TOGETHER = 2;

/** Hands out sendings in requests, each as large as the account takes at that moment. */
export class ParcelQueue {
  readonly #ready: Parcel[] = [];
  readonly #waiting = new Map<MutationName, Sending[]>();
  readonly #aliasCount: (operation: MutationName) => number;

  constructor(sendings: readonly Sending[], aliasCount: (operation: MutationName) => number) {
    this.#aliasCount = aliasCount;
    const again = new Map<string, Sending[]>();
    for (const sending of sendings) {
      const { unit } = sending;
      const operation = operationOf(sending);
      if (unit.alone || unit.entry.tries >= TRIES_TOGETHER) this.#ready.push({ operation, sendings: [sending] });
      else if (unit.entry.tries > 0) add(again, `${operation}|${unit.entry.requestId}`, sending);
      else add(this.#waiting, operation, sending);
    }
    // What was one request and got no answer is one request again: the same body then has the same idempotency key.
    for (const [key, parts] of again)
      this.#ready.push({
        operation: key.slice(0, key.indexOf('|')) as MutationName,
        sendings: parts.sort(inAliasOrder),
      });
  }

  next(): Parcel | undefined {
    const ready = this.#ready.shift();
    if (ready !== undefined) return ready;
    for (const [operation, sendings] of this.#waiting) {
      const parts = sendings.splice(0, wholeLines(sendings, this.#aliasCount(operation)));
      if (sendings.length === 0) this.#waiting.delete(operation);
      return { operation, sendings: parts };
    }
    return undefined;
  }
}

/** Sizes of one line stay in one request where they fit, so that they are made in their order. */
function wholeLines(sendings: readonly Sending[], most: number): number {
  if (sendings.length <= most) return sendings.length;
  for (let count = most; count > 0; count--) {
    if (sendings[count]?.unit.place.key !== sendings[count - 1]?.unit.place.key) return count;
  }
  return most;
}

export function operationOf({ unit, send }: Sending): MutationName {
  if (unit.place.kind === 'group') return 'createGroup';
  switch (send.kind) {
    case 'create':
      return unit.place.kind === 'item' ? 'createItem' : 'createSubitem';
    case 'change':
      return 'changeValues';
    case 'move':
      return 'moveItemToGroup';
    case 'archive':
      return 'archiveItem';
  }
}

function add<Key>(map: Map<Key, Sending[]>, key: Key, sending: Sending): void {
  const list = map.get(key);
  if (list === undefined) map.set(key, [sending]);
  else list.push(sending);
}

function inAliasOrder(a: Sending, b: Sending): number {
  return aliasNumber(a) - aliasNumber(b);
}

function aliasNumber({ unit }: Sending): number {
  return Number(unit.entry.alias?.slice(1) ?? 0);
}
