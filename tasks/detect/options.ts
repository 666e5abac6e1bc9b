import { z } from 'zod';
import { customerList, textValue } from '../../shared/runtime/flag-values.js';
import { METHODS } from '../../shared/store/states.js';

const FLAGS_OF_A_RUN = ['customer', 'runKey', 'full', 'allowLargeChange', 'confirmDeletes', 'dryRun'] as const;

export const detectOptions = z
  .object({
    customer: customerList,
    method: z.enum(METHODS),
    runKey: textValue.max(255, 'must have 255 characters at most').optional(),
    full: z.boolean(),
    allowLargeChange: z.boolean(),
    confirmDeletes: z.boolean(),
    dryRun: z.boolean(),
    listCustomers: z.boolean(),
    explain: textValue.max(255, 'must have 255 characters at most').optional(),
    json: z.boolean(),
  })
  .refine((options) => !(options.listCustomers && options.explain !== undefined), {
    error: '--list-customers and --explain cannot be asked for at once',
  })
  .superRefine((options, context) => {
    const list = options.listCustomers ? '--list-customers' : options.explain === undefined ? undefined : '--explain';
    if (list === undefined) return;
    for (const name of FLAGS_OF_A_RUN)
      if (options[name] !== undefined && options[name] !== false)
        context.addIssue({ code: 'custom', path: [name], message: `does not go with ${list}, which makes no run` });
  });

export type DetectOptions = z.infer<typeof detectOptions>;
