import { groupBy } from '../../../shared/ground/lists.js';
import type { MutationName } from '../../../shared/monday/operations.js';
import { operationOf, type Sending } from '../model/unit.js';

export interface Parcel {
  operation: MutationName;
  sendings: readonly Sending[];
}

/** From this many unanswered sends on, a unit travels alone, so that its trouble is nobody else's. */
const TRIES_TOGETHER = 2;

/**
 * Hands out sendings in requests, each as large as the account takes at that moment. Sizes of one line are made in their
 * order: `create_subitem` knows no place but the last, so the later ones of a line wait until the earlier ones are there.
 */
export class ParcelQueue {
  readonly #ready: Parcel[] = [];
  readonly #waiting = new Map<MutationName, Sending[]>();
  /** Sizes to be made, by line, behind those that are handed out. */
  readonly #behind = new Map<string, Sending[]>();
  readonly #aliasCount: (operation: MutationName) => number;

  constructor(sendings: readonly Sending[], aliasCount: (operation: MutationName) => number) {
    this.#aliasCount = aliasCount;
    const sizes = sendings.filter(isNewSize);
    this.#queue(sendings.filter((sending) => !isNewSize(sending)));
    this.#queue([...groupBy(sizes, ({ unit }) => unit.place.key).values()].flatMap((line) => this.#front(line)));
  }

  next(): Parcel | undefined {
    const ready = this.#ready.shift();
    if (ready !== undefined) return ready;
    for (const [operation, sendings] of this.#waiting) {
      const parts = sendings.splice(0, wholeLines(sendings, this.#aliasCount(operation)));
      // What of a line did not fit waits for what did.
      const last = parts.at(-1);
      if (last !== undefined && isNewSize(last) && sendings[0]?.unit.place.key === last.unit.place.key) {
        const { key } = last.unit.place;
        const rest = sendings.findIndex(({ unit }) => unit.place.key !== key);
        this.#putBehind(key, sendings.splice(0, rest === -1 ? sendings.length : rest));
      }
      if (sendings.length === 0) this.#waiting.delete(operation);
      return { operation, sendings: parts };
    }
    return undefined;
  }

  /** Lets the later sizes of lines go, all of whose earlier ones have been made by this parcel; others stay back. */
  answered({ sendings }: Parcel): void {
    for (const [key, parts] of groupBy(sendings.filter(isNewSize), ({ unit }) => unit.place.key)) {
      const behind = this.#behind.get(key) ?? [];
      this.#behind.delete(key);
      if (parts.every(({ unit }) => unit.entry.id !== null || unit.settled === 'failed'))
        this.#queue(this.#front(behind));
    }
  }

  #queue(sendings: readonly Sending[]): void {
    const again = new Map<string, Sending[]>();
    for (const sending of sendings) {
      const operation = operationOf(sending);
      const request = requestOf(sending);
      if (request === ALONE) this.#ready.push({ operation, sendings: [sending] });
      else if (request !== NEW) add(again, `${operation}|${request}`, sending);
      else add(this.#waiting, operation, sending);
    }
    // What was one request and got no answer is one request again: the same body then has the same idempotency key.
    for (const [key, parts] of again)
      this.#ready.push({
        operation: key.slice(0, key.indexOf('|')) as MutationName,
        sendings: parts.sort(inAliasOrder),
      });
  }

  /** The first sizes of a line that may travel together; the rest is put behind them. */
  #front(line: readonly Sending[]): readonly Sending[] {
    const [first, ...others] = line;
    if (first === undefined) return [];
    const request = requestOf(first);
    const other = others.findIndex((sending) => request === ALONE || requestOf(sending) !== request);
    if (other === -1) return line;
    this.#putBehind(first.unit.place.key, line.slice(other + 1));
    return line.slice(0, other + 1);
  }

  #putBehind(key: string, sendings: readonly Sending[]): void {
    this.#behind.set(key, [...sendings, ...(this.#behind.get(key) ?? [])]);
  }
}

const ALONE = 'alone';
const NEW = 'new';

/** Rule 19: in which request a sending may travel: one of its own, that of its unanswered send, or any new one. */
function requestOf({ unit }: Sending): string {
  if (unit.alone || unit.entry.tries >= TRIES_TOGETHER) return ALONE;
  return unit.entry.tries > 0 ? (unit.entry.requestId ?? ALONE) : NEW;
}

function isNewSize({ unit, send }: Sending): boolean {
  return unit.place.kind === 'size' && send.kind === 'create';
}

/** Rule 22: sizes of one line stay in one request where they fit. */
function wholeLines(sendings: readonly Sending[], most: number): number {
  if (sendings.length <= most) return sendings.length;
  for (let count = most; count > 0; count--) {
    if (sendings[count]?.unit.place.key !== sendings[count - 1]?.unit.place.key) return count;
  }
  return most;
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
