import { defineCommand } from '../../shared/runtime/command.js';
import { customerFlag, type FlagsOf, flag } from '../../shared/runtime/flags.js';
import { command } from '../../shared/runtime/task.js';
import { METHODS } from '../../shared/store/states.js';

/** The questions that it can answer instead of a run. */
const QUESTIONS = ['list-customers', 'explain'] as const;
const NO_RUN = ', which makes no run';

/** Carries out a run, or answers one of two questions. */
export const detectCommand = defineCommand({
  describe: 'Compare the source table with the last acknowledged state and record what changed, per customer.',
  examples: [
    ['$0', 'all customers'],
    ['$0 --customer GREYSON --customer "TITLE 9"', 'two customers, by canonical name or any spelling'],
    ['$0 --method fields --dry-run', 'which columns changed, without any effect'],
    ['$0 --customer GREYSON --allow-large-change', 'let a customer through that the brake stopped'],
    ['$0 --list-customers --json', 'the customers that the source holds'],
    ['$0 --explain 4755', 'all that is known of the lines of an order, PO, style or item'],
  ],
  modes: QUESTIONS,
  flags: {
    customer: customerFlag.without(QUESTIONS, NO_RUN),
    method: flag.one(METHODS, 'fields: also record which columns changed, old and new').default('hash'),
    'run-key': flag
      .text('Name of the run: the same name again gives the same run', { longest: 255 })
      .without(QUESTIONS, NO_RUN),
    full: flag.switch('Put every line into the change set, changed or not').without(QUESTIONS, NO_RUN),
    'allow-large-change': flag.switch('Let customers through that the brake would stop').without(QUESTIONS, NO_RUN),
    'confirm-deletes': flag.switch('Delete what vanished now, without a second look').without(QUESTIONS, NO_RUN),
    'dry-run': flag.switch('A run that changes nothing, neither tables nor board').without(QUESTIONS, NO_RUN),
    'list-customers': flag.switch('List the customers of the source, and those once known, and end'),
    explain: flag.text(
      'Tell everything about a line, by its uuid or line key, order number, PO, style or item id, and end',
      { longest: 255 },
    ),
    json: flag.switch('With --list-customers or --explain: as JSON'),
  },
  refuse: (flags) =>
    flags.json && !flags.listCustomers && flags.explain === undefined
      ? '--json belongs to --list-customers or --explain.'
      : undefined,
  streamsRows: true,
  settings: [
    'WAREHOUSE_URL',
    'SOURCE_TABLE',
    'MAPPING_FILE',
    'MAX_CHANGE_SHARE',
    'MAX_DELETE_SHARE',
    'BRAKE_MIN_LINES',
    'DELETE_GRACE',
    'ERR_RETRY_AFTER',
    'LOCK_WAIT',
  ],
});

export type DetectFlags = FlagsOf<typeof detectCommand>;
/** Those of a run. */
export type NewRunFlags = Extract<DetectFlags, { full: boolean }>;

export const commands = [
  command(detectCommand, async (context, flags) => (await import('./run.js')).runDetect(context, flags)),
];
