import { defineCommand } from '../../shared/runtime/command.js';
import { type FlagsOf, flag } from '../../shared/runtime/flags.js';
import { command } from '../../shared/runtime/task.js';

/** Only plans, or works on a board. */
export const probeCommand = defineCommand({
  describe:
    'Measure on an empty scratch board what nobody has recorded of the API, and say where simulator and client assume otherwise. ' +
    'Leaves nothing on the board. Exit code 3 when something differs.',
  examples: [
    ['$0 --dry-run', 'say what would be measured and how many calls it may take; sends nothing'],
    ['$0 --board 1234567890', 'the same first, then ask, then measure; the facts go to probe-facts.json'],
    ['$0 --board 1234567890 --yes --out facts.json', 'without asking'],
    ['$0 --board 1234567890 --only filter-lag --only idempotency', 'these points alone'],
    ['$0 --board 1234567890 --clean-up', 'delete what a probe that was killed has left'],
  ],
  modes: ['dry-run'],
  flags: {
    board: flag
      .matching(
        /^\d+$/,
        "must be the number in the board's address",
        'Id of the scratch board: the number in its address',
      )
      .requiredUnless('dry-run', 'say which board to measure on'),
    yes: flag.switch('Begin without asking'),
    'dry-run': flag.switch('Print the plan and its bound of calls, and send nothing'),
    only: flag.listOf('Measure this point; repeat for several', async ({ textValue }) => {
      const { POINTS } = await import('./points.js');
      return textValue.refine((id) => POINTS.some((point) => point.id === id), {
        error: ({ input }) => `there is no point "${String(input)}"; --dry-run lists them`,
      });
    }),
    out: flag.text('File that the facts are written to').default('probe-facts.json'),
    'clean-up': flag
      .switch('Delete what an earlier probe has left, and measure nothing')
      .without('dry-run')
      .without('only', ': it deletes all that is left'),
  },
  settings: ['MONDAY_API_URL', 'MONDAY_MIN_INTERVAL_MS', 'MONDAY_TIMEOUT_MS', 'MONDAY_SETTLE_WAIT'],
  // --dry-run needs none of them; the others are told what is missing.
  optional: ['MONDAY_API_TOKEN', 'MONDAY_BOARD_ID'],
});

export type ProbeFlags = FlagsOf<typeof probeCommand>;

export const commands = [
  command(probeCommand, async (context, flags) => (await import('./run.js')).runProbe(context, flags)),
];
