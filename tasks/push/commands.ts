import { defineCommand } from '../../shared/runtime/command.js';
import { batchIdFlag, type FlagsOf, flag } from '../../shared/runtime/flags.js';
import { command } from '../../shared/runtime/task.js';

/** Pushes a batch, or audits the board: the one needs a batch, the other has none. */
export const pushCommand = defineCommand({
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
  modes: ['audit'],
  flags: {
    'batch-id': batchIdFlag
      .without('audit')
      .requiredUnless('audit', 'is missing: name the batch to push, or use --audit'),
    'dry-run': flag.switch('Read the board, forecast, and write nothing').without('audit'),
    // From less than a second to a week; what a push does not get done in its time is taken up again.
    'max-minutes': flag
      .decimal(
        { least: 0.01, greatest: 10_080 },
        'Stop sending after so many minutes with the locks held; what was sent is still recorded',
      )
      .without('audit'),
    audit: flag.switch('Read the board back and compare it with the ledger'),
    customer: flag.text('With --audit: this customer only').with('audit'),
    repair: flag.switch('With --audit: mend what is ours').with('audit'),
    'overwrite-edits': flag.switch('With --repair: also what was changed by hand').with('audit').with('repair'),
  },
  settings: [
    'WAREHOUSE_URL',
    'MAPPING_FILE',
    'LOCK_WAIT',
    'DELETE_POLICY',
    'MONDAY_API_URL',
    'MONDAY_API_TOKEN',
    'MONDAY_BOARD_ID',
    'MONDAY_MIN_INTERVAL_MS',
    'MONDAY_TIMEOUT_MS',
    'MONDAY_SETTLE_WAIT',
    'MONDAY_ALLOW_HTTP',
  ],
});

type AnyFlags = FlagsOf<typeof pushCommand>;
export type PushFlags = Omit<Extract<AnyFlags, { audit: false }>, 'audit'>;
export type AuditFlags = Omit<Extract<AnyFlags, { audit: true }>, 'audit'>;

export const commands = [
  command(pushCommand, async (context, flags) =>
    flags.audit
      ? (await import('./audit/audit.js')).runAudit(context, flags)
      : (await import('./run.js')).runPush(context, flags),
  ),
];
