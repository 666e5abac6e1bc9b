import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { systemClock } from '../../../shared/ground/clock.js';
import { silentLog } from '../../../shared/ground/errors.js';
import type { Outcome } from '../../../shared/runtime/task.js';
import type { Warehouse } from '../../../shared/warehouse/port/warehouse.js';
import { runMigrate } from '../../../tasks/migrate/run.js';
import { createTestDatabase, type TestDatabase } from '../../helpers/database.js';
import { dropIndex } from '../../helpers/dialect.js';
import { createWarehouseDatabase, openWarehouseAt } from '../../helpers/engine.js';
import { sql } from '../../helpers/warehouse.js';

let database: TestDatabase;
let archives: TestDatabase;
let warehouse: Warehouse;
const said: string[] = [];

beforeAll(async () => {
  [database, archives] = [await createWarehouseDatabase(), await createTestDatabase()];
  warehouse = await openWarehouseAt(database.url);
});
afterAll(async () => {
  await warehouse.close();
  await Promise.all([database.drop(), archives.drop()]);
});

function migrate(flags: { dryRun?: boolean; check?: boolean } = {}, archiveSchema = 'public'): Promise<Outcome> {
  said.length = 0;
  const say = (message: string): void => void said.push(message);
  const context = {
    settings: {
      WAREHOUSE_URL: database.url,
      WAREHOUSE_SCHEMA: 'dbo',
      MAPPING_FILE: undefined,
      LOCK_WAIT: 10_000,
      ARCHIVE_URL: archives.url,
      ARCHIVE_SCHEMA: archiveSchema,
    },
    log: { ...silentLog, info: say, warn: say },
    clock: systemClock(),
    signal: new AbortController().signal,
    warehouse: () => Promise.resolve(warehouse),
    emitMetrics: () => undefined,
  };
  return runMigrate(context, { dryRun: false, check: false, ...flags });
}

describe('migrate as a task', () => {
  it('with --dry-run prints the SQL that gives an empty database the same schema as migrate does', async () => {
    const { lines = [], outputs } = await migrate({ dryRun: true });
    expect(outputs).toMatchObject({ version: 1, differences: 0 });
    expect((await warehouse.describeTables(['MON_Run'])).size).toBe(0);
    const [ours, theirs] = lines.join('\n').split('-- create snapshot_archive');
    for (const statement of statements(ours ?? '')) await sql(warehouse, statement);
    const archive = await openWarehouseAt(archives.url, { schema: 'public' });
    for (const statement of statements(theirs ?? '')) await sql(archive, statement);
    await archive.close();
    expect(await migrate({ check: true })).toEqual({ outputs: { version: 1, steps: 0, differences: 0 } });
    expect(said).toEqual(['Everything is up to date.']);
  });

  it('with --check ends with exit code 2 while something is missing, and names it', async () => {
    await dropIndex(warehouse, 'MON_Ledger', 'IX_MON_Ledger_request_id');
    expect(await migrate({ check: true })).toMatchObject({ exitCode: 2, outputs: { steps: 1 } });
    expect(said).toEqual(['To do: add the index IX_MON_Ledger_request_id to MON_Ledger.']);
    expect(await migrate()).toEqual({ outputs: { version: 1, steps: 1, differences: 0 } });
    expect(said).toEqual(['Done: add the index IX_MON_Ledger_request_id to MON_Ledger.']);
  });

  it('with --check names a missing or different view, and otherwise replaces it', async () => {
    await sql(warehouse, 'DROP VIEW dbo."v_order_line_status"');
    expect(await migrate({ check: true })).toMatchObject({ exitCode: 2, outputs: { steps: 1, differences: 0 } });
    expect(said).toEqual(['To do: create v_order_line_status.']);
    await sql(warehouse, `CREATE VIEW dbo."v_order_line_status" AS SELECT 'mine' AS "state"`);
    expect(await migrate({ check: true })).toMatchObject({ exitCode: 2, outputs: { steps: 1, differences: 0 } });
    expect(said).toEqual(['To do: replace v_order_line_status.']);
    expect((await migrate()).outputs).toMatchObject({ steps: 1 });
    expect((await migrate({ check: true })).outputs).toMatchObject({ steps: 0, differences: 0 });
  });

  it('with --dry-run prints the schema of the archives as well, if it is missing', async () => {
    const { lines = [], outputs } = await migrate({ dryRun: true }, 'second pipeline');
    expect(said).toContain('To do: create the schema second pipeline.');
    expect(outputs).toMatchObject({ steps: 2 });
    const archive = await openWarehouseAt(archives.url, { schema: 'public' });
    for (const statement of statements(lines.join('\n'))) await sql(archive, statement);
    await archive.close();
    expect((await migrate({ check: true }, 'second pipeline')).outputs).toMatchObject({ steps: 0, differences: 0 });
  });

  it('creates the schema of the archives if it is missing', async () => {
    expect((await migrate({}, 'third')).outputs).toMatchObject({ steps: 2 });
    expect(said).toEqual(['Done: create the schema third.', 'Done: create snapshot_archive.']);
    expect((await migrate({ check: true }, 'third')).outputs).toMatchObject({ steps: 0, differences: 0 });
  });

  it('with --check ends with exit code 2 while something differs, and changes nothing', async () => {
    await sql(warehouse, 'CREATE TABLE dbo."other" ("id" INT)');
    await dropIndex(warehouse, 'MON_Ledger', 'IX_MON_Ledger_request_id');
    await sql(warehouse, 'CREATE INDEX "IX_MON_Ledger_request_id" ON dbo."MON_Ledger" ("kind")');
    for (const flags of [{}, { check: true }] as const) {
      expect((await migrate(flags)).outputs).toMatchObject({ steps: 0, differences: 1 });
      expect(said[0]).toMatch(/^The index IX_MON_Ledger_request_id of MON_Ledger is \(kind\), not \(request_id\)\. /);
    }
    expect(await migrate({ check: true })).toMatchObject({ exitCode: 2 });
  });
});

/** Statements of a printed script. */
function statements(script: string): string[] {
  return script
    .split(/;\n/)
    .map((text) => text.replace(/^(?:--.*|GO)$/gm, '').trim())
    .filter((text) => text !== '');
}
