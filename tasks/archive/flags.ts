import type { Flags } from '../../shared/runtime/parse-flags.js';
import { batchIdFlag } from '../../shared/runtime/parse-flags.js';

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

export const archiveFlags: Flags = {
  'batch-id': { ...batchIdFlag, demandOption: false },
  customer,
};

export const listFlags: Flags = {
  customer: { ...customer, describe: 'Only archives of this customer' },
  json: { type: 'boolean', default: false, describe: 'Print one JSON array' },
};

export const verifyFlags: Flags = {
  'archive-id': { ...archiveId, describe: `${archiveId.describe}; all of them without it` },
};

export const exportFlags: Flags = {
  'archive-id': { ...archiveId, demandOption: true },
  output: { type: 'string', requiresArg: true, demandOption: true, describe: 'File to write, .parquet or .csv' },
  safe: {
    type: 'boolean',
    default: false,
    describe:
      'In CSV, put an apostrophe before cells that begin with =, +, - or @ and are no numbers; without it they are kept, and a spreadsheet takes them for formulas',
  },
};

export const restoreFlags: Flags = {
  'archive-id': { ...archiveId, demandOption: true },
  'dry-run': {
    type: 'boolean',
    default: false,
    describe: 'Count and forecast; the run and batch it makes are dry and change nothing',
  },
  json: { type: 'boolean', default: false, describe: 'Print one JSON object, with every line that is left alone' },
};

export const pruneFlags: Flags = {
  'dry-run': { type: 'boolean', default: false, describe: 'Say what would be removed and remove nothing' },
};

export const ARCHIVE_SETTINGS = [
  'WAREHOUSE_URL',
  'ARCHIVE_URL',
  'MAPPING_FILE',
  'LOCK_WAIT',
  'ARCHIVE_RETENTION_DAYS',
] as const;
export const LIST_SETTINGS = ['ARCHIVE_URL', 'MAPPING_FILE'] as const;
export const VERIFY_SETTINGS = ['ARCHIVE_URL'] as const;
export const EXPORT_SETTINGS = ['ARCHIVE_URL'] as const;
export const RESTORE_SETTINGS = ['WAREHOUSE_URL', 'ARCHIVE_URL', 'MAPPING_FILE', 'LOCK_WAIT'] as const;
export const PRUNE_SETTINGS = [
  'WAREHOUSE_URL',
  'ARCHIVE_URL',
  'ARCHIVE_RETENTION_DAYS',
  'ARCHIVE_MAX_PER_CUSTOMER',
  'STAGING_RETENTION_DAYS',
  'ERR_RETENTION_DAYS',
  'BATCH_RETENTION_DAYS',
  'ERR_RETRY_AFTER',
] as const;
