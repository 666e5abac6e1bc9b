import type { Options as FlagOptions } from 'yargs';
import { batchIdFlag } from '../../shared/runtime/parse-flags.js';

export const pushFlags = {
  'batch-id': { ...batchIdFlag, demandOption: false },
  'dry-run': { type: 'boolean', default: false, describe: 'Read the board, forecast, and write nothing' },
  'max-minutes': {
    type: 'string',
    requiresArg: true,
    describe: 'Stop sending after so many minutes with the locks held; what was sent is still recorded',
  },
  audit: { type: 'boolean', default: false, describe: 'Read the board back and compare it with the ledger' },
  customer: { type: 'string', requiresArg: true, describe: 'With --audit: this customer only' },
  repair: { type: 'boolean', default: false, describe: 'With --audit: mend what is ours' },
  'overwrite-edits': { type: 'boolean', default: false, describe: 'With --repair: also what was changed by hand' },
} as const satisfies Record<string, FlagOptions>;

export const PUSH_SETTINGS = [
  'WAREHOUSE_URL',
  'MAPPING_FILE',
  'LOCK_WAIT',
  'DELETE_POLICY',
  'MONDAY_API_URL',
  'MONDAY_API_TOKEN',
  'MONDAY_BOARD_ID',
  'MONDAY_MIN_INTERVAL_MS',
  'MONDAY_TIMEOUT_MS',
  'MONDAY_SETTLE_WAIT',
  'MONDAY_ALLOW_HTTP',
] as const;
