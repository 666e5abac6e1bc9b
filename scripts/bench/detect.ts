// Measures a run of detect that finds nothing beside one streamed read of the same columns, on the embedded database or another empty one.
// node scripts/run.js scripts/bench/detect.ts [--lines N] [--repeats N] [--warehouse URL]

import { parseArgs } from 'node:util';
import { sampleOrders } from '../../local/orders/sample.js';
import { loadOrders } from '../../local/orders/source-table.js';
import { systemClock } from '../../shared/ground/clock.js';
import { silentLog } from '../../shared/ground/errors.js';
import type { SourceLayout } from '../../shared/lines/layout.js';
import { loadMapping } from '../../shared/mapping/mapping.js';
import { readFlags } from '../../shared/runtime/flag-values.js';
import { readSettings } from '../../shared/runtime/settings.js';
import { migrate } from '../../shared/store/schema/migrate.js';
import { scanRows } from '../../shared/store/source.js';
import { openWarehouse } from '../../shared/warehouse/open.js';
import type { Warehouse } from '../../shared/warehouse/port/warehouse.js';
import { detectCommand } from '../../tasks/detect/commands.js';
import { type DetectContext, runDetect } from '../../tasks/detect/run.js';
import { benchDatabase } from './database.js';
import { readByClient } from './driver-read.js';
import { median, peakMegabytesOf, printPeak, seconds } from './measure.js';
import { leave } from './results.js';
import { fillSnapshot, layoutOf } from './snapshot.js';

const SCRIPT = 'scripts/bench/detect.ts';

const { values: flags } = parseArgs({
  options: {
    lines: { type: 'string', default: '50000' },
    repeats: { type: 'string', default: '5' },
    warehouse: { type: 'string' },
    url: { type: 'string' },
  },
});
const lines = Number(flags.lines);
const mapping = loadMapping();
const orders = sampleOrders({ lines });
const layout = layoutOf(mapping, orders);

if (flags.url === undefined) await compare();
else await detectOnce(flags.url);

async function compare(): Promise<void> {
  const database = await benchDatabase(flags.warehouse);
  const { url } = database;
  try {
    await withWarehouse(url, async (warehouse) => {
      await migrate(warehouse, mapping, systemClock(), { waitMs: 10_000, signal: new AbortController().signal });
      await loadOrders(warehouse, orders);
      const first = peakMegabytes(url);
      await fillSnapshot(warehouse, mapping, orders);
      const [reads, runs, clients]: [number[], number[], number[]] = [[], [], []];
      for (let n = 0; n < Number(flags.repeats); n += 1) {
        reads.push(await seconds(() => readOnce(warehouse, layout)));
        runs.push(await seconds(() => detect(warehouse)));
        if (warehouse.engine === 'mssql') clients.push(await seconds(() => readByClient(url, layout.select)));
      }
      const [read, run] = [median(reads), median(runs)];
      print(`${lines} lines x ${layout.select.length} columns read, medians of ${flags.repeats}`);
      print(`  streamed read        ${read.toFixed(2)} s`);
      print(`  detect, no change    ${run.toFixed(2)} s`);
      print(`  ratio                ${(run / read).toFixed(2)} (at most 1.3)`);
      leaveBeside(run, { reference: 'streamed read by the same driver', read, goal: 'at most 1.3x' });
      if (clients.length > 0) {
        const client = median(clients);
        print(`  the client's read    ${client.toFixed(2)} s, ratio ${(run / client).toFixed(2)} (at most 1.15)`);
        leaveBeside(run, { reference: "streamed read by the client's own rows", read: client, goal: 'at most 1.15x' });
      }
      print(`  memory, first load   ${first.toFixed(0)} MB of a process of its own (under 300 MB at a million lines)`);
      print(`  memory, no change    ${peakMegabytes(url).toFixed(0)} MB`);
    });
  } finally {
    await database.stop();
  }
}

/** Leaves the seconds of a run beside those of a bare read. */
function leaveBeside(run: number, { reference, read, goal }: { reference: string; read: number; goal: string }): void {
  leave({
    what: `detect in a running process, nothing changed, ${lines} lines`,
    ours: `${run.toFixed(2)} s`,
    reference,
    theirs: `${read.toFixed(2)} s`,
    ratio: run / read,
    goal,
  });
}

/** Reads what detect reads, and does nothing with it. */
async function readOnce(warehouse: Warehouse, of: SourceLayout): Promise<void> {
  const table = 'ORDERS_UNIFIED';
  const live = await warehouse.columns(table);
  let rows = 0;
  for await (const chunk of scanRows(warehouse, { table, live, select: of.select })) rows += chunk.length;
  if (rows !== lines) throw new Error(`${rows} rows were read instead of ${lines}`);
}

async function detect(warehouse: Warehouse): Promise<Record<string, unknown>> {
  const context: DetectContext = {
    settings: readSettings(detectCommand.settings, { WAREHOUSE_URL: 'postgres://nobody@bench/bench' }),
    log: silentLog,
    clock: systemClock(),
    signal: new AbortController().signal,
    warehouse: () => Promise.resolve(warehouse),
    emitMetrics: () => undefined,
  };
  const { outputs } = await runDetect(context, await readFlags(detectCommand, {}));
  return outputs ?? {};
}

async function detectOnce(url: string): Promise<void> {
  await withWarehouse(url, async (warehouse) => {
    await detect(warehouse);
  });
  printPeak();
}

function peakMegabytes(url: string): number {
  return peakMegabytesOf(SCRIPT, ['--url', url]);
}

async function withWarehouse(url: string, work: (warehouse: Warehouse) => Promise<void>): Promise<void> {
  const options = { url, schema: 'dbo', clock: systemClock(), applicationName: 'customer-orders bench' };
  const warehouse = await openWarehouse(options);
  try {
    await work(warehouse);
  } finally {
    await warehouse.close();
  }
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}
