import type { z } from 'zod';
import { messageOf, TaskError } from '../shared/ground/errors.js';
import { foreignError } from '../shared/ground/foreign-errors.js';
import { outliveLogs, printError } from '../shared/runtime/outputs.js';
import { EXIT_USAGE, type FlagCommand, flagError, parseFlags, UsageError } from '../shared/runtime/parse-flags.js';

/** A command of one of the programs around the tasks; `run` gives the exit code. */
export interface LocalCommand extends FlagCommand {
  run(flags: unknown): Promise<number>;
}

export function localCommand<Flags>(
  definition: FlagCommand & { values: z.ZodType<Flags>; run(flags: Flags): Promise<number> },
): LocalCommand {
  const { values, run, ...command } = definition;
  return {
    ...command,
    run: async (flags) => {
      const result = values.safeParse(flags);
      if (!result.success) throw flagError(result.error);
      return run(result.data);
    },
  };
}

/** Runs a program around the tasks: the same strict flags and exit codes as theirs, errors as text on stderr. */
export async function runLocal(program: string, commands: readonly LocalCommand[]): Promise<void> {
  outliveLogs();
  try {
    const parsed = await parseFlags(program, commands, process.argv.slice(2));
    process.exitCode = parsed === undefined ? 0 : await parsed.command.run(parsed.flags);
  } catch (error) {
    const usage = error instanceof UsageError;
    const told = error instanceof TaskError ? error : foreignError(error);
    printError(messageOf(told ?? error));
    if (usage) {
      printError('');
      printError(`See ${program} --help.`);
    }
    process.exitCode = usage ? EXIT_USAGE : (told?.exitCode ?? 1);
  }
}
