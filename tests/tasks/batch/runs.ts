import { systemClock } from '../../../shared/ground/clock.js';
import { batchId, newUuid } from '../../../shared/ground/ids.js';
import { migrateArchive } from '../../../shared/store/schema/migrate-archive.js';
import type { StagedCount } from '../../../shared/store/staged-counts.js';
import type { BatchState } from '../../../shared/store/states.js';
import { mapping, openTestWarehouse, sql, type TestWarehouse } from '../../helpers/warehouse.js';

export const START = new Date('2026-11-24T04:00:00Z');
const MINUTE = 60_000;
const HASH = '0'.repeat(64);

export const minutesAfter = (minutes: number, moment = START): Date => new Date(moment.getTime() + minutes * MINUTE);

export interface BatchOf {
  customer?: string;
  status?: BatchState;
  /** Minutes after the run's beginning. */
  endedAfter?: number;
  mutations?: { asked: number; accepted: number };
  forecastMinutes?: number;
  requests?: number;
  /** Staged lines by state. */
  staged?: Record<string, number>;
  /** What promote kept of them before they were pruned. */
  counts?: readonly StagedCount[];
}

/** Runs with their batches as they stand in the tables, without the tasks that would take hours to make such ones. */
export class RecordedRuns {
  readonly test: TestWarehouse;
  #seq = 0;

  private constructor(test: TestWarehouse) {
    this.test = test;
  }

  static async open(): Promise<RecordedRuns> {
    const test = await openTestWarehouse();
    await migrateArchive({ url: test.archiveUrl, schema: 'public' }, { clock: systemClock(), look: false });
    return new RecordedRuns(test);
  }

  sql(text: string, parameters: Parameters<typeof sql>[2] = {}) {
    return sql(this.test.warehouse, text, parameters);
  }

  /** Takes the runs away that a test has made. */
  async clear(): Promise<void> {
    for (const table of ['dbo."STG_MON_CustMasterSchedule"', 'dbo."MON_BatchProcessing"', 'dbo."MON_ChangeSet"'])
      await this.sql(`DELETE FROM ${table}`);
    for (const table of ['dbo."MON_Run"', 'dbo."MON_ToldName"', 'dbo."MON_Board"'])
      await this.sql(`DELETE FROM ${table}`);
    await sql(this.test.archive, 'DELETE FROM public."snapshot_archive"');
  }

  async run(options: { startedAt?: Date; dry?: boolean; outputs?: object; filter?: string[] } = {}): Promise<string> {
    const runId = newUuid();
    this.#seq += 1;
    const startedAt = options.startedAt ?? START;
    await this.sql(
      `INSERT INTO dbo."MON_Run" ("run_id", "run_key", "seq", "state", "kind", "method", "dry", "filter", "mapping_version", "source_rows", "started_at", "finished_at", "outputs")
       VALUES (@run_id, @run_key, @seq, 'DONE', 'SYNC', 'fields', @dry, @filter, @mapping_version, 100, @started_at, @finished_at, @outputs)`,
      {
        run_id: runId,
        run_key: runId,
        seq: this.#seq,
        dry: Number(options.dry ?? false),
        filter: options.filter === undefined ? null : JSON.stringify(options.filter),
        mapping_version: mapping.version,
        started_at: startedAt,
        finished_at: minutesAfter(1, startedAt),
        outputs: JSON.stringify({ customers: [], busy: [], ...options.outputs }),
      },
    );
    return runId;
  }

  /** How many lines a run found of a customer. */
  async found(runId: string, customer: string, lines: { new: number; changed?: number }): Promise<void> {
    await this.sql(
      `INSERT INTO dbo."MON_ChangeSet" ("run_id", "customer", "state", "new_lines", "changed_lines") VALUES (@run_id, @customer, 'BATCHED', @new, @changed)`,
      { run_id: runId, customer, new: lines.new, changed: lines.changed ?? 0 },
    );
  }

  /** New lines that a run found of a customer, each of them. */
  async changes(runId: string, customer: string, lines: number): Promise<void> {
    const common = { run_id: runId, customer };
    await this.found(runId, customer, { new: lines });
    for (let n = 0; n < lines; n++)
      await this.sql(
        `INSERT INTO dbo."MON_Change" ("run_id", "line_key", "customer", "change", "reason", "row_hash")
         VALUES (@run_id, @line_key, @customer, 'NEW', 'CONTENT', @hash)`,
        { ...common, line_key: newUuid(), hash: HASH },
      );
  }

  /** A batch of a run that began at START; gives its id. */
  async batch(runId: string, options: BatchOf = {}): Promise<string> {
    const customer = options.customer ?? 'GREYSON';
    const id = batchId(runId, customer);
    const { asked, accepted } = options.mutations ?? { asked: 0, accepted: 0 };
    const forecast = { requests: 1, points: 1, minutes: options.forecastMinutes ?? 0 };
    await this.sql(
      `INSERT INTO dbo."MON_BatchProcessing" ("batch_id", "run_id", "customer_name", "batch_type", "status", "total_records", "start_time", "end_time",
         "mutations_asked", "mutations_accepted", "forecast", "points_used", "staged_counts", "api_calls_made")
       VALUES (@batch_id, @run_id, @customer, 'CUSTOMER_DELTA', @status, 0, @made, @ended, @asked, @accepted, @forecast, 0, @counts, @requests)`,
      {
        batch_id: id,
        run_id: runId,
        customer,
        status: options.status ?? 'COMPLETED',
        made: minutesAfter(1),
        ended: options.endedAfter === undefined ? minutesAfter(2) : minutesAfter(options.endedAfter),
        asked,
        accepted,
        requests: options.requests ?? 0,
        counts: options.counts === undefined ? null : JSON.stringify(options.counts),
        forecast: options.forecastMinutes === undefined ? null : JSON.stringify(forecast),
      },
    );
    for (const [status, lines] of Object.entries(options.staged ?? {}))
      for (let n = 0; n < lines; n++)
        await this.sql(
          `INSERT INTO dbo."STG_MON_CustMasterSchedule" ("batch_id", "line_key", "stg_status", "stg_change", "stg_reason", "stg_action", "stg_customer", "row_hash", "mapping_version")
           VALUES (@batch_id, @line_key, @status, 'NEW', 'CONTENT', @action, @customer, @hash, @hash)`,
          {
            batch_id: id,
            line_key: newUuid(),
            status,
            action: status === 'API_SUCCESS' ? 'CREATED' : null,
            customer,
            hash: HASH,
          },
        );
    return id;
  }

  async archive(customer: string, at: Date, bytes: number, batch: string | null = null): Promise<void> {
    await sql(
      this.test.archive,
      `INSERT INTO public."snapshot_archive" ("snapshot_date", "customer_filter", "batch_id", "record_count", "parquet_data", "file_size_bytes", "saved",
         "schema_version", "schema_hash", "content_hash", "checksum")
       VALUES (@at, @customer, CAST(@batch AS UUID), 1, '', @bytes, 0, 1, @hash, @hash, @hash)`,
      { at, customer, batch, bytes, hash: HASH },
    );
  }
}
