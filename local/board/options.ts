import yargs from 'yargs';
import type { LimitPreset } from './limits.js';
import type { BoardOptions } from './server.js';

/** Flags and environment of the board simulator; wrong ones end the process with a sentence and exit code 2. */
export function parseOptions(argv: readonly string[], environment: NodeJS.ProcessEnv): BoardOptions {
  const flags = yargs([...argv])
    .scriptName('board')
    .usage('$0 --port N --data DIR\n\nA monday.com board on this machine: the API at /v2, a page for people at /.')
    .options({
      port: { type: 'number', demandOption: true, describe: 'Port to listen on; 0: any free one' },
      data: { type: 'string', demandOption: true, describe: 'Folder in which the board is kept' },
      seed: { type: 'number', default: 1, describe: 'Seed of ids and faults' },
      host: { type: 'string', default: '127.0.0.1', describe: 'Address to listen on' },
      limits: { choices: ['pro', 'raised'] as const, default: 'pro', describe: 'Limits of the account' },
      token: { type: 'string', describe: 'The only token accepted; default BOARD_TOKEN, else any' },
    })
    .example('$0 --port 4000 --data /tmp/board --limits raised', 'a board whose limits nobody notices')
    .check(({ port, seed }) => {
      if (!Number.isInteger(port) || port < 0 || port > 65_535)
        throw new Error('--port must be a number from 0 to 65535.');
      if (!Number.isInteger(seed)) throw new Error('--seed must be a whole number.');
      return true;
    })
    .strict()
    .version(false)
    .exitProcess(true)
    .fail((message, error, parser) => {
      parser.showHelp('error');
      process.stderr.write(`\n${message ?? error.message}\n`);
      process.exit(2);
    })
    .parseSync();
  return {
    port: flags.port,
    dataDir: flags.data,
    seed: flags.seed,
    host: flags.host,
    limits: flags.limits as LimitPreset,
    token: flags.token ?? (environment['BOARD_TOKEN'] || null),
  };
}
