import { describe, expect, it } from '@jest/globals';
import { systemClock } from '../../../shared/ground/clock.js';
import type { Answer } from '../../../shared/monday/answer.js';
import { notSent, postInTime } from '../../../tasks/push/send/sender.js';
import type { SendSession } from '../../../tasks/push/send/session.js';

const AT = new Date('2026-01-05T12:00:00Z');
const ANSWERED = { kind: 'answered' } as Answer;

/** Posts what the ledger knows since `AT`, so many milliseconds later; with what reached the client. */
async function postAfter(ms: number): Promise<{ answer: Answer; sent: string[] }> {
  const sent: string[] = [];
  const session = {
    clock: { ...systemClock(), now: () => new Date(AT.getTime() + ms) },
    client: {
      send: ({ idempotencyKey }: { idempotencyKey: string }) => {
        sent.push(idempotencyKey);
        return Promise.resolve(ANSWERED);
      },
    },
  } as unknown as Pick<SendSession, 'client' | 'clock'>;
  const answer = await postInTime(session, { body: '{}', idempotencyKey: 'key', at: AT });
  return { answer, sent };
}

describe('a mutation that the ledger knows', () => {
  it.each([0, 4_999, 5_000])('leaves %d ms after its commit', async (ms) => {
    expect(await postAfter(ms)).toEqual({ answer: ANSWERED, sent: ['key'] });
  });

  it.each([5_001, 3_600_000])('never leaves %d ms after: another push may have taken it over', async (ms) => {
    const late = notSent(new Date(AT.getTime() + ms));
    expect(await postAfter(ms)).toEqual({ answer: late, sent: [] });
    expect(late).toMatchObject({ kind: 'refused', failure: { code: 'NOT_SENT', beforeExecution: true } });
  });
});
