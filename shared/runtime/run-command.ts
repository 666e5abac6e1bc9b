import { type Clock, systemClock, unlessStopped } from '../ground/clock.js';
import type { ErrorCode } from '../ground/error-codes.js';
import type { Log } from '../ground/errors.js';
import { messageOf, stoppedBy, TaskError } from '../ground/errors.js';
import { EXIT_AGAIN } from '../ground/exit-codes.js';
import { foreignError } from '../ground/foreign-errors.js';
import { printable } from '../ground/text.js';
import { cutText } from '../mapping/rules.js';
import type { Warehouse } from '../warehouse/port/warehouse.js';
import { createLog, type LogSettings } from './create-log.js';
import { keepHeapSmall } from './heap.js';
import { kestraLine, type Metric, printDrawn, printLines, writeIfPossible, writeLine } from './outputs.js';
import { UsageError } from './parse-flags.js';
import { readSettings, type SettingName, trySettings, unknownSettings } from './settings.js';
import type { RunOptions } from './task.js';
import { type AnyCommand, alsoRead, type Outcome, type TaskContext } from './task.js';
import { outputLines, type Terminal, terminalOf } from './terminal.js';

/** How long connections may take to close after a stop. */
const STOP_GRACE_MS = 300;
/** The most of its error that a failed task outputs, so that a page or message about many has room for each. */
const LONGEST_SENTENCE = 500;

/** Runs a command whose flags are parsed: settings, log, signals and outputs. Gives the exit code. */
export async function runCommand(
  task: string,
  { command, flags }: { command: AnyCommand; flags: object },
  { argv, env }: RunOptions,
): Promise<number> {
  const startedAt = performance.now();
  const open = new OpenTask(task, command, { argv, env });
  // Only on a terminal, and after --help: the rest of the time it need not be loaded.
  const endStatus = process.stderr.isTTY ? (await import('./status-line.js')).showStatus(task) : () => undefined;
  try {
    const outcome = await command.start(flags, (names, optional) => open.context(names, optional));
    finish(task, outcome, { ms: performance.now() - startedAt, terminal: open.reader(flags) });
    if (outcome.exitCode !== undefined) return outcome.exitCode;
    return outcome.rowErrors ? readSettings(['ROW_ERRORS_EXIT'], env).ROW_ERRORS_EXIT : 0;
  } catch (error) {
    if (error instanceof UsageError) throw error;
    return report(error, open);
  } finally {
    await open.close();
    endStatus();
  }
}

/** Output for a program, or for a person at a terminal. */
function finish(
  task: string,
  outcome: Outcome,
  { ms, terminal }: { ms: number; terminal: Terminal | undefined },
): void {
  const { lines, outputs, metrics = [], onTerminal } = outcome;
  if (terminal !== undefined && onTerminal !== undefined) {
    printDrawn(onTerminal(terminal));
    return;
  }
  if (lines !== undefined) printLines(lines);
  if (outputs === undefined) return;
  if (terminal !== undefined) {
    printDrawn(outputLines(terminal, outputs));
    return;
  }
  const duration: Metric = { name: 'duration', type: 'timer', value: ms / 1_000, tags: { task } };
  writeLine(kestraLine({ metrics: [duration, ...metrics] }));
  writeLine(kestraLine({ outputs }));
}

function report(error: unknown, { log, format }: Pick<OpenTask, 'log' | 'format'>): number {
  const told = error instanceof TaskError ? error : foreignError(error);
  // A flow words its own failure from the outputs of the failed task.
  const sentence = cutText(printable(told?.message ?? `Unexpected: ${messageOf(error)}`), LONGEST_SENTENCE);
  if (format === 'kestra') writeIfPossible(kestraLine({ outputs: { error: sentence } }), 1);
  if (told !== undefined) {
    log.error(told.message, { code: told.code, ...told.where });
    if (told !== error) log.debug('Where it was thrown.', { stack: stackOf(error) });
    return told.exitCode;
  }
  log.error(`Unexpected: ${messageOf(error)}. This is a fault of the program; please report it with the lines above.`, {
    code: 'UNEXPECTED' satisfies ErrorCode,
    stack: stackOf(error),
  });
  return EXIT_AGAIN;
}

const stackOf = (error: unknown): string | undefined => (error instanceof Error ? error.stack : undefined);

/** For text next to a list: a reader of the list as JSON reads stdout. */
const WARN = ['error', 'warn'];
const LOG_SETTINGS = ['LOG_LEVEL', 'LOG_FORMAT'] as const;

/** Opens what a command needs and closes it afterwards, whatever happens. */
class OpenTask {
  readonly #task: string;
  readonly #name: string;
  readonly #env: NodeJS.ProcessEnv;
  readonly #streamsRows: boolean;
  readonly #abort = new AbortController();
  readonly #onSignal = (signal: NodeJS.Signals): void => this.#stop(signal);
  #warehouse: Promise<Warehouse> | undefined;
  #offsetMs = 0;
  log: Log;
  format: LogSettings['format'] = process.stdout.isTTY ? 'pretty' : 'json';

