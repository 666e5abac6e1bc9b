// Plays a day of six runs, each with some changed lines of every customer, at the limits of each plan, on a clock that jumps:
// what it takes of the account, beside what was forecast.
// npm run bench:day -- [--customers N] [--lines N] [--known N] [--runs N] [--mutation-ms N] [--query-ms N] [--seed N]

import { parseArgs } from 'node:util';
import { systemClock } from '../../shared/ground/clock.js';
import { loadMapping } from '../../shared/mapping/mapping.js';
import { migrate } from '../../shared/store/schema/migrate.js';
import { migrateArchive } from '../../shared/store/schema/migrate-archive.js';
import { openWarehouse } from '../../shared/warehouse/open.js';
import { callsText, restText } from '../../tasks/batch/facts/calls.js';
import { ChangingOrders } from './changing-orders.js';
import { benchDatabase } from './database.js';
import { addedUp, type Limits, RunsAtBoard, type RunTaken, type Taken } from './play-day.js';
import { leave } from './results.js';

const { values: flags } = parseArgs({
  options: {
    customers: { type: 'string', default: '52' },
    lines: { type: 'string', default: '20' },
    known: { type: 'string', default: '60' },
    runs: { type: 'string', default: '6' },
    'mutation-ms': { type: 'string', default: '500' },
    'query-ms': { type: 'string', default: '300' },
    seed: { type: 'string', default: '1' },
  },
});
const [customers, lines, runs, seed] = [flags.customers, flags.lines, flags.runs, flags.seed].map(Number) as [
  number,
  number,
  number,
  number,
];

/** As the vendor has published them, for a personal token. */
const PLANS = {
  Standard: { callsPerDay: 1_000, requestsPerMinute: 1_000, concurrency: 40 },
  Pro: { callsPerDay: 10_000, requestsPerMinute: 2_500, concurrency: 100 },
  Enterprise: { callsPerDay: 25_000, requestsPerMinute: 5_000, concurrency: 250 },
} as const satisfies Record<string, Limits>;
const POINTS_PER_MINUTE = 10_000_000;
const MINUTES_OF_DAY = 1_440;

const say = (line: string): boolean => process.stdout.write(`${line}\n`);
const mapping = loadMapping();
const clock = systemClock();
const database = await benchDatabase(undefined);
const warehouse = await openWarehouse({ url: database.url, schema: 'dbo', clock, applicationName: 'bench day' });
const archives = await openWarehouse({ url: database.url, schema: 'public', clock, applicationName: 'bench day' });
const board = await RunsAtBoard.open({ warehouse, archives });
try {
  await migrate(warehouse, mapping, clock, { waitMs: 10_000, signal: new AbortController().signal });
  await migrateArchive({ url: database.url, schema: 'public' }, { clock, look: false });
  const orders = await ChangingOrders.load(warehouse, mapping, { customers, lines: Number(flags.known), seed });
  await board.run('first load');
  say(
    `${customers} customers of ${flags.known} lines, ${runs} runs with a value and a size of ${lines} lines of each; ${flags['mutation-ms']} ms a mutation, ${flags['query-ms']} ms a read`,
  );
  for (const [plan, limits] of Object.entries(PLANS)) {
    board.limits = {
      ...limits,
      complexityPerMinute: POINTS_PER_MINUTE,
      requestsPerIp: 5_000,
      mutationMs: Number(flags['mutation-ms']),
      queryMs: Number(flags['query-ms']),
    };
    const refused = board.refused;
    say(
      `${plan}: ${limits.callsPerDay} calls a day, ${POINTS_PER_MINUTE} points and ${limits.requestsPerMinute} requests a minute`,
    );
    const all: RunTaken[] = [];
    let forecast = '';
    for (let n = 0; n < runs; n += 1) {
      await orders.change(lines);
      await board.passUntil(1 + (n * MINUTES_OF_DAY) / runs);
      const taken = await board.run(`${plan} ${n}`);
      all.push(taken);
      say(row(`run ${n + 1}`, taken, limits));
      if (n === 0) forecast = restText(await board.calls());
    }
    const day = addedUp(all);
    leave({
      what: `a day of ${runs} runs, ${customers} customers with ${lines} changed lines each, ${plan}`,
      ours: `${day.requests} requests, ${day.minutes.toFixed(0)} min, ${share(day.requests / limits.callsPerDay)} of the day's calls`,
      reference: 'forecast',
      theirs: `${day.forecast.requests} requests, ${day.forecast.minutes.toFixed(0)} min`,
      ratio: day.minutes / day.forecast.minutes,
      goal: 'at most 700 requests, forecast within 10 %',
    });
    say(row('day', day, limits));
    say(`  batch watch: ${callsText(await board.calls())}`);
    // Only a day after another one of such runs has something to go by.
    if (forecast !== '') say(`  after the first run: ${forecast}`);
    say(`  the board counted ${board.callsToday} calls of this day and refused ${board.refused - refused} requests`);
  }
} finally {
  await board.close();
  await Promise.all([warehouse.close(), archives.close()]);
  await database.stop();
}

/** Figures and their shares of the day's calls and of the points that the minutes had; in brackets the forecast and how far it was off. */
function row(name: string, taken: RunTaken, { callsPerDay }: { callsPerDay: number }): string {
  const { requests, points, minutes, forecast } = taken;
  const off = (of: keyof Taken): string => `${((forecast[of] / taken[of] - 1) * 100).toFixed(1)} %`;
  return [
    `  ${name.padEnd(6)}${String(requests).padStart(5)} requests (${forecast.requests}, ${off('requests')}), ${share(requests / callsPerDay)} of the day`,
    `${(points / 1_000_000).toFixed(1)} million points (${(forecast.points / 1_000_000).toFixed(1)}, ${off('points')}), ${share(points / (minutes * POINTS_PER_MINUTE))} of the minutes'`,
    `${minutes.toFixed(1)} min (${forecast.minutes.toFixed(1)}, ${off('minutes')})`,
  ].join('; ');
}

function share(part: number): string {
  return `${(part * 100).toFixed(1)} %`;
}
