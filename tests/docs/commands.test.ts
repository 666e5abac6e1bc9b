import { describe, expect, it } from '@jest/globals';
import { VERSION } from '../helpers/version.js';
import { callOf, callProblem, DOCUMENTS, inlineCommands, npmProblem, shellLines } from './commands.js';

describe.each(DOCUMENTS)('%s', (file) => {
  it('names only existing executables, commands and flags', () => {
    const commands = [...shellLines(file), ...inlineCommands(file)].flatMap((line) => line.split(' && '));
    const problems = commands.flatMap((command) => [npmProblem(command), callProblem(callOf(command))]);
    expect(problems.filter((problem) => problem !== undefined)).toEqual([]);
  });
});

describe('the check of documented commands', () => {
  it.each([
    ['co detect --custommer X', 'knows no --custommer'],
    ['co nothing --flag', 'there is no tasks/nothing'],
    ['co archive burn --archive-id 3', 'has no command burn'],
    ['co batch list --retry-failed', 'knows no --retry-failed'],
    ['co doctor mapping check own.yaml --samples 3', 'doctor mapping check knows no --samples'],
    ['node dist/tasks/stage/index.js --run-id 1', 'knows no --run-id'],
    [`docker run --rm customer-orders/push:${VERSION} --audit --mend`, 'knows no --mend'],
    ['detect --list-everything', 'knows no --list-everything'],
  ])('finds the fault in: %s', (command, problem) => {
    expect(callProblem(callOf(command))).toContain(problem);
  });

  it('finds an unknown script, and a wrong flag after a known one', () => {
    expect(npmProblem('npm run everything')).toContain('no script everything');
    expect(npmProblem('npm run report -- --rows 3')).toContain('knows no --rows');
    expect(npmProblem('npm run report -- --run 3')).toBeUndefined();
  });

  it('parses quotes, comments and redirections as a shell does', () => {
    expect(callOf('co detect --customer "TITLE 9" > x')?.words).toEqual(['--customer', 'TITLE 9']);
    expect(shellLines('docs/runbook.md').join()).not.toContain('#');
  });
});
