// Times a run of small batches by the flows: the real Kestra engine, a container for each step, the board at the pace of a real account.
// npm run build && node scripts/run.js scripts/bench/flows.ts [--customers N] [--lines N] [--known N] [--concurrency N,N] [--mutation-ms N] [--query-ms N]
// Needs Docker, a JDK 25 and Maven, as the tests of the flows do.

import { execFileSync } from 'node:child_process';
import { parseArgs } from 'node:util';
import { startBoard } from '../../local/board/server.js';
import { ITEMS_BOARD } from '../../local/board/shape.js';
import { systemClock } from '../../shared/ground/clock.js';
import { loadMapping } from '../../shared/mapping/mapping.js';
import { migrate } from '../../shared/store/schema/migrate.js';
import { migrateArchive } from '../../shared/store/schema/migrate-archive.js';
import { openWarehouse } from '../../shared/warehouse/open.js';
import { Engine } from '../../tests/kestra/engine.js';
import { EVERYBODY, FLOWS, flowText } from '../../tests/kestra/flow-files.js';
import { ChangingOrders } from './changing-orders.js';
import { benchDatabase } from './database.js';
import { leave } from './results.js';

const { values: flags } = parseArgs({
  options: {
    customers: { type: 'string', default: '50' },
    lines: { type: 'string', default: '2' },
    known: { type: 'string', default: '10' },
    concurrency: { type: 'string', default: '1,2,4' },
    'mutation-ms': { type: 'string', default: '500' },
    'query-ms': { type: 'string', default: '300' },
  },
});
/** Those of a Pro account with a personal token. */
const ACCOUNT = { callsPerDay: 10_000, requestsPerMinute: 2_500, concurrency: 100, complexityPerMinute: 10_000_000 };
const TOKEN = 'token';
const WITHIN_MS = 3_600_000;
const GOAL_SECONDS = 240;

const say = (line: string): boolean => process.stdout.write(`${line}\n`);
execFileSync(process.execPath, ['scripts/images.js'], { stdio: 'ignore' });
const clock = systemClock();
const mapping = loadMapping();
const database = await benchDatabase(undefined);
const warehouse = await openWarehouse({ url: database.url, schema: 'dbo', clock, applicationName: 'bench flows' });
const board = await startBoard({ token: TOKEN, limits: 'raised' });
const engine = new Engine({
  secrets: { WAREHOUSE_URL: database.url, ARCHIVE_URL: database.url, MONDAY_API_TOKEN: TOKEN, ALERT_URL: '' },
  envs: { DOCKER_NETWORK: 'host', MONDAY_BOARD_ID: ITEMS_BOARD, MONDAY_API_URL: `${board.url}/v2` },
});
try {
  await migrate(warehouse, mapping, clock, { waitMs: 10_000, signal: new AbortController().signal });
  await migrateArchive({ url: database.url, schema: 'public' }, { clock, look: false });
  const customers = Number(flags.customers);
  const orders = await ChangingOrders.load(warehouse, mapping, { customers, lines: Number(flags.known), seed: 1 });
  await engine.start();
  for (const flow of FLOWS) await engine.load(quiet(flowText(flow)));
  say(`first load of ${customers} customers of ${flags.known} lines, limits raised: ${(await run()).toFixed(0)} s`);
  board.account.limits = {
    ...board.account.limits,
    ...ACCOUNT,
    mutationMs: Number(flags['mutation-ms']),
    queryMs: Number(flags['query-ms']),
  };
  for (const concurrency of flags.concurrency.split(',').map(Number)) {
    await engine.load(atOnce(quiet(flowText('customer-orders')), concurrency));
    await orders.change(Number(flags.lines));
    const before = board.account.store.state.requests.length;
    const seconds = await run();
    const made = board.account.store.state.requests.slice(before);
    const refused = made.filter(({ status }) => status !== 200).length;
    say(`${concurrency} at a time: ${seconds.toFixed(0)} s; ${made.length} requests, ${refused} refused`);
    leave({
      what: `a run of ${customers} batches of ${flags.lines} changed lines by the flows, ${concurrency} at a time`,
      ours: `${seconds.toFixed(0)} s`,
      reference: 'goal',
      theirs: `${GOAL_SECONDS} s`,
      ratio: seconds / GOAL_SECONDS,
      goal: 'at most 1x',
    });
  }
} finally {
  await engine.close();
  await board.close();
  await warehouse.close();
  await database.stop();
}

/** Seconds that a run of every customer takes. @throws Error unless it ends green. */
async function run(): Promise<number> {
  const startedAt = performance.now();
  const { state } = await engine.wait(await engine.begin('customer-orders', EVERYBODY), 0, WITHIN_MS);
  if (state !== 'SUCCESS') throw new Error(`The run ended ${state}.`);
  return (performance.now() - startedAt) / 1_000;
}

/** The flow with its schedule off. */
function quiet(text: string): string {
  return text.replace(/^( +)cron: .*$/m, '$&\n$1disabled: true');
}

/** The flow with another number of customers at a time. */
function atOnce(text: string, customers: number): string {
  return text.replace(/^( +concurrencyLimit:) \d+$/m, `$1 ${customers}`);
}
