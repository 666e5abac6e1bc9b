import { messageOf, stoppedBy, TaskError } from '../shared/ground/errors.js';
import { EXIT_AGAIN, EXIT_FIX } from '../shared/ground/exit-codes.js';
import { foreignError } from '../shared/ground/foreign-errors.js';
import type { FlagCommand } from '../shared/runtime/command.js';
import { readFlags } from '../shared/runtime/flag-values.js';
import type { FlagsOf } from '../shared/runtime/flags.js';
import { outliveLogs, printError, printLines } from '../shared/runtime/outputs.js';
import { helpHint, parseFlags, UsageError } from '../shared/runtime/parse-flags.js';

/** A command of one of the programs around the tasks; `start` gives the exit code. */
export interface LocalCommand extends FlagCommand {
  start(given: object): Promise<number>;
}

/** A command with what it does, which gives the exit code. */
export function localCommand<Definition extends FlagCommand>(
  definition: Definition,
  run: (flags: FlagsOf<Definition>) => Promise<number>,
): LocalCommand {
  return { ...definition, start: async (given) => run(await readFlags(definition, given)) };
}

/**
 * Runs a program around the tasks: the same strict flags and exit codes as theirs, errors as text on stderr. With `status`,
 * its name, it says on a terminal that it is at work; not one that serves, or draws a screen of its own.
 */
export async function runLocal(program: string, commands: readonly LocalCommand[], status?: string): Promise<void> {
  outliveLogs();
  // Only on a terminal: the rest of the time it need not be loaded.
  const isSeen = status !== undefined && process.stderr.isTTY;
  const endStatus = isSeen ? (await import('../shared/runtime/status-line.js')).showStatus(status) : () => undefined;
  try {
    const parsed = await parseFlags(program, commands, process.argv.slice(2));
    process.exitCode = parsed === undefined ? 0 : await parsed.command.start(parsed.flags);
  } catch (error) {
    const usage = error instanceof UsageError;
    const told = error instanceof TaskError ? error : foreignError(error);
    printError(messageOf(told ?? error));
    if (usage) {
      printError('');
      printError(helpHint(program, commands, process.argv.slice(2)));
    }
    process.exitCode = usage ? EXIT_FIX : (told?.exitCode ?? EXIT_AGAIN);
  } finally {
    endStatus();
  }
}

/** Writes a line for whoever reads or pipes the program's output. */
export function print(line: string): void {
  printLines([line]);
}

/**
 * Aborts at Ctrl-C, SIGTERM or when the terminal goes, so that what was started is stopped before the program ends.
 * Those that come later, as when somebody presses Ctrl-C twice, do not cut that short.
 */
export function interruption(): AbortSignal {
  const stop = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
    process.on(signal, () => stop.abort(stoppedBy(signal)));
  return stop.signal;
}

/** Resolves when it is aborted; until then the program stays. */
export async function untilInterrupted(signal: AbortSignal): Promise<void> {
  const alive = setInterval(() => undefined, 60_000);
  await new Promise<void>((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
  clearInterval(alive);
}
