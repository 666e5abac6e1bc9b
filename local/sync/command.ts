import { defineCommand } from '../../shared/runtime/command.js';
import { customerFlag, type FlagsOf, flag } from '../../shared/runtime/flags.js';
import { localCommand } from '../run-local.js';
import { runSync } from './run.js';

const NO_NEW_RUN = ', which makes no new run';

export const syncCommand = defineCommand({
  describe: 'Carry what changed to the board: the six tasks in their order, customer by customer, and one verdict.',
  examples: [
    ['$0 --customer GREYSON', 'one customer, by canonical name or any spelling'],
    ['$0 --customer GREYSON --dry-run', 'only say what would be sent'],
    ['$0 --resume', 'finish what an earlier one left, without looking at the source again'],
  ],
  flags: {
    customer: customerFlag,
    'dry-run': flag.switch('Only say what would be sent; nothing is changed').without('resume', NO_NEW_RUN),
    resume: flag.switch('First finish the batches that are open; a new run only where there are none'),
    'retry-failed': flag.switch('Also the lines that are held back since they failed').without('resume', NO_NEW_RUN),
    'allow-large-change': flag.switch('Let customers through that the brake would stop').without('resume', NO_NEW_RUN),
    'confirm-deletes': flag.switch('Delete what vanished now, without a second look').without('resume', NO_NEW_RUN),
    full: flag.switch('Look at every line, changed or not').without('resume', NO_NEW_RUN),
    concurrency: flag
      .count({ least: 1, greatest: 16 }, 'How many customers are worked on at a time; their pushes take turns')
      .default('3'),
    json: flag.switch('The verdict as one JSON object, as the last line'),
  },
});

export type SyncFlags = FlagsOf<typeof syncCommand>;

export const commands = [localCommand(syncCommand, runSync)];
