import { type Answer, outcomeOfAlias } from '../../shared/monday/answer.js';
import type { RawReply } from '../../shared/monday/client.js';
import type { Failure } from '../../shared/monday/errors.js';

/** The bound was reached before the probe had come to its end. */
export class BoundReachedError extends Error {}

/** Counts the calls of one part of the probe, and lets none leave beyond the bound that was named. */
export class Calls {
  readonly bound: number;
  #used = 0;
  #mutations = 0;
  #points = 0;

  constructor(bound: number) {
    this.bound = bound;
  }

  /** Called before each request with the number of its mutations. */
  spend(mutations: number): void {
    if (this.#used >= this.bound) throw new BoundReachedError(`The bound of ${this.bound} calls is reached.`);
    this.#used++;
    this.#mutations += mutations;
  }

  charge(points: number): void {
    this.#points += points;
  }

  get used(): number {
    return this.#used;
  }

  get mutations(): number {
    return this.#mutations;
  }

  /** Points of complexity, as the answers named them. */
  get points(): number {
    return this.#points;
  }
}

/** A request with what came back: as the client understands it, and as it was. */
export interface Exchange {
  /** The operations of the request in their order. */
  operations: readonly string[];
  answer: Answer;
  reply: RawReply;
}

export const ACCEPTED = 'accepted';
export const UNEXPLAINED = 'null without an error';

/** `accepted`, or the code of the refusal of one field. */
export function verdict({ answer }: Exchange, alias: string): string {
  const outcome = outcomeOfAlias(answer, alias);
  if (outcome.kind === 'done') return ACCEPTED;
  return outcome.failure.code === 'NO_DATA' ? UNEXPLAINED : outcome.failure.code;
}

export function failureOf({ answer }: Exchange, alias: string): Failure | undefined {
  const outcome = outcomeOfAlias(answer, alias);
  return outcome.kind === 'done' ? undefined : outcome.failure;
}

/** Points of complexity of one of the request's mutations, to the hundred: the rest is what asking for it costs. */
export function pointsEach({ answer, operations }: Exchange): number {
  const points = answer.complexity?.query ?? Number.NaN;
  return Math.round(points / operations.length / 100) * 100;
}

const withoutEmoji = (text: string): string => text.replaceAll(/\p{Extended_Pictographic}\uFE0F?/gu, '');
const FATES: readonly (readonly [fate: string, change: (text: string) => string])[] = [
  ['kept', (text) => text],
  ['trimmed', (text) => text.trim()],
  ['blanks made one', (text) => text.replaceAll(/\s+/g, ' ')],
  ['trimmed, blanks made one', (text) => text.trim().replaceAll(/\s+/g, ' ')],
  ['made NFKC', (text) => text.normalize('NFKC')],
  ['made NFKC, trimmed', (text) => text.normalize('NFKC').trim()],
  ['emoji cut', withoutEmoji],
  ['emoji cut, trimmed', (text) => withoutEmoji(text).trim()],
  ['tags cut', (text) => text.replaceAll(/<[^<>]*>/g, '')],
  ['in lower case', (text) => text.toLowerCase()],
  ['in upper case', (text) => text.toUpperCase()],
];

/** What has become of a text, in words. */
export function fateOf(sent: string, back: string | null | undefined): string {
  if (back === null || back === undefined) return 'not there';
  return FATES.find(([, change]) => change(sent) === back)?.[0] ?? 'changed otherwise';
}
