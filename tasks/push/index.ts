import { batchIdFlag } from '../../shared/flags.js';
import { runTask } from '../../shared/run-task.js';
import { command } from '../../shared/task.js';
import { PUSH_SETTINGS, pushFlags } from './options.js';
import { runPush } from './run.js';

const push = command({
  name: '',
  describe: 'Bring the board to the staged state of a batch, exactly once.',
  examples: [
    ['$0 --batch-id 3f1c0f5e-0d0a-5b57-9a3e-2f5f0c0b7a11', 'push one batch, or what is left of it'],
    ['$0 --batch-id 3f1c0f5e-0d0a-5b57-9a3e-2f5f0c0b7a11 --dry-run', 'tell what would be sent and what it would cost'],
    [
      '$0 --batch-id 3f1c0f5e-0d0a-5b57-9a3e-2f5f0c0b7a11 --max-minutes 60',
      'stop after an hour; the rest stays pending',
    ],
  ],
  flags: {
    'batch-id': batchIdFlag,
    'dry-run': { type: 'boolean', default: false, describe: 'Read the board, forecast, and write nothing' },
    'max-minutes': {
      type: 'string',
      requiresArg: true,
      describe: 'Stop sending after so many minutes with the locks held; what was sent is still recorded',
    },
  },
  parse: pushFlags,
  settings: PUSH_SETTINGS,
  run: runPush,
});

await runTask('push', [push]);
