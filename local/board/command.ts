import { FixFirstError, messageOf } from '../../shared/ground/errors.js';
import { loadMapping } from '../../shared/mapping/mapping.js';
import { defineCommand } from '../../shared/runtime/command.js';
import { flag } from '../../shared/runtime/flags.js';
import { localCommand, print } from '../run-local.js';
import { shapeOf } from './mapping-shape.js';
import type { RunningBoard } from './server.js';
import { startBoard } from './server.js';

export const boardCommand = defineCommand({
  describe: 'A monday.com board on this machine: the API at /v2, a page for people at /.',
  examples: [
    ['$0 --port 4000 --data /tmp/board --limits raised', 'a board whose limits nobody notices'],
    ['$0 --port 4000 --data /tmp/own --mapping own.yaml', 'a board with the columns of a mapping of your own'],
  ],
  flags: {
    port: flag.count({ least: 0, greatest: 65_535 }, 'Port to listen on; 0: any free one').required(),
    data: flag.text('Folder in which the board is kept').required(),
    mapping: flag.text('Mapping whose columns a new board has; the shipped one without it'),
    seed: flag.count({ least: 0, greatest: 2_147_483_647 }, 'Seed of ids and faults').default('1'),
    host: flag.text('Address to listen on').default('127.0.0.1'),
    limits: flag.one(['pro', 'raised'], 'Limits of the account').default('pro'),
    token: flag.text('The only token accepted; default BOARD_TOKEN, else any'),
  },
});

export const commands = [
  localCommand(boardCommand, async ({ port, data: dataDir, mapping, seed, host, limits, token }) => {
    const onlyToken = token ?? (process.env['BOARD_TOKEN'] || null);
    const own = mapping === undefined ? {} : { shape: shapeOf(loadMapping(mapping), mapping) };
    const options = { port, dataDir, seed, host, limits, token: onlyToken, ...own };
    const board = await startBoard(options).catch((cause: unknown) => {
      throw new FixFirstError('SIMULATOR_FAILED', `The board did not start: ${messageOf(cause)}`, { cause });
    });
    print(`${board.url}/`);
    stopOnSignals(board);
    return 0;
  }),
];

function stopOnSignals(board: RunningBoard): void {
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.once(signal, () => {
      void board.close().then(() => process.exit(0));
    });
  }
}
