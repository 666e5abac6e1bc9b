import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { type Clock, systemClock } from '../../../shared/ground/clock.js';
import { type Archive, ArchiveStore } from '../../../shared/store/archives.js';
import { migrateArchive } from '../../../shared/store/schema/migrate-archive.js';
import { pruneCommand } from '../../../tasks/archive/commands.js';
import { expiredArchives, runPrune } from '../../../tasks/archive/prune/run.js';
import { runArchive } from '../../../tasks/archive/run.js';
import { runExport, runList, runVerify } from '../../../tasks/archive/verify.js';
import { insertSnapshot } from '../../helpers/snapshot.js';
import { taskContext } from '../../helpers/task-context.js';
import { line, openTestWarehouse, sql, type TestWarehouse, uuid } from '../../helpers/warehouse.js';

let test: TestWarehouse;
let folder: string;

beforeAll(async () => {
  test = await openTestWarehouse();
  await migrateArchive({ url: test.archiveUrl, schema: 'public' }, { clock: systemClock(), look: false });
  folder = await mkdtemp(join(tmpdir(), 'archive-test-'));
});

beforeEach(async () => {
  await sql(test.warehouse, 'DELETE FROM dbo."ORDERS_UNIFIED_SNAPSHOT"');
  await sql(test.archive, 'DELETE FROM public."snapshot_archive"');
  await insertSnapshot(test.warehouse, [
    { source: line(1, { S: 10, '28': 2, NOTES: 'says "late",\nperhaps' }) },
    { source: line(2, { L: 7, NOTES: '' }), lineKey: uuid(20) },
    { source: line(3), acknowledged: false },
  ]);
});

afterAll(async () => {
  await test.drop();
  await rm(folder, { recursive: true });
});

const SETTINGS = [...pruneCommand.settings, 'MAPPING_FILE', 'LOCK_WAIT'] as const;

function context(env: Record<string, string> = {}, clock?: Clock) {
  return taskContext(SETTINGS, {
    warehouse: test.warehouse,
    env: { ARCHIVE_URL: test.archiveUrl, ...env },
    ...(clock ? { clock } : {}),
  });
}

const at = (date: string): Clock => ({ ...systemClock(), now: () => new Date(date) });

/** Makes an archive of its own content and returns its id. */
async function archive(clock?: Clock): Promise<number> {
  await sql(
    test.warehouse,
    `UPDATE dbo."ORDERS_UNIFIED_SNAPSHOT" SET "DROP" = COALESCE("DROP", '') || 'x' WHERE "line_key" = '${uuid(3)}'`,
  );
  const { outputs } = await runArchive(context({}, clock), { customer: 'GREYSON' });
  return Number(outputs?.['archiveId']);
}

async function damage(id: number, assignment: string): Promise<void> {
  await sql(test.archive, `UPDATE public."snapshot_archive" SET ${assignment} WHERE "id" = ${id}`);
}

describe('archive verify', () => {
  it('finds intact archives intact', async () => {
    await archive();
    const id = await archive();
    expect(await runVerify(context(), {})).toEqual({ outputs: { archives: 2, damaged: [] } });
    expect(await runVerify(context(), { archiveId: id })).toEqual({ outputs: { archives: 1, damaged: [] } });
  });

  it.each([
    ['a changed byte', `"parquet_data" = set_byte("parquet_data", 40, 255 - get_byte("parquet_data", 40))`],
    ['lost bytes', `"parquet_data" = substring("parquet_data" FROM 1 FOR 100)`],
    [
      'bytes that are not Parquet, with a matching checksum',
      `"parquet_data" = 'x', "file_size_bytes" = 1, "checksum" = encode(sha256('x'), 'hex')`,
    ],
    ['another number of lines', '"record_count" = 4'],
    ['other content', `"content_hash" = '${'0'.repeat(64)}'`],
    ['other columns', `"schema_hash" = '${'0'.repeat(64)}'`],
  ])('ends with exit code 2 and names the archive with %s', async (_, assignment) => {
    const [sound, damaged] = [await archive(), await archive()];
    await damage(damaged, assignment);
    expect(await runVerify(context(), {})).toEqual({ outputs: { archives: 2, damaged: [damaged] }, exitCode: 2 });
    expect(await runVerify(context(), { archiveId: sound })).not.toHaveProperty('exitCode');
  });

  it('refuses an unknown archive', async () => {
    await expect(runVerify(context(), { archiveId: 999_999 })).rejects.toMatchObject({ exitCode: 2 });
  });
});

