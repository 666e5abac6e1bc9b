import { defineCommand } from '../../shared/runtime/command.js';
import { batchIdFlag } from '../../shared/runtime/flags.js';
import { command } from '../../shared/runtime/task.js';

export const promoteCommand = defineCommand({
  describe: 'Copy what landed on the board into the snapshot and the production tables, and close the batch.',
  examples: [
    [
      '$0 --batch-id 3f1c0f5e-0d0a-5b57-9a3e-2f5f0c0b7a11',
      'promote one batch; lines that are still open stay for a later push',
    ],
  ],
  flags: { 'batch-id': batchIdFlag.required() },
  settings: ['WAREHOUSE_URL', 'MAPPING_FILE', 'LOCK_WAIT', 'DELETE_POLICY'],
});

export const commands = [
  command(promoteCommand, async (context, flags) => (await import('./run.js')).runPromote(context, flags)),
];
