import { z } from 'zod';
import { textValue, wholeNumber } from '../../shared/runtime/flag-values.js';
import { readSettings, SETTINGS } from '../../shared/runtime/settings.js';
import { print } from '../print.js';
import { localCommand } from '../run-local.js';
import { loadInto } from './load.js';

/** A million lines are some minutes and gigabytes. */
export const linesValue = wholeNumber({ least: 1, greatest: 1_000_000 });

export const ordersCommand = localCommand({
  name: '',
  describe: 'Fill ORDERS_UNIFIED with invented order lines, or with those of a CSV file.',
  examples: [
    ['$0 --warehouse postgres://… --lines 50000', 'a larger sample'],
    ['$0 --warehouse postgres://… --orders extract.csv --replace', 'your own extract'],
  ],
  flags: {
    warehouse: {
      type: 'string',
      demandOption: true,
      requiresArg: true,
      describe: 'URL of the database; WAREHOUSE_URL: the one in that setting',
    },
    schema: { type: 'string', default: 'dbo', requiresArg: true, describe: 'schema of the table' },
    lines: { type: 'string', requiresArg: true, describe: 'order lines to make, to a million; 2000 without it' },
    seed: { type: 'string', default: '1', requiresArg: true, describe: 'another seed, other orders' },
    sizes: { type: 'string', default: '276', requiresArg: true, describe: 'size columns of the table' },
    orders: { type: 'string', requiresArg: true, describe: 'CSV file to load instead' },
    replace: { type: 'boolean', default: false, describe: 'throw away the rows that are there' },
  },
  values: z
    .object({
      // A URL in a command line shows its password to other processes of the machine.
      warehouse: z.union([z.literal('WAREHOUSE_URL'), SETTINGS.WAREHOUSE_URL]),
      schema: SETTINGS.WAREHOUSE_SCHEMA,
      lines: linesValue.optional(),
      seed: wholeNumber({ least: 0, greatest: 2_147_483_647 }),
      sizes: wholeNumber({ least: 1, greatest: 1_000 }),
      orders: textValue.optional(),
      replace: z.boolean(),
    })
    .refine((flags) => flags.lines === undefined || flags.orders === undefined, {
      path: ['lines'],
      message: 'does not go with --orders, whose lines are all loaded',
    }),
  run: async (flags) => {
    const warehouse =
      flags.warehouse === 'WAREHOUSE_URL'
        ? readSettings(['WAREHOUSE_URL'], process.env).WAREHOUSE_URL
        : flags.warehouse;
    print(`${await loadInto({ ...flags, warehouse })} order lines loaded.`);
    return 0;
  },
});
