import { batchIdFlag } from '../../shared/flags.js';
import { runTask } from '../../shared/run-task.js';
import { command } from '../../shared/task.js';
import { runAudit } from './audit.js';
import { flagsSchema, PUSH_SETTINGS } from './options.js';
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
    ['$0 --audit --customer GREYSON', 'compare the board with the ledger'],
  ],
  flags: {
    'batch-id': { ...batchIdFlag, demandOption: false },
    'dry-run': { type: 'boolean', default: false, describe: 'Read the board, forecast, and write nothing' },
    'max-minutes': {
      type: 'string',
      requiresArg: true,
      describe: 'Stop sending after so many minutes with the locks held; what was sent is still recorded',
    },
    audit: { type: 'boolean', default: false, describe: 'Read the board back and compare it with the ledger' },
    customer: { type: 'string', requiresArg: true, describe: 'With --audit: this customer only' },
    repair: { type: 'boolean', default: false, describe: 'With --audit: mend what is ours' },
    'overwrite-edits': { type: 'boolean', default: false, describe: 'With --repair: also what was changed by hand' },
  },
  parse: flagsSchema,
  settings: PUSH_SETTINGS,
  run: (context, flags) => (flags.audit ? runAudit(context, flags) : runPush(context, flags)),
});

await runTask('push', [push]);
