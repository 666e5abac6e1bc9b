import yargs from 'yargs';
import { hideBin } from 'yargs/helpers';
import { messageOf, TaskError } from '../../shared/errors.js';
import { runDemo } from './run.js';

const flags = await yargs(hideBin(process.argv))
  .scriptName('npm run demo --')
  .usage(
    '$0\n\nCarry sample orders through all six tasks to a simulated board: a first load, a run without changes, a run with edits.',
  )
  .option('lines', { type: 'number', default: 2_000, describe: 'How many order lines to make' })
  .option('orders', { type: 'string', requiresArg: true, describe: 'Load this CSV file instead of making orders' })
  .option('warehouse', {
    type: 'string',
    requiresArg: true,
    describe: 'Use this empty database instead of the embedded one',
  })
  .option('json', { type: 'boolean', default: false, describe: 'Print one JSON object as the last line' })
  .option('keep', { type: 'boolean', default: false, describe: 'Leave database and board up until Ctrl-C' })
  .option('fresh', { type: 'boolean', default: false, describe: 'Leave nothing behind' })
  .strict()
  .parserConfiguration({ 'boolean-negation': false })
  .version(false)
  .parseAsync();

try {
  process.exitCode = await runDemo(flags);
} catch (error) {
  process.stderr.write(`${messageOf(error)}\n`);
  process.exitCode = error instanceof TaskError ? error.exitCode : 1;
}
