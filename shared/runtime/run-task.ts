import { TaskError } from '../ground/errors.js';
import { withEnvFile } from './env-file.js';
import { outliveLogs, printError } from './outputs.js';
import { EXIT_USAGE, parseFlags, UsageError } from './parse-flags.js';
import type { AnyCommand } from './task.js';

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
