import { command } from '../../shared/runtime/task.js';
import {
  ARCHIVE_SETTINGS,
  archiveFlags,
  EXPORT_SETTINGS,
  exportFlags,
  LIST_SETTINGS,
  listFlags,
  PRUNE_SETTINGS,
  pruneFlags,
  RESTORE_SETTINGS,
  restoreFlags,
  VERIFY_SETTINGS,
  verifyFlags,
} from './flags.js';

// Each command imports its work when it runs: what PostgreSQL and Parquet need is slow to load, and --help needs none.
export const commands = [
  command({
    name: '',
    describe: "Keep a customer's snapshot as Parquet in PostgreSQL. The same content is not kept twice.",
    examples: [
      ['$0 --batch-id 3f1c0f5e-0d0a-5b57-9a3e-2f5f0c0b7a11', 'archive the customer of a promoted batch'],
      ['$0 --customer GREYSON', 'archive a customer as its snapshot is now'],
    ],
    flags: archiveFlags,
    parse: async () => (await import('./options.js')).archiveOptions,
    settings: ARCHIVE_SETTINGS,
    run: async (context, flags) => (await import('./run.js')).runArchive(context, flags),
  }),
  command({
    name: 'list',
    describe: 'List archives, oldest first',
    examples: [['$0 list --customer GREYSON', 'those of one customer']],
    flags: listFlags,
    parse: async () => (await import('./options.js')).listOptions,
    settings: LIST_SETTINGS,
    run: async (context, flags) => (await import('./verify.js')).runList(context, flags),
  }),
  command({
    name: 'verify',
    describe: 'Check that archives are what was written: checksum, columns, lines and the hash of each line',
    examples: [['$0 verify --archive-id 12', 'one archive; exit code 2 when it is damaged']],
    flags: verifyFlags,
    parse: async () => (await import('./options.js')).verifyOptions,
    settings: VERIFY_SETTINGS,
    run: async (context, flags) => (await import('./verify.js')).runVerify(context, flags),
  }),
  command({
    name: 'export',
    describe: 'Write an archive to a file',
    examples: [
      ['$0 export --archive-id 12 --output greyson.csv', 'as CSV; with .parquet as it is'],
      ['$0 export --archive-id 12 --output greyson.csv --safe', 'as CSV for a spreadsheet'],
    ],
    flags: exportFlags,
    parse: async () => (await import('./options.js')).exportOptions,
    settings: EXPORT_SETTINGS,
    run: async (context, flags) => (await import('./verify.js')).runExport(context, flags),
  }),
  command({
    name: 'restore',
    describe: "Make the batch that takes a customer's board back to an archive; stage, push and promote carry it out",
    examples: [
      ['$0 restore --archive-id 12 --dry-run', 'say what would change, what is left alone and what it costs'],
      ['$0 restore --archive-id 12', 'make the batch; again while it is open, the same one'],
    ],
    flags: restoreFlags,
    parse: async () => (await import('./options.js')).restoreOptions,
    settings: RESTORE_SETTINGS,
    run: async (context, flags) => (await import('./restore/run.js')).runRestore(context, flags),
  }),
  command({
    name: 'prune',
    describe: 'Remove archives, staged rows, errors and closed batches past their retention',
    examples: [['$0 prune --dry-run', 'say how many']],
    flags: pruneFlags,
    parse: async () => (await import('./options.js')).pruneOptions,
    settings: PRUNE_SETTINGS,
    run: async (context, flags) => (await import('./prune/run.js')).runPrune(context, flags),
  }),
];
