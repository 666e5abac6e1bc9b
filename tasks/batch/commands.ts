import { command } from '../../shared/runtime/task.js';
import {
  BATCH_SETTINGS,
  batchFlags,
  listFlags,
  REPORT_OPTIONAL,
  REPORT_SETTINGS,
  reportFlags,
  STATUS_SETTINGS,
  statusFlags,
  WATCH_OPTIONAL,
  WATCH_SETTINGS,
  watchFlags,
} from './flags.js';

// Each command imports its work when it runs: what a database needs is slow to load, and --help needs none.
const batch = command({
  name: '',
  describe: 'Make the batches of a run: the changes of one customer each, smallest first.',
  examples: [
    ['$0 --run-id 6f1f0a52-1111-4222-8333-444455556666', 'a batch for every customer with changes'],
    ['$0 --run-id 6f1f0a52-1111-4222-8333-444455556666 --customer GREYSON', 'only this customer'],
    ['$0 --run-id 6f1f0a52-1111-4222-8333-444455556666 --retry-failed', 'lines that failed before as well'],
  ],
  flags: batchFlags,
  parse: async () => (await import('./options.js')).batchOptions,
  settings: BATCH_SETTINGS,
  run: async (context, flags) => (await import('./run.js')).runBatch(context, flags),
});

const list = command({
  name: 'list',
  describe: 'List batches, newest first, or the lines that are held back.',
  examples: [
    ['$0 list --open', 'those that are not finished'],
    ['$0 list --customer GREYSON --json', 'one customer, for another program'],
    ['$0 list --held', 'lines that failed for good, and why'],
  ],
  flags: listFlags,
  parse: async () => (await import('./options.js')).listOptions,
  settings: BATCH_SETTINGS,
  run: async (context, flags) =>
    flags.held
      ? (await import('./list.js')).listHeld(context, flags)
      : (await import('./list.js')).runList(context, flags),
});

const status = command({
  name: 'status',
  describe:
    'One screen: the last run, what is open, held back, braked or unknown, how fresh the board is, and what to do.',
  examples: [['$0 status', 'where to begin when something is wrong']],
  flags: statusFlags,
  parse: async () => (await import('./options.js')).statusOptions,
  settings: STATUS_SETTINGS,
  run: async (context, flags) => (await import('./status/run.js')).runStatus(context, flags),
});

const watch = command({
  name: 'watch',
  describe:
    'Compare a run with what is expected of one, and post what is not to ALERT_URL. Sends nothing to the board.',
  examples: [['$0 watch --run-id 6f1f0a52-1111-4222-8333-444455556666', 'at the end of a run, as the flow does']],
  flags: watchFlags,
  parse: async () => (await import('./options.js')).watchOptions,
  settings: WATCH_SETTINGS,
  optional: WATCH_OPTIONAL,
  run: async (context, flags) => (await import('./watch/run.js')).watchRun(context, flags),
});

const report = command({
  name: 'report',
  describe: 'Write one HTML page about a run: what changed, what reached the board, what failed and why.',
  examples: [
    ['$0 report', 'the newest run, into run-<id>.html'],
    ['$0 report --run-id 6f1f0a52-1111-4222-8333-444455556666 --output run.html', 'a chosen run and file'],
    ['$0 report --output - > run.html', 'from a container'],
    ['$0 report --csv', 'the lines that failed, for the owner of the source'],
    ['$0 report --runs --output runs', 'a page that lists the last runs, with theirs beside it'],
  ],
  flags: reportFlags,
  parse: async () => (await import('./options.js')).reportOptions,
  settings: REPORT_SETTINGS,
  optional: REPORT_OPTIONAL,
  run: async (context, flags) => (await import('./report/run.js')).reportRun(context, flags),
});

export const commands = [batch, list, report, status, watch];