describe('archive export', () => {
  it('writes the archive unchanged, for other programs', async () => {
    const archiveId = await archive();
    const output = join(folder, 'greyson.parquet');
    const { outputs } = await runExport(context(), { archiveId, output, safe: false });
    expect(outputs).toMatchObject({ archiveId, rows: 3, bytes: (await readFile(output)).length });
    const instance = await DuckDBInstance.create(':memory:');
    const connection = await instance.connect();
    const result = await connection.runAndReadAll(
      `SELECT line_key, record_uuid, acknowledged, "AAG ORDER NUMBER", S, L, "28" FROM read_parquet('${output}')`,
    );
    connection.closeSync();
    instance.closeSync();
    expect(result.getRows()).toEqual([
      [uuid(1), null, 1, 'GRE-00001', 10, null, 2],
      [uuid(20), uuid(2), 1, 'GRE-00002', null, 7, null],
      [uuid(3), null, 0, 'GRE-00003', null, null, null],
    ]);
  });

  it('writes CSV with the hash of each line, of exactly the size that the archive is compared with', async () => {
    const archiveId = await archive();
    const output = join(folder, 'greyson.csv');
    const { outputs } = await runExport(context(), { archiveId, output, safe: false });
    const text = await readFile(output, 'utf8');
    const [kept] = await sql(
      test.archive,
      'SELECT CAST("tags" ->> \'csvBytes\' AS INT) AS csv_bytes FROM public."snapshot_archive"',
    );
    expect(outputs?.['bytes']).toBe(kept?.['csv_bytes']);
    const [header, ...rows] = text.split('\r\n');
    expect(header?.split(',').slice(0, 4)).toEqual(['line_key', 'record_uuid', 'row_hash', 'mapping_version']);
    expect(header?.split(',').slice(-3)).toEqual(['28', 'L', 'S']);
    const [hash] = await sql(
      test.warehouse,
      `SELECT "row_hash" FROM dbo."ORDERS_UNIFIED_SNAPSHOT" WHERE "line_key" = '${uuid(20)}'`,
    );
    expect(rows[1]).toContain(`${uuid(20)},${uuid(2)},${hash?.['row_hash']},`);
    expect(rows[0]).toContain('"says ""late"",\nperhaps"');
    expect(rows[1]).toContain(',"",');
    expect(rows[2]).toContain(`${uuid(3)},${uuid(3)},,`);
  });

  it('writes nothing from a damaged archive, and keeps the old file', async () => {
    const archiveId = await archive();
    const output = join(folder, 'old.csv');
    await writeFile(output, 'old');
    await damage(archiveId, '"record_count" = 4');
    await expect(runExport(context(), { archiveId, output, safe: false })).rejects.toThrow('is not sound');
    expect(await readFile(output, 'utf8')).toBe('old');
  });

  it('says that the file cannot be written, and leaves no partial file', async () => {
    const archiveId = await archive();
    const output = join(folder, 'missing', 'greyson.csv');
    await expect(runExport(context(), { archiveId, output, safe: false })).rejects.toMatchObject({ exitCode: 2 });
    expect((await readdir(folder)).filter((name) => name.endsWith('.part'))).toEqual([]);
  });
});

describe('archive list', () => {
  it('shows archives for people and as JSON, of all customers or one', async () => {
    expect(await runList(context(), { json: false })).toEqual({ lines: ['No archives.'] });
    const id = await archive(at('2026-01-05T10:00:00Z'));
    const { lines } = await runList(context(), { json: false, customer: 'GREYSON CLOTHIERS' });
    expect(lines).toHaveLength(2);
    expect(lines?.[1]).toMatch(new RegExp(`^${id} +2026-01-05T10:00:00 +GREYSON +3 `));
    const list = JSON.parse((await runList(context(), { json: true })).lines?.join() ?? '') as unknown;
    expect(list).toMatchObject([{ id, customer: 'GREYSON', rows: 3, retentionUntil: '2026-02-04', batchId: null }]);
    expect(await runList(context(), { json: true, customer: 'PELOTON' })).toEqual({ lines: ['[]'] });
  });

  it('shows and makes archives of a customer that has left the mapping', async () => {
    await sql(test.warehouse, `UPDATE dbo."ORDERS_UNIFIED_SNAPSHOT" SET "customer" = 'FORMER LTD'`);
    const { outputs } = await runArchive(context(), { customer: 'former ltd' });
    expect(outputs).toMatchObject({ status: 'ARCHIVED', customer: 'FORMER LTD', rows: 3 });
    await sql(test.warehouse, 'DELETE FROM dbo."ORDERS_UNIFIED_SNAPSHOT"');
    expect((await runList(context(), { json: false, customer: 'Former Ltd' })).lines).toHaveLength(2);
    await expect(runList(context(), { json: false, customer: 'FORMER' })).rejects.toMatchObject({
      code: 'CUSTOMER_UNKNOWN',
    });
  });
});

