import { z } from 'zod';
import { customerFlag, customerList, uuidText } from '../../shared/flags.js';
import { runTask } from '../../shared/run-task.js';
import { command } from '../../shared/task.js';
import { listBatches } from './list.js';
import { runBatch } from './run.js';

const batch = command({
  name: '',
  describe: 'Cut the change set of a run into one batch per customer.',
  examples: [
    ['$0 --run-id 7b0c9c1e-6f4e-4f53-9d8e-0a3f1f6f2a10', 'make the batches of a run; asked again, the same ones'],
  ],
  flags: {
    'run-id': {
      type: 'string',
      demandOption: true,
      requiresArg: true,
      describe: 'Id of the run, as detect printed it',
    },
    customer: customerFlag,
    'retry-failed': {
      type: 'boolean',
      default: false,
      describe: 'Take in lines that are held back because they failed',
    },
  },
  parse: z.object({ runId: uuidText, customer: customerList, retryFailed: z.boolean() }),
  settings: ['WAREHOUSE_URL', 'MAPPING_FILE', 'ERR_RETRY_AFTER'],
  run: runBatch,
});

const list = command({
  name: 'list',
  describe: 'Show batches, newest first.',
  examples: [['$0 list --open', 'those that are not closed yet']],
  flags: {
    open: { type: 'boolean', default: false, describe: 'Only batches that are not closed' },
    customer: customerFlag,
    json: { type: 'boolean', default: false, describe: 'Print JSON' },
  },
  parse: z.object({ open: z.boolean(), customer: customerList, json: z.boolean() }),
  settings: ['WAREHOUSE_URL', 'MAPPING_FILE'],
  run: listBatches,
});

await runTask('batch', [batch, list]);
