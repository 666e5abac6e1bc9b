// Times a run of small batches by `sync`, as it is from a shell: real processes, the board at the pace of a real account.
// npm run bench:sync -- [--customers N] [--lines N] [--known N] [--concurrency N,N] [--mutation-ms N] [--query-ms N]

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { parseArgs } from 'node:util';
import { startBoard } from '../../local/board/server.js';
import { ITEMS_BOARD } from '../../local/board/shape.js';
import { systemClock } from '../../shared/ground/clock.js';
import { loadMapping } from '../../shared/mapping/mapping.js';
import { migrate } from '../../shared/store/schema/migrate.js';
import { migrateArchive } from '../../shared/store/schema/migrate-archive.js';
import { openWarehouse } from '../../shared/warehouse/open.js';
import { ChangingOrders } from './changing-orders.js';
import { benchDatabase } from './database.js';

const { values: flags } = parseArgs({
  options: {
    customers: { type: 'string', default: '50' },
    lines: { type: 'string', default: '2' },
    known: { type: 'string', default: '10' },
    concurrency: { type: 'string', default: '1,2,3,4' },
    'mutation-ms': { type: 'string', default: '500' },
    'query-ms': { type: 'string', default: '300' },
  },
});
/** Those of a Pro account with a personal token. */
const ACCOUNT = { callsPerDay: 10_000, requestsPerMinute: 2_500, concurrency: 100, complexityPerMinute: 10_000_000 };
const TOKEN = 'token';

const say = (line: string): boolean => process.stdout.write(`${line}\n`);
const clock = systemClock();
const database = await benchDatabase(undefined);
const warehouse = await openWarehouse({ url: database.url, schema: 'dbo', clock, applicationName: 'bench sync' });
const board = await startBoard({ token: TOKEN, limits: 'raised' });
try {
  const mapping = loadMapping();
  await migrate(warehouse, mapping, clock, { waitMs: 10_000, signal: new AbortController().signal });
  await migrateArchive({ url: database.url, schema: 'public' }, { clock, look: false });
  const customers = Number(flags.customers);
  const orders = await ChangingOrders.load(warehouse, mapping, { customers, lines: Number(flags.known), seed: 1 });
  say(`first load of ${customers} customers of ${flags.known} lines, limits raised: ${await sync(4)} s`);
  board.account.limits = {
    ...board.account.limits,
    ...ACCOUNT,
    mutationMs: Number(flags['mutation-ms']),
    queryMs: Number(flags['query-ms']),
  };
  for (const concurrency of flags.concurrency.split(',').map(Number)) {
    await orders.change(Number(flags.lines));
    const requests = board.account.store.state.requests.length;
    const seconds = await sync(concurrency);
    const made = board.account.store.state.requests.slice(requests);
    const refused = made.filter(({ status }) => status !== 200).length;
    say(`${concurrency} at a time: ${seconds} s; ${made.length} requests, ${refused} refused`);
  }
} finally {
  await board.close();
  await warehouse.close();
  await database.stop();
}

/** How many seconds a run takes that ends well. */
async function sync(concurrency: number): Promise<string> {
  const start = performance.now();
  const child = spawn(process.execPath, ['dist/local/sync/index.js', '--concurrency', String(concurrency)], {
    env: {
      ...process.env,
      WAREHOUSE_URL: database.url,
      ARCHIVE_URL: database.url,
      MONDAY_API_URL: `${board.url}/v2`,
      MONDAY_API_TOKEN: TOKEN,
      MONDAY_BOARD_ID: ITEMS_BOARD,
    },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const [code] = await once(child, 'exit');
  if (code !== 0) throw new Error(`sync ended with exit code ${code}.`);
  return ((performance.now() - start) / 1_000).toFixed(1);
}
