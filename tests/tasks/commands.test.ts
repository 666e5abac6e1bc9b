import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { kebab } from '../../shared/runtime/parse-flags.js';
import { SETTINGS } from '../../shared/runtime/settings.js';
import type { AnyCommand } from '../../shared/runtime/task.js';

const TASKS = readdirSync('tasks');
const commands: { task: string; name: string; command: AnyCommand }[] = [];
for (const task of TASKS) {
  const { commands: own } = (await import(`../../tasks/${task}/commands.js`)) as { commands: readonly AnyCommand[] };
  for (const command of own) commands.push({ task, name: `${task} ${command.name}`.trim(), command });
}

/** The names of the values that a schema reads. */
function namesOf(schema: unknown): string[] {
  if (schema instanceof z.ZodObject) return Object.keys(schema.shape);
  if (schema instanceof z.ZodDiscriminatedUnion) return [...new Set(schema.options.flatMap(namesOf))];
  throw new TypeError('a form of flags that this test does not know');
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
  it.each(commands.map(({ name, command }) => [name, command] as const))(
    '%s reads a value for each flag that it takes, and for no other',
    async (_, command) => {
      const read = namesOf(await command.parse()).map(kebab);
      expect(read.sort()).toEqual(Object.keys(command.flags).sort());
    },
  );

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
