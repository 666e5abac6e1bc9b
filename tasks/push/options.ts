import { z } from 'zod';
import { uuidText } from '../../shared/flag-values.js';

const minutes = z
  .string()
  .optional()
  .transform((text, context) => {
    if (text === undefined) return undefined;
    const value = Number(text);
    if (Number.isFinite(value) && value > 0) return value;
    context.addIssue({ code: 'custom', message: `is "${text}"; write a number of minutes above 0` });
    return z.NEVER;
  });

const flagsOfPush = z.object({
  audit: z.literal(false),
  batchId: z.string('is missing: name the batch to push, or use --audit').pipe(uuidText),
  dryRun: z.boolean(),
  maxMinutes: minutes,
});
const flagsOfAudit = z.object({
  audit: z.literal(true),
  customer: z.string().optional(),
  repair: z.boolean(),
  overwriteEdits: z.boolean(),
});

/** Push a batch, or audit the board: the one needs a batch, the other has none. */
export const flagsSchema = z
  .discriminatedUnion('audit', [
    flagsOfPush.extend({
      customer: z.undefined('belongs to --audit').optional(),
      repair: z.literal(false, 'belongs to --audit'),
    }),
    flagsOfAudit.extend({ batchId: z.undefined('does not go with --audit').optional() }),
  ])
  .refine((flags) => !flags.audit || flags.repair || !flags.overwriteEdits, {
    path: ['overwrite-edits'],
    message: 'belongs to --repair',
  });
export type PushFlags = Omit<z.infer<typeof flagsOfPush>, 'audit'>;
export type AuditFlags = Omit<z.infer<typeof flagsOfAudit>, 'audit'>;
