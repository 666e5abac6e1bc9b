import { defineCommand } from '../../shared/runtime/command.js';
import { customerFlag, type FlagsOf, flag } from '../../shared/runtime/flags.js';
import { command } from '../../shared/runtime/task.js';

/** Looks at everything or at one table, or adopts items: each has flags of its own. */
export const doctorCommand = defineCommand({
  describe:
    'Compare settings, databases, tables, board and mapping, and say what does not agree. Exit code 2 when something has drifted.',
  examples: [
    ['$0', 'look at everything; one line for each finding'],
    ['$0 --fix', 'create what is missing, the key columns on the board included'],
    ['$0 --table MON_Ledger', 'each column of a table as it is and as it should be'],
    ['$0 --adopt --customer GREYSON', "say which of a customer's items without our key are which lines"],
    ['$0 --adopt --customer GREYSON --apply', 'take them over and write their keys'],
  ],
  modes: ['adopt'],
  flags: {
    fix: flag
      .switch('Create what is missing: tables, columns, the key columns on both boards')
      .without('adopt')
      .without('table'),
    json: flag.switch('As JSON'),
    table: flag.text('Show one of our tables: each column as it is and as it should be').without('adopt'),
    adopt: flag.switch('Pair items of another program with lines; says what it would do'),
    customer: customerFlag.describe('With --adopt: only this customer; repeat for several').with('adopt'),
    apply: flag.switch('With --adopt: do it').with('adopt'),
    'dry-run': flag
      .switch('With --adopt: only say what would be done; this is the default')
      .with('adopt')
      .without('apply'),
  },
  // Read one by one while looking: a setting that is wrong is a finding, and the others are looked at all the same.
  settings: [],
});

export type DoctorFlags = FlagsOf<typeof doctorCommand>;
export type AdoptFlags = Extract<DoctorFlags, { adopt: true }>;

export const commands = [
  command(doctorCommand, async (context, flags) => (await import('./run.js')).runDoctor(context, flags)),
];
