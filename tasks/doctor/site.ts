import type { Clock } from '../../shared/ground/clock.js';
import type { Log } from '../../shared/ground/errors.js';
import { FixFirstError, TryAgainError } from '../../shared/ground/errors.js';
import { loadMapping, type Mapping } from '../../shared/mapping/mapping.js';
import type { AccountDetails } from '../../shared/monday/board.js';
import type { BoardShape } from '../../shared/monday/board-replies.js';
import { ACCOUNT_SETTINGS, type AccountConnection, connectAccount } from '../../shared/monday/connect.js';
import { AddressError } from '../../shared/monday/queries.js';
import {
  SETTINGS,
  type SettingName,
  type SettingProblem,
  type Settings,
  trySettings,
} from '../../shared/runtime/settings.js';
import type { TaskContext } from '../../shared/runtime/task.js';
import type { BoardPatience } from '../../shared/store/locks.js';
import { type MigrationPlan, planMigration } from '../../shared/store/schema/migrate.js';
import { openWarehouse } from '../../shared/warehouse/open.js';
import type { Warehouse } from '../../shared/warehouse/port/warehouse.js';
import { SAMPLE_ROWS } from './commands.js';
import { Part, PartMissing } from './finding.js';

/** How often a read of the board without an answer is tried while somebody waits for the report. */
export const ATTEMPTS_WHILE_LOOKING = 3;

export type DoctorContext = TaskContext<never>;

export interface AccountSeen {
  account: AccountDetails;
  connection: AccountConnection;
}

/** Both boards as they are now. */
export interface Boards {
  items: BoardShape;
  /** Undefined when the board has no subitems column, or the mapping no sizes that could stand there. */
  subitems: BoardShape | undefined;
}

/** Everything outside that doctor looks at; each part is opened when a check first needs it. */
export class Site {
  readonly settings: Partial<Settings<SettingName>>;
  readonly problems: readonly SettingProblem[];
  readonly clock: Clock;
  readonly log: Log;
  readonly signal: AbortSignal;
  readonly mapping: Part<Mapping>;
  readonly warehouse: Part<Warehouse>;
  readonly archive: Part<Warehouse>;
  /** What migrate would do. */
  readonly plan: Part<MigrationPlan>;
  /** The warehouse with all our tables in it, but for those that other systems may take away. */
  readonly pipeline: Part<Warehouse>;
  readonly account: Part<AccountSeen>;
  readonly boards: Part<Boards>;

  /** How many rows in scope are read with the rules of the mapping. */
  readonly sampleRows: number;

  readonly #attempts: number | undefined;

  /**
   * `attempts`: how often a read of the board is tried, by default as often as every task does. `mapping`: where it comes
   * from, by default the file of the settings.
   */
  constructor(
    context: DoctorContext,
    env: NodeJS.ProcessEnv,
    attempts?: number,
    sampleRows: number = SAMPLE_ROWS,
    mapping?: () => Mapping,
  ) {
    this.#attempts = attempts;
    this.sampleRows = sampleRows;
    const { values, problems } = trySettings(Object.keys(SETTINGS) as SettingName[], env);
    this.settings = values;
    this.problems = problems;
    this.clock = context.clock;
    this.log = context.log;
    this.signal = context.signal;
    const load = mapping ?? (() => loadMapping(values.MAPPING_FILE, values.WAREHOUSE_URL));
    this.mapping = new Part('settings', 'MAPPING_UNUSABLE', load);
    this.warehouse = new Part('warehouse', 'WAREHOUSE_UNREACHABLE', async () => {
      this.need('WAREHOUSE_URL');
      return context.warehouse();
    });
    this.archive = new Part('archive', 'ARCHIVE_UNREACHABLE', () => this.#openArchive());
    this.plan = new Part('tables', 'UNCHECKED', async () =>
      planMigration(await this.warehouse.get(), await this.mapping.get()),
    );
    this.pipeline = new Part('tables', 'TABLE_MISSING', () => this.#pipeline());
    this.account = new Part(
      'account',
      (error) =>
        error instanceof TryAgainError || error instanceof AddressError ? 'API_UNREACHABLE' : 'TOKEN_REFUSED',
      () => this.#account(),
    );
    this.boards = new Part('board', 'BOARD_ABSENT', () => this.#boards());
  }

  /** @throws PartMissing when the setting is missing or cannot be used. */
  need<Name extends SettingName>(name: Name): Settings<Name>[Name] {
    const value = this.settings[name];
    if (value !== undefined) return value as Settings<Name>[Name];
    throw new PartMissing(
      'settings',
      'SETTING_UNUSABLE',
      new FixFirstError(
        'SETTING_INVALID',
        this.problems.find((each) => each.name === name)?.message ?? `${name} cannot be used.`,
      ),
    );
  }

  patience(): BoardPatience {
    return { waitMs: this.need('LOCK_WAIT'), signal: this.signal, log: this.log, clock: this.clock };
  }

  /** After something was mended: what was seen of it is old. */
  forget(): void {
    for (const part of [this.plan, this.pipeline, this.boards]) part.forget();
  }

  async close(): Promise<void> {
    await (await this.archive.opened())?.close().catch(() => undefined);
  }

  async #openArchive(): Promise<Warehouse> {
    const archive = await openWarehouse({
      url: this.need('ARCHIVE_URL'),
      schema: this.need('ARCHIVE_SCHEMA'),
      clock: this.clock,
      applicationName: 'customer-orders doctor',
      signal: this.signal,
      setting: 'ARCHIVE_URL',
    });
    try {
      await archive.now();
      return archive;
    } catch (error) {
      await archive.close().catch(() => undefined);
      throw error;
    }
  }

  async #pipeline(): Promise<Warehouse> {
    const { pending, missing } = await this.plan.get();
    const own = missing.filter(({ columnsOnly }) => !columnsOnly);
    if (pending.length + own.length > 0)
      throw new FixFirstError('TABLE_MISSING', 'Not all tables of the pipeline are there.');
    return this.warehouse.get();
  }

  async #account(): Promise<AccountSeen> {
    const [url, token, minInterval, timeout] = ACCOUNT_SETTINGS;
    this.need(token);
    const settings = {
      [url]: this.need(url),
      [token]: this.need(token),
      [timeout]: this.need(timeout),
      [minInterval]: this.settings[minInterval],
    };
    const connection = connectAccount(settings, {
      clock: this.clock,
      log: this.log,
      signal: this.signal,
      ...(this.#attempts === undefined ? {} : { attempts: this.#attempts }),
    });
    return { account: await connection.reader.account(), connection };
  }

  async #boards(): Promise<Boards> {
    const boardId = this.need('MONDAY_BOARD_ID');
    const { reader } = (await this.account.get()).connection;
    const items = await reader.shape(boardId);
    const mapping = await this.mapping.ifThere();
    if (mapping !== undefined && mapping.sizes === undefined) return { items, subitems: undefined };
    if (items.hierarchy !== 'classic') return { items, subitems: items };
    const { subitemsBoardId } = items;
    return { items, subitems: subitemsBoardId === undefined ? undefined : await reader.shape(subitemsBoardId) };
  }
}
