import { command } from '../../shared/runtime/task.js';

export const commands = [
  command({
    name: '',
    describe: 'Create the tables of the pipeline, or bring them up to date. ORDERS_UNIFIED is not touched.',
    examples: [
      ['$0', 'do what is missing; nothing happens when all is up to date'],
      ['$0 --dry-run', 'print what would be done, as SQL'],
      ['$0 --check', 'end with exit code 2 when something is missing or differs'],
    ],
    flags: {
      'dry-run': { type: 'boolean', default: false, describe: 'Print the SQL that would be run, and change nothing' },
      check: {
        type: 'boolean',
        default: false,
        describe: 'Change nothing; exit code 2 when something is missing or differs',
      },
    },
    parse: async () => (await import('./options.js')).migrateOptions,
    settings: ['WAREHOUSE_URL', 'WAREHOUSE_SCHEMA', 'MAPPING_FILE', 'LOCK_WAIT'],
    optional: ['ARCHIVE_URL'],
    run: async (context, flags) => (await import('./run.js')).runMigrate(context, flags),
  }),
];
