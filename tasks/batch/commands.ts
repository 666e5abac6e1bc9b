import { defineCommand } from '../../shared/runtime/command.js';
import { customerFlag, type FlagsOf, flag, runIdFlag } from '../../shared/runtime/flags.js';
import { command } from '../../shared/runtime/task.js';

const anyRun = runIdFlag.describe(
  'The run: its id, eight or more characters of it, or latest; without it the newest that was not dry',
);

export const batchCommand = defineCommand({
  describe: 'Create the batches of a run: the changes of one customer each, smallest first.',
  examples: [
    ['$0 --run-id 6f1f0a52-1111-4222-8333-444455556666', 'a batch for every customer with changes'],
    ['$0 --run-id 6f1f0a52-1111-4222-8333-444455556666 --customer GREYSON', 'only this customer'],
    ['$0 --run-id 6f1f0a52-1111-4222-8333-444455556666 --retry-failed', 'lines that failed before as well'],
  ],
  flags: {
    'run-id': runIdFlag.required(),
    customer: customerFlag,
    'retry-failed': flag.switch('Also the lines that are held back since they failed'),
  },
  settings: ['WAREHOUSE_URL', 'MAPPING_FILE', 'ERR_RETRY_AFTER'],
});

export const listCommand = defineCommand({
  name: 'list',
  describe: 'List batches, newest first, or the lines that are held back.',
  examples: [
    ['$0 list --open', 'those that are not finished'],
    ['$0 list --customer GREYSON --json', 'one customer, for another program'],
    ['$0 list --held', 'lines that failed for good, and why'],
  ],
  flags: {
    open: flag.switch('Only batches that are not finished'),
    held: flag.switch('Instead of batches the lines that are held back since they failed, with the reasons'),
    customer: customerFlag,
    json: flag.switch('As JSON'),
  },
  refuse: ({ open, held }) =>
    open && held ? '--open lists batches and --held lines: ask for one of them.' : undefined,
  settings: ['WAREHOUSE_URL', 'MAPPING_FILE', 'ERR_RETRY_AFTER'],
});

export const watchCommand = defineCommand({
  name: 'watch',
  describe: 'Compare a run with what is expected, and post what deviates to ALERT_URL. Sends nothing to the board.',
  examples: [['$0 watch --run-id 6f1f0a52-1111-4222-8333-444455556666', 'at the end of a run, as the flow does']],
  flags: {
    'run-id': anyRun,
    link: flag.address(
      'https://kestra.example/ui',
      'Where people look at the run; the alert ends with it, and without ALERT_URL they count as told there',
    ),
  },
  settings: [
    'WAREHOUSE_URL',
    'ALERT_FORMAT',
    'WATCH_MIN_LINES',
    'WATCH_MIN_ACCEPTED',
    'WATCH_MAX_REJECTED',
    'WATCH_RUN_TIME',
    'WATCH_MAX_CALLS',
    'WATCH_ARCHIVE_GROWTH',
    'WATCH_ARCHIVE_MONTH_MB',
    'ARCHIVE_SCHEMA',
  ],
  optional: ['ARCHIVE_URL', 'ALERT_URL'],
});

export const statusCommand = defineCommand({
  name: 'status',
  describe:
    'One screen: the last run, what is open, held back, braked or unknown, how fresh the board is, and what to do.',
  examples: [['$0 status', 'where to begin when something is wrong']],
  flags: { json: flag.switch('As JSON') },
  settings: [...watchCommand.settings, 'MAPPING_FILE', 'SOURCE_TABLE', 'ERR_RETRY_AFTER'],
});

export const reportCommand = defineCommand({
  name: 'report',
  describe: 'Write one HTML page about a run: what changed, what reached the board, what failed and why.',
  examples: [
    ['$0 report', 'the newest run, into run-<id>.html'],
    ['$0 report --run-id 6f1f0a52-1111-4222-8333-444455556666 --output run.html', 'a chosen run and file'],
    ['$0 report --output - > run.html', 'from a container'],
    ['$0 report --csv', 'the lines that failed, for the owner of the source'],
    ['$0 report --runs --output runs', 'a page that lists the last runs, with theirs beside it'],
  ],
  flags: {
    'run-id': anyRun,
    csv: flag.switch('Instead of the page what failed, for the owner of the source'),
    runs: flag.switch(
      'The last thirty runs: a folder with a page that lists them, and their pages and CSV files beside it',
    ),
    output: flag.text(
      'File to write, or - for stdout, or the folder of --runs; without it run-<id>.html, or the folder runs',
    ),
    'hand-over': flag.switch('Page and CSV as outputs for a flow, as much as a flow accepts'),
  },
  refuse: ({ runs, runId, csv, output, handOver }) => {
    if (runs && (runId !== undefined || csv || output === '-'))
      return '--runs writes a folder of all runs: it does not go with --run-id, --csv or --output -.';
    if (handOver && (output !== undefined || csv || runs))
      return '--hand-over gives both texts and writes no file: leave --output, --csv and --runs out.';
    return undefined;
  },
  settings: ['WAREHOUSE_URL', 'MAPPING_FILE', 'ARCHIVE_SCHEMA'],
  optional: ['ARCHIVE_URL'],
});

export type ListFlags = FlagsOf<typeof listCommand>;

// Each command imports its work when it runs: what a database needs is slow to load, and --help needs none.
export const commands = [
  command(batchCommand, async (context, flags) => (await import('./run.js')).runBatch(context, flags)),
  command(listCommand, async (context, flags) =>
    flags.held
      ? (await import('./list.js')).listHeld(context, flags)
      : (await import('./list.js')).runList(context, flags),
  ),
  command(reportCommand, async (context, flags) => (await import('./report/run.js')).reportRun(context, flags)),
  command(statusCommand, async (context, flags) => (await import('./status/run.js')).runStatus(context, flags)),
  command(watchCommand, async (context, flags) => (await import('./watch/run.js')).watchRun(context, flags)),
];
