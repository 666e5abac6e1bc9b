import { TaskError } from '../../shared/ground/errors.js';
import { withEnvFile } from '../../shared/runtime/env-file.js';
import { readSettings } from '../../shared/runtime/settings.js';
import { interruption, print } from '../run-local.js';
import {
  archiveOutputs,
  type BatchInList,
  batchOutputs,
  detectOutputs,
  listedArchives,
  listedBatches,
  type PrintedBatch,
} from '../task-outputs.js';
import { type CarriedBatch, carryBatch, type Failed, hasFailed, type Running, readList, runTask } from './carrying.js';
import type { SyncFlags } from './command.js';
import { Screen } from './screen.js';
import { newResult, type SyncResult, verdictOf } from './verdict.js';

/** Of the archives' settings a dry run needs none. */
const SETTINGS = [
  'WAREHOUSE_URL',
  'MONDAY_API_URL',
  'MONDAY_API_TOKEN',
  'MONDAY_BOARD_ID',
  'LOCK_WAIT',
  'ROW_ERRORS_EXIT',
] as const;
/** A push that is at work may be silent for so long: with a shorter LOCK_WAIT those behind it would take it for one that hangs. */
const LONGEST_SILENCE_MS = 300_000;

/** One run in the flow's order. Returns the exit code. */
export async function runSync(flags: SyncFlags): Promise<number> {
  // Before anything starts: a token that is missing is told now, not when push comes to its turn.
  const env = withEnvFile(process.env);
  const settings = readSettings(flags.dryRun ? SETTINGS : [...SETTINGS, 'ARCHIVE_URL', 'ARCHIVE_SCHEMA'], env);
  const screen = new Screen(flags.json ? process.stderr : process.stdout);
  // Pushes of a dry run do not take turns at the board.
  const oneByOne = flags.dryRun || settings.LOCK_WAIT < LONGEST_SILENCE_MS;
  const concurrency = oneByOne ? 1 : flags.concurrency;
  const running: Running = { env: {}, signal: interruption(), screen, concurrency };
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

/** Some customers at a time; all of them have ended before it does, however it ends. */
async function carryAll(running: Running, batches: readonly PrintedBatch[], result: SyncResult): Promise<void> {
  const next = batches.entries();
  const carryOn = async (): Promise<void> => {
    for (const [place, batch] of next) {
      const carried: CarriedBatch = { ...batch };
      result.batches.push(carried);
      await carryBatch(running, carried, `${place + 1}/${batches.length}`, result.dry);
    }
  };
  const ended = await Promise.allSettled(Array.from({ length: running.concurrency }, carryOn));
  for (const each of ended) if (each.status === 'rejected') throw each.reason;
}

/** detect and batch; undefined when one of them failed. */
async function newBatches(
  running: Running,
  flags: SyncFlags,
  result: SyncResult,
): Promise<readonly PrintedBatch[] | undefined> {
  const detected = await runTask(running, { task: 'detect', args: detectFlags(flags) }, detectOutputs);
  if (hasFailed(detected)) return void result.failed.push(detected);
  result.detected = detected;
  running.screen.say(
    `${detected.new} new, ${detected.changed} changed, ${detected.deleted} deleted, ${detected.rekeyed} with a new uuid, ${detected.unchanged} unchanged.`,
  );
  return batchesOf(running, detected.runId, flags, result);
}

async function batchesOf(
  running: Running,
  runId: string,
  flags: SyncFlags,
  result: SyncResult,
): Promise<readonly PrintedBatch[] | undefined> {
  const args = ['--run-id', runId, ...customerFlags(flags), ...(flags.retryFailed ? ['--retry-failed'] : [])];
  const made = await runTask(running, { task: 'batch', args }, batchOutputs);
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
  const open = await openBatches(running, flags);
  if (hasFailed(open)) return void result.failed.push(open);
  for (const runId of new Set(open.map((batch) => batch.runId)))
    if ((await batchesOf(running, runId, flags, result)) === undefined) return undefined;
  // batch answers with all batches of the run: those that ended, or that a newer run took over, stay as they are.
  const left = open.length === 0 ? open : await openBatches(running, flags);
  if (hasFailed(left)) return void result.failed.push(left);
  return left.sort((a, b) => a.lines - b.lines);
}

function openBatches(running: Running, flags: SyncFlags): Promise<BatchInList[] | Failed> {
  const args = ['list', '--open', '--json', ...customerFlags(flags)];
  return readList(running, { task: 'batch', args }, listedBatches);
}

const CLOSED: readonly string[] = ['COMPLETED', 'COMPLETED_WITH_ERRORS'];

/** A run that was stopped between promote and archive has a closed batch that no archive knows. */
async function finishArchives(running: Running, flags: SyncFlags, result: SyncResult): Promise<boolean> {
  const left = await running.screen.during('looking for what an earlier run left', () => unarchived(running, flags));
  if (hasFailed(left)) {
    result.failed.push(left);
    return false;
  }
  for (const { batchId, customer } of left) {
    const call = { task: 'archive', args: ['--batch-id', batchId], what: `${customer}  archive` };
    const archived = await runTask(running, call, archiveOutputs);
    if (hasFailed(archived)) result.failed.push({ ...archived, customer });
  }
  return true;
}

async function unarchived(running: Running, flags: SyncFlags): Promise<PrintedBatch[] | Failed> {
  const args = ['list', '--json', ...customerFlags(flags)];
  const listed = await readList(running, { task: 'batch', args }, listedBatches);
  if (hasFailed(listed)) return listed;
  const newest = new Map<string, (typeof listed)[number]>();
  for (const batch of listed) if (!batch.dry && !newest.has(batch.customer)) newest.set(batch.customer, batch);
  const closed = [...newest.values()].filter(({ status }) => CLOSED.includes(status));
  if (closed.length === 0) return [];
  const kept = await readList(running, { task: 'archive', args: ['list', '--json'] }, listedArchives);
  if (hasFailed(kept)) return kept;
  const known = new Set(kept.map(({ batchId }) => batchId));
  return closed.filter((batch) => !known.has(batch.batchId));
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
