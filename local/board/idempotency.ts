import { createHash } from 'node:crypto';
import type { Limits } from './limits.js';
import type { KeptAnswer } from './model.js';
import type { Store } from './store.js';

const LARGEST_KEPT = 1024 * 1024;

export type KeyStanding =
  | { kind: 'new' }
  | { kind: 'running' }
  | { kind: 'otherBody' }
  | { kind: 'kept'; answer: KeptAnswer };

/** Remembers the answers of mutations by token and idempotency key, as far as the vendor promises. */
export class Idempotency {
  readonly #store: Store;
  readonly #limits: () => Limits;
  readonly #running = new Set<string>();

  constructor(store: Store, limits: () => Limits) {
    this.#store = store;
    this.#limits = limits;
  }

  standing(cacheKey: string, body: string, now: number): KeyStanding {
    if (this.#running.has(cacheKey)) return { kind: 'running' };
    const answer = this.#store.state.kept.get(cacheKey);
    if (answer === undefined || answer.expiresAt <= now) return { kind: 'new' };
    const changed = answer.bodyHash !== hashOf(body);
    return changed && this.#limits().rejectChangedBody === 1 ? { kind: 'otherBody' } : { kind: 'kept', answer };
  }

  begin(cacheKey: string): void {
    this.#running.add(cacheKey);
  }

  end(cacheKey: string): void {
    this.#running.delete(cacheKey);
  }

  /** Keeps an answer, unless it is too large, failed, or the memory of the account is full. */
  keep(cacheKey: string, body: string, answer: { status: number; body: string }, now: number): void {
    const limits = this.#limits();
    const failed = answer.status !== 200;
    const size = Buffer.byteLength(answer.body);
    if ((failed && limits.keepFailedAnswers === 0) || size > LARGEST_KEPT) return;
    if (this.#keptBytes(now) + size > limits.idempotencyBytes) return;
    const kept = { ...answer, cacheKey, bodyHash: hashOf(body), expiresAt: now + limits.idempotencyMs };
    this.#store.commit({ type: 'kept', kept });
  }

  forget(cacheKey: string): void {
    this.#running.delete(cacheKey);
    this.#store.state.kept.delete(cacheKey);
  }

  clear(): void {
    this.#running.clear();
  }

  #keptBytes(now: number): number {
    const { kept } = this.#store.state;
    let bytes = 0;
    for (const answer of kept.values()) {
      if (answer.expiresAt <= now) kept.delete(answer.cacheKey);
      else bytes += answer.body.length;
    }
    return bytes;
  }
}

function hashOf(body: string): string {
  return createHash('sha256').update(body).digest('hex');
}
