// Measures how a run grows with the table: 10,000 changed lines of a source of 100,000, 300,000 and 1,000,000, each step a process of its own.
// npm run build && node scripts/run.js scripts/bench/growth.ts [--lines N,N] [--changed N | --first-load] [--node PATH]
// With --first-load: the memory of a detect that has no snapshot to compare with, to which every line is new.
// Push is left out: its time is the account's. Its batches are left as a push does that has sent every line.

import { parseArgs } from 'node:util';
import { sampleOrders } from '../../local/orders/sample.js';
import { loadOrders } from '../../local/orders/source-table.js';
import { outputsOf } from '../../local/processes.js';
import { systemClock } from '../../shared/ground/clock.js';
import { loadMapping } from '../../shared/mapping/mapping.js';
import { migrate } from '../../shared/store/schema/migrate.js';
import { openWarehouse } from '../../shared/warehouse/open.js';
import { parseStatement } from '../../shared/warehouse/port/statements.js';
import type { Warehouse } from '../../shared/warehouse/port/warehouse.js';
import { leaveAsPushed, rememberBoard } from './batch.js';
import { benchDatabase } from './database.js';
import { batchIdsOf, timed } from './processes.js';
import { fillProduction } from './production.js';
import { leave } from './results.js';
import { fillSnapshot } from './snapshot.js';

const { values: flags } = parseArgs({
  options: {
    lines: { type: 'string', default: '100000,300000,1000000' },
    changed: { type: 'string', default: '10000' },
    'first-load': { type: 'boolean', default: false },
    node: { type: 'string', default: process.execPath },
  },
});
const STEPS = ['detect', 'batch', 'stage', 'promote'] as const;
type Step = (typeof STEPS)[number];
type Measured = Record<Step, { seconds: number; megabytes: number }>;

/** Prints the peak memory when the process ends. */
const METER = `data:text/javascript,${encodeURIComponent(
  `import { writeSync } from 'node:fs'; process.on('exit', () => writeSync(1, '\\npeak ' + process.resourceUsage().maxRSS + '\\n'));`,
)}`;
/** What the Dockerfile sets. */
const AS_IN_IMAGES = '--max-semi-space-size=16';
const mapping = loadMapping();
const clock = systemClock();

const sizes = flags.lines.split(',').map(Number);
const measured: [lines: number, figures: Measured][] = [];
for (const lines of sizes) measured.push([lines, await measure(lines)]);
if (!flags['first-load']) report();

async function measure(lines: number): Promise<Measured> {
  const database = await benchDatabase(undefined);
  const warehouse = await openWarehouse({ url: database.url, schema: 'dbo', clock, applicationName: 'bench growth' });
  try {
    await fill(warehouse, lines);
    const figures = Object.fromEntries(STEPS.map((step) => [step, { seconds: 0, megabytes: 0 }])) as Measured;
    const run = async (step: Step, ...args: string[]): Promise<Record<string, unknown>> => {
      const env = { WAREHOUSE_URL: database.url, LOG_LEVEL: 'error', NODE_OPTIONS: AS_IN_IMAGES };
      const { wall, printed } = await timed(flags.node, ['--import', METER, `dist/tasks/${step}/index.js`, ...args], {
        env,
      });
      figures[step].seconds += wall;
      figures[step].megabytes = Math.max(figures[step].megabytes, Number(/^peak (\d+)$/m.exec(printed)?.[1]) / 1_000);
      return Object.assign({}, ...printed.split('\n').map(outputsOf));
    };
    const detected = await run('detect', '--allow-large-change');
    if (flags['first-load']) {
      print(`${lines} lines, all new: ${textOf(figures, ['detect'])}`);
      return figures;
    }
    const made = await run('batch', '--run-id', String(detected['runId']));
    for (const batchId of batchIdsOf(made)) {
      await run('stage', '--batch-id', batchId);
      await leaveAsPushed(warehouse, clock, batchId, { created: false });
      await run('promote', '--batch-id', batchId);
    }
    print(`${lines} lines, ${JSON.stringify(detected['changed'])} changed: ${textOf(figures)}`);
    return figures;
  } finally {
    await warehouse.close();
    await database.stop();
  }
}

/** Every line is on the board and acknowledged; then some change. */
async function fill(warehouse: Warehouse, lines: number): Promise<void> {
  const orders = sampleOrders({ lines });
  await migrate(warehouse, mapping, clock, { waitMs: 10_000, signal: new AbortController().signal });
  await loadOrders(warehouse, orders);
  if (flags['first-load']) return;
  await fillSnapshot(warehouse, mapping, orders);
  await rememberBoard(warehouse, clock);
  await fillProduction(warehouse, mapping, orders);
  const change = `UPDATE dbo."ORDERS_UNIFIED" SET "NOTES" = 'changed' WHERE "record_uuid" IN
    (SELECT "record_uuid" FROM dbo."ORDERS_UNIFIED" WHERE "ORDER TYPE" = 'ACTIVE' ORDER BY "record_uuid" OFFSET 0 ROWS FETCH NEXT @changed ROWS ONLY)`;
  await warehouse.execute(parseStatement('bench', change), { changed: Number(flags.changed) });
  await warehouse.execute(parseStatement('bench', 'ANALYZE'), {});
}

function report(): void {
  const [first, ...others] = measured;
  if (first === undefined) return;
  for (const [lines, figures] of others)
    for (const step of STEPS)
      leave({
        what: `${step} of ${flags.changed} changed lines, ${lines} lines`,
        ours: `${figures[step].seconds.toFixed(2)} s, ${figures[step].megabytes.toFixed(0)} MB`,
        reference: `at ${first[0]} lines`,
        theirs: `${first[1][step].seconds.toFixed(2)} s`,
        ratio: figures[step].seconds / first[1][step].seconds,
        goal: `at most ${(lines / first[0]).toFixed(0)}x, under 200 MB`,
      });
}

function textOf(figures: Measured, steps: readonly Step[] = STEPS): string {
  return steps
    .map((step) => `${step} ${figures[step].seconds.toFixed(2)} s, ${figures[step].megabytes.toFixed(0)} MB`)
    .join('; ');
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}
