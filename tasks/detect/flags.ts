import type { Options as FlagOptions } from 'yargs';
import { customerFlag } from '../../shared/runtime/parse-flags.js';
import { METHODS } from '../../shared/store/states.js';

export const detectFlags = {
  customer: customerFlag,
  method: { choices: METHODS, default: 'hash', describe: 'fields: also record which columns changed, old and new' },
  'run-key': { type: 'string', requiresArg: true, describe: 'Name of the run: the same name again gives the same run' },
  full: { type: 'boolean', default: false, describe: 'Put every line into the change set, changed or not' },
  'allow-large-change': {
    type: 'boolean',
    default: false,
    describe: 'Let customers through that the brake would stop',
  },
  'confirm-deletes': { type: 'boolean', default: false, describe: 'Delete what vanished now, without a second look' },
  'dry-run': { type: 'boolean', default: false, describe: 'A run that changes nothing, neither tables nor board' },
  'list-customers': {
    type: 'boolean',
    default: false,
    describe: 'List the customers of the source, and those once known, and end',
  },
  explain: {
    type: 'string',
    requiresArg: true,
    describe: 'Tell everything about a line, by its uuid or line key, order number, PO, style or item id, and end',
  },
  json: { type: 'boolean', default: false, describe: 'Lists as JSON' },
} as const satisfies Record<string, FlagOptions>;

export const DETECT_SETTINGS = [
  'WAREHOUSE_URL',
  'SOURCE_TABLE',
  'MAPPING_FILE',
  'MAX_CHANGE_SHARE',
  'MAX_DELETE_SHARE',
  'BRAKE_MIN_LINES',
  'DELETE_GRACE',
  'ERR_RETRY_AFTER',
  'LOCK_WAIT',
] as const;
