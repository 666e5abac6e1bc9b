import { command } from '../../shared/runtime/task.js';
import { MIGRATE_OPTIONAL, MIGRATE_SETTINGS, migrateFlags } from './flags.js';

export const commands = [
  command({
    name: '',
    describe: 'Create the tables of the pipeline, or bring them up to date. ORDERS_UNIFIED is not touched.',
    examples: [
      ['$0', 'do what is missing; nothing happens when all is up to date'],
      ['$0 --dry-run', 'print what would be done, as SQL'],
      ['$0 --check', 'end with exit code 2 when something is missing or differs'],
    ],
    flags: migrateFlags,
    parse: async () => (await import('./options.js')).migrateOptions,
    settings: MIGRATE_SETTINGS,
    optional: MIGRATE_OPTIONAL,
    run: async (context, flags) => (await import('./run.js')).runMigrate(context, flags),
  }),
];
