import { z } from 'zod';
import { customerList, uuidText } from '../../shared/flag-values.js';

export const batchOptions = z.object({
  runId: uuidText,
  customer: customerList,
  retryFailed: z.boolean(),
});

export const listOptions = z.object({ open: z.boolean(), customer: customerList, json: z.boolean() });

export const watchOptions = z.object({ runId: uuidText.optional() });
export const reportOptions = watchOptions.extend({ output: z.string().min(1).optional() });

export type BatchOptions = z.infer<typeof batchOptions>;
export type ListOptions = z.infer<typeof listOptions>;
