import { describe, expect, it } from '@jest/globals';
import type { FlagCommand } from '../../shared/runtime/command.js';
import { parseFlags, UsageError } from '../../shared/runtime/parse-flags.js';
import { PROGRAMS } from './programs.js';

const ID = '3f1c0f5e-0d0a-5b57-9a3e-2f5f0c0b7a11';

interface BooleanFlag {
  program: string;
  command: FlagCommand;
  flag: string;
}

const booleans: BooleanFlag[] = Object.entries(PROGRAMS).flatMap(([program, commands]) =>
  commands.flatMap((command) =>
    Object.entries(command.flags)
      .filter(([, { options }]) => options.type === 'boolean')
      .map(([flag]) => ({ program, command, flag })),
  ),
);

/** The words that a command cannot do without. */
function needed({ name, flags, positionals = [] }: FlagCommand): string[] {
  const required = Object.entries(flags).filter(([, { options }]) => options.demandOption === true);
  const words = required.flatMap(([flag]) => (positionals.includes(flag) ? [ID] : [`--${flag}`, ID]));
  return [...(name === '' ? [] : name.split(' ')), ...words];
}

async function refusal(program: string, words: readonly string[]): Promise<string> {
  try {
    await parseFlags(program, PROGRAMS[program] ?? [], words);
  } catch (error) {
    if (error instanceof UsageError) return error.message;
    throw error;
  }
  return 'taken';
}

it('every executable has flags to test', () => {
  expect(booleans.length).toBeGreaterThan(25);
  expect(new Set(booleans.map(({ program }) => program)).size).toBeGreaterThan(9);
});

describe.each(booleans)('$program $command.name --$flag', ({ program, command, flag }) => {
  const camel = flag.replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());

  it('is true when given, and accepts true and false', async () => {
    const value = async (...words: string[]): Promise<unknown> => {
      const parsed = await parseFlags(program, [command], [...needed(command), ...words]);
      return new Map(Object.entries(parsed?.flags ?? {})).get(flag);
    };
    expect(await value(`--${flag}`)).toBe(true);
    expect(await value(`--${flag}=true`)).toBe(true);
    expect(await value(`--${flag}=false`)).toBe(false);
    expect(await value(`--${flag}`, 'false')).toBe(false);
  });

  it.each(['1', '0', 'yes', 'no', 'TRUE', 'False', 'on', '', ' ', 'true ', '"true"'])(
    'is refused with the value "%s"',
    async (value) => {
      expect(await refusal(program, [...needed(command), `--${flag}=${value}`])).toContain(`--${flag} takes no value`);
      expect(await refusal(program, [...needed(command), `--${camel}=${value}`])).toContain(`--${flag} takes no value`);
    },
  );

  it('is refused with an extra word, twice, and with the prefix no-', async () => {
    const words = needed(command);
    expect(await refusal(program, [...words, `--${flag}`, 'yes'])).toMatch(/Unknown argument: yes/);
    expect(await refusal(program, [...words, `--${flag}`, `--${flag}=false`])).toContain('is given twice');
    expect(await refusal(program, [...words, `--no-${flag}`])).toContain('Unknown argument');
    expect(await refusal(program, [...words, `--${flag}.a=1`])).toContain('Unknown argument');
  });
});

describe.each(Object.keys(PROGRAMS))('%s', (program) => {
  const [command] = PROGRAMS[program] ?? [];
  const words = command === undefined ? [] : needed(command);

  it.each([
    ['an unknown flag', ['--everything'], 'Unknown argument: everything'],
    ['a stray word', ['everything'], 'Unknown argument: everything'],
    ['a stray number', ['100'], 'Unknown argument: 100'],
    ['a flag after --', ['--', '--json'], 'What follows "--" is not read'],
    ['a word after --', ['--', 'x'], 'What follows "--" is not read'],
    ['a short flag', ['-x'], 'Unknown argument: x'],
    ['--version with a value', ['--version=1'], '--version takes no value'],
    ['--help with a value', ['--help=1'], '--help takes no value'],
  ])('refuses %s', async (_, added, sentence) => {
    expect(await refusal(program, [...words, ...added])).toContain(sentence);
  });

  it('names the flag that was probably meant', async () => {
    const [flag = ''] = Object.keys(command?.flags ?? {}).filter((name) => name.length > 3);
    expect(await refusal(program, [...words, `--${flag}s`])).toContain(`Did you mean --${flag}?`);
  });
});

describe('a misspelled flag or value', () => {
  it.each<[string, string, string]>([
    ['tasks/detect', '--method', '--method needs a value.'],
    ['local/board', '--limits', '--limits needs a value.'],
    ['tasks/detect', '--CUSTOMER', 'Unknown argument: CUSTOMER. Did you mean --customer?'],
    ['tasks/detect', '--method=HASH', '--method must be hash or fields; it is "HASH". Did you mean hash?'],
    ['tasks/detect', '--method=feilds', '--method must be hash or fields; it is "feilds". Did you mean fields?'],
    ['tasks/detect', '--method=', '--method must be hash or fields; it is empty.'],
    ['local/board', '--limits=Pro', '--limits must be pro or raised; it is "Pro". Did you mean pro?'],
  ])('%s %s', async (program, word, sentence) => {
    const [command] = PROGRAMS[program] ?? [];
    expect(await refusal(program, [...(command === undefined ? [] : needed(command)), word])).toBe(sentence);
  });
});
