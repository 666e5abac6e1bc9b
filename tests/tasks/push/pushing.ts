import type { Clock } from '../../../shared/ground/clock.js';
import { promoteCommand } from '../../../tasks/promote/commands.js';
import { runPromote } from '../../../tasks/promote/run.js';
import { runAudit } from '../../../tasks/push/audit/audit.js';
import type { AuditFlags } from '../../../tasks/push/commands.js';
import { pushCommand } from '../../../tasks/push/commands.js';
import { type PushOptions, runPush } from '../../../tasks/push/run.js';
import { stageCommand } from '../../../tasks/stage/commands.js';
import { runStage } from '../../../tasks/stage/run.js';
import { type Ended, HURRY, runProgram } from '../../e2e/program.js';
import { type ChangeOf, makeBatch } from '../../helpers/batches.js';
import { taskContext } from '../../helpers/task-context.js';
import { insertLines, openTestWarehouse, type SourceLine, sql, type TestWarehouse } from '../../helpers/warehouse.js';
import { ITEMS, TestBoard } from '../../local/board/board.js';

/** How long the pumped clock lets real work go on before it jumps to the next wait's end. */
const PUMP_MS = 15;

/** A clock whose waits end in their order as soon as the process has been quiet for a moment. */
export class PumpedClock implements Clock {
  #now = Date.now();
  readonly #waiters = new Set<{ at: number; end: () => void }>();
  readonly #timer = setInterval(() => this.#jump(), PUMP_MS);

  now(): Date {
    return new Date(this.#now);
  }

  wait(ms: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason);
      const abandon = () => {
        this.#waiters.delete(waiter);
        reject(signal?.reason);
      };
      const end = () => {
        signal?.removeEventListener('abort', abandon);
        resolve();
      };
      const waiter = { at: this.#now + ms, end };
      this.#waiters.add(waiter);
      signal?.addEventListener('abort', abandon, { once: true });
    });
  }

  random(): number {
    return 0.5;
  }

  close(): void {
    clearInterval(this.#timer);
  }

  #jump(): void {
    const next = [...this.#waiters].sort((a, b) => a.at - b.at)[0];
    if (next === undefined) return;
    this.#waiters.delete(next);
    this.#now = Math.max(this.#now, next.at);
    next.end();
  }
}

export interface BoardItem {
  id: string;
  name: string;
  groupId: string;
  state: string;
  values: Record<string, { text: string | null; value: unknown }>;
  subitems: BoardItem[];
}

/** What pushes leave of lines, for `startOver`. */
export const WRITTEN_TABLES = [
  'MON_Ledger',
  'MON_Request',
  'MON_Label',
  'ORDERS_UNIFIED_SNAPSHOT',
  'ERR_MON_CustMasterSchedule',
];

/** The same, and the source: nothing was ever loaded. */
const BEFORE_FIRST_LOAD = ['MON_Ledger', 'MON_Request', 'MON_Board', 'ORDERS_UNIFIED', 'ORDERS_UNIFIED_SNAPSHOT'];

/** A database, a board and the tasks around push, all real, in this process. */
export class Pushing {
  readonly test: TestWarehouse;
  readonly board: TestBoard;
  readonly clock: PumpedClock;

  readonly #mapping: Record<string, string>;

  private constructor(test: TestWarehouse, board: TestBoard, clock: PumpedClock, mappingFile?: string) {
    this.#mapping = mappingFile === undefined ? {} : { MAPPING_FILE: mappingFile };
    this.test = test;
    this.board = board;
    this.clock = clock;
  }

  static async open(mappingFile?: string): Promise<Pushing> {
    const clock = new PumpedClock();
    return new Pushing(
      await openTestWarehouse(),
      await TestBoard.start({ clock, limits: 'raised' }),
      clock,
      mappingFile,
    );
  }

  async close(): Promise<void> {
    await this.board.close();
    await this.test.drop();
    this.clock.close();
  }

  /** An empty board, and these tables of the database's empty too. */
  async startOver(tables: readonly string[]): Promise<void> {
    await this.board.control('POST', '/_reset');
    for (const table of tables) await sql(this.test.warehouse, `DELETE FROM dbo."${table}"`);
  }

