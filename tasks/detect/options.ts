import { z } from 'zod';
import { customerList, uuidText } from '../../shared/flag-values.js';
import { METHODS } from '../../shared/states.js';

export const detectOptions = z
  .object({
    customer: customerList,
    method: z.enum(METHODS),
    runKey: z.string().trim().min(1, 'must not be empty').max(255, 'must have 255 characters at most').optional(),
    full: z.boolean(),
    allowLargeChange: z.boolean(),
    confirmDeletes: z.boolean(),
    dryRun: z.boolean(),
    listCustomers: z.boolean(),
    explain: uuidText.optional(),
    json: z.boolean(),
  })
  .refine((options) => !(options.listCustomers && options.explain !== undefined), {
    error: '--list-customers and --explain cannot be asked for at once',
  });

export type DetectOptions = z.infer<typeof detectOptions>;
