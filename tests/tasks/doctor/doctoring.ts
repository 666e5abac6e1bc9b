import type { StoredLabel } from '../../../local/board/model.js';
import type { Clock } from '../../../shared/ground/clock.js';
import { examine } from '../../../tasks/doctor/examine.js';
import type { Check, DoctorReport, Finding } from '../../../tasks/doctor/finding.js';
import { CHECKS, runDoctor } from '../../../tasks/doctor/run.js';
import { Site } from '../../../tasks/doctor/site.js';
import { taskContext } from '../../helpers/task-context.js';
import { insertLines, line, openTestWarehouse, type TestWarehouse } from '../../helpers/warehouse.js';
import { ITEMS, SUBITEMS, TestBoard } from '../../local/board/board.js';
import { PumpedClock } from '../push/pushing.js';

export { ITEMS, SUBITEMS };

/** A database and a board that agree, and doctor in this process. */
export class Doctoring {
  readonly test: TestWarehouse;
  readonly board: TestBoard;
  readonly clock = new PumpedClock();

  private constructor(test: TestWarehouse, board: TestBoard) {
    this.test = test;
    this.board = board;
  }

  static async open(): Promise<Doctoring> {
    const doctoring = new Doctoring(await openTestWarehouse(), await TestBoard.start({ limits: 'raised' }));
    await insertLines(doctoring.test.warehouse, [line(1, { S: 3 }), line(2, { OS: 7 })]);
    await doctoring.examine({ fix: true });
    return doctoring;
  }

  async close(): Promise<void> {
    await this.board.close();
    await this.test.drop();
    this.clock.close();
  }

  env(changes: Record<string, string> = {}): Record<string, string> {
    return {
      WAREHOUSE_URL: this.test.url,
      ARCHIVE_URL: this.test.archiveUrl,
      MONDAY_API_URL: `${this.board.board.url}/v2`,
      MONDAY_API_TOKEN: 'token',
      MONDAY_BOARD_ID: ITEMS,
      MONDAY_MIN_INTERVAL_MS: '0',
      ...changes,
    };
  }

  async examine(
    options: {
      env?: Record<string, string>;
      fix?: boolean;
      checks?: readonly Check[];
      clock?: Clock;
      warehouse?: TestWarehouse['warehouse'] | Error;
    } = {},
  ): Promise<DoctorReport> {
    const { env, fix = false, checks = CHECKS, clock = this.clock, warehouse = this.test.warehouse } = options;
    const context = taskContext([], { warehouse: this.test.warehouse, clock });
    const open = () => (warehouse instanceof Error ? Promise.reject(warehouse) : Promise.resolve(warehouse));
    const site = new Site({ ...context, warehouse: open }, this.env(env));
    try {
      return await examine(site, checks, { fix });
    } finally {
      await site.close();
    }
  }

  /** `check CODE subject` of every finding. */
  async codes(...args: Parameters<Doctoring['examine']>): Promise<string[]> {
    return codesOf((await this.examine(...args)).findings);
  }

  run(flags: Partial<Parameters<typeof runDoctor>[1]> = {}, env: Record<string, string> = {}, signal?: AbortSignal) {
    const stopped = signal === undefined ? {} : { signal };
    const context = taskContext([], { warehouse: this.test.warehouse, clock: this.clock, ...stopped });
    const standard = { adopt: false, fix: false, json: false, apply: false, dryRun: false } as const;
    return runDoctor(context, { ...standard, ...flags } as Parameters<typeof runDoctor>[1], this.env(env));
  }

  /** Changes a column as somebody with the board open would; undefined takes it away. */
  changeColumn(
    boardId: string,
    id: string,
    change: { title?: string; type?: string; archived?: boolean; labels?: StoredLabel[] } | undefined,
  ): void {
    const { columns } = this.board.board.account.store.state.board(boardId);
    const column = columns.get(id);
    if (column === undefined) throw new Error(`There is no column ${id}.`);
    if (change === undefined) columns.delete(id);
    else columns.set(id, { ...column, ...(change as object) });
  }
}

export function codesOf(findings: readonly Finding[]): string[] {
  return findings.map(({ check, code, subject }) => `${check} ${code} ${subject}`);
}
