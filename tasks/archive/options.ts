import { z } from 'zod';
import { saidId, textValue } from '../../shared/runtime/flag-values.js';

const archiveIdText = z
  .string()
  .trim()
  .regex(/^[1-9]\d{0,14}$/, 'must be the number that "archive list" shows')
  .transform(Number);

const outputFile = z
  .string()
  .trim()
  .regex(/[^/\\]\.(parquet|csv)$/i, 'must be a file name that ends in .parquet or .csv');

export function isCsv(file: string): boolean {
  return file.toLowerCase().endsWith('.csv');
}

export const archiveOptions = z
  .object({ batchId: saidId.optional(), customer: textValue.optional() })
  .refine(
    (flags) => (flags.batchId === undefined) !== (flags.customer === undefined),
    'Give either --batch-id or --customer.',
  );
export const listOptions = z.object({ customer: textValue.optional(), json: z.boolean() });
export const verifyOptions = z.object({ archiveId: archiveIdText.optional() });
export const exportOptions = z
  .object({ archiveId: archiveIdText, output: outputFile, safe: z.boolean() })
  .refine(
    (flags) => !flags.safe || isCsv(flags.output),
    '--safe is about CSV: give an --output that ends in .csv, or leave --safe out.',
  );
export const restoreOptions = z.object({ archiveId: archiveIdText, dryRun: z.boolean(), json: z.boolean() });
export const pruneOptions = z.object({ dryRun: z.boolean() });
