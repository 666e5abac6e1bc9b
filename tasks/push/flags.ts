import type { Options as FlagOptions } from 'yargs';
import { z } from 'zod';
import { decimalNumber, saidId, textValue } from '../../shared/runtime/flag-values.js';
import { batchIdFlag } from '../../shared/runtime/parse-flags.js';

export const pushFlags = {
  'batch-id': { ...batchIdFlag, demandOption: false },
  'dry-run': { type: 'boolean', default: false, describe: 'Read the board, forecast, and write nothing' },
  'max-minutes': {
    type: 'string',
    requiresArg: true,
    describe: 'Stop sending after so many minutes with the locks held; what was sent is still recorded',
  },
  audit: { type: 'boolean', default: false, describe: 'Read the board back and compare it with the ledger' },
  customer: { type: 'string', requiresArg: true, describe: 'With --audit: this customer only' },
  repair: { type: 'boolean', default: false, describe: 'With --audit: mend what is ours' },
  'overwrite-edits': { type: 'boolean', default: false, describe: 'With --repair: also what was changed by hand' },
} as const satisfies Record<string, FlagOptions>;

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
  'MONDAY_ALLOW_HTTP',
] as const;

/** From less than a second to a week; what a push does not get done in its time is taken up again. */
const minutes = decimalNumber({ least: 0.01, greatest: 10_080 }).optional();

const belongs = 'belongs to --audit';
const alone = 'does not go with --audit';

const flagsOfPush = z.object({
  audit: z.literal(false),
  batchId: z.string('is missing: name the batch to push, or use --audit').pipe(saidId),
  dryRun: z.boolean(),
  maxMinutes: minutes,
});
const flagsOfAudit = z.object({
  audit: z.literal(true),
  customer: textValue.optional(),
  repair: z.boolean(),
  overwriteEdits: z.boolean(),
});

/** Push a batch, or audit the board: the one needs a batch, the other has none. */
export const flagsSchema = z
  .discriminatedUnion('audit', [
    flagsOfPush.extend({
      customer: z.undefined(belongs).optional(),
      repair: z.literal(false, belongs),
      overwriteEdits: z.literal(false, belongs),
    }),
    flagsOfAudit.extend({
      batchId: z.undefined(alone).optional(),
      dryRun: z.literal(false, alone),
      maxMinutes: z.undefined(alone).optional(),
    }),
  ])
  .refine((flags) => !flags.audit || flags.repair || !flags.overwriteEdits, {
    path: ['overwrite-edits'],
    message: 'belongs to --repair',
  });
export type PushFlags = Omit<z.infer<typeof flagsOfPush>, 'audit'>;
export type AuditFlags = Omit<z.infer<typeof flagsOfAudit>, 'audit'>;
