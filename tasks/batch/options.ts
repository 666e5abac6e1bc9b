import { z } from 'zod';
import { customerList, saidId, textValue } from '../../shared/runtime/flag-values.js';

export const batchOptions = z.object({
  runId: saidId,
  customer: customerList,
  retryFailed: z.boolean(),
});

export const listOptions = z
  .object({ open: z.boolean(), held: z.boolean(), customer: customerList, json: z.boolean() })
  .refine(({ open, held }) => !(open && held), '--open lists batches and --held lines: ask for one of them.');

export const watchOptions = z.object({
  runId: saidId.optional(),
  link: z.url({ protocol: /^https?$/, error: 'must be an address such as https://kestra.example/ui' }).optional(),
});
export const reportOptions = z
  .object({
    runId: saidId.optional(),
    output: textValue.optional(),
    csv: z.boolean(),
    runs: z.boolean(),
    handOver: z.boolean(),
  })
  .refine(
    ({ runs, runId, csv, output }) => !runs || (runId === undefined && !csv && output !== '-'),
    '--runs writes a folder of all runs: it does not go with --run-id, --csv or --output -.',
  )
  .refine(
    ({ output, csv, runs, handOver }) => !handOver || (output === undefined && !csv && !runs),
    '--hand-over gives both texts and writes no file: leave --output, --csv and --runs out.',
  );

export const statusOptions = z.object({ json: z.boolean() });

export type BatchOptions = z.infer<typeof batchOptions>;
export type ReportOptions = z.infer<typeof reportOptions>;
export type ListOptions = z.infer<typeof listOptions>;
