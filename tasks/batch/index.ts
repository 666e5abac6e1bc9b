import { runTask } from '../../shared/run-task.js';
import { command } from '../../shared/task.js';
import { listBatches } from './list.js';
import { batchFlags, batchOptions, listFlags, listOptions, watchFlags } from './options.js';
import { runBatch } from './run.js';
import { WATCH_SETTINGS, watchRun } from './watch/run.js';

const batch = command({
  name: '',
  describe: 'Make the batches of a run: the changes of one customer each, smallest first.',
  examples: [
    ['$0 --run-id 6f1f0a52-1111-4222-8333-444455556666', 'a batch for every customer with changes'],
    ['$0 --run-id 6f1f0a52-1111-4222-8333-444455556666 --customer GREYSON', 'only this customer'],
    ['$0 --run-id 6f1f0a52-1111-4222-8333-444455556666 --retry-failed', 'lines that failed before as well'],
  ],
  flags: batchFlags,
  parse: batchOptions,
  settings: ['WAREHOUSE_URL', 'MAPPING_FILE', 'ERR_RETRY_AFTER'],
  run: runBatch,
});

const list = command({
  name: 'list',
  describe: 'List batches, newest first.',
  examples: [
    ['$0 list --open', 'those that are not finished'],
    ['$0 list --customer GREYSON --json', 'one customer, for another program'],
  ],
  flags: listFlags,
  parse: listOptions,
  settings: ['WAREHOUSE_URL', 'MAPPING_FILE'],
  run: listBatches,
});

const watch = command({
  ...watchFlags,
  name: 'watch',
  describe: 'Compare a run with what is expected of one, and post what is not to ALERT_URL. Changes nothing.',
  examples: [['$0 --run-id 6f1f0a52-1111-4222-8333-444455556666', 'at the end of a run, as the flow does']],
  settings: WATCH_SETTINGS,
  optional: ['ARCHIVE_URL', 'ALERT_URL'],
  run: watchRun,
});

await runTask('batch', [batch, list, watch]);
