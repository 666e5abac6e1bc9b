import { z } from 'zod';
import { TryAgainError } from '../../shared/ground/errors.js';
import { roundTo } from '../../shared/ground/numbers.js';
import type { Unmapped } from '../../shared/mapper/unmapped.js';
import { runExecutable } from '../processes.js';
import { type BrakedCustomer, batchOutputs, type Detected, detectOutputs, type PrintedBatch } from '../task-outputs.js';
import type { DemoBoard } from './board.js';
import type { ProgressLine } from './progress.js';

const count = z.number().default(0);
const effects = { created: count, updated: count, archived: count, failed: count };
const pushOutputs = z
  .object({
    itemsCreated: count,
    itemsUpdated: count,
    itemsArchived: count,
    itemsFailed: count,
    subitemsCreated: count,
    subitemsUpdated: count,
    subitemsArchived: count,
    subitemsFailed: count,
    requests: count,
  })
  .transform((o) => ({
    items: { created: o.itemsCreated, updated: o.itemsUpdated, archived: o.itemsArchived, failed: o.itemsFailed },
    subitems: {
      created: o.subitemsCreated,
      updated: o.subitemsUpdated,
      archived: o.subitemsArchived,
      failed: o.subitemsFailed,
    },
    requests: o.requests,
  }));
const archiveOutputs = z.object({ rows: count, bytes: count, saved: count });

type EffectCounts = { [Name in keyof typeof effects]: number };

export interface DemoCustomer {
  customer: string;
  lines: number;
  items: EffectCounts;
  subitems: EffectCounts;
  requests: number;
  seconds: number;
  archive: { rows: number; bytes: number; saved: number };
}

export interface RunReport {
  name: string;
  runId: string;
  seconds: number;
  changes: { new: number; changed: number; deleted: number; rekeyed: number; unchanged: number };
  batches: number;
  /** Customers that were left out, and names and words that keep lines out of scope. */
  braked: Pick<BrakedCustomer, 'customer' | 'reason' | 'known' | 'left'>[];
  unmapped: Unmapped[];
  items: EffectCounts;
  subitems: EffectCounts;
  requests: number;
  mutations: number;
  customers: DemoCustomer[];
}

export interface Pipeline {
  env: Record<string, string>;
  board: DemoBoard;
  progress: ProgressLine;
  signal: AbortSignal;
}

const none = (): EffectCounts => ({ created: 0, updated: 0, archived: 0, failed: 0 });

/** One run in flow order: detect, batch, then stage, push, promote and archive of each batch, smallest first. */
export async function runPipeline(
  pipeline: Pipeline,
  name: string,
  detectFlags: readonly string[],
): Promise<RunReport> {
  const { board, progress } = pipeline;
  const startedAt = performance.now();
  await board.mark(name);
  const before = await board.trafficSince(0);
  progress.step(name, 0, 1, 'detect');
  const detected = detectOutputs.parse(await run('tasks/detect', detectFlags, pipeline));
  const { batches } = batchOutputs.parse(await run('tasks/batch', ['--run-id', detected.runId], pipeline));
  const customers: DemoCustomer[] = [];
  for (const batch of batches) {
    progress.step(name, customers.length, batches.length, `${batch.customer} (${batch.lines} lines)`);
    customers.push(await runBatch(pipeline, batch));
  }
  const traffic = await board.trafficSince(before.last);
  const seconds = (performance.now() - startedAt) / 1_000;
  progress.step(name, batches.length, batches.length, '');
  progress.say(
    `${name}: ${describeChanges(detected)}; ${batches.length} batches, ${traffic.mutations} mutations in ${traffic.requests} requests, ${seconds.toFixed(1)} s`,
  );
  const { new: added, changed, deleted, rekeyed, unchanged } = detected;
  return {
    name,
    runId: detected.runId,
    braked: detected.braked.map(({ customer, reason, known, left }) => ({ customer, reason, known, left })),
    unmapped: detected.unmapped,
    seconds: roundTo(seconds, 1),
    changes: { new: added, changed, deleted, rekeyed, unchanged },
    batches: batches.length,
    items: sum(customers.map(({ items }) => items)),
    subitems: sum(customers.map(({ subitems }) => subitems)),
    requests: traffic.requests,
    mutations: traffic.mutations,
    customers,
  };
}

async function runBatch(pipeline: Pipeline, batch: PrintedBatch): Promise<DemoCustomer> {
  const startedAt = performance.now();
  const args = ['--batch-id', batch.batchId];
  await run('tasks/stage', args, pipeline);
  const pushed = pushOutputs.parse(await run('tasks/push', args, pipeline));
  await run('tasks/promote', args, pipeline);
  const archive = archiveOutputs.parse(await run('tasks/archive', args, pipeline));
  return {
    customer: batch.customer,
    lines: batch.lines,
    ...pushed,
    seconds: (performance.now() - startedAt) / 1_000,
    archive,
  };
}

async function run(name: string, args: readonly string[], pipeline: Pipeline): Promise<Record<string, unknown>> {
  const result = await runExecutable(name, args, pipeline);
  if (result.exitCode === 0) return result.outputs;
  throw new TryAgainError(
    'DEMO_FAILED',
    `${name} ${args.join(' ')} ended with exit code ${result.exitCode}:\n${result.lines.slice(-20).join('\n')}`,
  );
}

function sum(parts: readonly EffectCounts[]): EffectCounts {
  return parts.reduce(
    (total, part) => ({
      created: total.created + part.created,
      updated: total.updated + part.updated,
      archived: total.archived + part.archived,
      failed: total.failed + part.failed,
    }),
    none(),
  );
}

function describeChanges(changes: Detected): string {
  return (['new', 'changed', 'deleted', 'rekeyed', 'unchanged'] as const)
    .map((kind) => `${changes[kind]} ${kind}`)
    .join(', ');
}
