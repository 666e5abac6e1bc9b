import { describe, expect, it } from '@jest/globals';
import { runProgram } from './program.js';

const TASKS = ['detect', 'batch', 'stage', 'push', 'promote', 'archive', 'migrate'] as const;

describe.each(TASKS)('%s', (task) => {
  it('explains itself with examples, without a single setting', async () => {
    const { code, said } = await runProgram(task, ['--help'], {});
    expect({ code, said }).toEqual({ code: 0, said: expect.stringContaining('Examples:') });
    expect(said).toMatch(new RegExp(`Examples:\\s+${task}`));
  });

  it('refuses a flag that it does not know', async () => {
    const { code, said } = await runProgram(task, ['--everything'], {});
    expect({ code, said }).toEqual({ code: 2, said: expect.stringMatching(/everything/) });
    expect(said).toContain(`${task} --help`);
  });
});
