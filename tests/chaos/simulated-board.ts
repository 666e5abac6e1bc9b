import { Account } from '../../local/board/account.js';
import type { Ending } from '../../local/board/answers.js';
import { Api } from '../../local/board/api.js';
import { draw } from '../../local/board/draw.js';
import { type FaultPlan, faultsSchema } from '../../local/board/faults.js';
import { limitsSchema } from '../../local/board/limits.js';
import { Store } from '../../local/board/store.js';
import type { Clock } from '../../shared/ground/clock.js';
import type { Actor } from './actor.js';

/** How long a client waits for an answer that does not come. */
const TIMEOUT_MS = 70_000;

/** The board without its HTTP server, so that all of its time is the conductor's. */
export class SimulatedBoard {
  readonly account: Account;
  readonly #api: Api;
  readonly #clock: Clock;

  constructor(clock: Clock, seed: number, limits: Readonly<Record<string, number>>) {
    this.#clock = clock;
    this.account = new Account({ store: new Store(null), clock, seed, limits: 'raised' });
    this.account.limits = { ...this.account.limits, ...limitsSchema.parse(limits) };
    this.#api = new Api(this.account, null);
  }

  plan(seed: number, rates: Readonly<Record<string, number>>): void {
    this.account.faults.plan(faultPlan(seed, rates));
  }

  /** What an actor's `fetch` does. */
  async fetch(actor: Actor, init: RequestInit): Promise<Response> {
    const body = String(init.body);
    const headers = new Headers(init.headers);
    const { name, writes } = operationOf(body);
    const ending = await actor.request(name, writes, () =>
      this.#api.handle({
        body,
        token: headers.get('authorization'),
        version: headers.get('api-version'),
        idempotencyKey: headers.get('idempotency-key'),
        closed: new AbortController().signal,
      }),
    );
    return this.#respond(actor, ending);
  }

  async #respond(actor: Actor, ending: Ending): Promise<Response> {
    if (ending === 'silence') await actor.alive(this.#clock.wait(TIMEOUT_MS));
    if (typeof ending === 'string') throw lost(ending === 'silence' ? 'UND_ERR_HEADERS_TIMEOUT' : 'ECONNRESET');
    return new Response(ending.body, { status: ending.status, headers: ending.headers });
  }
}

/** Where an error of a value can come from. */
const WRITES = ['create_item', 'create_subitem', 'change_multiple_column_values'] as const;
/** How many of each are looked at. */
const SCRIPTED = 60;

/** Faults by their rates; those that only a written value has are told by the number of the write. */
export function faultPlan(seed: number, rates: Readonly<Record<string, number>>): FaultPlan {
  const [written, anywhere] = [new Map<string, number>(), new Map<string, number>()];
  for (const [fault, rate] of Object.entries(rates)) (VALUE_FAULTS.has(fault) ? written : anywhere).set(fault, rate);
  const script = [...written].flatMap(([fault, rate]) =>
    WRITES.flatMap((operation) =>
      Array.from({ length: SCRIPTED }, (_, place) => ({ operation, nth: place + 1, fault })).filter(
        ({ nth }) => draw(seed, fault, operation, nth) < rate,
      ),
    ),
  );
  return faultsSchema.parse({ seed, rates: Object.fromEntries(anywhere), script });
}

const VALUE_FAULTS: ReadonlySet<string> = new Set([
  'error:ColumnValueException',
  'error:DATA_VALIDATIONS_ERROR',
  'error:SOMETHING_NEW@field',
]);

/** As Node's own `fetch` fails when a connection ends without an answer. */
function lost(code: string): TypeError {
  return new TypeError('fetch failed', { cause: Object.assign(new Error(code), { code }) });
}

const FIELD = /\b(\w+): (\w+)\(/g;

/** The query's name, or the mutation and how many of it. */
function operationOf(body: string): { name: string; writes: boolean } {
  const { query, operationName } = JSON.parse(body) as { query: string; operationName: string };
  const writes = query.startsWith('mutation');
  const fields = [...query.matchAll(FIELD)].map(([, , field]) => field);
  return { name: writes && fields.length > 0 ? `${fields[0]} x${fields.length}` : operationName, writes };
}
