import { z } from 'zod';
import { unmappedSchema } from '../shared/mapper/unmapped.js';

// What sync and the demo read of the outputs of the tasks.

const count = z.number().default(0);

export const brakedSchema = z.object({
  customer: z.string(),
  reason: z.string(),
  known: count,
  changed: count,
  deleted: count,
  left: count,
});
export type BrakedCustomer = z.infer<typeof brakedSchema>;

export const detectOutputs = z.object({
  runId: z.string(),
  new: count,
  changed: count,
  deleted: count,
  rekeyed: count,
  unchanged: count,
  pendingDeletes: count,
  unsound: count,
  newFailures: count,
  braked: z.array(brakedSchema).default([]),
  unmapped: z.array(unmappedSchema).default([]),
  busy: z.array(z.string()).default([]),
});
export type Detected = z.infer<typeof detectOutputs>;

export const batchOutputs = z.object({
  batches: z.array(z.object({ batchId: z.string(), customer: z.string(), lines: z.number() })),
  heldBack: count,
});
export type PrintedBatch = z.infer<typeof batchOutputs>['batches'][number];

export const stageOutputs = z.object({ newFailures: count, warnings: count, status: z.string() });
export const pushOutputs = z.object({
  status: z.string(),
  reason: z.string().optional(),
  itemsCreated: count,
  itemsUpdated: count,
  itemsArchived: count,
  itemsUnchanged: count,
  subitemsCreated: count,
  subitemsUpdated: count,
  subitemsArchived: count,
  pending: count,
  itemsWaiting: count.optional(),
  newFailures: count,
  requests: count,
});
export type PushedTotals = z.infer<typeof pushOutputs>;
export const promoteOutputs = z.object({ status: z.string(), promoted: count, failed: count });

/** A batch as `batch list --json` gives it. */
export const listedBatches = z.array(
  z.object({
    batchId: z.string(),
    runId: z.string(),
    customer: z.string(),
    status: z.string(),
    dry: z.boolean(),
    lines: z.number(),
  }),
);

export type BatchInList = z.infer<typeof listedBatches>[number];

/** An archive as `archive list --json` gives it. */
export const listedArchives = z.array(z.object({ batchId: z.string().nullable() }));
export const archiveOutputs = z.object({ status: z.string(), rows: count });
