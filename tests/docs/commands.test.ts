import { describe, expect, it } from '@jest/globals';
import { VERSION } from '../helpers/version.js';
import { callOf, callProblem, DOCUMENTS, inlineCommands, npmProblem, shellLines } from './commands.js';

describe.each(DOCUMENTS)('%s', (file) => {
  it('names executables, commands and flags that there are', () => {
    const commands = [...shellLines(file), ...inlineCommands(file)].flatMap((line) => line.split(' && '));
    const problems = commands.flatMap((command) => [npmProblem(command), callProblem(callOf(command))]);
    expect(problems.filter((problem) => problem !== undefined)).toEqual([]);
  });
});

describe('the check', () => {
  it.each([
    ['co detect --custommer X', 'knows no --custommer'],
    ['co nothing --flag', 'there is no tasks/nothing'],
    ['co archive burn --archive-id 3', 'has no command burn'],
    ['co batch list --retry-failed', 'knows no --retry-failed'],
    ['node dist/tasks/stage/index.js --run-id 1', 'knows no --run-id'],
    [`docker run --rm customer-orders/push:${VERSION} --audit --mend`, 'knows no --mend'],
    ['detect --list-everything', 'knows no --list-everything'],
  ])('finds what is wrong with: %s', (command, problem) => {
    expect(callProblem(callOf(command))).toContain(problem);
  });

  it('finds a script that there is not, and a wrong flag behind one', () => {
    expect(npmProblem('npm run everything')).toContain('no script everything');
    expect(npmProblem('npm run report -- --rows 3')).toContain('knows no --rows');
    expect(npmProblem('npm run report -- --run 3')).toBeUndefined();
  });

  it('reads words in quotes, comments and redirections as a shell does', () => {
    expect(callOf('co detect --customer "TITLE 9" > x')?.words).toEqual(['--customer', 'TITLE 9']);
    expect(shellLines('docs/runbook.md').join()).not.toContain('#');
  });
});
