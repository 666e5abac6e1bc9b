import { appendFileSync } from 'node:fs';
import { z } from 'zod';

const measured = z.object({
  /** What was measured, with its amount. */
  what: z.string(),
  /** Our figure with its unit. */
  ours: z.string(),
  /** What it is measured against, and that figure. */
  reference: z.string(),
  theirs: z.string(),
  /** Ours divided by theirs; less is better. */
  ratio: z.number(),
  /** What we want to reach. */
  goal: z.string(),
});
export type Measured = z.input<typeof measured>;

/** Names the file in which the benches of one run leave their figures. */
export const RESULTS = 'BENCH_RESULTS';

/** Leaves a figure for the table that `npm run bench` prints in the end; a bench that runs alone has printed its own. */
export function leave(result: Measured): void {
  const file = process.env[RESULTS];
  if (file !== undefined) appendFileSync(file, `${JSON.stringify(result)}\n`);
}

/** The table of all figures, in Markdown. */
export function tableOf(lines: string): string {
  const rows = lines
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => measured.parse(JSON.parse(line)))
    .map(({ what, ours, reference, theirs, ratio, goal }) => [
      what,
      ours,
      `${reference}: ${theirs}`,
      `${ratio.toFixed(2)}x`,
      goal,
    ]);
  const table = [['measured', 'ours', 'reference', 'ratio', 'goal'], ['---', '---', '---', '---', '---'], ...rows];
  return table.map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}
