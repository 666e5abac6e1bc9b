import { type Clock, systemClock } from './clock.js';
import { messageOf, TaskError } from './errors.js';
import { createLog, type Log } from './log.js';
import { kestraLine, type Metric, printLines, writeLine } from './outputs.js';
import { UsageError } from './parse-flags.js';
import type { RunOptions } from './run-task.js';
import { readSettings, type SettingName } from './settings.js';
import { type AnyCommand, EXIT_FAILED, type Outcome, type TaskContext } from './task.js';
import type { Warehouse } from './warehouse/warehouse.js';

/** Runs a command whose flags are parsed: settings, log, signals and outputs. Gives the exit code. */
export async function runCommand(
  task: string,
  { command, flags }: { command: AnyCommand; flags: unknown },
  { argv, env }: RunOptions,
): Promise<number> {
  const startedAt = performance.now();
  const open = new OpenTask(task, argv, env);
  try {
    const outcome = await command.start(flags, (names, optional) => open.context(names, optional));
    finish(task, outcome, performance.now() - startedAt);
    if (outcome.exitCode !== undefined) return outcome.exitCode;
    return outcome.rowErrors ? readSettings(['ROW_ERRORS_EXIT'], env).ROW_ERRORS_EXIT : 0;
  } catch (error) {
    if (error instanceof UsageError) throw error;
    return report(error, open.log);
  } finally {
    await open.close();
  }
}

function finish(task: string, outcome: Outcome, ms: number): void {
  if (outcome.lines !== undefined) printLines(outcome.lines);
  if (!outcome.outputs) return;
  const duration: Metric = { name: 'duration', type: 'timer', value: ms / 1_000, tags: { task } };
  writeLine(kestraLine({ metrics: [duration, ...(outcome.metrics ?? [])] }));
  writeLine(kestraLine({ outputs: outcome.outputs }));
}

function report(error: unknown, log: Log): number {
  if (error instanceof TaskError) {
    log.error(error.message, { ...error.where });
    return error.exitCode;
  }
  log.error(`Unexpected: ${messageOf(error)}. This is a fault of the program; please report it with the lines above.`, {
    stack: error instanceof Error ? error.stack : undefined,
  });
  return EXIT_FAILED;
}

/** Opens what a command asks for and closes it afterwards, whatever happened. */
class OpenTask {
  readonly #task: string;
  readonly #name: string;
  readonly #env: NodeJS.ProcessEnv;
  readonly #abort = new AbortController();
  readonly #onSignal = (signal: NodeJS.Signals): void => this.#stop(signal);
  #warehouse: Promise<Warehouse> | undefined;
  #offsetMs = 0;
  log: Log;

  constructor(task: string, argv: readonly string[], env: NodeJS.ProcessEnv) {
    this.#task = task;
    const id = argv.find((word) => /^[0-9a-f]{8}-/i.test(word)) ?? '';
    this.#name = `customer-orders ${task} ${id}`.trim();
    this.#env = env;
    this.log = createLog({ level: 'info', format: process.stdout.isTTY ? 'pretty' : 'json' });
    process.on('SIGTERM', this.#onSignal);
    process.on('SIGINT', this.#onSignal);
  }

  context<Name extends SettingName, Optional extends SettingName>(
    names: readonly Name[],
    optional: readonly Optional[],
  ): TaskContext<Name, Optional> {
    const { LOG_LEVEL, LOG_FORMAT } = readSettings(['LOG_LEVEL', 'LOG_FORMAT'], this.#env);
    this.log = createLog({ level: LOG_LEVEL, format: LOG_FORMAT ?? (process.stdout.isTTY ? 'pretty' : 'json') });
    const clock = this.#clock();
    return {
      settings: readSettings(names, this.#env, optional),
      log: this.log,
      clock,
      signal: this.#abort.signal,
      warehouse: () => {
        this.#warehouse ??= this.#open(clock);
        return this.#warehouse;
      },
      emitMetrics: (metrics) => writeLine(kestraLine({ metrics })),
    };
  }

  async close(): Promise<void> {
    process.off('SIGTERM', this.#onSignal);
    process.off('SIGINT', this.#onSignal);
    const warehouse = await this.#warehouse?.catch(() => undefined);
    await warehouse
      ?.close()
      .catch((error: unknown) => this.log.warn(`The warehouse did not close cleanly: ${messageOf(error)}.`));
  }

  /** This machine's clock until the warehouse is open, then the database's. */
  #clock(): Clock {
    const own = systemClock();
    return { ...own, now: () => new Date(Date.now() + this.#offsetMs) };
  }

  async #open(clock: Clock): Promise<Warehouse> {
    const { openWarehouse } = await import('./warehouse/open.js');
    const settings = readSettings(['WAREHOUSE_URL', 'WAREHOUSE_SCHEMA'], this.#env);
    const warehouse = await openWarehouse({
      url: settings.WAREHOUSE_URL,
      schema: settings.WAREHOUSE_SCHEMA,
      clock,
      applicationName: this.#name,
    });
    try {
      this.#offsetMs = (await warehouse.now()).getTime() - Date.now();
    } catch (error) {
      await warehouse.close().catch(() => undefined);
      throw error;
    }
    return warehouse;
  }

  #stop(signal: NodeJS.Signals): void {
    if (this.#abort.signal.aborted) process.exit(EXIT_FAILED);
    this.log.warn(`${signal}: finishing what is begun; a second signal ends ${this.#task} at once.`);
    this.#abort.abort(new Error(`stopped by ${signal}`));
  }
}
