import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { SETTINGS } from '../../shared/runtime/settings.js';
import type { AnyCommand } from '../../shared/runtime/task.js';

const TASKS = readdirSync('tasks');
const commands: { task: string; name: string; command: AnyCommand }[] = [];
for (const task of TASKS) {
  const { commands: own } = (await import(`../../tasks/${task}/commands.js`)) as { commands: readonly AnyCommand[] };
  for (const command of own) commands.push({ task, name: `${task} ${command.name}`.trim(), command });
}

/** The tasks that docs/settings.md names at a setting; all of them for "all". */
function usersOf(setting: string): string[] {
  const row = readFileSync('docs/settings.md', 'utf8')
    .split('\n')
    .find((line) => line.startsWith(`| \`${setting}\``));
  const cell = row?.split('|').at(-2) ?? '';
  return /\ball\b/.test(cell) ? TASKS : TASKS.filter((task) => new RegExp(`\\b${task}\\b`).test(cell));
}

describe('the commands of the tasks', () => {
  it.each(Object.keys(SETTINGS))('docs/settings.md names the tasks that read %s', (setting) => {
    // It is looked at beside the address, by shared/runtime/settings.ts.
    const read = setting === 'MONDAY_ALLOW_HTTP' ? 'MONDAY_API_URL' : setting;
    const reading = commands.filter(({ command }) => (command.settings as readonly string[]).includes(read));
    const told = usersOf(setting);
    expect(told).toEqual(expect.arrayContaining(reading.map(({ task }) => task)));
    // The doctor reads each by itself, and the runner those of all tasks.
    const named = told.length === TASKS.length ? [] : told.filter((task) => task !== 'doctor');
    expect(reading.map(({ task }) => task)).toEqual(expect.arrayContaining(named));
  });
});
