import yargs from 'yargs';
import { hideBin } from 'yargs/helpers';
import { FixFirstError, messageOf, TaskError } from '../../shared/errors.js';
import { print } from '../print.js';
import { runningUrl, startDatabase, stopDatabase } from './database.js';

try {
  const { _, data, fresh } = await yargs(hideBin(process.argv))
    .scriptName('database')
    .command('start', 'start the embedded PostgreSQL and print its URL; it runs on until stopped')
    .command('stop', 'stop it')
    .command('status', 'print the URL of the running server')
    .option('data', { type: 'string', default: '.local/database', describe: 'folder of its data', requiresArg: true })
    .option('fresh', { type: 'boolean', default: false, describe: 'begin with nothing (start), leave nothing (stop)' })
    .example('$0 start --data /tmp/orders', 'a server of its own')
    .demandCommand(1, 1, 'Say start, stop or status.')
    .strict()
    .fail((message, error) => {
      throw error ?? new FixFirstError(message);
    })
    .parse();
  if (_[0] === 'start') {
    const database = await startDatabase({ dataDir: data, fresh });
    print(database.url());
  } else if (_[0] === 'stop') {
    print((await stopDatabase(data, fresh)) ? 'stopped' : 'not running');
  } else {
    print((await runningUrl(data)) ?? 'not running');
  }
} catch (error) {
  process.stderr.write(`${messageOf(error)}\n`);
  process.exitCode = error instanceof TaskError ? error.exitCode : 1;
}
