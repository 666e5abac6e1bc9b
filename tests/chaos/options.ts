import { defineCommand } from '../../shared/runtime/command.js';
import { readFlags } from '../../shared/runtime/flag-values.js';
import { type FlagsOf, flag } from '../../shared/runtime/flags.js';
import { parseFlags } from '../../shared/runtime/parse-flags.js';
import { CHAOS_RULES } from './rules-off.js';

const greatest = 2_147_483_647;

export const chaosCommand = defineCommand({
  describe: 'Play random schedules of faults, kills and edits, and compare the board with that of a clean run.',
  examples: [
    ['$0 --schedules 1 --seed 37 --trace', 'one schedule, step by step'],
    ['$0 --without 18 --only simulated', 'how long until the suite misses rule 18'],
  ],
  flags: {
    schedules: flag.count({ least: 1, greatest }, 'How many, of one seed each').default('100'),
    seed: flag.count({ least: 0, greatest }, 'The first seed; the others follow').default('1'),
    replay: flag.text('Play the schedule in this file, as a failure was written to it'),
    only: flag.one(['simulated', 'real'], 'Leave out the schedules of the other kind'),
    without: flag.one(CHAOS_RULES.map(String), 'Take this rule out, and stop at the first schedule that misses it'),
    trace: flag.switch('Tell every operation'),
    shrink: flag.switch('Make a failing schedule smaller', { on: true }),
    json: flag.switch('', { hidden: true }),
    outputFile: flag.text("Results as jest's --json writes them, for a summary of all suites"),
  },
});

export type ChaosOptions = FlagsOf<typeof chaosCommand>;

/** The options; undefined when help was asked for. @throws UsageError */
export async function parseOptions(argv: readonly string[]): Promise<ChaosOptions | undefined> {
  const parsed = await parseFlags('npm run chaos --', [chaosCommand], argv);
  return parsed && readFlags(chaosCommand, parsed.flags);
}
