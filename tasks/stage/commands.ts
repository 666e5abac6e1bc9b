import { defineCommand } from '../../shared/runtime/command.js';
import { batchIdFlag } from '../../shared/runtime/flags.js';
import { command } from '../../shared/runtime/task.js';

export const stageCommand = defineCommand({
  describe: 'Read the changed lines of a batch afresh, map them and load them into the staging tables.',
  examples: [
    ['$0 --batch-id 3f1c0f5e-0d0a-5b57-9a3e-2f5f0c0b7a11', 'stage one batch; asked again, it prints the same counts'],
  ],
  flags: { 'batch-id': batchIdFlag.required() },
  streamsRows: true,
  settings: ['WAREHOUSE_URL', 'SOURCE_TABLE', 'MAPPING_FILE', 'LOCK_WAIT'],
});

export const commands = [
  command(stageCommand, async (context, flags) => (await import('./run.js')).runStage(context, flags)),
];
