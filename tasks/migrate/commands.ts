import { defineCommand } from '../../shared/runtime/command.js';
import { flag } from '../../shared/runtime/flags.js';
import { command } from '../../shared/runtime/task.js';

export const migrateCommand = defineCommand({
  describe: 'Create the tables of the pipeline, or bring them up to date. The source table is not touched.',
  examples: [
    ['$0', 'do what is missing; nothing happens when all is up to date'],
    ['$0 --dry-run', 'print what would be done, as SQL'],
    ['$0 --check', 'end with exit code 2 when something is missing or differs'],
  ],
  flags: {
    'dry-run': flag.switch('Print the SQL that would be run, and change nothing'),
    check: flag.switch('Change nothing; exit code 2 when something is missing or differs'),
  },
  settings: ['WAREHOUSE_URL', 'WAREHOUSE_SCHEMA', 'MAPPING_FILE', 'ARCHIVE_SCHEMA', 'LOCK_WAIT'],
  // Without it the table of archives is left alone.
  optional: ['ARCHIVE_URL'],
});

export const commands = [
  command(migrateCommand, async (context, flags) => (await import('./run.js')).runMigrate(context, flags)),
];
