// Times a run of small batches by the flows: the real Kestra engine, a container for each step, the board at the pace of a real account.
// npm run build && node scripts/run.js scripts/bench/flows.ts [--customers N] [--lines N] [--known N] [--concurrency N,N] [--mutation-ms N] [--query-ms N]
// Needs Docker, a JDK 25 and Maven, as the tests of the flows do.

import { execFileSync } from 'node:child_process';
import { ITEMS_BOARD } from '../../local/board/shape.js';
import { Engine } from '../../tests/kestra/engine.js';
import { EVERYBODY, FLOWS, flowText } from '../../tests/kestra/flow-files.js';
import { leave } from './results.js';
import { measureSmallBatches, TOKEN } from './small-batches.js';

const WITHIN_MS = 3_600_000;
const GOAL_SECONDS = 240;

execFileSync(process.execPath, ['scripts/images.js'], { stdio: 'ignore' });
const runs = await measureSmallBatches(async ({ databaseUrl, board }) => {
  const engine = new Engine({
    secrets: { WAREHOUSE_URL: databaseUrl, ARCHIVE_URL: databaseUrl, MONDAY_API_TOKEN: TOKEN, ALERT_URL: '' },
    envs: { DOCKER_NETWORK: 'host', MONDAY_BOARD_ID: ITEMS_BOARD, MONDAY_API_URL: `${board.url}/v2` },
  });
  try {
    await engine.start();
    for (const flow of FLOWS) await engine.load(quiet(flowText(flow)));
  } catch (error) {
    await engine.close();
    throw error;
  }
  return {
    run: async (concurrency) => {
      await engine.load(atOnce(quiet(flowText('customer-orders')), concurrency));
      const { state } = await engine.wait(await engine.begin('customer-orders', EVERYBODY), 0, WITHIN_MS);
      if (state !== 'SUCCESS') throw new Error(`The run ended ${state}.`);
    },
    close: () => engine.close(),
  };
});
for (const { what, concurrency, seconds } of runs)
  leave({
    what: `${what} by the flows, ${concurrency} at a time`,
    ours: `${seconds.toFixed(0)} s`,
    reference: 'goal',
    theirs: `${GOAL_SECONDS} s`,
    ratio: seconds / GOAL_SECONDS,
    goal: 'at most 1x',
  });

/** The flow with its schedule off. */
function quiet(text: string): string {
  return text.replace(/^( +)cron: .*$/m, '$&\n$1disabled: true');
}

/** The flow with another number of customers at a time. */
function atOnce(text: string, customers: number): string {
  return text.replace(/^( +concurrencyLimit:) \d+$/m, `$1 ${customers}`);
}
