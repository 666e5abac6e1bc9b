import { z } from 'zod';
import { formatDuration } from '../../shared/ground/clock.js';
import { runExecutable } from '../processes.js';
import {
  archiveOutputs,
  type PrintedBatch,
  type PushedTotals,
  promoteOutputs,
  pushOutputs,
  stageOutputs,
} from '../task-outputs.js';
import type { Screen } from './screen.js';
import { pushedWords } from './screen.js';

/** A task that ended otherwise than done, and its last words. */
export interface Failed {
  task: string;
  /** 1: again may help; 2: it will not. */
  exitCode: number;
  /** The stable one of its error, where it told one. */
  code?: string | undefined;
  message: string;
}

export interface Running {
  env: Readonly<Record<string, string>>;
  signal: AbortSignal;
  screen: Screen;
  /** How many customers are worked on at a time. */
  concurrency: number;
}

/** What sync asks its tasks for, whatever is set for this process: it reads their logs and judges their counts. */
const OF_TASKS = { LOG_FORMAT: 'json', LOG_LEVEL: 'info', ROW_ERRORS_EXIT: '0' } as const;

const logLine = z.looseObject({
  level: z.string(),
  message: z.string(),
  code: z.string().optional(),
  share: z.number().optional(),
  minutesLeft: z.number().optional(),
});

type LogEntry = z.infer<typeof logLine>;

/** One task, and what the screen calls it: its name unless that says otherwise. */
export interface TaskCall {
  task: string;
  args: readonly string[];
  what?: string;
}

/** Runs one task; its warnings are told as they come, its progress in place. */
export function runTask<Outputs>(
  running: Running,
  call: TaskCall,
  outputs: z.ZodType<Outputs>,
): Promise<Outputs | Failed> {
  return running.screen.during(call.what ?? call.task, (detail) => runTold(running, call, outputs, detail));
}

async function runTold<Outputs>(
  { env, signal, screen }: Running,
  { task, args, what = task }: TaskCall,
  outputs: z.ZodType<Outputs>,
  detail: (text: string) => void,
): Promise<Outputs | Failed> {
  const told: string[] = [];
  let error: LogEntry | undefined;
  const onLine = (text: string): void => {
    const entry = entryOf(text);
    if (entry === undefined) told.push(text);
    else if (entry.level === 'error') error = entry;
    else if (entry.level === 'warn') screen.say(`${what}  warning: ${entry.message}`);
    else if (entry.share !== undefined) detail(progressOf(entry.share, entry.minutesLeft));
    else if (/^(Forecast|Waiting)/.test(entry.message)) detail(entry.message);
  };
  const { exitCode, ...result } = await runExecutable(`tasks/${task}`, args, {
    env: { ...env, ...OF_TASKS },
    signal,
    onLine,
  });
  if (exitCode === 0) return outputs.parse(result.outputs);
  return failedBy(task, { exitCode, error, told });
}

/** Runs a command that prints one JSON array. */
export async function readList<Row>(
  { env, signal }: Running,
  { task, args }: TaskCall,
  rows: z.ZodType<Row>,
): Promise<Row | Failed> {
  const { exitCode, lines } = await runExecutable(`tasks/${task}`, args, { env: { ...env, ...OF_TASKS }, signal });
  const list = lines.find((line) => line.startsWith('['));
  if (exitCode === 0 && list !== undefined) return rows.parse(JSON.parse(list));
  const error = lines.map(entryOf).find((entry) => entry?.level === 'error');
  return failedBy(task, { exitCode, error, told: lines });
}

function failedBy(
  task: string,
  { exitCode, error, told }: { exitCode: number; error: LogEntry | undefined; told: readonly string[] },
): Failed {
  const message = error?.message ?? lastWords(task, exitCode, told);
  return { task, exitCode: exitCode === 2 ? 2 : 1, code: error?.code, message };
}

export function hasFailed(result: object): result is Failed {
  return 'exitCode' in result;
}

function entryOf(text: string): LogEntry | undefined {
  if (!text.startsWith('{')) return undefined;
  try {
    return logLine.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}

function progressOf(share: number, minutesLeft: number | undefined): string {
  const left = minutesLeft === undefined ? '' : `, about ${Math.max(1, Math.round(minutesLeft))} min left`;
  return `${Math.round(share * 100)} %${left}`;
}

function lastWords(task: string, exitCode: number, told: readonly string[]): string {
  const words = told.filter((line) => line.trim() !== '').slice(0, 3);
  return words.length > 0 ? words.join(' ') : `${task} ended with exit code ${exitCode} and said nothing.`;
}

/** A batch, and how far it came. */
export interface CarriedBatch extends PrintedBatch {
  pushed?: PushedTotals;
  /** Lines and sizes that stage or push refused, and recorded. */
  refused?: number;
  /** What stage has noted of values of the source. */
  warnings?: number;
  /** The state in which it was left. */
  status?: string;
  failed?: Failed;
}

/** stage, push, promote and archive of one batch. What fails stays with it: the next customer is tried all the same. */
export async function carryBatch(running: Running, batch: CarriedBatch, place: string, dry: boolean): Promise<void> {
  const { screen } = running;
  const startedAt = performance.now();
  const step = async <Outputs>(task: string, schema: z.ZodType<Outputs>) => {
    const what = `${place}  ${batch.customer}  ${task}`;
    const result = await runTask(running, { task, args: ['--batch-id', batch.batchId], what }, schema);
    if (!hasFailed(result as object)) return result as Outputs;
    batch.failed = result as Failed;
    screen.say(`${place}  ${batch.customer}: ${task} failed. ${batch.failed.message}`);
    return undefined;
  };
  const staged = await step('stage', stageOutputs);
  if (staged === undefined) return;
  batch.refused = staged.newFailures;
  batch.warnings = staged.warnings;
  batch.status = staged.status;
  const pushed = await step('push', pushOutputs);
  if (pushed === undefined) return;
  batch.pushed = pushed;
  batch.refused = staged.newFailures + pushed.newFailures;
  batch.status = pushed.status;
  if (!dry) {
    const promoted = await step('promote', promoteOutputs);
    if (promoted === undefined) return;
    batch.status = promoted.status;
    if ((await step('archive', archiveOutputs)) === undefined) return;
  }
  const seconds = formatDuration(performance.now() - startedAt);
  screen.say(`${place}  ${batch.customer}: ${pushedWords(batch, dry)}, ${seconds}.`);
}
