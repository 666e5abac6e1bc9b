import yargs from 'yargs';
import { hideBin } from 'yargs/helpers';
import { FixFirstError, messageOf, TaskError } from '../../shared/errors.js';
import { print } from '../print.js';
import { loadInto } from './load.js';

try {
  const flags = await yargs(hideBin(process.argv))
    .scriptName('orders')
    .usage('$0 --warehouse URL\n\nFill ORDERS_UNIFIED with invented order lines, or with those of a CSV file.')
    .option('warehouse', { type: 'string', demandOption: true, requiresArg: true, describe: 'URL of the database' })
    .option('schema', { type: 'string', default: 'dbo', requiresArg: true, describe: 'schema of the table' })
    .option('lines', {
      type: 'number',
      default: 2_000,
      requiresArg: true,
      describe: 'order lines to make, to a million',
    })
    .option('seed', { type: 'number', default: 1, requiresArg: true, describe: 'another seed, other orders' })
    .option('sizes', { type: 'number', default: 276, requiresArg: true, describe: 'size columns of the table' })
    .option('orders', { type: 'string', requiresArg: true, describe: 'CSV file to load instead' })
    .option('replace', { type: 'boolean', default: false, describe: 'throw away the rows that are there' })
    .example('$0 --warehouse postgres://… --lines 50000', 'a larger sample')
    .example('$0 --warehouse postgres://… --orders extract.csv --replace', 'your own extract')
    .strict()
    .version(false)
    .fail((message, error) => {
      throw error ?? new FixFirstError(message);
    })
    .parse();
  print(`${await loadInto(flags)} order lines loaded.`);
} catch (error) {
  process.stderr.write(`${messageOf(error)}\n`);
  process.exitCode = error instanceof TaskError ? error.exitCode : 1;
}
