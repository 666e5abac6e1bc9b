import type { Played } from './play.js';
import type { Schedule } from './schedule.js';

interface Result {
  schedule: Schedule;
  played: Played;
  ms: number;
}

/** What became of all schedules of a run. */
export class Results {
  readonly #results: Result[] = [];

  add(schedule: Schedule, played: Played, ms: number): void {
    // The traces of a thousand schedules would be most of the memory.
    this.#results.push({ schedule, played: { ...played, trace: [] }, ms });
  }

  get failed(): number {
    return this.#results.filter(({ played }) => played.violation).length;
  }

  summary(): string {
    const real = this.#results.filter(({ schedule }) => schedule.mode === 'real');
    const simulated = this.#results.filter(({ schedule }) => schedule.mode === 'simulated');
    const struck: Record<string, number> = {};
    for (const { played } of this.#results)
      for (const [what, count] of Object.entries(played.struck)) struck[what] = (struck[what] ?? 0) + count;
    const tasks = this.#results.reduce((sum, { played }) => sum + played.tasks, 0);
    const seconds = (results: readonly Result[]) => (results.reduce((sum, { ms }) => sum + ms, 0) / 1_000).toFixed(0);
    return [
      `${simulated.length} schedules in one process in ${seconds(simulated)} s, ${real.length} with real processes in ${seconds(real)} s; ${tasks} tasks`,
      `struck: ${Object.entries(struck)
        .sort(([, a], [, b]) => b - a)
        .map(([what, count]) => `${what} ${count}`)
        .join(', ')}`,
      `${this.failed} of ${this.#results.length} failed${this.failed > 0 ? `: seeds ${this.#seeds()}` : ''}`,
    ].join('\n');
  }

  /** As jest's --json has it, one test each. */
  asJest(): string {
    const assertionResults = this.#results.map(({ schedule, played }) => ({
      title: `seed ${schedule.seed}`,
      status: played.violation ? 'failed' : 'passed',
      failureMessages: played.violation ? [played.violation.what] : [],
    }));
    return JSON.stringify({
      numPassedTests: this.#results.length - this.failed,
      numFailedTests: this.failed,
      numPendingTests: 0,
      numTodoTests: 0,
      testResults: [{ name: 'chaos', status: this.failed > 0 ? 'failed' : 'passed', assertionResults }],
    });
  }

  #seeds(): string {
    return this.#results
      .filter(({ played }) => played.violation)
      .map(({ schedule }) => schedule.seed)
      .join(', ');
  }
}
