import { expect, it } from '@jest/globals';
import { systemClock } from '../../../shared/clock.js';
import { MondayClient } from '../../../shared/monday/client.js';
import { runQuery } from '../../../shared/monday/queries.js';
import { transportFailure } from '../../../shared/monday/transport-errors.js';

/** An account behind a connection that always fails with the same code. */
function unreachable(code: string) {
  const cause = Object.assign(new Error(`it said ${code}`), { code, syscall: 'connect' });
  const clock = { ...systemClock(), wait: async () => undefined };
  const client = new MondayClient({ url: 'https://board.invalid/v2', token: 'token', timeoutMs: 1_000, clock });
  let asked = 0;
  client.send = async () => {
    asked += 1;
    const failure = transportFailure(new TypeError('fetch failed', { cause }));
    return { kind: 'refused', failure, replayed: false, limits: new Map(), startedAt: clock.now(), latencyMs: 1 };
  };
  return {
    access: { client, clock, pace: { schedule: (_: unknown, work: () => ReturnType<typeof client.send>) => work() } },
    asked: () => asked,
  };
}

it.each(['ENOTFOUND', 'CERT_HAS_EXPIRED', 'SELF_SIGNED_CERT_IN_CHAIN'])(
  'a first read that ends in %s is not repeated, and names the setting',
  async (code) => {
    const { access, asked } = unreachable(code);
    await expect(runQuery(access, 'getAccount', {})).rejects.toMatchObject({
      exitCode: 2,
      message: expect.stringContaining('MONDAY_API_URL'),
    });
    expect(asked()).toBe(1);
  },
);

it('a name server that falters later is asked again', async () => {
  const { access, asked } = unreachable('ENOTFOUND');
  await expect(runQuery(access, 'getItemsById', {})).rejects.toMatchObject({ exitCode: 1 });
  expect(asked()).toBe(8);
});
