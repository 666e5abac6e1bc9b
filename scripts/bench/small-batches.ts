import { parseArgs } from 'node:util';
import { type RunningBoard, startBoard } from '../../local/board/server.js';
import { systemClock } from '../../shared/ground/clock.js';
import { loadMapping } from '../../shared/mapping/mapping.js';
import { migrate } from '../../shared/store/schema/migrate.js';
import { migrateArchive } from '../../shared/store/schema/migrate-archive.js';
import { openWarehouse } from '../../shared/warehouse/open.js';
import { ChangingOrders } from './changing-orders.js';
import { benchDatabase } from './database.js';
import { seconds } from './measure.js';

/** Those of a Pro account with a personal token. */
const ACCOUNT = { callsPerDay: 10_000, requestsPerMinute: 2_500, concurrency: 100, complexityPerMinute: 10_000_000 };
const MINUTE_MS = 60_000;
export const TOKEN = 'token';

/** What carries runs from source to board, so many customers at a time. */
interface Carrier {
  run(concurrency: number): Promise<void>;
  close?(): Promise<void>;
}

/** A run in which each customer had some changed lines. */
export interface MeasuredRun {
  what: string;
  concurrency: number;
  seconds: number;
}

/** Measures runs of many small batches at the board of a real account: after a first load, one for each number of customers at a time. */
export async function measureSmallBatches(
  open: (at: { databaseUrl: string; board: RunningBoard }) => Promise<Carrier>,
): Promise<MeasuredRun[]> {
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
  const clock = systemClock();
  const mapping = loadMapping();
  const database = await benchDatabase(undefined);
  const warehouse = await openWarehouse({ url: database.url, schema: 'dbo', clock, applicationName: 'bench' });
  const board = await startBoard({ token: TOKEN, limits: 'raised' });
  let close: Carrier['close'];
  try {
    const carrier = await open({ databaseUrl: database.url, board });
    close = carrier.close;
    await migrate(warehouse, mapping, clock, { waitMs: 10_000, signal: new AbortController().signal });
    await migrateArchive({ url: database.url, schema: 'public' }, { clock, look: false });
    const customers = Number(flags.customers);
    const orders = await ChangingOrders.load(warehouse, mapping, { customers, lines: Number(flags.known), seed: 1 });
    const first = await seconds(() => carrier.run(4));
    print(`first load of ${customers} customers of ${flags.known} lines, limits raised: ${first.toFixed(0)} s`);
    board.account.limits = {
      ...board.account.limits,
      ...ACCOUNT,
      mutationMs: Number(flags['mutation-ms']),
      queryMs: Number(flags['query-ms']),
    };
    // What the first load has taken of the account's minute is not the runs' to pay.
    await clock.wait(MINUTE_MS);
    const runs: MeasuredRun[] = [];
    for (const concurrency of flags.concurrency.split(',').map(Number)) {
      await orders.change(Number(flags.lines));
      const before = board.account.store.state.requests.length;
      const took = await seconds(() => carrier.run(concurrency));
      const made = board.account.store.state.requests.slice(before);
      const refused = made.filter(({ status }) => status !== 200).length;
      print(`${concurrency} at a time: ${took.toFixed(0)} s; ${made.length} requests, ${refused} refused`);
      runs.push({ what: `a run of ${customers} batches of ${flags.lines} changed lines`, concurrency, seconds: took });
    }
    return runs;
  } finally {
    await close?.();
    await board.close();
    await warehouse.close();
    await database.stop();
  }
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}
