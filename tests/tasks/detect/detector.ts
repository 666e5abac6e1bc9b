import { afterAll, beforeAll, beforeEach } from '@jest/globals';
import { type Clock, systemClock } from '../../../shared/ground/clock.js';
import { type Log, silentLog } from '../../../shared/ground/errors.js';
import { readFlags } from '../../../shared/runtime/flag-values.js';
import type { Warehouse } from '../../../shared/warehouse/port/warehouse.js';
import { detectCommand } from '../../../tasks/detect/commands.js';
import { runDetect } from '../../../tasks/detect/run.js';
import { taskContext } from '../../helpers/task-context.js';
import { openTestWarehouse, sql, type TestWarehouse } from '../../helpers/warehouse.js';

const HOUR = 3_600_000;

/** detect in this process, on a clock that tests move. */
export class Detector {
  readonly #warehouse: Warehouse;
  #now = new Date('2026-03-01T08:00:00Z').getTime();
  /** What the last run warned of. */
  warnings: string[] = [];

  constructor(warehouse: Warehouse) {
    this.#warehouse = warehouse;
  }

  get clock(): Clock {
    return { ...systemClock(), now: () => new Date(this.#now) };
  }

  passHours(hours: number): void {
    this.#now += hours * HOUR;
  }

  /** Runs detect and gives its outputs; every run is a second later than the one before. */
  async run(flags: Record<string, unknown> = {}, env: Record<string, string> = {}) {
    return (await this.runTask(flags, env)).outputs ?? {};
  }

  async runTask(flags: Record<string, unknown> = {}, env: Record<string, string> = {}, warehouse = this.#warehouse) {
    this.#now += 1_000;
    this.warnings = [];
    const log: Log = { ...silentLog, warn: (message) => this.warnings.push(message) };
    const context = taskContext(detectCommand.settings, {
      warehouse,
      env: { LOCK_WAIT: '5s', ...env },
      clock: this.clock,
      log,
    });
    return runDetect(context, await readFlags(detectCommand, flags));
  }
}

/** An empty database, and a detector on it, for each test of the block that calls this. */
export function useDetector(): { database: TestWarehouse; detector: Detector } {
  const test = {} as { database: TestWarehouse; detector: Detector };
  beforeAll(async () => {
    test.database = await openTestWarehouse();
  });
  beforeEach(async () => {
    await emptyTables(test.database.warehouse);
    test.detector = new Detector(test.database.warehouse);
  });
  afterAll(() => test.database.drop());
  return test;
}

async function emptyTables(warehouse: Warehouse): Promise<void> {
  for (const table of [
    'ORDERS_UNIFIED',
    'ORDERS_UNIFIED_SNAPSHOT',
    'STG_MON_CustMasterSchedule_Subitems',
    'STG_MON_CustMasterSchedule',
    'MON_BatchProcessing',
    'MON_Change',
    'MON_ChangeSet',
    'MON_Run',
    'MON_Mapping',
    'MON_ToldName',
    'ERR_MON_CustMasterSchedule',
    'ERR_MON_CustMasterSchedule_Subitems',
  ])
    await sql(warehouse, `DELETE FROM dbo."${table}"`);
}

/** The changes of a run by line key: what a test looks at. */
export function changesOf(warehouse: Warehouse, runId: unknown) {
  return sql(
    warehouse,
    `SELECT "line_key", "record_uuid", "old_uuid", "customer", "old_customer", "change", "reason" FROM dbo."MON_Change"
     WHERE "run_id" = @run_id ORDER BY "line_key"`,
    { run_id: String(runId) },
  );
}
