import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { patience } from '../helpers/engine.js';
import { World } from './world.js';

async function listen(server: Server): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/a-secret-path`;
}

/** As the flow runs it: a process of its own, whose whole life counts. */
describe('batch watch as a process', () => {
  let world: World;
  let silent: Server;
  let url: string;
  let closedUrl: string;
  let runId: string;

  beforeAll(async () => {
    world = await World.open(['TITLE 9']);
    await world.sql('UPDATE dbo."ORDERS_UNIFIED" SET "AAG ORDER NUMBER" = NULL WHERE "ORDER TYPE" = \'ACTIVE\'');
    const { detected, batches } = await world.batches();
    runId = String(detected['runId']);
    for (const { batchId } of batches) await world.run('stage', ['--batch-id', batchId]);
    silent = createServer(() => undefined);
    url = await listen(silent);
    const closed = createServer();
    closedUrl = await listen(closed);
    closed.close();
  }, patience(120_000));

  afterAll(async () => {
    silent.closeAllConnections();
    silent.close();
    await world.close();
  });

  const watch = async (env: Record<string, string>) => {
    const startedAt = performance.now();
    const ended = await world.run('batch', ['watch', '--run-id', runId], { WATCH_MIN_LINES: '0', ...env });
    return { ...ended, seconds: (performance.now() - startedAt) / 1_000 };
  };

  it('succeeds without a webhook', async () => {
    const { code, outputs } = await watch({});
    expect({ code, outputs }).toEqual({
      code: 0,
      outputs: {
        runId,
        status: 'ALERT',
        alerts: 1,
        checks: ['rejected'],
        reasons: [expect.stringContaining('of the lines were rejected')],
        posted: false,
        unmapped: [],
        callsToday: 0,
        callsExpected: 0,
      },
    });
  });

  it('succeeds within a few seconds when the webhook never answers or does not exist', async () => {
    const slow = await watch({ ALERT_URL: url });
    const down = await watch({ ALERT_URL: closedUrl });
    for (const { code, outputs, said, seconds } of [slow, down]) {
      expect({ code, posted: outputs['posted'] }).toEqual({ code: 0, posted: false });
      expect(said).toContain('The alert could not be posted');
      expect(said).not.toContain('a-secret-path');
      // Three seconds for the hook; the rest is the start of a process on a busy machine.
      expect(seconds).toBeLessThan(patience(12));
    }
    expect(down.said).toContain('ECONNREFUSED');
  });

  it('is shown by batch status as the last alert, with the result of the post', async () => {
    const { said } = await world.run('batch', ['status']);
    expect(said).toMatch(
      /^Alert {5}the last .+ ago \(.+ UTC\) of run [0-9a-f]{8}, the webhook gave no answer, so it may not have arrived: .+ of the lines were rejected/m,
    );
    const { said: json } = await world.run('batch', ['status', '--json']);
    expect(json).toContain('"post":"unanswered"');
  });

  it('refuses an invalid address', async () => {
    const { code, said } = await watch({ ALERT_URL: 'hooks/a-secret-path' });
    expect({ code, said }).toEqual({ code: 2, said: expect.stringContaining('ALERT_URL must be a URL') });
    expect(said).not.toContain('a-secret-path');
  });
});