  /** Before a first load, with these lines in the source. */
  async startWith(lines: readonly SourceLine[]): Promise<void> {
    await this.startOver(BEFORE_FIRST_LOAD);
    await insertLines(this.test.warehouse, lines);
  }

  /** Makes a batch of these changes and stages it. */
  async stage(changes: readonly ChangeOf[], options: { dry?: boolean; customer?: string } = {}): Promise<string> {
    const { warehouse } = this.test;
    const batchId = await makeBatch(warehouse, changes, options);
    await runStage(taskContext(stageCommand.settings, { warehouse, clock: this.clock, env: this.#mapping }), {
      batchId,
    });
    return batchId;
  }

  async push(
    batchId: string,
    options: PushOptions & {
      env?: Record<string, string>;
      dryRun?: boolean;
      maxMinutes?: number;
      signal?: AbortSignal;
    } = {},
  ) {
    const { env, dryRun = false, maxMinutes, signal, ...rest } = options;
    const context = taskContext(pushCommand.settings, {
      warehouse: this.test.warehouse,
      clock: this.clock,
      ...(signal === undefined ? {} : { signal }),
      env: { ...this.#env(), ...env },
    });
    return runPush(context, { batchId, dryRun, maxMinutes }, rest);
  }

  /** The same by the real executable, which waits for nothing that has no answer. */
  pushProgram(batchId: string): Promise<Ended> {
    const env = { WAREHOUSE_URL: this.test.url, ...this.#env(), MONDAY_SETTLE_WAIT: '0s', ...HURRY };
    return runProgram('push', ['--batch-id', batchId], env);
  }

  async audit(flags: Partial<AuditFlags> = {}) {
    const context = taskContext(pushCommand.settings, {
      warehouse: this.test.warehouse,
      clock: this.clock,
      env: this.#env(),
    });
    return runAudit(context, { repair: false, overwriteEdits: false, ...flags });
  }

  #env(): Record<string, string> {
    return {
      ...this.#mapping,
      MONDAY_API_URL: `${this.board.board.url}/v2`,
      MONDAY_API_TOKEN: 'token',
      MONDAY_BOARD_ID: ITEMS,
      MONDAY_MIN_INTERVAL_MS: '0',
    };
  }

  async promote(batchId: string) {
    return runPromote(
      taskContext(promoteCommand.settings, { warehouse: this.test.warehouse, clock: this.clock, env: this.#mapping }),
      { batchId },
    );
  }

  /** Stages, pushes and promotes; returns push's outputs. */
  async carry(changes: readonly ChangeOf[], env: Record<string, string> = {}) {
    const batchId = await this.stage(changes);
    const { outputs } = await this.push(batchId, { env });
    await this.promote(batchId);
    return outputs ?? {};
  }

  /** Items of the board, active ones only unless asked for all. */
  async items(all = false): Promise<BoardItem[]> {
    const { items } = await this.board.dump();
    return (items as BoardItem[]).filter(({ state }) => all || state === 'active');
  }

  async itemOf(lineKey: string): Promise<BoardItem> {
    const found = (await this.items()).filter(({ values }) => values['line_key']?.text === lineKey);
    if (found.length !== 1 || found[0] === undefined) throw new Error(`${found.length} items have the key ${lineKey}`);
    return found[0];
  }

  async groupOf(item: BoardItem): Promise<string> {
    const { groups } = await this.board.dump();
    return (groups as { id: string; title: string }[]).find(({ id }) => id === item.groupId)?.title ?? '';
  }

  /** Mutations that the board was asked for since the request with this number. */
  async mutations(after: number): Promise<string[]> {
    const requests: { operations: string[] }[] = await this.board.log(after);
    return requests.flatMap(({ operations }) => operations.filter((name) => MUTATING.test(name)));
  }

  async requests(): Promise<number> {
    return (await this.board.log()).length;
  }
}

const MUTATING = /^(create|change|archive|move|update|delete|duplicate)_/;

/** Quantities by size as the board shows them. */
export function quantities(item: BoardItem): Record<string, string | null> {
  const active = item.subitems.filter(({ state }) => state === 'active');
  return Object.fromEntries(
    active.map(({ values }) => [
      (values['line_key']?.text ?? '').split('|')[1] ?? '',
      values['numeric_mkra7j8e']?.text ?? null,
    ]),
  );
}