describe('archive prune', () => {
  it('removes archives past their retention, and with --dry-run only reports them', async () => {
    const old = await archive(at('2026-01-01T10:00:00Z'));
    const young = await archive(at('2026-02-20T10:00:00Z'));
    const newest = await archive(at('2026-02-21T10:00:00Z'));
    const now = at('2026-02-22T10:00:00Z');
    const left = async () =>
      (JSON.parse((await runList(context(), { json: true })).lines?.join() ?? '') as Archive[]).map(({ id }) => id);
    expect((await runPrune(context({}, now), { dryRun: true })).outputs).toMatchObject({ archives: 3, removed: 1 });
    expect(await left()).toEqual([old, young, newest]);
    await runPrune(context({}, now), { dryRun: false });
    expect(await left()).toEqual([young, newest]);
    await runPrune(context({ ARCHIVE_MAX_PER_CUSTOMER: '1' }, now), { dryRun: false });
    expect(await left()).toEqual([newest]);
    expect((await runPrune(context({}, at('2030-01-01T00:00:00Z')), { dryRun: false })).outputs).toMatchObject({
      removed: 0,
    });
  });

  const dated = (id: number, customer: string, day: string, until: string | null = null) => ({
    id,
    customer,
    snapshotDate: new Date(`${day}T00:00:00Z`),
    retentionUntil: until,
  });
  const limits = { now: new Date('2026-03-01T00:00:00Z'), retentionDays: 30, maxPerCustomer: 3 };
  const ids = (archives: readonly { id: number }[]) => archives.map(({ id }) => id).sort((a, b) => a - b);

  it('keeps the newest sound archive where every one that stays is damaged', async () => {
    const [first, second, third] = [await archive(), await archive(), await archive()];
    await damage(third, `"parquet_data" = 'x'`);
    const prune = (dryRun: boolean) => runPrune(context({ ARCHIVE_MAX_PER_CUSTOMER: '1' }), { dryRun });
    expect((await prune(true)).outputs).toMatchObject({ archives: 3, removed: 1 });
    expect((await prune(false)).outputs).toMatchObject({ archives: 3, removed: 1 });
    expect((await runVerify(context(), {})).outputs).toEqual({ archives: 2, damaged: [third] });
    await expect(runVerify(context(), { archiveId: first })).rejects.toThrow('There is no archive');
    const fourth = await archive();
    expect((await prune(false)).outputs).toMatchObject({ archives: 3, removed: 2 });
    await expect(runVerify(context(), { archiveId: second })).rejects.toThrow('There is no archive');
    expect((await runVerify(context(), {})).outputs).toEqual({ archives: 1, damaged: [] });
    expect(fourth).toBeGreaterThan(third);
  });

  it('handles each customer separately', () => {
    const archives = [dated(1, 'A', '2025-01-01'), dated(2, 'B', '2025-01-01'), dated(3, 'B', '2026-02-28')];
    expect(ids(expiredArchives(archives, limits))).toEqual([2]);
  });

  it('removes archives beyond ARCHIVE_MAX_PER_CUSTOMER, oldest first', () => {
    const archives = [1, 2, 3, 4, 5].map((id) => dated(id, 'A', '2026-02-28'));
    expect(ids(expiredArchives(archives, limits))).toEqual([1, 2]);
  });

  it('respects the retention date of each archive', () => {
    const archives = [
      dated(1, 'A', '2026-02-20', '2026-02-28'),
      dated(2, 'A', '2026-02-20', '2026-03-01'),
      dated(3, 'A', '2026-02-21'),
    ];
    expect(ids(expiredArchives(archives, limits))).toEqual([1]);
  });
});

describe('ArchiveStore', () => {
  it('keeps nothing if the bytes read back are refused', async () => {
    const id = await archive();
    const store = await ArchiveStore.at({ url: test.archiveUrl, schema: 'public' }, systemClock());
    const { id: _, ...kept } = await store.find(id);
    const parquet = await store.parquet(id);
    const proof = { isSound: async () => true, check: () => Promise.reject(new Error('torn')) };
    await expect(store.keep({ ...kept, contentHash: 'other', parquet }, proof)).rejects.toThrow('torn');
    expect(await store.list()).toHaveLength(1);
    await store.close();
  });
});
