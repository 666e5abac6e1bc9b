import { batchIdFlag } from '../../shared/runtime/parse-flags.js';
import { command } from '../../shared/runtime/task.js';

export const promoteFlags = { 'batch-id': batchIdFlag };

export const PROMOTE_SETTINGS = ['WAREHOUSE_URL', 'MAPPING_FILE', 'LOCK_WAIT', 'DELETE_POLICY'] as const;

export const commands = [
  command({
    name: '',
    describe: 'Copy what landed on the board into the snapshot and the production tables, and close the batch.',
    examples: [
      [
        '$0 --batch-id 3f1c0f5e-0d0a-5b57-9a3e-2f5f0c0b7a11',
        'promote one batch; lines that are still open stay for a later push',
      ],
    ],
    flags: promoteFlags,
    parse: async () => (await import('../../shared/runtime/flag-values.js')).batchIdValues,
    settings: PROMOTE_SETTINGS,
    run: async (context, flags) => (await import('./run.js')).runPromote(context, flags),
  }),
];
