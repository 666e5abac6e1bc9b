// Measures how much processor time each step of a one-line batch takes, as a process of its own from dist/, started as in an image.
// npm run build && node scripts/run.js scripts/bench/start.ts [--repeats N] [--lines N] [--warehouse URL] [--node PATH]

import { spawnSync } from 'node:child_process';
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { startBoard } from '../../local/board/server.js';
import { ITEMS_BOARD } from '../../local/board/shape.js';
import { sampleOrders } from '../../local/orders/sample.js';
import { loadOrders } from '../../local/orders/source-table.js';
import { outputsOf } from '../../local/processes.js';
import { systemClock } from '../../shared/ground/clock.js';
import { openWarehouse } from '../../shared/warehouse/open.js';
import { parseStatement } from '../../shared/warehouse/port/statements.js';
import type { Warehouse } from '../../shared/warehouse/port/warehouse.js';
import { benchDatabase } from './database.js';
import { median } from './measure.js';
import { batchIdsOf, timed } from './processes.js';
import { leave } from './results.js';

const CUSTOMER = 'GREYSON';
const STEPS = ['stage', 'push', 'promote', 'archive'] as const;
/** Loads each part of the bundle, as the Dockerfile does. */
const LOAD_ALL = `import { readdirSync } from 'node:fs'; for (const name of readdirSync('dist/chunks')) if (name.endsWith('.js')) await import('${process.cwd()}/dist/chunks/' + name);`;

const { values: flags } = parseArgs({
  options: {
    repeats: { type: 'string', default: '5' },
    lines: { type: 'string', default: '300' },
    warehouse: { type: 'string' },
    node: { type: 'string', default: process.execPath },
  },
});

const times = new Map<string, { cpu: number[]; wall: number[] }>();
const compiled = await mkdtemp(join(tmpdir(), 'bench-compiled-'));
const database = await benchDatabase(flags.warehouse);
const board = await startBoard({ limits: 'raised' });
const env = {
  WAREHOUSE_URL: database.url,
  ARCHIVE_URL: database.url,
  MONDAY_API_URL: `${board.url}/v2`,
  MONDAY_API_TOKEN: 'bench',
  MONDAY_BOARD_ID: ITEMS_BOARD,
  MONDAY_MIN_INTERVAL_MS: '0',
  LOG_LEVEL: 'warn',
  LOG_FORMAT: 'json',
  NODE_OPTIONS: '',
  NODE_ENV: 'production',
  NODE_COMPILE_CACHE: compiled,
};
const warehouse = await openWarehouse({
  url: database.url,
  schema: 'dbo',
  clock: systemClock(),
  applicationName: 'customer-orders bench',
});
try {
  for (const step of ['detect', 'batch', ...STEPS]) inNode([`dist/tasks/${step}/index.js`, '--help']);
  inNode(['--input-type=module', '--eval', LOAD_ALL]);
  await run('migrate', []);
  await loadOrders(warehouse, sampleOrders({ lines: Number(flags.lines) }));
  await oneBatch();
  times.clear();
  for (let n = 0; n < Number(flags.repeats); n += 1) {
    await changeOneLine(warehouse, `changed ${n}`);
    await measured('(bare node)', ['-e', '0']);
    await oneBatch();
  }
  report();
} finally {
  await warehouse.close();
  await board.close();
  await database.stop();
  await rm(compiled, { recursive: true });
}

/** Fills the folder of compiled code as the Dockerfile does. */
function inNode(args: readonly string[]): void {
  const { status, stderr } = spawnSync(flags.node, args, { env: { ...process.env, ...env }, encoding: 'utf8' });
  if (status !== 0) throw new Error(`${args.join(' ')} failed: ${stderr}`);
}

/** One run for the customer, from detect to archive. */
async function oneBatch(): Promise<void> {
  const { runId } = await run('detect', ['--customer', CUSTOMER]);
  const [batchId] = batchIdsOf(await run('batch', ['--run-id', String(runId)]));
  if (batchId === undefined) throw new Error('Nothing has changed, so that there is nothing to measure.');
  for (const step of STEPS) await run(step, ['--batch-id', batchId]);
}

async function changeOneLine(of: Warehouse, text: string): Promise<void> {
  const change = `UPDATE dbo."ORDERS_UNIFIED" SET "NOTES" = @text WHERE CAST("record_uuid" AS VARCHAR(36)) = (SELECT MIN(CAST("record_uuid" AS VARCHAR(36))) FROM dbo."ORDERS_UNIFIED_SNAPSHOT" WHERE "customer" = @customer AND "row_hash" IS NOT NULL)`;
  await of.execute(parseStatement('bench', change), { text, customer: CUSTOMER });
}

/** Returns the outputs of the task. */
async function run(task: string, args: readonly string[]): Promise<Record<string, unknown>> {
  const printed = await measured(task, [`dist/tasks/${task}/index.js`, ...args]);
  return Object.assign({}, ...printed.split('\n').map(outputsOf));
}

async function measured(name: string, args: readonly string[]): Promise<string> {
  // Each container begins with what its image has.
  const copy = await mkdtemp(join(tmpdir(), 'bench-copy-'));
  await cp(compiled, copy, { recursive: true });
  const { cpu, wall, printed } = await timed(flags.node, args, { env: { ...env, NODE_COMPILE_CACHE: copy } });
  await rm(copy, { recursive: true });
  const known = times.get(name) ?? { cpu: [], wall: [] };
  times.set(name, known);
  known.cpu.push(cpu);
  known.wall.push(wall);
  return printed;
}

function report(): void {
  print(`one changed line of ${CUSTOMER}, processor and wall time, medians of ${flags.repeats}`);
  for (const [name, { cpu, wall }] of times)
    print(`  ${name.padEnd(12)} ${median(cpu).toFixed(2)} s  ${median(wall).toFixed(2)} s`);
  const sum = STEPS.reduce((total, step) => total + median(times.get(step)?.cpu ?? []), 0);
  const bare = STEPS.length * median(times.get('(bare node)')?.cpu ?? []);
  leave({
    what: 'four steps of a one-line batch, processor time',
    ours: `${sum.toFixed(2)} s`,
    reference: 'Node alone, four times',
    theirs: `${bare.toFixed(2)} s`,
    ratio: sum / bare,
    goal: 'at most 1.3 s',
  });
  print(`  four steps   ${sum.toFixed(2)} s of processor time`);
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}
