import { command } from '../../shared/runtime/task.js';
import { PUSH_SETTINGS, pushFlags } from './flags.js';

export const commands = [
  command({
    name: '',
    describe: 'Bring the board to the staged state of a batch, exactly once.',
    examples: [
      ['$0 --batch-id 3f1c0f5e-0d0a-5b57-9a3e-2f5f0c0b7a11', 'push one batch, or what is left of it'],
      [
        '$0 --batch-id 3f1c0f5e-0d0a-5b57-9a3e-2f5f0c0b7a11 --dry-run',
        'tell what would be sent and what it would cost',
      ],
      [
        '$0 --batch-id 3f1c0f5e-0d0a-5b57-9a3e-2f5f0c0b7a11 --max-minutes 60',
        'stop after an hour; the rest stays pending',
      ],
      ['$0 --audit --customer GREYSON', 'compare the board with the ledger'],
    ],
    flags: pushFlags,
    parse: async () => (await import('./options.js')).flagsSchema,
    settings: PUSH_SETTINGS,
    run: async (context, flags) =>
      flags.audit
        ? (await import('./audit/audit.js')).runAudit(context, flags)
        : (await import('./run.js')).runPush(context, flags),
  }),
];
