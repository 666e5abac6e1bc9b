import { batchIdFlag } from '../../shared/runtime/flags.js';

export const promoteFlags = { 'batch-id': batchIdFlag };

export const PROMOTE_SETTINGS = ['WAREHOUSE_URL', 'MAPPING_FILE', 'LOCK_WAIT', 'DELETE_POLICY'] as const;
