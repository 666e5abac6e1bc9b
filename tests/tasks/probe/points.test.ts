import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { planLines, planOf } from '../../../tasks/probe/plan.js';
import { POINTS } from '../../../tasks/probe/points.js';

const page = readFileSync('docs/probe.md', 'utf8');

describe("the list of the probe's questions", () => {
  it('has unique ids', () => {
    const ids = POINTS.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it.each(POINTS.map(({ id, where }) => [id, where] as const))('%s names existing files', (_id, where) => {
    expect(where.length).toBeGreaterThan(0);
    expect(where.filter((file) => !existsSync(file))).toEqual([]);
  });

  it('is the table of docs/probe.md', () => {
    const rows = [...page.matchAll(/^\| `([\w-]+)` \| (.*\?) \| (\d+) \|$/gm)].map(([, ...row]) => row);
    expect(rows).toEqual(POINTS.map(({ id, question, most }) => [id, question, String(most.calls)]));
  });
});

describe('the plan of the probe', () => {
  it('has the number of calls in docs/probe.md', () => {
    const { measuring, cleaning } = planOf();
    expect(page).toContain(`at most ${measuring + cleaning} calls, ${cleaning} of them kept for cleaning up`);
  });

  it('for some questions names only these, with fewer calls', () => {
    const plan = planOf(['costs', 'groups']);
    expect(plan.points.map(({ id }) => id)).toEqual(['costs', 'groups']);
    expect(plan.measuring).toBeLessThan(planOf().measuring);
    expect(planLines(plan, '12').join('\n')).toContain('2 questions on board 12');
  });
});
