import { z } from 'zod';
import { textValue } from '../../shared/runtime/flag-values.js';
import { POINTS } from './points.js';

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
