import { z } from 'zod';
import { textValue } from '../../shared/runtime/flag-values.js';
import { POINTS } from './points.js';

export const probeFlags = {
  board: { type: 'string', requiresArg: true, describe: 'Id of the scratch board: the number in its address' },
  yes: { type: 'boolean', default: false, describe: 'Begin without asking' },
  'dry-run': { type: 'boolean', default: false, describe: 'Print the plan and its bound of calls, and send nothing' },
  only: { type: 'string', array: true, nargs: 1, describe: 'Measure this point; repeat for several' },
  out: {
    type: 'string',
    requiresArg: true,
    default: 'probe-facts.json',
    describe: 'File that the facts are written to',
  },
  'clean-up': {
    type: 'boolean',
    default: false,
    describe: 'Delete what an earlier probe has left, and measure nothing',
  },
} as const;

// --dry-run needs none of them; the others are told what is missing.
export const PROBE_SETTINGS = [
  'MONDAY_API_URL',
  'MONDAY_MIN_INTERVAL_MS',
  'MONDAY_TIMEOUT_MS',
  'MONDAY_SETTLE_WAIT',
] as const;
export const PROBE_OPTIONAL = ['MONDAY_API_TOKEN', 'MONDAY_BOARD_ID'] as const;

const known = new Set(POINTS.map(({ id }) => id));
const pointId = textValue.refine((id) => known.has(id), {
  error: ({ input }) => `there is no point "${String(input)}"; --dry-run lists them`,
});

export const probeOptions = z
  .object({
    board: textValue.regex(/^\d+$/, "must be the number in the board's address").optional(),
    yes: z.boolean(),
    dryRun: z.boolean(),
    only: z.array(pointId).optional(),
    out: textValue,
    cleanUp: z.boolean(),
  })
  .superRefine(({ board, dryRun, cleanUp, only }, context) => {
    const wrong = (path: string, message: string) => context.addIssue({ code: 'custom', path: [path], message });
    if (board === undefined && !dryRun) wrong('board', 'say which board to measure on');
    if (cleanUp && dryRun) wrong('clean-up', 'does not go with --dry-run');
    if (cleanUp && only !== undefined) wrong('clean-up', 'does not go with --only: it deletes all that is left');
  });
export type ProbeFlags = z.output<typeof probeOptions>;
