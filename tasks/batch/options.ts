import type { Options as FlagOptions } from 'yargs';
import { z } from 'zod';

const customerFlag = {
  type: 'string',
  array: true,
  requiresArg: true,
  describe: 'Only this customer; repeat for more',
} as const satisfies FlagOptions;
const customers = z.array(z.string().trim().min(1, 'must not be empty')).optional();

export const batchFlags = {
  'run-id': { type: 'string', requiresArg: true, demandOption: true, describe: 'The runId that detect gave' },
  customer: customerFlag,
  'retry-failed': { type: 'boolean', default: false, describe: 'Also the lines that are held back since they failed' },
} as const satisfies Record<string, FlagOptions>;

export const batchOptions = z.object({
  runId: z.guid('must be the UUID that detect gave as runId').toLowerCase(),
  customer: customers,
  retryFailed: z.boolean(),
});

export const listFlags = {
  open: { type: 'boolean', default: false, describe: 'Only batches that are not finished' },
  customer: customerFlag,
  json: { type: 'boolean', default: false, describe: 'As JSON' },
} as const satisfies Record<string, FlagOptions>;

export const listOptions = z.object({ open: z.boolean(), customer: customers, json: z.boolean() });

export type BatchOptions = z.infer<typeof batchOptions>;
export type ListOptions = z.infer<typeof listOptions>;
