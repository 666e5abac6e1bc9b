import { defineCommand } from '../../shared/runtime/command.js';
import { type FlagsOf, flag } from '../../shared/runtime/flags.js';
import { SETTINGS } from '../../shared/runtime/settings.js';
import { linesFlag } from '../orders/command.js';
import { localCommand } from '../run-local.js';
import { runDemo } from './run.js';

export const demoCommand = defineCommand({
  describe:
    'Carry sample orders through all six tasks to a simulated board: a first load, a run without changes, a run with edits.',
  examples: [
    ['$0 --keep', 'look at the board afterwards'],
    ['$0 --orders extract.csv', 'your own order lines'],
    ['$0 --mapping own.yaml', 'your own mapping: a table and a board with the columns that it names'],
  ],
  flags: {
    lines: linesFlag
      .describe('How many order lines to make; 2000 without it')
      .without('orders', ', whose lines are all loaded'),
    orders: flag.text('Load this CSV file instead of making orders'),
    mapping: flag.text('Use this mapping, with a table and a board made after it'),
    warehouse: flag.value('Use this empty database instead of the embedded one', () => SETTINGS.WAREHOUSE_URL),
    json: flag.switch('Print one JSON object as the last line'),
    keep: flag.switch('Leave database and board up until Ctrl-C'),
    fresh: flag.switch('Leave nothing behind'),
  },
});

export type DemoFlags = FlagsOf<typeof demoCommand>;

export const commands = [localCommand(demoCommand, runDemo)];
