import type { Options as FlagOptions } from 'yargs';
import { z } from 'zod';
import { customerList, textValue } from '../../shared/runtime/flag-values.js';
import { customerFlag } from '../../shared/runtime/parse-flags.js';
import { METHODS } from '../../shared/store/states.js';

export const detectFlags = {
  customer: customerFlag,
  method: { choices: METHODS, default: 'hash', describe: 'fields: also record which columns changed, old and new' },
  'run-key': { type: 'string', requiresArg: true, describe: 'Name of the run: the same name again gives the same run' },
  full: { type: 'boolean', default: false, describe: 'Put every line into the change set, changed or not' },
  'allow-large-change': {
    type: 'boolean',
    default: false,
    describe: 'Let customers through that the brake would stop',
  },
  'confirm-deletes': { type: 'boolean', default: false, describe: 'Delete what vanished now, without a second look' },
  'dry-run': { type: 'boolean', default: false, describe: 'A run that changes nothing, neither tables nor board' },
  'list-customers': {
    type: 'boolean',
    default: false,
    describe: 'List the customers of the source, and those once known, and end',
  },
  explain: {
    type: 'string',
    requiresArg: true,
    describe: 'Tell everything about a line, by its uuid or line key, order number, PO, style or item id, and end',
  },
  json: { type: 'boolean', default: false, describe: 'Lists as JSON' },
} as const satisfies Record<string, FlagOptions>;

export const DETECT_SETTINGS = [
  'WAREHOUSE_URL',
  'SOURCE_TABLE',
  'MAPPING_FILE',
  'MAX_CHANGE_SHARE',
  'MAX_DELETE_SHARE',
  'BRAKE_MIN_LINES',
  'DELETE_GRACE',
  'ERR_RETRY_AFTER',
  'LOCK_WAIT',
] as const;

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
