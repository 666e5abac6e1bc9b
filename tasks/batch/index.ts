import { runTask } from '../../shared/run-task.js';
import { command } from '../../shared/task.js';
import { batchFlags, listFlags, WATCH_SETTINGS, watchFlags } from './flags.js';

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
  settings: ['WAREHOUSE_URL', 'MAPPING_FILE', 'ERR_RETRY_AFTER'],
  run: async (context, flags) => (await import('./run.js')).runBatch(context, flags),
});

const list = command({
  name: 'list',
  describe: 'List batches, newest first.',
  examples: [
    ['$0 list --open', 'those that are not finished'],
    ['$0 list --customer GREYSON --json', 'one customer, for another program'],
  ],
  flags: listFlags,
  parse: async () => (await import('./options.js')).listOptions,
  settings: ['WAREHOUSE_URL', 'MAPPING_FILE'],
  run: async (context, flags) => (await import('./list.js')).listBatches(context, flags),
});

const watch = command({
  name: 'watch',
  describe: 'Compare a run with what is expected of one, and post what is not to ALERT_URL. Changes nothing.',
  examples: [['$0 --run-id 6f1f0a52-1111-4222-8333-444455556666', 'at the end of a run, as the flow does']],
  flags: watchFlags,
  parse: async () => (await import('./options.js')).watchOptions,
  settings: WATCH_SETTINGS,
  optional: ['ARCHIVE_URL', 'ALERT_URL'],
  run: async (context, flags) => (await import('./watch/run.js')).watchRun(context, flags),
});

await runTask('batch', [batch, list, watch]);
