import { batchIdFlag } from '../../shared/runtime/flags.js';

export const stageFlags = { 'batch-id': batchIdFlag };

export const STAGE_SETTINGS = ['WAREHOUSE_URL', 'SOURCE_TABLE', 'MAPPING_FILE', 'LOCK_WAIT'] as const;
