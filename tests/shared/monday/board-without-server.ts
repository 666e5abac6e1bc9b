import { Account } from '../../../local/board/account.js';
import { Api } from '../../../local/board/api.js';
import type { LimitName } from '../../../local/board/limits.js';
import { ITEMS_BOARD, KEY_COLUMN } from '../../../local/board/shape.js';
import { Store } from '../../../local/board/store.js';
import type { Clock } from '../../../shared/ground/clock.js';
import { type Answer, factsOf, outcomeOfAlias, verdictOf } from '../../../shared/monday/answer.js';
import { serialise } from '../../../shared/monday/client.js';
import { composeMutation, type MutationField } from '../../../shared/monday/operations.js';
import { Pace } from '../../../shared/monday/pace.js';
import { readRateLimits } from '../../../shared/monday/rate-limits.js';

/** What each plan allows. */
export const PLANS = {
  'a trial': { complexityPerMinute: 1_000_000, requestsPerMinute: 1_000, concurrency: 40 },
  'an app token': { complexityPerMinute: 5_000_000, requestsPerMinute: 2_500, concurrency: 100 },
  'a personal token': { complexityPerMinute: 10_000_000, requestsPerMinute: 5_000, concurrency: 250 },
} as const satisfies Record<string, Partial<Record<LimitName, number>>>;

/** The simulated board without its HTTP server, so that all of its time is the clock's. */
export class BoardWithoutServer {
  readonly pace: Pace;
  readonly answers: Answer[] = [];
  /** Ids of what was made, by name. */
  readonly ids = new Map<string, string>();
  readonly #clock: Clock;
  readonly #api: Api;

  constructor(clock: Clock, limits: Partial<Record<LimitName, number>>) {
    this.#clock = clock;
    const account = new Account({ store: new Store(null), clock, seed: 1, limits: 'pro' });
    account.limits = { ...account.limits, itemsLimit: 1_000_000, callsPerDay: 1_000_000, mutationMs: 500, ...limits };
    this.#api = new Api(account, null);
    this.pace = new Pace({ clock });
  }

  async post(fields: readonly MutationField[]): Promise<Answer> {
    const startedAt = this.#clock.now();
    const body = serialise(composeMutation(fields));
    const closed = new AbortController().signal;
    const ending = await this.#api.handle({ body, token: 't', version: '2026-10', idempotencyKey: null, closed });
    if (typeof ending === 'string') throw new Error('The board cut the connection.');
    const headers = new Headers(ending.headers);
    const content = JSON.parse(ending.body) as Record<string, unknown>;
    const limits = readRateLimits(headers);
    const facts = { replayed: false, status: ending.status, limits, startedAt };
    const verdict = verdictOf(content, true, { status: ending.status, headers, limits, now: this.#clock.now() });
    const latencyMs = this.#clock.now().getTime() - startedAt.getTime();
    const answer: Answer = { ...facts, latencyMs, ...factsOf(content), ...verdict };
    this.answers.push(answer);
    for (const { alias, variables } of fields) {
      const outcome = outcomeOfAlias(answer, alias);
      if (outcome.kind === 'done') this.ids.set(String(variables['name']), (outcome.data as { id: string }).id);
    }
    return answer;
  }

  /** As push does it: eight requests made ready at once, each as large as the pace allows. */
  async sendAll(operation: 'createItem' | 'createSubitem', next: () => MutationField | undefined): Promise<void> {
    const worker = async () => {
      for (;;) {
        const fields: MutationField[] = [];
        for (let most = this.pace.aliasCount(operation); most > 0; most--) {
          const field = next();
          if (field === undefined) break;
          fields.push({ ...field, alias: `a${fields.length}` });
        }
        if (fields.length === 0) return;
        await this.pace.schedule({ [operation]: fields.length }, () => this.post(fields));
      }
    };
    await Promise.all(Array.from({ length: 8 }, worker));
  }
}

export function item(n: number): MutationField {
  const columnValues = JSON.stringify({ [KEY_COLUMN]: `key-${n}` });
  const variables = { boardId: ITEMS_BOARD, groupId: 'topics', name: `item-${n}`, columnValues };
  return { alias: 'a0', operation: 'createItem', variables };
}

export function subitem(parentId: string, n: number): MutationField {
  const columnValues = JSON.stringify({ [KEY_COLUMN]: `key-${n}|S` });
  return { alias: 'a0', operation: 'createSubitem', variables: { parentId, name: `size-${n}`, columnValues } };
}
