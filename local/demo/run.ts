import { join, resolve } from 'node:path';
import { systemClock } from '../../shared/ground/clock.js';
import { TaskError, TryAgainError } from '../../shared/ground/errors.js';
import { roundTo } from '../../shared/ground/numbers.js';
import { plural } from '../../shared/ground/text.js';
import { openWarehouse } from '../../shared/warehouse/open.js';
import { startDatabase } from '../database/database.js';
import { type ChosenOrders, chooseOrders } from '../orders/choose.js';
import { applyEdits, countEdits } from '../orders/command.js';
import { loadOrders } from '../orders/source-table.js';
import { runExecutable } from '../processes.js';
import { interruption, print, untilInterrupted } from '../run-local.js';
import { type Agreement, agreementOf, verdictOf } from './agreement.js';
import { DemoBoard } from './board.js';
import type { DemoFlags } from './command.js';
import { expectedOf, shortfalls } from './expectations.js';
import { addLabels } from './labels.js';
import { type Pipeline, type RunReport, runPipeline } from './pipeline.js';
import { DemoPlace, demoEnvironment } from './place.js';
import { ProgressLine, toldBy } from './progress.js';
import { formatRuns } from './table.js';

const introduction = (table: string): string =>
  `Three runs carry sample order lines from a database to a board. All of it is on this machine: an embedded PostgreSQL with ${table}, a simulator of monday.com, and the programs that run in production.`;

/** Runs the whole pipeline three times and reports what happened. Returns the exit code. */
export async function runDemo(flags: DemoFlags): Promise<number> {
  // Before anything starts: a file that cannot be loaded is reported immediately.
  const chosen = await chooseOrders(flags);
  const signal = interruption();
  const progress = new ProgressLine(flags.json ? process.stderr : process.stdout);
  progress.say(`${introduction(chosen.table)}\n`);
  const place = new DemoPlace(flags.fresh);
  try {
    const database = await startDatabase({ dataDir: place.database, fresh: true });
    try {
      signal.throwIfAborted();
      const board = await DemoBoard.start(place.board, flags.mapping);
      try {
        signal.throwIfAborted();
        return await withServers(flags, chosen, { databaseUrl: database.url(), board, place, progress, signal });
      } finally {
        await board.stop();
      }
    } finally {
      await database.stop();
    }
  } catch (error) {
    if (!(error instanceof TaskError) || error.code !== 'STOPPED') throw error;
    progress.say('Stopped. Nothing of the demo is left.');
    return error.exitCode;
  } finally {
    place.clear();
  }
}

interface Servers {
  databaseUrl: string;
  board: DemoBoard;
  place: DemoPlace;
  progress: ProgressLine;
  signal: AbortSignal;
}

async function withServers(flags: DemoFlags, chosen: ChosenOrders, servers: Servers): Promise<number> {
  const { databaseUrl, board, place, progress, signal } = servers;
  progress.say(
    'Database and board are up. The limits of the board are raised: a real account is slower, see docs/performance.md.',
  );
  const settings = {
    WAREHOUSE_URL: flags.warehouse ?? databaseUrl,
    ARCHIVE_URL: databaseUrl,
    MONDAY_API_URL: new URL('v2', board.url).href,
    MONDAY_API_TOKEN: 'demo',
    MONDAY_BOARD_ID: await board.boardId(),
    MONDAY_MIN_INTERVAL_MS: '0',
    ...(flags.mapping === undefined ? {} : { MAPPING_FILE: resolve(flags.mapping), SOURCE_TABLE: chosen.table }),
  };
  const env = { ...settings, LOG_LEVEL: 'warn', LOG_FORMAT: 'json' };
  const pipeline = { env: demoEnvironment(env), board, progress, signal };
  if (flags.mapping !== undefined) await makeLabels(chosen, pipeline);
  const runs = await threeRuns(chosen, pipeline);
  const { reports, told, agreement } = runs;
  const archive = archiveOf(reports);
  progress.say(`\n${formatRuns(reports, chosen.mapping.sizes !== undefined)}\n`);
  progress.say(archiveText(archive));
  const report =
    flags.fresh && !flags.keep ? undefined : await writeReport(pipeline, runs, flags.fresh ? place : undefined);
  if (report !== undefined) progress.say(`What the edits changed, as a page: ${report}`);
  progress.say(`The board: ${board.url}${flags.keep ? '' : ' (add --keep to look at it)'}`);
  const verdict = verdictOf(agreement, runs.faults);
  progress.say(`\n${verdict}`);
  if (flags.json) {
    const printed = reports.map(({ customers: _, ...run }) => run);
    const rest = { told, verdict: verdict.split('\n')[0], ...(report === undefined ? {} : { report }) };
    print(JSON.stringify({ runs: printed, archive, boardUrl: board.url, env, ...rest }));
  }
  if (flags.keep) {
    progress.say(keptText(place.writeEnv(settings)));
    await untilInterrupted(signal);
  }
  return runs.faults.length === 0 ? 0 : 1;
}

