import { afterEach, describe, expect, it } from '@jest/globals';
import partialFile from '../../../local/board/recorded/partial-replies.json' with { type: 'json' };
import { fieldErrorOf, RECORDED, type Recorded } from '../../../local/board/recorded/recorded.js';
import { type Answer, outcomeOfAlias, verdictOf, verdictOfStatus } from '../../../shared/monday/answer.js';
import { BoardReader } from '../../../shared/monday/board.js';
import { readRateLimits } from '../../../shared/monday/rate-limits.js';
import { JumpingClock } from '../../helpers/jumping-clock.js';
import { json, type ScriptedServer, startScriptedServer } from './scripted-server.js';

const NOW = new Date('2026-11-23T10:00:00Z');

/** What the client makes of a body that answers a mutation. */
function answerOf(body: Record<string, unknown> | undefined, status = 200): Answer {
  const headers = new Headers();
  const context = { status, headers, limits: readRateLimits(headers), now: NOW };
  const verdict = body === undefined ? verdictOfStatus('a page', context) : verdictOf(body, true, context);
  return { replayed: false, limits: context.limits, startedAt: NOW, latencyMs: 1, ...verdict };
}

/** The recorded answer, given to a mutation of two fields of which the first is meant. */
function outcomeOf(recorded: Recorded) {
  const error = fieldErrorOf(recorded);
  const field = error?.path?.length === 1;
  const body = field ? { data: { a0: null, a1: { id: '1' } }, errors: [{ ...error, path: ['a0'] }] } : recorded.body;
  const answer = answerOf(body, recorded.http ?? 200);
  return { answer, outcome: outcomeOfAlias(answer, 'a0'), other: field ? outcomeOfAlias(answer, 'a1') : undefined };
}

const all = [...RECORDED.values()].map((recorded) => [recorded.id, recorded] as const);
const having = (...meanings: string[]) =>
  all.filter(([, { meaning }]) => meanings.some((wanted) => meaning.startsWith(wanted)));

describe('every recorded answer', () => {
  it.each(all)('%s is never read as done', (_id, recorded) => {
    expect(outcomeOf(recorded).outcome.kind).not.toBe('done');
  });

  it.each(having('may have been written'))('%s leaves the outcome open', (_id, recorded) => {
    expect(outcomeOf(recorded).outcome.kind).toBe('unknown');
  });

  it.each(having('this field only'))('%s leaves the other field of the request as answered', (_id, recorded) => {
    const { other } = outcomeOf(recorded);
    if (other !== undefined) expect(other).toMatchObject({ kind: 'done', data: { id: '1' } });
  });

  it.each(all.filter(([, { waitSeconds, reaction }]) => waitSeconds !== undefined && reaction === 'wait'))(
    '%s causes the wait that it states',
    (id, recorded) => {
      const { outcome } = outcomeOf(recorded);
      // A limit of one field below a query has no place in the answer to a mutation.
      if (id === 'field-limit') return expect(outcome.kind).toBe('unknown');
      return expect(outcome).toMatchObject({ failure: { waitMs: (recorded.waitSeconds ?? 0) * 1_000 } });
    },
  );

  it.each(having('this field only').filter(([, recorded]) => fieldErrorOf(recorded)?.path?.length === 1))(
    '%s is settled by its answer',
    (_id, recorded) => {
      expect(outcomeOf(recorded).outcome.kind).toBe('failed');
    },
  );

  it.each(all.filter(([, { reaction, meaning }]) => reaction === 'park' && meaning === 'this field only'))(
    '%s rejects the line',
    (_id, recorded) => {
      expect(outcomeOf(recorded).outcome).toMatchObject({ kind: 'failed', failure: { reaction: 'park' } });
    },
  );

  it.each(['not-authenticated', 'user-unauthorized', 'board-role', 'unauthorized-code', 'scope', 'version', 'daily'])(
    '%s stops the run',
    (id) => {
      const recorded = RECORDED.get(id);
      expect(recorded && outcomeOf(recorded).outcome).toMatchObject({ kind: 'failed', failure: { reaction: 'stop' } });
    },
  );
});

describe('every recorded answer that succeeds in part', () => {
  it.each(partialFile.replies.filter(({ done, failed }) => done ?? failed).map((reply) => [reply.id, reply] as const))(
    '%s: each alias has its own outcome',
    (_id, { body, done, failed }) => {
      const answer = answerOf(body);
      for (const alias of done ?? []) expect(outcomeOfAlias(answer, alias).kind).toBe('done');
      for (const alias of failed ?? []) expect(outcomeOfAlias(answer, alias).kind).toBe('failed');
    },
  );

  it('belongs to an alias only by a path that begins with it', () => {
    const refused = partialFile.replies.find(({ id }) => id === 'validation-path');
    expect(answerOf(refused?.body).kind).toBe('refused');
  });

  it('a null without an error leaves the outcome open', () => {
    const silent = partialFile.replies.find(({ id }) => id === 'null-without-error');
    expect(outcomeOfAlias(answerOf(silent?.body), 'a0').kind).toBe('unknown');
  });
});

describe('every recorded answer to a read with a missing part', () => {
  let server: ScriptedServer | undefined;
  afterEach(() => server?.close());

  const shape = (reader: BoardReader) => reader.shape('1');
  it.each<[id: string, told: RegExp, read: (reader: BoardReader) => Promise<unknown>]>([
    ['list-field', /Rate limit already blocked/, shape],
    ['list-field-limit', /Concurrency limit exceeded/, (reader) => reader.subitemsOf(['1'], [])],
    ['field-not-allowed', /User unauthorized/, shape],
    ['board-null', /User unauthorized/, shape],
    ['filter-on-mirror', /not supported yet/, (reader) => reader.allItems('1', [])],
    ['validation-path', /Field 'pos' doesn't exist/, shape],
  ])('%s is told, and never taken for nothing', async (id, told, read) => {
    server = await startScriptedServer(json(partialFile.replies.find((reply) => reply.id === id)?.body));
    const clock = new JumpingClock(1);
    const pace = { schedule: <T>(_load: object, work: () => Promise<T>) => work() };
    await expect(read(new BoardReader({ client: server.client(), pace, clock }))).rejects.toThrow(told);
  });
});
