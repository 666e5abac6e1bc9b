import type { CommandModule, Options as FlagOptions } from 'yargs';
import yargs from 'yargs';
import type { ErrorCode } from '../ground/error-codes.js';
import { messageOf } from '../ground/errors.js';
import { didYouMean } from '../ground/text.js';
import type { FlagCommand } from './command.js';
import type { AnyFlag, Flags } from './flags.js';
import { printLines } from './outputs.js';

const HELP_WIDTH = 110;
const BOOLEAN = { type: 'boolean' } as const;

/** The options of flags in yargs. */
type KnownFlags = Readonly<Record<string, FlagOptions>>;

/** Wrong usage, reported flag by flag. */
export class UsageError extends Error {
  readonly code = 'FLAG_INVALID' satisfies ErrorCode;
}

/**
 * Reads the command line of any of our executables; undefined when it asked for help or the version, which has been printed.
 * Nothing is guessed.
 * @throws UsageError about what is not understood.
 */
export async function parseFlags<Command extends FlagCommand>(
  program: string,
  commands: readonly Command[],
  argv: readonly string[],
): Promise<{ command: Command; flags: object } | undefined> {
  let parsed: { command: Command; flags: object } | undefined;
  const known: KnownFlags = Object.assign(
    { help: BOOLEAN, version: BOOLEAN },
    ...commands.map(({ flags }) => optionsOf(flags)),
  );
  if (argv.includes('--version') && !argv.includes('--help')) {
    printLines([await (await import('./version.js')).versionLine()]);
    return undefined;
  }
  refuseMisuse(argv, known, commands);
  let failure: string | undefined;
  const parser = yargs([...argv])
    .scriptName(program)
    .strict()
    .detectLocale(false)
    .exitProcess(false)
    .version(false)
    .help()
    .option('version', { type: 'boolean', describe: 'Show version, commit and mapping version' })
    .wrap(HELP_WIDTH);
  parser.parserConfiguration({
    'camel-case-expansion': true,
    'boolean-negation': false,
    'dot-notation': false,
    'parse-numbers': false,
    'parse-positional-numbers': false,
  });
  if (!commands.some(({ name }) => name === ''))
    parser.demandCommand(1, `Say what to do: ${commands.map(({ name }) => name).join(', ')}.`);
  const handle = (command: Command) => (flags: object) => {
    parsed = { command, flags };
  };
  const groups = new Map<string, Command[]>();
  for (const command of commands) {
    const [group = '', word] = command.name.split(' ');
    if (word === undefined) parser.command(moduleOf(command, group === '' ? '$0' : group, handle(command)));
    else groups.set(group, [...(groups.get(group) ?? []), command]);
  }
  for (const [group, members] of groups) {
    parser.command(group, members.map(({ describe }) => describe).join(' '), (sub) => {
      for (const member of members) sub.command(moduleOf(member, member.name.slice(group.length + 1), handle(member)));
      return sub.demandCommand(1, `Say what to do: ${members.map(({ name }) => name).join(', ')}.`);
    });
  }
  parser.fail((message, error) => {
    failure ??= suggest(message ?? messageOf(error), known);
  });
  await parser.parseAsync();
  if (failure !== undefined) throw new UsageError(failure);
  return parsed;
}

/** A command as yargs takes it. */
function moduleOf(command: FlagCommand, word: string, handler: (flags: object) => void): CommandModule {
  const { positionals = [], flags, examples, helpSettings = [] } = command;
  const others = Object.entries(flags).filter(([name]) => !positionals.includes(name));
  return {
    command: [word, ...positionals.map((name) => `<${name}>`)].join(' '),
    describe: command.describe,
    builder: (sub) => {
      for (const [example, explanation] of examples) sub.example(example, explanation);
      if (helpSettings.length > 0) sub.epilogue(settingsText(helpSettings));
      for (const name of positionals) sub.positional(name, { type: 'string', describe: flags[name]?.options.describe });
      return sub.options(optionsOf(Object.fromEntries(others)));
    },
    handler,
  };
}

function optionsOf(flags: Flags): Record<string, FlagOptions> {
  return Object.fromEntries(Object.entries(flags).map(([name, flag]) => [name, withItsValue(flag)]));
}

/** A flag without a value is true, or lacks its value: yargs would use a default. */
function withItsValue({ options }: AnyFlag): FlagOptions {
  return options.type === 'boolean' ? options : { ...options, requiresArg: true };
}

/** Where to look for what a call should have been: at the help of the command that it names, if it names one. */
export function helpHint(program: string, commands: readonly FlagCommand[], argv: readonly string[]): string {
  const named = commands.find(
    ({ name }) => name !== '' && name.split(' ').every((word, place) => argv[place] === word),
  );
  return `See ${[program, ...(named === undefined ? [] : [named.name]), '--help'].join(' ')}.`;
}