const keptText = (file: string): string =>
  `
Everything stays up until Ctrl-C. To try the commands of README.md and of
docs/runbook.md on it, in another shell in this folder:
  set -a; . ${file}; set +a`;

interface Runs {
  reports: RunReport[];
  told: string[];
  agreement: Agreement;
  faults: string[];
}

/** A board made after a mapping lacks what planners have on theirs. */
async function makeLabels({ mapping, orders }: ChosenOrders, { board, progress }: Pipeline): Promise<void> {
  const added = await addLabels(board, mapping, orders);
  if (added > 0)
    progress.say(
      `The board has ${plural(added, 'more label')}, as a planner makes them: those that push may not create.`,
    );
}

async function threeRuns({ orders, mapping, table }: ChosenOrders, pipeline: Pipeline): Promise<Runs> {
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
    progress.say(`${await loadOrders(warehouse, orders, { table })} order lines are in ${table}.`);
    const checked = await prepare('doctor', pipeline);
    progress.say(`doctor compares settings, tables and board: ${checked.at(-1)}`);
    progress.say(
      `\n1. First load: each line in scope becomes an item${mapping.sizes === undefined ? '' : ', each size a subitem'}.`,
    );
    const first = await runPipeline(pipeline, 'first load', []);
    progress.say('\n2. No change: nothing differs, so nothing is sent.');
    const second = await runPipeline(pipeline, 'no change', []);
    progress.say('\n3. Edits: orders change in the source, and only the differences are sent.');
    const edits = await applyEdits(warehouse, { mapping, table });
    for (const { customer, what, lines } of countEdits(edits))
      progress.say(`  edit: ${customer}: ${what}, ${plural(lines, 'line')}`);
    const third = await runPipeline(pipeline, 'edits', ['--confirm-deletes']);
    const reports = [first, second, third];
    const told = await toldBy(warehouse, third);
    if (told.length > 0) progress.say('What is not understood is left on the board as it was, and told:');
    for (const text of told) progress.say(`  told: ${text}`);
    const agreement = await agreementOf(pipeline, { warehouse, mapping }, third);
    return { reports, told, agreement, faults: [...shortfalls(reports, expectedOf(edits), told), ...agreement.faults] };
  } finally {
    await warehouse.close();
  }
}

/** Has batch write the page about the run with the edits; gives its path. In a folder of the demo's own it goes with it. */
async function writeReport({ env, signal }: Pipeline, { reports }: Runs, place?: DemoPlace): Promise<string> {
  const run = reports.at(-1)?.runId ?? '';
  const file = place === undefined ? `run-${run}.html` : join(place.folder, 'edits.html');
  const args = ['report', '--run-id', run, '--output', file];
  const { exitCode, lines } = await runExecutable('tasks/batch', args, { env, signal });
  if (exitCode === 0) return resolve(file);
  throw new TryAgainError('DEMO_FAILED', `batch report ended with exit code ${exitCode}:\n${lines.join('\n')}`);
}

/** What has to succeed before the first run; returns its output. */
async function prepare(task: 'migrate' | 'doctor', { env, signal }: Pipeline): Promise<string[]> {
  const { exitCode, lines } = await runExecutable(`tasks/${task}`, [], { env, signal });
  if (exitCode !== 0) throw new Error(`${task} ended with exit code ${exitCode}:\n${lines.join('\n')}`);
  return lines;
}

function archiveText({ rows, bytes, saved }: ReturnType<typeof archiveOf>): string {
  const percent = Math.abs(saved * 100).toFixed(1);
  return `Archives of the first load: ${plural(rows, 'line')} in ${bytes} bytes of Parquet, ${percent} % ${saved < 0 ? 'more' : 'less'} than CSV.`;
}

/** What the archives of the first load saved against CSV of the same lines. */
function archiveOf([first]: readonly RunReport[]): { rows: number; bytes: number; csvBytes: number; saved: number } {
  const archives = first?.customers.map(({ archive }) => archive) ?? [];
  const rows = archives.reduce((sum, archive) => sum + archive.rows, 0);
  const bytes = archives.reduce((sum, archive) => sum + archive.bytes, 0);
  const csvBytes = Math.round(archives.reduce((sum, archive) => sum + archive.bytes / (1 - archive.saved), 0));
  return { rows, bytes, csvBytes, saved: csvBytes === 0 ? 0 : roundTo(1 - bytes / csvBytes, 3) };
}
