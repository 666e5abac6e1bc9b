import { TaskError } from '../../shared/ground/errors.js';
import { withEnvFile } from '../../shared/runtime/env-file.js';
import { readSettings } from '../../shared/runtime/settings.js';
import { interruption, print } from '../run-local.js';
import {
  archiveOutputs,
  batchOutputs,
  detectOutputs,
  listedArchives,
  listedBatches,
  type PrintedBatch,
} from '../task-outputs.js';
import { type CarriedBatch, carryBatch, hasFailed, type Running, readList, runTask } from './carrying.js';
import type { SyncFlags } from './command.js';
import { Screen } from './screen.js';
import { newResult, type SyncResult, verdictOf } from './verdict.js';

/** Of the archives' settings a dry run needs none. */
const SETTINGS = ['WAREHOUSE_URL', 'MONDAY_API_URL', 'MONDAY_API_TOKEN', 'MONDAY_BOARD_ID', 'ROW_ERRORS_EXIT'] as const;

/** One run in the flow's order. Returns the exit code. */
export async function runSync(flags: SyncFlags): Promise<number> {
  // Before anything starts: a token that is missing is told now, not when push comes to its turn.
  const env = withEnvFile(process.env);
  const settings = readSettings(flags.dryRun ? SETTINGS : [...SETTINGS, 'ARCHIVE_URL'], env);
  const screen = new Screen(flags.json ? process.stderr : process.stdout);
  const running: Running = { env: {}, signal: interruption(), screen };
  const result = newResult(flags.dryRun, flags.customer ?? [], switchesOf(flags));
  try {
    await carry(running, flags, result);
  } catch (error) {
    if (!(error instanceof TaskError) || error.code !== 'STOPPED') throw error;
    result.stopped = error.message;
  } finally {
    screen.end();
  }
  const { lines, exitCode } = verdictOf(result, settings.ROW_ERRORS_EXIT);
  for (const line of lines) screen.say(line);
  if (flags.json) print(JSON.stringify({ ...result, exitCode }));
  return exitCode;
}

async function carry(running: Running, flags: SyncFlags, result: SyncResult): Promise<void> {
  if (!flags.dryRun && !(await finishArchives(running, flags, result))) return;
  if (flags.resume) {
    const left = await leftBatches(running, flags, result);
    if (left === undefined) return;
    if (left.length > 0) return carryAll(running, left, result);
    running.screen.say('No batch was left open: this is a new run.');
  }
  const batches = await newBatches(running, flags, result);
  if (batches !== undefined) await carryAll(running, batches, result);
}

async function carryAll(running: Running, batches: readonly PrintedBatch[], result: SyncResult): Promise<void> {
  for (const [place, batch] of batches.entries()) {
    const carried: CarriedBatch = { ...batch };
    result.batches.push(carried);
    await carryBatch(running, carried, `${place + 1}/${batches.length}`, result.dry);
  }
}

/** detect and batch; undefined when one of them failed. */
async function newBatches(
  running: Running,
  flags: SyncFlags,
  result: SyncResult,
): Promise<readonly PrintedBatch[] | undefined> {
  running.screen.begin('detect');
  const detected = await runTask(running, 'detect', detectFlags(flags), detectOutputs);
  if (hasFailed(detected)) return void result.failed.push(detected);
  result.detected = detected;
  running.screen.say(
    `${detected.new} new, ${detected.changed} changed, ${detected.deleted} deleted, ${detected.rekeyed} with a new uuid, ${detected.unchanged} unchanged.`,
  );
  return batchesOf(running, detected.runId, flags.retryFailed, result);
}

async function batchesOf(
  running: Running,
  runId: string,
  retryFailed: boolean,
  result: SyncResult,
): Promise<readonly PrintedBatch[] | undefined> {
  running.screen.begin('batch');
  const args = ['--run-id', runId, ...(retryFailed ? ['--retry-failed'] : [])];
  const made = await runTask(running, 'batch', args, batchOutputs);
  if (hasFailed(made)) return void result.failed.push(made);
  result.heldBack += made.heldBack;
  return made.batches;
}

/** Batches that an earlier run left open, and those that it did not come to make. */
async function leftBatches(
  running: Running,
  flags: SyncFlags,
  result: SyncResult,
): Promise<readonly PrintedBatch[] | undefined> {
  const open = await readList(running, 'batch', ['list', '--open', '--json', ...customerFlags(flags)], listedBatches);
  if (hasFailed(open)) return void result.failed.push(open);
  const customers = new Set(open.map(({ customer }) => customer));
  const batches = new Map(open.map((batch) => [batch.batchId, batch as PrintedBatch]));
  for (const runId of new Set(open.map((batch) => batch.runId))) {
    const made = await batchesOf(running, runId, false, result);
    if (made === undefined) return undefined;
    const isOwn = ({ batchId, customer }: PrintedBatch): boolean => batches.has(batchId) || !customers.has(customer);
    if (flags.customer === undefined) for (const each of made.filter(isOwn)) batches.set(each.batchId, each);
  }
  return [...batches.values()].sort((a, b) => a.lines - b.lines);
}

const CLOSED: readonly string[] = ['COMPLETED', 'COMPLETED_WITH_ERRORS'];

/** A run that was stopped between promote and archive has a closed batch that no archive knows. */
async function finishArchives(running: Running, flags: SyncFlags, result: SyncResult): Promise<boolean> {
  running.screen.begin('looking for what an earlier run left');
  const listed = await readList(running, 'batch', ['list', '--json', ...customerFlags(flags)], listedBatches);
  if (hasFailed(listed)) return result.failed.push(listed) === 0;
  const newest = new Map<string, (typeof listed)[number]>();
  for (const batch of listed) if (!batch.dry && !newest.has(batch.customer)) newest.set(batch.customer, batch);
  const closed = [...newest.values()].filter(({ status }) => CLOSED.includes(status));
  if (closed.length === 0) return true;
  const kept = await readList(running, 'archive', ['list', '--json'], listedArchives);
  if (hasFailed(kept)) return result.failed.push(kept) === 0;
  const known = new Set(kept.map(({ batchId }) => batchId));
  for (const { batchId, customer } of closed.filter((batch) => !known.has(batch.batchId))) {
    running.screen.begin(`${customer}  archive`);
    const archived = await runTask(running, 'archive', ['--batch-id', batchId], archiveOutputs);
    if (hasFailed(archived)) result.failed.push({ ...archived, customer });
  }
  return true;
}

function customerFlags({ customer }: SyncFlags): string[] {
  return (customer ?? []).flatMap((name) => ['--customer', name]);
}

function detectFlags(flags: SyncFlags): string[] {
  return [...customerFlags(flags), ...switchesOf({ ...flags, resume: false, retryFailed: false })];
}

/** The switches that were set, as they are written. */
function switchesOf(flags: SyncFlags): string[] {
  const switches = {
    'dry-run': flags.dryRun,
    resume: flags.resume,
    'retry-failed': flags.retryFailed,
    'allow-large-change': flags.allowLargeChange,
    'confirm-deletes': flags.confirmDeletes,
    full: flags.full,
  };
  return Object.entries(switches).flatMap(([name, is]) => (is ? [`--${name}`] : []));
}
