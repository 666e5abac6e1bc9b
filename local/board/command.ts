import { z } from 'zod';
import { FixFirstError, messageOf } from '../../shared/ground/errors.js';
import { textValue, wholeNumber } from '../../shared/runtime/flag-values.js';
import { localCommand, print } from '../run-local.js';
import type { RunningBoard } from './server.js';
import { startBoard } from './server.js';

export const boardCommand = localCommand({
  name: '',
  describe: 'A monday.com board on this machine: the API at /v2, a page for people at /.',
  examples: [['$0 --port 4000 --data /tmp/board --limits raised', 'a board whose limits nobody notices']],
  flags: {
    port: { type: 'string', demandOption: true, requiresArg: true, describe: 'Port to listen on; 0: any free one' },
    data: { type: 'string', demandOption: true, requiresArg: true, describe: 'Folder in which the board is kept' },
    seed: { type: 'string', default: '1', requiresArg: true, describe: 'Seed of ids and faults' },
    host: { type: 'string', default: '127.0.0.1', requiresArg: true, describe: 'Address to listen on' },
    limits: { choices: ['pro', 'raised'], default: 'pro', describe: 'Limits of the account' },
    token: { type: 'string', requiresArg: true, describe: 'The only token accepted; default BOARD_TOKEN, else any' },
  },
  values: z.object({
    port: wholeNumber({ least: 0, greatest: 65_535 }),
    data: textValue,
    seed: wholeNumber({ least: 0, greatest: 2_147_483_647 }),
    host: textValue,
    limits: z.enum(['pro', 'raised']),
    token: textValue.optional(),
  }),
  run: async ({ port, data: dataDir, seed, host, limits, token }) => {
    const onlyToken = token ?? (process.env['BOARD_TOKEN'] || null);
    const board = await startBoard({ port, dataDir, seed, host, limits, token: onlyToken }).catch((cause: unknown) => {
      throw new FixFirstError('SIMULATOR_FAILED', `The board did not start: ${messageOf(cause)}`, { cause });
    });
    print(`${board.url}/`);
    stopOnSignals(board);
    return 0;
  },
});

function stopOnSignals(board: RunningBoard): void {
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.once(signal, () => {
      void board.close().then(() => process.exit(0));
    });
  }
}
