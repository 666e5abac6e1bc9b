import type { Options as FlagOptions } from 'yargs';

export const migrateFlags = {
  'dry-run': { type: 'boolean', default: false, describe: 'Print the SQL that would be run, and change nothing' },
  check: {
    type: 'boolean',
    default: false,
    describe: 'Change nothing; exit code 2 when something is missing or differs',
  },
} as const satisfies Record<string, FlagOptions>;

export const MIGRATE_SETTINGS = ['WAREHOUSE_URL', 'WAREHOUSE_SCHEMA', 'MAPPING_FILE', 'LOCK_WAIT'] as const;
/** Without it the table of archives is left alone. */
export const MIGRATE_OPTIONAL = ['ARCHIVE_URL'] as const;
