import { z } from 'zod';
import type { Account } from './account.js';
import { type HttpAnswer, JSON_TYPE } from './answers.js';
import { ApiError } from './api-error.js';
import { BoardClock } from './clock.js';
import { dumpBoard } from './dump.js';
import { faultsSchema } from './faults.js';
import { carryOutEdit, editSchema } from './hand/edits.js';
import { LIMIT_PRESETS, limitsSchema } from './limits.js';

/** A call that cannot be carried out; the message says why. */
class BadCall extends Error {}

const clockSchema = z.strictObject({
  mode: z.enum(['fake', 'real']).optional(),
  advanceMs: z.number().min(0).optional(),
});

const markSchema = z.strictObject({ label: z.string().min(1).max(100) });

const presetSchema = z.strictObject({ preset: z.enum(['pro', 'raised']) });

type Handler = (account: Account, body: unknown, url: URL) => unknown;

function parseBody<T>(schema: z.ZodType<T>, body: unknown): T {
  try {
    return schema.parse(body);
  } catch (error) {
    if (error instanceof z.ZodError) throw new BadCall(`The body is not understood: ${z.prettifyError(error)}`);
    throw error;
  }
}

async function setClock(account: Account, body: unknown): Promise<unknown> {
  const { mode, advanceMs } = parseBody(clockSchema, body);
  const { clock } = account;
  if (!(clock instanceof BoardClock))
    throw new BadCall('The clock was passed in by the program that started the board.');
  if (mode !== undefined) clock.setMode(mode);
  if (advanceMs !== undefined) {
    if (clock.mode === 'real') throw new BadCall('Only a stopped clock can be moved: send {"mode": "fake"} first.');
    await clock.advance(advanceMs);
  }
  return { mode: clock.mode, now: clock.now().toISOString() };
}

function setLimits(account: Account, body: unknown): unknown {
  const isPreset = typeof body === 'object' && body !== null && 'preset' in body;
  const limits = isPreset ? LIMIT_PRESETS[parseBody(presetSchema, body).preset] : parseBody(limitsSchema, body);
  account.limits = { ...account.limits, ...limits };
  return account.limits;
}

function readLog(account: Account, _body: unknown, url: URL): unknown {
  const after = z.coerce
    .number()
    .int()
    .min(0)
    .safeParse(url.searchParams.get('after') ?? 0);
  if (!after.success) throw new BadCall('after must be the number of a request, 0 for all.');
  return { requests: account.store.state.requests.slice(after.data) };
}

/** Draws a line in the log: the page for people shows what has changed since. */
function setMark(account: Account, body: unknown): unknown {
  const { label } = parseBody(markSchema, body);
  const mark = { n: account.store.state.requests.length, at: account.clock.now().toISOString(), label };
  account.store.commit({ type: 'mark', mark });
  return mark;
}

const HANDLERS: Readonly<Record<string, Handler>> = {
  'GET /_board': (account) => dumpBoard(account),
  'GET /_log': readLog,
  'POST /_faults': (account, body) => {
    account.faults.plan(parseBody(faultsSchema, body));
    return { ok: true };
  },
  'DELETE /_faults': (account) => {
    account.faults.clear();
    return { ok: true };
  },
  'POST /_clock': setClock,
  'POST /_limits': setLimits,
  'GET /_limits': (account) => account.limits,
  'POST /_mark': setMark,
  'POST /_edit': (account, body) => carryOutEdit(account, parseBody(editSchema, body)),
  'POST /_reset': (account) => {
    account.reset();
    return { ok: true };
  },
};

/** Answers a call of the control interface; null when there is no such call. */
export async function control(account: Account, method: string, url: URL, body: string): Promise<HttpAnswer | null> {
  const handler = HANDLERS[`${method} ${url.pathname}`];
  if (handler === undefined) return null;
  const answer = (status: number, content: unknown): HttpAnswer => ({
    status,
    headers: JSON_TYPE,
    body: JSON.stringify(content),
  });
  try {
    const content = await handler(account, parseJson(body), url);
    account.store.flush();
    return answer(200, content);
  } catch (error) {
    if (error instanceof BadCall || error instanceof ApiError) return answer(400, { error: error.message });
    throw error;
  }
}

function parseJson(body: string): unknown {
  if (body === '') return {};
  try {
    return JSON.parse(body);
  } catch {
    throw new BadCall('The body is not JSON.');
  }
}
