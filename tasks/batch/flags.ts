import type { Options as FlagOptions } from 'yargs';
import { customerFlag, runIdFlag } from '../../shared/runtime/parse-flags.js';

export const batchFlags = {
  'run-id': { ...runIdFlag, demandOption: true },
  customer: customerFlag,
  'retry-failed': { type: 'boolean', default: false, describe: 'Also the lines that are held back since they failed' },
} as const satisfies Record<string, FlagOptions>;

export const listFlags = {
  open: { type: 'boolean', default: false, describe: 'Only batches that are not finished' },
  held: {
    type: 'boolean',
    default: false,
    describe: 'Instead of batches the lines that are held back since they failed, with the reasons',
  },
  customer: customerFlag,
  json: { type: 'boolean', default: false, describe: 'As JSON' },
} as const satisfies Record<string, FlagOptions>;

const anyRun = { ...runIdFlag, describe: `${runIdFlag.describe}; without it the newest that was not dry` } as const;

export const watchFlags = {
  'run-id': anyRun,
  link: { type: 'string', requiresArg: true, describe: 'Where people look at the run; the alert ends with it' },
} as const satisfies Record<string, FlagOptions>;

export const reportFlags = {
  'run-id': anyRun,
  csv: { type: 'boolean', default: false, describe: 'Instead of the page what failed, for the owner of the source' },
  runs: {
    type: 'boolean',
    default: false,
    describe: 'The last thirty runs: a folder with a page that lists them, and their pages and CSV files beside it',
  },
  output: {
    type: 'string',
    requiresArg: true,
    describe: 'File to write, or - for stdout, or the folder of --runs; without it run-<id>.html, or the folder runs',
  },
  'hand-over': { type: 'boolean', default: false, describe: 'Page and CSV as outputs for a flow, as much as it takes' },
} as const satisfies Record<string, FlagOptions>;

export const WATCH_SETTINGS = [
  'WAREHOUSE_URL',
  'ALERT_FORMAT',
  'WATCH_MIN_LINES',
  'WATCH_MIN_ACCEPTED',
  'WATCH_MAX_REJECTED',
  'WATCH_RUN_TIME',
  'WATCH_ARCHIVE_GROWTH',
  'WATCH_ARCHIVE_MONTH_MB',
] as const;

export const statusFlags = {
  json: { type: 'boolean', default: false, describe: 'As JSON' },
} as const satisfies Record<string, FlagOptions>;

export const STATUS_SETTINGS = [...WATCH_SETTINGS, 'MAPPING_FILE', 'SOURCE_TABLE', 'ERR_RETRY_AFTER'] as const;

export const WATCH_OPTIONAL = ['ARCHIVE_URL', 'ALERT_URL'] as const;
export const REPORT_SETTINGS = ['WAREHOUSE_URL', 'MAPPING_FILE'] as const;
export const REPORT_OPTIONAL = ['ARCHIVE_URL'] as const;
/** Of the command without a name and of list. */
export const BATCH_SETTINGS = ['WAREHOUSE_URL', 'MAPPING_FILE', 'ERR_RETRY_AFTER'] as const;
