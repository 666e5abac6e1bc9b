import { z } from 'zod';
import { customerList, textValue } from '../../shared/runtime/flag-values.js';

const belongs = 'belongs to --adopt';
const alone = 'does not go with --adopt';

const flagsOfLook = z.object({
  fix: z.boolean(),
  json: z.boolean(),
  table: textValue.optional(),
});
const flagsOfAdopt = z.object({ customer: customerList, apply: z.boolean(), dryRun: z.boolean(), json: z.boolean() });

/** Look at everything or at one table, or adopt items: each has flags of its own. */
export const doctorOptions = z
  .discriminatedUnion('adopt', [
    flagsOfLook.extend({
      adopt: z.literal(false),
      customer: z.undefined(belongs).optional(),
      apply: z.literal(false, belongs),
      dryRun: z.literal(false, belongs),
    }),
    flagsOfAdopt.extend({
      adopt: z.literal(true),
      fix: z.literal(false, alone),
      table: z.undefined(alone).optional(),
    }),
  ])
  .refine((flags) => !(flags.fix && flags.table !== undefined), { path: ['fix'], message: 'does not go with --table' })
  .refine((flags) => !(flags.apply && flags.dryRun), { path: ['dry-run'], message: 'does not go with --apply' });

export type DoctorOptions = z.output<typeof doctorOptions>;
export type AdoptFlags = Omit<z.output<typeof flagsOfAdopt>, 'dryRun'>;
