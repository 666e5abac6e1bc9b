import { z } from 'zod';
import { decimalNumber, saidId, textValue } from '../../shared/runtime/flag-values.js';

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
