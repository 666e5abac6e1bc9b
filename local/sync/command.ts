import { z } from 'zod';
import { customerList } from '../../shared/runtime/flag-values.js';
import { customerFlag } from '../../shared/runtime/parse-flags.js';
import { localCommand } from '../run-local.js';
import { runSync } from './run.js';

const OF_DETECT = ['allowLargeChange', 'confirmDeletes', 'full'] as const;

export const syncCommand = localCommand({
  name: '',
  describe: 'Carry what changed to the board: the six tasks in their order, customer by customer, and one verdict.',
  examples: [
    ['$0 --customer GREYSON', 'one customer, by canonical name or any spelling'],
    ['$0 --customer GREYSON --dry-run', 'only say what would be sent'],
    ['$0 --resume', 'finish what an earlier one left, without looking at the source again'],
  ],
  flags: {
    customer: customerFlag,
    'dry-run': { type: 'boolean', default: false, describe: 'Only say what would be sent; nothing is changed' },
    resume: {
      type: 'boolean',
      default: false,
      describe: 'First finish the batches that are open; a new run only where there are none',
    },
    'retry-failed': {
      type: 'boolean',
      default: false,
      describe: 'Also the lines that are held back since they failed',
    },
    'allow-large-change': {
      type: 'boolean',
      default: false,
      describe: 'Let customers through that the brake would stop',
    },
    'confirm-deletes': { type: 'boolean', default: false, describe: 'Delete what vanished now, without a second look' },
    full: { type: 'boolean', default: false, describe: 'Look at every line, changed or not' },
    json: { type: 'boolean', default: false, describe: 'The verdict as one JSON object, as the last line' },
  },
  values: z
    .object({
      customer: customerList,
      dryRun: z.boolean(),
      resume: z.boolean(),
      retryFailed: z.boolean(),
      allowLargeChange: z.boolean(),
      confirmDeletes: z.boolean(),
      full: z.boolean(),
      json: z.boolean(),
    })
    .superRefine((flags, context) => {
      if (!flags.resume) return;
      for (const name of [...OF_DETECT, 'dryRun', 'retryFailed'] as const)
        if (flags[name])
          context.addIssue({
            code: 'custom',
            path: [name],
            message: 'does not go with --resume, which makes no new run',
          });
    }),
  run: runSync,
});
