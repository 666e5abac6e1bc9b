import { z } from 'zod';
import { uuidText } from '../../shared/flags.js';

const archiveIdText = z
  .string()
  .regex(/^[1-9]\d{0,14}$/, 'must be the number that "archive list" shows')
  .transform(Number);

const outputFile = z.string().regex(/\.(parquet|csv)$/i, 'must be a file name that ends in .parquet or .csv');

const archiveId = {
  type: 'string',
  requiresArg: true,
  describe: 'Number of the archive, as "archive list" shows it',
} as const;
const customer = {
  type: 'string',
  requiresArg: true,
  describe: 'Canonical name or any spelling of the source',
} as const;

export const archiveFlags = {
  flags: {
    'batch-id': {
      type: 'string',
      requiresArg: true,
      describe: 'Archive the customer of this batch, once the batch is promoted',
    },
    customer,
  },
  parse: z
    .object({ batchId: uuidText.optional(), customer: z.string().min(1).optional() })
    .refine(
      (flags) => (flags.batchId === undefined) !== (flags.customer === undefined),
      'Give either --batch-id or --customer.',
    ),
} as const;

export const listFlags = {
  flags: {
    customer: { ...customer, describe: 'Only archives of this customer' },
    json: { type: 'boolean', default: false, describe: 'Print one JSON array' },
  },
  parse: z.object({ customer: z.string().min(1).optional(), json: z.boolean() }),
} as const;

export const verifyFlags = {
  flags: { 'archive-id': { ...archiveId, describe: `${archiveId.describe}; all of them without it` } },
  parse: z.object({ archiveId: archiveIdText.optional() }),
} as const;

export const exportFlags = {
  flags: {
    'archive-id': { ...archiveId, demandOption: true },
    output: { type: 'string', requiresArg: true, demandOption: true, describe: 'File to write, .parquet or .csv' },
  },
  parse: z.object({ archiveId: archiveIdText, output: outputFile }),
} as const;

export const pruneFlags = {
  flags: { 'dry-run': { type: 'boolean', default: false, describe: 'Say what would be removed and remove nothing' } },
  parse: z.object({ dryRun: z.boolean() }),
} as const;
