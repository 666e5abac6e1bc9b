import yargs from 'yargs';
import { CHAOS_RULES, type ChaosRule } from './rules-off.js';

export interface ChaosOptions {
  schedules: number;
  seed: number;
  /** A file with a schedule, played instead of those of the seeds. */
  replay: string | undefined;
  only: 'simulated' | 'real' | undefined;
  without: ChaosRule | undefined;
  trace: boolean;
  shrink: boolean;
  outputFile: string | undefined;
}

export function parseOptions(argv: readonly string[]): ChaosOptions {
  const flags = yargs([...argv])
    .scriptName('npm run chaos --')
    .usage(
      '$0 [--schedules N] [--seed S]\n\nPlays random schedules of faults, kills and edits, and compares the board with that of a clean run.',
    )
    .options({
      schedules: { type: 'number', default: 100, describe: 'How many, of one seed each' },
      seed: { type: 'number', default: 1, describe: 'The first seed; the others follow' },
      replay: { type: 'string', describe: 'Play the schedule in this file, as a failure was written to it' },
      only: { choices: ['simulated', 'real'] as const, describe: 'Leave out the schedules of the other kind' },
      without: { choices: CHAOS_RULES, describe: 'Take this rule out, and stop at the first schedule that misses it' },
      trace: { type: 'boolean', default: false, describe: 'Tell every operation' },
      shrink: { type: 'boolean', default: true, describe: 'Make a failing schedule smaller' },
      json: { type: 'boolean', default: false, hidden: true },
      outputFile: { type: 'string', describe: "Results as jest's --json writes them, for a summary of all suites" },
    })
    .example('$0 --schedules 1 --seed 37 --trace', 'one schedule, step by step')
    .example('$0 --without 18 --only simulated', 'how long until the suite misses rule 18')
    .strict()
    .version(false)
    .parseSync();
  const { schedules, seed, replay, only, without, trace, outputFile } = flags;
  return { schedules, seed, replay, only, without, trace, outputFile, shrink: flags.shrink };
}
