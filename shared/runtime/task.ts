import type { Options as FlagOptions } from 'yargs';
import type { z } from 'zod';
import type { Clock } from '../ground/clock.js';
import { type Log, TaskError } from '../ground/errors.js';
import type { Warehouse } from '../warehouse/port/warehouse.js';
import { withEnvFile } from './env-file.js';
import { type Metric, type Outputs, outliveLogs, printError } from './outputs.js';
import { EXIT_USAGE, type FlagCommand, flagError, parseFlags, UsageError } from './parse-flags.js';
import type { SettingName, Settings } from './settings.js';
import type { Terminal } from './terminal.js';

export const EXIT_FAILED = 1;

/** What a task works with. Nothing is open yet: `warehouse()` connects at its first call, and the runner closes it. */
export interface TaskContext<Name extends SettingName, Optional extends SettingName = never> {
  settings: Settings<Name> & Partial<Settings<Optional>>;
  log: Log;
  clock: Clock;
  /** Aborts on SIGTERM and SIGINT: finish what is begun, start nothing new. */
  signal: AbortSignal;
  warehouse(): Promise<Warehouse>;
  emitMetrics(metrics: readonly Metric[]): void;
}

/** The context of a command with these lists of settings: what is not in them cannot be read. */
export type ContextOf<Names extends readonly SettingName[], Optional extends readonly SettingName[] = []> = TaskContext<
  Names[number],
  Optional[number]
>;

/** How a task ended, unless it threw. */
export interface Outcome {
  outputs?: Outputs;
  metrics?: readonly Metric[];
  /** Some lines failed and are recorded: exit code ROW_ERRORS_EXIT. */
  rowErrors?: boolean;
  /** What is printed before the outputs, line by line; for commands that list. */
  lines?: readonly string[];
  /** The same for somebody who looks, in place of `lines` and outputs: printable lines that fit the terminal. */
  onTerminal?: (terminal: Terminal) => readonly string[];
  /** An exit code of its own, for commands that check. */
  exitCode?: number;
}

/** One command of an executable: `detect`, or `archive list`. */
export interface Command<Name extends SettingName, Flags, Optional extends SettingName = never> {
  /** The sub-command's name; empty for what the executable does without one. */
  name: string;
  describe: string;
  examples: readonly (readonly [command: string, explanation: string])[];
  flags: Readonly<Record<string, FlagOptions>>;
  /** The form of the flags' values. Imported when the command runs, as `run` does with its work: --help starts faster. */
  parse(): Promise<z.ZodType<Flags>>;
  settings: readonly Name[];
  /** Settings it does without when they are absent. */
  optional?: readonly Optional[];
  run(context: TaskContext<Name, Optional>, flags: Flags): Promise<Outcome>;
}

/** What every command reads beside the settings it names; checked at its start, wherever it is used. */
export function alsoRead(names: readonly SettingName[]): SettingName[] {
  if (names.length === 0) return ['LOG_LEVEL', 'LOG_FORMAT'];
  const own: SettingName[] = ['ROW_ERRORS_EXIT', 'LOG_LEVEL', 'LOG_FORMAT'];
  return names.includes('WAREHOUSE_URL') ? ['WAREHOUSE_SCHEMA', ...own] : own;
}

/** Reads the settings a command names and makes its context. */
export type OpenContext = <Name extends SettingName, Optional extends SettingName>(
  names: readonly Name[],
  optional: readonly Optional[],
) => TaskContext<Name, Optional>;

/** Lets commands of different settings and flags stand in one list. */
export interface AnyCommand extends FlagCommand {
  /** Every setting that it may read, those it does without included. */
  readonly settings: readonly SettingName[];
  /** The form of its flags' values. */
  parse(): Promise<z.ZodType>;
  start(argv: unknown, open: OpenContext): Promise<Outcome>;
}

export function command<Name extends SettingName, Flags, Optional extends SettingName = never>(
  definition: Command<Name, Flags, Optional>,
): AnyCommand {
  const { name, describe, examples, flags, parse, settings } = definition;
  return {
    name,
    describe,
    examples,
    flags,
    settings: [...settings, ...(definition.optional ?? [])],
    helpSettings: [...settings, ...(definition.optional ?? []), ...alsoRead(settings)],
    parse,
    start: async (argv, open) => {
      const result = (await parse()).safeParse(argv);
      if (!result.success) throw flagError(result.error);
      return definition.run(open(settings, definition.optional ?? []), result.data);
    },
  };
}

/** Long enough for open connections to close; then the exit is forced and said. */
const EXIT_GRACE_MS = 5_000;

export interface RunOptions {
  argv: readonly string[];
  env: NodeJS.ProcessEnv;
}

/**
 * Runs one executable: flags, settings, of the environment and then of the file `.env`, log, signals, outputs and exit code. Sets `process.exitCode`;
 * 0 done, 1 failed and again may help, 2 usage or settings, 3 some lines failed (ROW_ERRORS_EXIT).
 */
export async function runTask(task: string, commands: readonly AnyCommand[], options?: RunOptions): Promise<void> {
  outliveLogs();
  process.exitCode = await execute(task, commands, options);
  const timer = setTimeout(() => {
    printError(`${task} did not end by itself within ${EXIT_GRACE_MS} ms: something is still open.`);
    process.exit();
  }, EXIT_GRACE_MS);
  timer.unref();
}

async function execute(task: string, commands: readonly AnyCommand[], options?: RunOptions): Promise<number> {
  try {
    const argv = options?.argv ?? process.argv.slice(2);
    const parsed = await parseFlags(task, commands, argv);
    if (parsed === undefined) return 0;
    // What a command needs to run, its log and settings first, is slow to load; --help needs none of it.
    const { runCommand } = await import('./run-command.js');
    return await runCommand(task, parsed, { argv, env: options?.env ?? withEnvFile(process.env) });
  } catch (error) {
    if (error instanceof TaskError) {
      printError(error.message);
      return error.exitCode;
    }
    if (!(error instanceof UsageError)) throw error;
    printError(error.message);
    printError('');
    printError(`See ${task} --help.`);
    return EXIT_USAGE;
  }
}