/** The settings of a command, below its flags. */
function settingsText(settings: readonly string[] | 'all'): string {
  if (settings === 'all')
    return 'It reads every setting that docs/settings.md lists, from the environment or the file .env.';
  const lines: string[] = [];
  for (const name of [...new Set(settings)].sort()) {
    const last = lines.at(-1);
    if (last !== undefined && `${last}, ${name}`.length < HELP_WIDTH) lines[lines.length - 1] = `${last}, ${name}`;
    else lines.push(`  ${name}`);
  }
  return ['Settings it reads, from the environment or the file .env:', ...lines].join('\n');
}

/** What yargs would guess: a text other than true or false for a switch, a flag given twice, words after `--`. */
function refuseMisuse(argv: readonly string[], known: KnownFlags, commands: readonly FlagCommand[]): void {
  const end = argv.indexOf('--');
  if (end >= 0 && end < argv.length - 1)
    throw new UsageError('What follows "--" is not read. Put flags before it, or leave "--" out.');
  const [first = '', second = ''] = argv;
  const own = commands.map(({ name }) => name).filter((name) => name !== '');
  refuseOtherWord(
    first,
    own.map((name) => name.split(' ')[0] ?? ''),
  );
  const members = own.filter((name) => name.startsWith(`${first} `)).map((name) => name.slice(first.length + 1));
  if (members.length > 0) refuseOtherWord(second, members);
  const names = new Map(
    Object.entries(known).flatMap(([name, { alias }]) =>
      [name, ...[alias ?? []].flat()].map((each) => [kebab(each), name]),
    ),
  );
  const flags = [...names.keys()].map((name) => `--${name}`);
  const given = new Set<string>();
  for (const word of end < 0 ? argv : argv.slice(0, end)) {
    const [, dashed = '', value] = /^--([a-z][\w-]*)(?:=(.*))?$/is.exec(word) ?? [];
    const name = names.get(kebab(dashed));
    const flag = name === undefined ? undefined : known[name];
    if (name === undefined || flag === undefined) {
      const meant = dashed === '' ? '' : didYouMean(kebab(dashed), flags);
      if (meant !== '') throw new UsageError(`Unknown argument: ${kebab(dashed)}.${meant}`);
      continue;
    }
    if (flag.type === 'boolean' && value !== undefined && value !== 'true' && value !== 'false')
      throw new UsageError(
        `--${name} takes no value but true or false; ${value === '' ? 'the one given is empty' : `it is "${value}"`}.`,
      );
    if (given.has(name) && flag.array !== true) throw new UsageError(`--${name} is given twice; it can be given once.`);
    given.add(name);
  }
}

function refuseOtherWord(word: string, known: readonly string[]): void {
  if (word !== '' && !word.startsWith('-') && !known.includes(word))
    throw new UsageError(`Unknown argument: ${word}.${didYouMean(word, known)}`);
}

/** Names an unknown flag once, as written, with the one that was probably meant. */
function suggest(message: string, known: KnownFlags): string {
  const [start = '', flag = ''] = /^Invalid values:\n {2}Argument: ([\w-]+), Given: "/.exec(message) ?? [];
  const { choices } = known[flag] ?? {};
  if (choices !== undefined) {
    const given = message.slice(start.length, message.lastIndexOf('", Choices: '));
    return notAChoice(flag, given, choices.map(String));
  }
  const words = /^Unknown arguments?: (.*)$/.exec(message)?.[1]?.split(', ');
  if (words === undefined) return namedAsWritten(message);
  const [word = '', ...others] = [...new Set(words.map(kebab))];
  const flags = Object.keys(known).map((name) => `--${name}`);
  return `Unknown argument: ${[word, ...others].join(', ')}.${didYouMean(word, flags)}`;
}

/** Messages of yargs, which name flags without their dashes. */
function namedAsWritten(message: string): string {
  const missing = /^Missing required arguments?: (.*)$/.exec(message)?.[1];
  if (missing !== undefined)
    return `Missing: ${missing
      .split(', ')
      .map((name) => `--${kebab(name)}`)
      .join(', ')}.`;
  if (message.startsWith('Not enough non-option arguments')) return 'An argument is missing.';
  const bare = /^Not enough arguments following: (.*)$/.exec(message)?.[1];
  return bare === undefined ? message : `--${kebab(bare)} needs a value.`;
}

function notAChoice(flag: string, given: string, choices: readonly string[]): string {
  const last = choices.at(-1);
  const list = choices.length > 1 ? `${choices.slice(0, -1).join(', ')} or ${last}` : last;
  return `--${flag} must be ${list}; it is ${given === '' ? 'empty' : `"${given}"`}.${didYouMean(given, choices)}`;
}

export function kebab(name: string): string {
  return name.replace(/([a-z0-9])([A-Z])/g, (_, before: string, letter: string) => `${before}-${letter.toLowerCase()}`);
}

export function camel(name: string): string {
  return name.replace(/-(.)/g, (_, letter: string) => letter.toUpperCase());
}
