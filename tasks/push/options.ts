import { z } from 'zod';
import { uuidText } from '../../shared/flags.js';

export const pushFlags = z.object({
  batchId: uuidText,
  dryRun: z.boolean(),
  maxMinutes: z
    .string()
    .optional()
    .transform((text, context) => {
      if (text === undefined) return undefined;
      const minutes = Number(text);
      if (Number.isFinite(minutes) && minutes > 0) return minutes;
      context.addIssue({ code: 'custom', message: `is "${text}"; write a number of minutes above 0` });
      return z.NEVER;
    }),
});
export type PushFlags = z.infer<typeof pushFlags>;

export const PUSH_SETTINGS = [
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
] as const;
