import type { Options as FlagOptions } from 'yargs';
import { customerFlag } from '../../shared/runtime/parse-flags.js';

export const doctorFlags = {
  fix: {
    type: 'boolean',
    default: false,
    describe: 'Make what is missing: tables, columns, the key columns on both boards',
  },
  json: { type: 'boolean', default: false, describe: 'As JSON' },
  table: {
    type: 'string',
    requiresArg: true,
    describe: 'Show one of our tables: each column as it is and as it should be',
  },
  adopt: {
    type: 'boolean',
    default: false,
    describe: 'Pair items of another program with lines; says what it would do',
  },
  customer: { ...customerFlag, describe: 'With --adopt: only this customer; repeat for several' },
  apply: { type: 'boolean', default: false, describe: 'With --adopt: do it' },
  'dry-run': {
    type: 'boolean',
    default: false,
    describe: 'With --adopt: only say what would be done; this is the default',
  },
} as const satisfies Record<string, FlagOptions>;
