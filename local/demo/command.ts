import { z } from 'zod';
import { textValue } from '../../shared/runtime/flag-values.js';
import { SETTINGS } from '../../shared/runtime/settings.js';
import { linesValue } from '../orders/command.js';
import { localCommand } from '../run-local.js';
import { runDemo } from './run.js';

export const demoCommand = localCommand({
  name: '',
  describe:
    'Carry sample orders through all six tasks to a simulated board: a first load, a run without changes, a run with edits.',
  examples: [
    ['$0 --keep', 'look at the board afterwards'],
    ['$0 --orders extract.csv', 'your own order lines'],
  ],
  flags: {
    lines: { type: 'string', requiresArg: true, describe: 'How many order lines to make; 2000 without it' },
    orders: { type: 'string', requiresArg: true, describe: 'Load this CSV file instead of making orders' },
    warehouse: {
      type: 'string',
      requiresArg: true,
      describe: 'Use this empty database instead of the embedded one',
    },
    json: { type: 'boolean', default: false, describe: 'Print one JSON object as the last line' },
    keep: { type: 'boolean', default: false, describe: 'Leave database and board up until Ctrl-C' },
    fresh: { type: 'boolean', default: false, describe: 'Leave nothing behind' },
  },
  values: z
    .object({
      lines: linesValue.optional(),
      orders: textValue.optional(),
      warehouse: SETTINGS.WAREHOUSE_URL.optional(),
      json: z.boolean(),
      keep: z.boolean(),
      fresh: z.boolean(),
    })
    .refine((flags) => flags.lines === undefined || flags.orders === undefined, {
      path: ['lines'],
      message: 'does not go with --orders, whose lines are all loaded',
    }),
  run: runDemo,
});
