import type { Answer } from './answer.js';
import { MovingMean } from './latency.js';
import type { MutationName, QueryName } from './operations.js';
import type { Load } from './queries.js';

type OperationName = QueryName | MutationName;

/** What the vendor charges for create_item, and what is planned for every operation until its own cost is seen. */
const FIRST_COST = 30_000;
/** The vendor's ceiling of one request. */
const POINTS_PER_REQUEST = 5_000_000;
const FIRST_ALIASES = 10;
const MOST_ALIASES = 50;
/** A change whose answer is lost is simply sent again, so it need not be tried out in small requests. */
const FIRST_CHANGES = MOST_ALIASES;
/** A third of the server's own 60 s: even a request three times as slow is answered. */
const LONGEST_REQUEST_MS = 20_000;
/** How much of a minute's budget a packing may leave unused for the sake of larger requests. */
const FULL_ENOUGH = 0.985;

/** Decides how many mutations go into one request, from what requests have cost and how long they took. */
export class Packing {
  readonly #costs = new Map<OperationName, number>();
  readonly #msPerField = new Map<OperationName, MovingMean>();
  /** How far each operation may go; grows as full requests come back. */
  readonly #reach = new Map<OperationName, number>();
  #pointsPerRequest = POINTS_PER_REQUEST;
  /** Lowered by unknown outcomes, so that the next one concerns fewer records. */
  #caution = 1;

  /** Points of one field of this operation, as last charged. */
  costOf(operation: OperationName): number {
    return this.#costs.get(operation) ?? FIRST_COST;
  }

  pointsOf(load: Load): number {
    return entriesOf(load).reduce((sum, [operation, fields]) => sum + fields * this.costOf(operation), 0);
  }

  /** Mutations of this kind for the next request, where a minute has `usablePoints`. */
  aliasCount(operation: OperationName, usablePoints: number): number {
    const msPerField = this.#msPerField.get(operation)?.value;
    const cost = Math.max(1, this.costOf(operation));
    const most = Math.min(
      MOST_ALIASES,
      this.#reachOf(operation),
      msPerField === undefined ? firstOf(operation, usablePoints / cost) : LONGEST_REQUEST_MS / Math.max(1, msPerField),
      this.#pointsPerRequest / cost,
    );
    return fillBudget(Math.max(1, Math.floor(most * this.#caution)), Math.floor(usablePoints / cost));
  }

  /** Requests that so many mutations of this kind will take, if each full one lets the next be larger. */
  requestsOf(operation: OperationName, fields: number, usablePoints: number): number {
    const cost = Math.max(1, this.costOf(operation));
    const most = Math.min(MOST_ALIASES, this.#pointsPerRequest / cost, Math.max(1, usablePoints / cost));
    const first = this.#msPerField.has(operation) ? most : firstOf(operation, usablePoints / cost);
    let reach = this.#reachOf(operation);
    let requests = 0;
    for (let left = fields; left > 0; requests += 1) {
      left -= Math.max(1, Math.floor(Math.min(reach, most, requests === 0 ? first : most)));
      reach *= 2;
    }
    return requests;
  }

  /** Mutations of this kind that a request has been seen to carry, or begins with. */
  #reachOf(operation: OperationName): number {
    return this.#reach.get(operation) ?? firstAliases(operation);
  }

  observe(load: Load, answer: Answer): void {
    if (answer.kind === 'refused') {
      this.#observeRefusal(load, answer.failure);
      return;
    }
    const entries = entriesOf(load);
    const fields = fieldsOf(load);
    const msPerField = answer.latencyMs / Math.max(1, fields);
    const answered = answer.kind === 'answered';
    this.#caution = answered ? Math.min(1, this.#caution * 1.3) : Math.max(1 / MOST_ALIASES, this.#caution / 2);
    for (const [operation] of entries) {
      const mean = this.#msPerField.get(operation) ?? new MovingMean();
      this.#msPerField.set(operation, mean);
      // A connection that broke early says nothing about speed; one that took long does.
      if (answered || msPerField > (mean.value ?? 0)) mean.observe(msPerField);
      const reach = this.#reachOf(operation);
      if (answered && fields * 2 >= reach) this.#reach.set(operation, Math.min(MOST_ALIASES, reach * 2));
    }
    const [only, ...others] = entries;
    if (!answered || answer.replayed || answer.failures.length > 0 || only === undefined || others.length > 0) return;
    if (answer.complexity !== undefined) this.#costs.set(only[0], Math.ceil(answer.complexity.query / fields));
  }

  /** Too expensive in one piece: the fields cost more than was thought, or the ceiling is lower. */
  #observeRefusal(load: Load, failure: { advice?: string; maxPoints?: number }): void {
    if (failure.advice !== 'smaller body') return;
    if (failure.maxPoints !== undefined) this.#pointsPerRequest = Math.min(this.#pointsPerRequest, failure.maxPoints);
    const least = Math.ceil((this.#pointsPerRequest + 1) / Math.max(1, fieldsOf(load)));
    for (const [operation] of entriesOf(load)) {
      this.#costs.set(operation, Math.max(this.costOf(operation), least));
      this.#reach.set(operation, Math.max(1, Math.floor(fieldsOf(load) / 2)));
    }
  }
}

function firstAliases(operation: OperationName): number {
  return operation === 'changeValues' ? FIRST_CHANGES : FIRST_ALIASES;
}

/** The first request fits into what reads have left of a minute, so that it need not wait for the next one. */
function firstOf(operation: OperationName, fieldsPerMinute: number): number {
  return Math.min(firstAliases(operation), Math.max(FIRST_ALIASES, fieldsPerMinute / 2));
}

function entriesOf(load: Load): [OperationName, number][] {
  return Object.entries(load) as [OperationName, number][];
}

function fieldsOf(load: Load): number {
  return entriesOf(load).reduce((sum, [, fields]) => sum + fields, 0);
}

/**
 * The size, at most `most`, at which whole requests fill a minute of `fieldsPerMinute`: of 155, three requests of 40
 * leave 35 unused, five of 31 none.
 */
export function fillBudget(most: number, fieldsPerMinute: number): number {
  if (fieldsPerMinute <= 1) return 1;
  if (Math.floor(fieldsPerMinute / most) * most >= FULL_ENOUGH * fieldsPerMinute) return most;
  const fewest = Math.ceil(fieldsPerMinute / most);
  for (let requests = fewest; requests < 2 * fewest; requests++) {
    const size = Math.floor(fieldsPerMinute / requests);
    if (size * requests >= FULL_ENOUGH * fieldsPerMinute) return size;
  }
  return Math.max(1, Math.floor(fieldsPerMinute / fewest));
}
