import type { Clock } from '../ground/clock.js';
import { type Log, TaskError } from '../ground/errors.js';
import { EXIT_FIX } from '../ground/exit-codes.js';
import type { Warehouse } from '../warehouse/port/warehouse.js';
import type { CommandDefinition, FlagCommand } from './command.js';
import { withEnvFile } from './env-file.js';
import type { FlagsOf } from './flags.js';
import { type Metric, type Outputs, outliveLogs, printError } from './outputs.js';
import { helpHint, parseFlags, UsageError } from './parse-flags.js';
import type { SettingName, Settings } from './settings.js';
import type { Terminal } from './terminal.js';

/** What a task works with. Nothing is open yet: `warehouse()` connects at its first call, and the runner closes it. */
export interface TaskContext<Name extends SettingName, Optional extends SettingName = never> {
  settings: Settings<Name> & Partial<Settings<Optional>>;
  log: Log;
  clock: Clock;
  /** Aborts on SIGTERM and SIGINT: finish what has begun, start nothing new. */
  signal: AbortSignal;
  warehouse(): Promise<Warehouse>;
  emitMetrics(metrics: readonly Metric[]): void;
}

/** The context of a command, with only the settings it names. */
export type ContextOf<Definition extends CommandDefinition<SettingName, SettingName>> = TaskContext<
  Definition['settings'][number],
  Definition['optional'][number]
>;

/** How a task ended, unless it threw. */
export interface Outcome {
  outputs?: Outputs;
  metrics?: readonly Metric[];
  /** Some lines failed and are recorded: exit code ROW_ERRORS_EXIT. */
  rowErrors?: boolean;
  /** What is printed before the outputs, line by line; for commands that list. */
  lines?: readonly string[];
  /** The same for a person, instead of `lines` and outputs: printable lines that fit the terminal. */
  onTerminal?: (terminal: Terminal) => readonly string[];
  /** An exit code of its own, for commands that check. */
  exitCode?: number;
}

/** What every command reads in addition to the settings it names; checked at its start. */
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

/** Allows commands with different settings and flags in one list. */
export interface AnyCommand extends FlagCommand {
  /** Every setting that it may read, optional ones included. */
  readonly settings: readonly SettingName[];
  readonly streamsRows?: boolean;
  /** Reads its flags, then the settings, and does its work. */
  start(given: object, open: OpenContext): Promise<Outcome>;
}

/** A command with what it does. `run` imports its work when it is called: --help starts faster. */
export function command<
  Name extends SettingName,
  Optional extends SettingName,
  Definition extends CommandDefinition<Name, Optional>,
>(
  definition: Definition & CommandDefinition<Name, Optional>,
  run: (context: TaskContext<Name, Optional>, flags: FlagsOf<Definition>) => Promise<Outcome>,
): AnyCommand {
  const { settings, optional } = definition;
  const all = [...settings, ...optional];
  return {
    ...definition,
    settings: all,
    helpSettings: definition.helpSettings ?? [...all, ...alsoRead(settings)],
    start: async (given, open) => {
      const { readFlags } = await import('./flag-values.js');
      const flags = await readFlags(definition, given);
      return run(open(settings, optional), flags);
    },
  };
}

/** Long enough for open connections to close; then the exit is forced and logged. */
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
    // Log, settings and whatever else a command needs are slow to load; --help needs none of it.
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
    printError(helpHint(task, commands, options?.argv ?? process.argv.slice(2)));
    return EXIT_FIX;
  }
}
