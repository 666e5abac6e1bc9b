import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '../../shared/ground/clock.js';
import { plural } from '../../shared/ground/plural.js';
import { openWarehouse } from '../../shared/warehouse/open.js';
import { startDatabase } from '../database/database.js';
import { interruption, untilInterrupted } from '../interrupt.js';
import { ordersFromCsv } from '../orders/csv-orders.js';
import { applyEdits, countEdits } from '../orders/edits.js';
import { type Orders, sampleOrders } from '../orders/sample.js';
import { loadOrders } from '../orders/source-table.js';
import { print } from '../print.js';
import { runExecutable } from '../processes.js';
import { DemoBoard } from './board.js';
import { expectedOf, shortfalls } from './expectations.js';
import { type Pipeline, type RunReport, runPipeline } from './pipeline.js';
import { ProgressLine } from './progress.js';
import { formatRuns } from './report.js';
import { toldBy } from './told.js';

export interface DemoFlags {
  lines?: number | undefined;
  orders?: string | undefined;
  warehouse?: string | undefined;
  json: boolean;
  keep: boolean;
  fresh: boolean;
}

const DATA_DIR = join('.local', 'demo');

/** Runs the whole pipeline three times and tells what happened. Returns the exit code. */
export async function runDemo(flags: DemoFlags): Promise<number> {
  // Before anything starts: a file that cannot be loaded is told at once.
  const orders = await ordersOf(flags);
  const folder = flags.fresh ? mkdtempSync(join(tmpdir(), 'customer-orders-demo-')) : DATA_DIR;
  const signal = interruption();
  const progress = new ProgressLine(flags.json ? process.stderr : process.stdout);
  rmSync(join(folder, 'board'), { recursive: true, force: true });
  const database = await startDatabase({ dataDir: join(folder, 'database'), fresh: true });
  const board = await DemoBoard.start(join(folder, 'board'), 0).catch(async (error: unknown) => {
    await database.stop();
    throw error;
  });
  try {
    progress.say(
      `Database and board are up. The board runs with raised limits: a real account is slower, see docs/performance.md.`,
    );
    const env = await environment(flags, database.url(), board);
    const runs = await threeRuns(orders, { env, board, progress, signal });
    finish(flags, runs, env, board, progress);
    if (flags.keep) {
      progress.say(`Everything stays up. Look at ${board.url}; Ctrl-C ends it.`);
      await untilInterrupted(signal);
    }
    return runs.faults.length === 0 ? 0 : 1;
  } finally {
    await board.stop();
    await database.stop();
    if (flags.fresh) rmSync(folder, { recursive: true, force: true });
  }
}

async function environment(flags: DemoFlags, databaseUrl: string, board: DemoBoard): Promise<Record<string, string>> {
  return {
    WAREHOUSE_URL: flags.warehouse ?? databaseUrl,
    ARCHIVE_URL: databaseUrl,
    MONDAY_API_URL: new URL('v2', board.url).href,
    MONDAY_API_TOKEN: 'demo',
    MONDAY_BOARD_ID: await board.boardId(),
    MONDAY_MIN_INTERVAL_MS: '0',
    LOG_LEVEL: 'warn',
    LOG_FORMAT: 'json',
  };
}

interface Runs {
  reports: RunReport[];
  faults: string[];
}

async function threeRuns(orders: Orders, pipeline: Pipeline): Promise<Runs> {
  const { env, progress, signal } = pipeline;
  await prepare('migrate', pipeline);
  const warehouse = await openWarehouse({
    url: env['WAREHOUSE_URL'] ?? '',
    schema: 'dbo',
    clock: systemClock(),
    applicationName: 'customer-orders demo',
    signal,
  });
  try {
    progress.say(`${await loadOrders(warehouse, orders)} order lines are in ORDERS_UNIFIED.`);
    const checked = await prepare('doctor', pipeline);
    progress.say(`doctor: ${checked.at(-1)}`);
    const reports = [await runPipeline(pipeline, 'first load', []), await runPipeline(pipeline, 'no change', [])];
    const edits = await applyEdits(warehouse);
    for (const { customer, kind, lines } of countEdits(edits))
      progress.say(`  edit: ${customer}: ${kind}, ${plural(lines, 'line')}`);
    const third = await runPipeline(pipeline, 'edits', ['--confirm-deletes']);
    reports.push(third);
    const told = await toldBy(warehouse, third);
    for (const text of told) progress.say(`  told: ${text}`);
    return { reports, faults: shortfalls(reports, expectedOf(edits), told) };
  } finally {
    await warehouse.close();
  }
}

/** What has to end well before the first run; returns what it said. */
async function prepare(task: 'migrate' | 'doctor', { env, signal }: Pipeline): Promise<string[]> {
  const { exitCode, lines } = await runExecutable(`tasks/${task}`, [], { env, signal });
  if (exitCode !== 0) throw new Error(`${task} ended with exit code ${exitCode}:\n${lines.join('\n')}`);
  return lines;
}

async function ordersOf({ orders, lines }: DemoFlags): Promise<Orders> {
  if (orders !== undefined) return ordersFromCsv(orders);
  return sampleOrders(lines === undefined ? {} : { lines });
}

function finish(
  flags: DemoFlags,
  { reports, faults }: Runs,
  env: Record<string, string>,
  board: DemoBoard,
  progress: ProgressLine,
): void {
  const archive = archiveOf(reports);
  progress.say(`\n${formatRuns(reports)}\n`);
  progress.say(
    `Archives of the first load: ${archive.rows} lines in ${archive.bytes} bytes of Parquet, ${Math.abs(archive.saved * 100).toFixed(1)} % ${archive.saved < 0 ? 'more' : 'less'} than CSV.`,
  );
  progress.say(`The board: ${board.url}${flags.keep ? '' : ' (add --keep to look at it)'}`);
  for (const fault of faults) progress.say(`Not as it must be: ${fault}.`);
  if (!flags.json) return;
  const runs = reports.map(({ customers: _, ...run }) => run);
  print(JSON.stringify({ runs, archive, boardUrl: board.url, env }));
}

/** What the archives of the first load saved against CSV of the same lines. */
function archiveOf([first]: readonly RunReport[]): { rows: number; bytes: number; csvBytes: number; saved: number } {
  const archives = first?.customers.map(({ archive }) => archive) ?? [];
  const rows = archives.reduce((sum, archive) => sum + archive.rows, 0);
  const bytes = archives.reduce((sum, archive) => sum + archive.bytes, 0);
  const csvBytes = Math.round(archives.reduce((sum, archive) => sum + archive.bytes / (1 - archive.saved), 0));
  return { rows, bytes, csvBytes, saved: csvBytes === 0 ? 0 : Math.round((1 - bytes / csvBytes) * 1_000) / 1_000 };
}
