import { defineCommand } from '../../shared/runtime/command.js';
import { customerFlag, type FlagsOf, flag } from '../../shared/runtime/flags.js';
import { command } from '../../shared/runtime/task.js';

/** So many rows in scope are read with the rules of a mapping, unless it is said otherwise. */
export const SAMPLE_ROWS = 1_000;

/** Looks at everything or at one table, or adopts items: each has flags of its own. */
export const doctorCommand = defineCommand({
  describe:
    'Compare settings, databases, tables, board and mapping, and say what does not agree. Exit code 2 when something has drifted.',
  examples: [
    ['$0', 'look at everything; one line for each finding'],
    ['$0 --fix', 'create what is missing, the key columns on the board included'],
    ['$0 --table MON_Ledger', 'each column of a table as it is and as it should be'],
    ['$0 mapping check own.yaml', 'a mapping by itself, then against table and board'],
    ['$0 mapping diff old.yaml new.yaml', 'what a change of the mapping would touch'],
    ['$0 mapping propose --output own.yaml', 'a first mapping of the live table to the live board'],
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
  helpSettings: 'all',
});

/** A mapping by itself, then against table and board. */
export const mappingCheckCommand = defineCommand({
  name: 'mapping check',
  describe: 'Check a mapping: the file by itself, then against the live table and board, with a sample of real rows.',
  examples: [
    [
      '$0 mapping check own.yaml',
      'every fault of the file; what table and board lack; values that its rules do not read',
    ],
    ['$0 mapping check own.yaml --sample 20000', 'look at more rows'],
  ],
  positionals: ['file'],
  flags: {
    file: flag.text('The mapping').required(),
    sample: flag
      .count({ least: 1, greatest: 10_000_000 }, 'How many rows in scope are read with the rules of the mapping')
      .default(String(SAMPLE_ROWS)),
    json: flag.switch('As JSON'),
  },
  settings: [],
  helpSettings: 'all',
});

/** What a change of a mapping would touch. */
export const mappingDiffCommand = defineCommand({
  name: 'mapping diff',
  describe:
    'Say what a change of the mapping would touch: the files, then each line of the live table by both, then the board.',
  examples: [
    [
      '$0 mapping diff old.yaml new.yaml',
      'columns, lines and customers that change; whether --full is needed; the cost',
    ],
    ['$0 mapping diff old.yaml new.yaml --json', 'for another program'],
  ],
  positionals: ['old', 'new'],
  flags: {
    old: flag.text('The mapping in use').required(),
    new: flag.text('The mapping that is to take its place').required(),
    json: flag.switch('As JSON'),
  },
  settings: [],
  helpSettings: 'all',
});

/** A first mapping of a table to a board. */
export const mappingProposeCommand = defineCommand({
  name: 'mapping propose',
  describe:
    'Write a first mapping from the live table and board: titles, types and a sample of values, with what is not clear as comments.',
  examples: [
    [
      '$0 mapping propose --table ORDERS --board 1234567890 --output own.yaml',
      'a first mapping, checked as mapping check does',
    ],
    ['$0 mapping propose > own.yaml', 'of the table and the board that the settings name'],
  ],
  flags: {
    table: flag.text('The table or view to read; by default SOURCE_TABLE'),
    board: flag.text('The id of the board; by default MONDAY_BOARD_ID'),
    output: flag.text('The file to write; it must not be there yet. By default the mapping is printed'),
    sample: flag
      .count({ least: 1, greatest: 100_000 }, 'How many rows are read to judge the columns')
      .default(String(SAMPLE_ROWS)),
    json: flag.switch('As JSON, with the check'),
  },
  settings: [],
  helpSettings: 'all',
});

export type MappingProposeFlags = FlagsOf<typeof mappingProposeCommand>;
export type MappingDiffFlags = FlagsOf<typeof mappingDiffCommand>;
export type MappingCheckFlags = FlagsOf<typeof mappingCheckCommand>;
export type DoctorFlags = FlagsOf<typeof doctorCommand>;
export type AdoptFlags = Extract<DoctorFlags, { adopt: true }>;

export const commands = [
  command(doctorCommand, async (context, flags) => (await import('./run.js')).runDoctor(context, flags)),
  command(mappingCheckCommand, async (context, flags) => (await import('./run.js')).checkMapping(context, flags)),
  command(mappingDiffCommand, async (context, flags) =>
    (await import('./mapping/diff/run.js')).diffMappings(context, flags),
  ),
  command(mappingProposeCommand, async (context, flags) =>
    (await import('./mapping/propose/run.js')).proposeMapping(context, flags),
  ),
];