  constructor(task: string, { streamsRows = false }: AnyCommand, { argv, env }: RunOptions) {
    this.#task = task;
    this.#streamsRows = streamsRows;
    const id = argv.find((word) => /^[0-9a-f]{8}-/i.test(word)) ?? '';
    this.#name = `customer-orders ${task} ${id}`.trim();
    this.#env = env;
    this.log = createLog({ level: 'info', format: this.format });
    process.on('SIGTERM', this.#onSignal);
    process.on('SIGINT', this.#onSignal);
  }

  context<Name extends SettingName, Optional extends SettingName>(
    names: readonly Name[],
    optional: readonly Optional[],
  ): TaskContext<Name, Optional> {
    const { LOG_LEVEL = 'info', LOG_FORMAT } = trySettings(LOG_SETTINGS, this.#env).values;
    this.format = LOG_FORMAT ?? this.format;
    this.log = createLog({ level: LOG_LEVEL, format: this.format });
    for (const message of unknownSettings(this.#env))
      createLog({ level: LOG_LEVEL, format: this.format }, WARN).warn(message);
    // Settings that are used later are checked now as well: a run of hours must not end because of a wrong setting.
    const settings = readSettings([...names, ...alsoRead(names)], this.#env, optional);
    const clock = this.#clock();
    return {
      settings,
      log: this.log,
      clock,
      signal: this.#abort.signal,
      warehouse: () => {
        this.#warehouse ??= this.#open(clock);
        return this.#warehouse;
      },
      // At a terminal the protocol's lines are not printed.
      emitMetrics: (metrics) => {
        if (this.reader({}) === undefined) writeIfPossible(kestraLine({ metrics }), 1);
      },
    };
  }

  /** The terminal; undefined if a program reads the output, or JSON was requested. */
  reader(flags: unknown): Terminal | undefined {
    const json = typeof flags === 'object' && flags !== null && 'json' in flags && flags.json === true;
    return json || this.format !== 'pretty' ? undefined : terminalOf(process.stdout);
  }

  async close(): Promise<void> {
    process.off('SIGTERM', this.#onSignal);
    process.off('SIGINT', this.#onSignal);
    const closed = this.#closeWarehouse();
    if (!this.#abort.signal.aborted) return closed;
    // After a stop, do not wait for a server that does not answer.
    await Promise.race([closed, systemClock().wait(STOP_GRACE_MS)]);
    setTimeout(() => process.exit(), STOP_GRACE_MS).unref();
  }

  async #closeWarehouse(): Promise<void> {
    const warehouse = await this.#warehouse?.catch(() => undefined);
    await warehouse
      ?.close()
      .catch((error: unknown) => this.log.warn(`The warehouse did not close cleanly: ${messageOf(error)}.`));
  }

  /** Rule 30: this machine's clock until the warehouse is open, then the database's. */
  #clock(): Clock {
    const own = systemClock();
    return { ...own, now: () => new Date(Date.now() + this.#offsetMs) };
  }

  async #open(clock: Clock): Promise<Warehouse> {
    const { openWarehouse } = await import('../warehouse/open.js');
    const settings = readSettings(['WAREHOUSE_URL', 'WAREHOUSE_SCHEMA', 'LOCK_WAIT'], this.#env);
    const opened = await openWarehouse({
      url: settings.WAREHOUSE_URL,
      schema: settings.WAREHOUSE_SCHEMA,
      clock,
      applicationName: this.#name,
      signal: this.#abort.signal,
      lockWaitMs: settings.LOCK_WAIT,
    });
    const warehouse = process.stderr.isTTY ? await this.#watched(opened, settings.WAREHOUSE_URL) : opened;
    try {
      const now = await unlessStopped(warehouse.now(), this.#abort.signal);
      this.#offsetMs = now.getTime() - Date.now();
    } catch (error) {
      const closed = warehouse.close().catch(() => undefined);
      if (!this.#abort.signal.aborted) await closed;
      throw error;
    }
    if (this.#streamsRows) keepHeapSmall();
    return warehouse;
  }

  async #watched(warehouse: Warehouse, url: string): Promise<Warehouse> {
    const [{ watchedWarehouse }, { parseConnectionUrl }] = await Promise.all([
      import('./status-line.js'),
      import('../warehouse/port/connection-url.js'),
    ]);
    const { host, port } = parseConnectionUrl(url);
    return watchedWarehouse(warehouse, `the database at ${host}${port === undefined ? '' : `:${port}`}`);
  }

  #stop(signal: NodeJS.Signals): void {
    if (this.#abort.signal.aborted) process.exit(EXIT_AGAIN);
    this.log.warn(`${signal}: what has begun is being finished; a second signal ends ${this.#task} at once.`);
    this.#abort.abort(stoppedBy(signal));
  }
}
