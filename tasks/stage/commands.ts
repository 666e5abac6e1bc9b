import { batchIdFlag } from '../../shared/runtime/parse-flags.js';
import { command } from '../../shared/runtime/task.js';

export const stageFlags = { 'batch-id': batchIdFlag };

export const STAGE_SETTINGS = ['WAREHOUSE_URL', 'SOURCE_TABLE', 'MAPPING_FILE', 'LOCK_WAIT'] as const;

export const commands = [
  command({
    name: '',
    describe: 'Read the changed lines of a batch afresh, map them and load them into the staging tables.',
    examples: [
      ['$0 --batch-id 3f1c0f5e-0d0a-5b57-9a3e-2f5f0c0b7a11', 'stage one batch; asked again, it prints the same counts'],
    ],
    flags: stageFlags,
    parse: async () => (await import('../../shared/runtime/flag-values.js')).batchIdValues,
    settings: STAGE_SETTINGS,
    run: async (context, flags) => (await import('./run.js')).runStage(context, flags),
  }),
];
