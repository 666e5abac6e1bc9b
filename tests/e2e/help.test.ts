import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { runProgram, type Task } from './program.js';

const ID = '3f1c0f5e-0d0a-5b57-9a3e-2f5f0c0b7a11';

/** The files of the built program that are loaded before it does anything: what they import, but not what they load later. */
function loadedAtStart(file: string, seen = new Set<string>()): Set<string> {
  if (seen.has(file)) return seen;
  seen.add(file);
  for (const [, name = ''] of readFileSync(file, 'utf8').matchAll(/(?:from|import)\s*"(\.[^"]+\.js)"/g))
    loadedAtStart(resolve(file, '..', name), seen);
  return seen;
}

describe('a call that cannot be carried out', () => {
  it.each<[Task, string[], RegExp]>([
    ['detect', ['--json'], /--json belongs to --list-customers or --explain\./],
    ['doctor', ['mapping', 'propose'], /WAREHOUSE_URL is missing/],
    ['doctor', ['--adopt', '--customer', 'GREYSON'], /is missing/],
    ['batch', ['report', '--runs', '--csv'], /See batch report --help\.$/],
    ['doctor', ['mapping', 'check', 'a.yaml', '--jsn'], /See doctor mapping check --help\.$/],
  ])('%s %p says what is wrong', async (task, args, message) => {
    const { code, said } = await runProgram(task, args, {});
    expect({ code, said }).toEqual({ code: 2, said: expect.stringMatching(message) });
  });
});

/** Each task with the flags that it cannot do without. */
describe.each<[Task, string[]]>([
  ['detect', []],
  ['batch', ['--run-id', ID]],
  ['stage', ['--batch-id', ID]],
  ['push', ['--batch-id', ID]],
  ['promote', ['--batch-id', ID]],
  ['archive', ['--batch-id', ID]],
  ['migrate', []],
  ['doctor', []],
  ['probe', ['--dry-run']],
])('%s', (task, flags) => {
  it('explains itself with examples, without a single setting', async () => {
    const { code, said } = await runProgram(task, ['--help'], {});
    expect({ code, said }).toEqual({ code: 0, said: expect.stringContaining('Examples:') });
    // Other characters would be measured wrongly: shared/ground/text.ts.
    expect(said).toMatch(/^[ -~\n]*$/);
    expect(said).toMatch(new RegExp(`Examples:\\s+${task}`));
  });

  it('explains itself without loading the library that reads settings, which takes longer than the rest', () => {
    const files = [...loadedAtStart(resolve('dist/tasks', task, 'index.js'))];
    expect(files.length).toBeGreaterThan(1);
    expect(files.filter((file) => readFileSync(file, 'utf8').includes('ZodType'))).toEqual([]);
  });

  it('refuses an unknown flag', async () => {
    const { code, said } = await runProgram(task, [...flags, '--everything'], {});
    expect({ code, said }).toEqual({ code: 2, said: expect.stringMatching(/everything/) });
    expect(said).toContain(`${task} --help`);
  });
});
