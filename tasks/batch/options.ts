import type { Options as FlagOptions } from 'yargs';
import { z } from 'zod';
import { customerFlag, customerList, uuidText } from '../../shared/flags.js';

export const batchFlags = {
  'run-id': { type: 'string', requiresArg: true, demandOption: true, describe: 'The runId that detect gave' },
  customer: customerFlag,
  'retry-failed': { type: 'boolean', default: false, describe: 'Also the lines that are held back since they failed' },
} as const satisfies Record<string, FlagOptions>;

export const batchOptions = z.object({
  runId: uuidText,
  customer: customerList,
  retryFailed: z.boolean(),
});

export const listFlags = {
  open: { type: 'boolean', default: false, describe: 'Only batches that are not finished' },
  customer: customerFlag,
  json: { type: 'boolean', default: false, describe: 'As JSON' },
} as const satisfies Record<string, FlagOptions>;

export const listOptions = z.object({ open: z.boolean(), customer: customerList, json: z.boolean() });

const runFlag = {
  'run-id': { type: 'string', requiresArg: true, alias: 'run', describe: 'The run; without it the newest one' },
} as const satisfies Record<string, FlagOptions>;

export const watchFlags = { flags: runFlag, parse: z.object({ runId: uuidText.optional() }) };

export type BatchOptions = z.infer<typeof batchOptions>;
export type ListOptions = z.infer<typeof listOptions>;
