import { defineCommand } from '../../shared/runtime/command.js';
import { batchIdFlag, flag } from '../../shared/runtime/flags.js';
import { command } from '../../shared/runtime/task.js';

const archiveId = flag.value('Number of the archive, as "archive list" shows it', ({ matching }) =>
  matching(/^[1-9]\d{0,14}$/, 'must be the number that "archive list" shows').transform(Number),
);
const customer = flag.text('Canonical name or any spelling of the source');

export const archiveCommand = defineCommand({
  describe: "Keep a customer's snapshot as Parquet in PostgreSQL. The same content is not kept twice.",
  examples: [
    ['$0 --batch-id 3f1c0f5e-0d0a-5b57-9a3e-2f5f0c0b7a11', 'archive the customer of a promoted batch'],
    ['$0 --customer GREYSON', 'archive a customer as its snapshot is now'],
  ],
  either: ['batch-id', 'customer'],
  flags: { 'batch-id': batchIdFlag, customer },
  settings: ['WAREHOUSE_URL', 'ARCHIVE_URL', 'ARCHIVE_SCHEMA', 'MAPPING_FILE', 'LOCK_WAIT', 'ARCHIVE_RETENTION_DAYS'],
});

export const listCommand = defineCommand({
  name: 'list',
  describe: 'List archives, oldest first',
  examples: [['$0 list --customer GREYSON', 'those of one customer']],
  flags: {
    customer: customer.describe('Only archives of this customer'),
    json: flag.switch('Print one JSON array'),
  },
  settings: ['ARCHIVE_URL', 'ARCHIVE_SCHEMA', 'MAPPING_FILE'],
});

export const verifyCommand = defineCommand({
  name: 'verify',
  describe: 'Check that archives are what was written: checksum, columns, lines and the hash of each line',
  examples: [['$0 verify --archive-id 12', 'one archive; exit code 2 when it is damaged']],
  flags: {
    'archive-id': archiveId.describe('Number of the archive, as "archive list" shows it; all of them without it'),
  },
  settings: ['ARCHIVE_URL', 'ARCHIVE_SCHEMA'],
});

export const exportCommand = defineCommand({
  name: 'export',
  describe: 'Write an archive to a file',
  examples: [
    ['$0 export --archive-id 12 --output greyson.csv', 'as CSV; with .parquet as it is'],
    ['$0 export --archive-id 12 --output greyson.csv --safe', 'as CSV for a spreadsheet'],
  ],
  flags: {
    'archive-id': archiveId.required(),
    output: flag
      .matching(
        /[^/\\]\.(parquet|csv)$/i,
        'must be a file name that ends in .parquet or .csv',
        'File to write, .parquet or .csv',
      )
      .required(),
    safe: flag.switch(
      'In CSV, put an apostrophe before cells that begin with =, +, - or @ and are not numbers; without it they are kept, and a spreadsheet takes them for formulas',
    ),
  },
  refuse: ({ safe, output }) =>
    safe && /\.parquet$/i.test(output)
      ? '--safe is about CSV: give an --output that ends in .csv, or leave --safe out.'
      : undefined,
  settings: ['ARCHIVE_URL', 'ARCHIVE_SCHEMA'],
});

export const restoreCommand = defineCommand({
  name: 'restore',
  describe: "Make the batch that takes a customer's board back to an archive; stage, push and promote carry it out",
  examples: [
    ['$0 restore --archive-id 12 --dry-run', 'say what would change, what is left alone and what it costs'],
    ['$0 restore --archive-id 12', 'make the batch; again while it is open, the same one'],
  ],
  flags: {
    'archive-id': archiveId.required(),
    'dry-run': flag.switch('Count and forecast; the run and batch it makes are dry and change nothing'),
    json: flag.switch('Print one JSON object, with every line that is left alone'),
  },
  settings: ['WAREHOUSE_URL', 'ARCHIVE_URL', 'ARCHIVE_SCHEMA', 'MAPPING_FILE', 'LOCK_WAIT'],
});

export const pruneCommand = defineCommand({
  name: 'prune',
  describe: 'Remove archives, staged rows, errors and closed batches past their retention',
  examples: [['$0 prune --dry-run', 'say how many']],
  flags: { 'dry-run': flag.switch('Say what would be removed and remove nothing') },
  settings: [
    'WAREHOUSE_URL',
    'ARCHIVE_URL',
    'ARCHIVE_SCHEMA',
    'ARCHIVE_RETENTION_DAYS',
    'ARCHIVE_MAX_PER_CUSTOMER',
    'STAGING_RETENTION_DAYS',
    'ERR_RETENTION_DAYS',
    'BATCH_RETENTION_DAYS',
    'ERR_RETRY_AFTER',
  ],
});

// Each command imports its work when it runs: what PostgreSQL and Parquet need is slow to load, and --help needs none.
export const commands = [
  command(archiveCommand, async (context, flags) => (await import('./run.js')).runArchive(context, flags)),
  command(listCommand, async (context, flags) => (await import('./verify.js')).runList(context, flags)),
  command(verifyCommand, async (context, flags) => (await import('./verify.js')).runVerify(context, flags)),
  command(exportCommand, async (context, flags) => (await import('./verify.js')).runExport(context, flags)),
  command(restoreCommand, async (context, flags) => (await import('./restore/run.js')).runRestore(context, flags)),
  command(pruneCommand, async (context, flags) => (await import('./prune/run.js')).runPrune(context, flags)),
];
