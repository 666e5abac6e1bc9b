import { z } from 'zod';
import { textValue, wholeNumber } from '../../shared/runtime/flag-values.js';
import { type FlagCommand, flagError, parseFlags } from '../../shared/runtime/parse-flags.js';
import { CHAOS_RULES } from './rules-off.js';

const flags: FlagCommand['flags'] = {
  schedules: { type: 'string', default: '100', requiresArg: true, describe: 'How many, of one seed each' },
  seed: { type: 'string', default: '1', requiresArg: true, describe: 'The first seed; the others follow' },
  replay: {
    type: 'string',
    requiresArg: true,
    describe: 'Play the schedule in this file, as a failure was written to it',
  },
  only: { choices: ['simulated', 'real'], describe: 'Leave out the schedules of the other kind' },
  without: {
    choices: CHAOS_RULES.map(String),
    describe: 'Take this rule out, and stop at the first schedule that misses it',
  },
  trace: { type: 'boolean', default: false, describe: 'Tell every operation' },
  shrink: { type: 'boolean', default: true, describe: 'Make a failing schedule smaller' },
  json: { type: 'boolean', default: false, hidden: true },
  outputFile: {
    type: 'string',
    requiresArg: true,
    describe: "Results as jest's --json writes them, for a summary of all suites",
  },
};

const largest = { least: 0, greatest: 2_147_483_647 };

const chaosOptions = z.object({
  schedules: wholeNumber({ ...largest, least: 1 }),
  seed: wholeNumber(largest),
  /** A file with a schedule, played instead of those of the seeds. */
  replay: textValue.optional(),
  only: z.enum(['simulated', 'real']).optional(),
  without: z.string().transform(Number).pipe(z.literal(CHAOS_RULES)).optional(),
  trace: z.boolean(),
  shrink: z.boolean(),
  outputFile: textValue.optional(),
});
export type ChaosOptions = z.output<typeof chaosOptions>;

export const chaosCommand: FlagCommand = {
  name: '',
  describe: 'Play random schedules of faults, kills and edits, and compare the board with that of a clean run.',
  examples: [
    ['$0 --schedules 1 --seed 37 --trace', 'one schedule, step by step'],
    ['$0 --without 18 --only simulated', 'how long until the suite misses rule 18'],
  ],
  flags,
};

/** The options; undefined when help was asked for. @throws UsageError */
export async function parseOptions(argv: readonly string[]): Promise<ChaosOptions | undefined> {
  const parsed = await parseFlags('npm run chaos --', [chaosCommand], argv);
  if (parsed === undefined) return undefined;
  const result = chaosOptions.safeParse(parsed.flags);
  if (result.success) return result.data;
  throw flagError(result.error);
}
