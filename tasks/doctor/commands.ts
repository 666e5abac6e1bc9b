import { command } from '../../shared/runtime/task.js';
import { doctorFlags } from './flags.js';

export const commands = [
  command({
    name: '',
    describe:
      'Compare settings, databases, tables, board and mapping, and say what does not agree. Exit code 2 when something has drifted.',
    examples: [
      ['$0', 'look at everything; one line for each finding'],
      ['$0 --fix', 'make what is missing, the key columns on the board included'],
      ['$0 --table MON_Ledger', 'each column of a table as it is and as it should be'],
      ['$0 --adopt --customer GREYSON', "say which of a customer's items without our key are which lines"],
      ['$0 --adopt --customer GREYSON --apply', 'take them over and write their keys'],
    ],
    flags: doctorFlags,
    parse: async () => (await import('./options.js')).doctorOptions,
    // Read one by one while looking: a setting that is wrong is a finding, and the others are looked at all the same.
    settings: [],
    run: async (context, flags) => (await import('./run.js')).runDoctor(context, flags),
  }),
];
