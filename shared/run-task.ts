import yargs from 'yargs';
import { messageOf } from './errors.js';
import { writeLine } from './outputs.js';
import { type AnyCommand, EXIT_USAGE } from './task.js';

/** Long enough for open connections to close; then the exit is forced and said. */
const EXIT_GRACE_MS = 5_000;

export interface RunOptions {
  argv: readonly string[];
  env: NodeJS.ProcessEnv;
}

/**
 * Runs one executable: flags, settings, log, signals, outputs and exit code. Sets `process.exitCode`;
 * 0 done, 1 failed and again may help, 2 usage or settings, 3 some lines failed (ROW_ERRORS_EXIT).
 */
export async function runTask(
  task: string,
  commands: readonly AnyCommand[],
  options: RunOptions = { argv: process.argv.slice(2), env: process.env },
): Promise<void> {
  process.exitCode = await execute(task, commands, options);
  const timer = setTimeout(() => {
    process.stderr.write(`${task} did not end by itself within ${EXIT_GRACE_MS} ms: something is still open.\n`);
    process.exit();
  }, EXIT_GRACE_MS);
  timer.unref();
}

async function execute(task: string, commands: readonly AnyCommand[], { argv, env }: RunOptions): Promise<number> {
  const parsed = await parseFlags(task, commands, argv);
  if (typeof parsed === 'number') return parsed;
  // What a command needs to run, its log and settings first, is slow to load; --help needs none of it.
  const { runCommand } = await import('./run-command.js');
  return runCommand(task, parsed, { argv, env });
}

export interface ParsedFlags {
  command: AnyCommand;
  flags: unknown;
}

async function parseFlags(
  task: string,
  commands: readonly AnyCommand[],
  argv: readonly string[],
): Promise<ParsedFlags | number> {
  let parsed: ParsedFlags | undefined;
  let failure: string | undefined;
  const parser = yargs([...argv])
    .scriptName(task)
    .strict()
    .exitProcess(false)
    .version(false)
    .help()
    .wrap(110);
  parser.parserConfiguration({ 'camel-case-expansion': true, 'boolean-negation': false, 'parse-numbers': false });
  for (const command of commands) {
    parser.command({
      command: command.name === '' ? '$0' : command.name,
      describe: command.describe,
      builder: (sub) => {
        for (const [example, explanation] of command.examples) sub.example(example, explanation);
        return sub.options(command.flags);
      },
      handler: (flags) => {
        parsed = { command, flags };
      },
    });
  }
  parser.fail((message, error) => {
    failure ??= message ?? messageOf(error);
  });
  await parser.parseAsync();
  if (failure !== undefined) {
    writeLine(`${failure}\n\nSee ${task} --help.\n`, 2);
    return EXIT_USAGE;
  }
  // Without a handler's call, --help was asked for and has been answered.
  return parsed ?? 0;
}
