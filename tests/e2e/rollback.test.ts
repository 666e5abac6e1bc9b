import { randomUUID } from 'node:crypto';
import { readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { callOf, shellLines } from '../docs/commands.js';
import { copyLine, NEW_UUID, readWhole } from '../helpers/dialect.js';
import { patience } from '../helpers/engine.js';
import { COLUMN, createdTwice, lastRequest, mutationsAfter, readBoard, requestsAfter } from './board-view.js';
import { killAtTable, touching, writing } from './killing.js';
import type { Task } from './program.js';
import { World } from './world.js';

const CUSTOMER = 'GREYSON';
const ONLY = ['--customer', CUSTOMER] as const;
/** For what runs a dozen programs on a machine that is busy with others. */
const PATIENCE_MS = patience(240_000);
const STEPS = ['stage', 'push', 'promote', 'archive'] as const;

let world: World;

beforeAll(async () => {
  world = await World.open(['GREYSON CLOTHIERS', 'TITLE 9']);
});

afterAll(() => world.close());

/** A cell that was cleared is as empty as one that never was filled. */
const filled = (values: Record<string, string | null>) =>
  Object.fromEntries(Object.entries(values).filter(([, text]) => (text ?? '') !== ''));

/** What planners see of each active line. A size that is not ordered shows nothing, or 0 where it was ordered once. */
async function shown() {
  const items = (await readBoard(world)).filter(({ state }) => state === 'active');
  return new Map(
    items.map(({ key, name, group, values, sizes }) => [
      key,
      {
        name,
        group,
        values: filled(values),
        sizes: Object.fromEntries(Object.entries(sizes).filter(([, quantity]) => quantity > 0)),
      },
    ]),
  );
}

const without = <T>(lines: ReadonlyMap<string, T>, ...keys: string[]) =>
  new Map([...lines].filter(([key]) => !keys.includes(key)));

/** The source, to the letter. */
const source = () => readWhole(world.warehouse, 'ORDERS_UNIFIED', ['record_uuid']);

const acknowledged = async () =>
  new Map(
    (
      await world.sql(
        `SELECT "line_key", "row_hash" FROM dbo."ORDERS_UNIFIED_SNAPSHOT" WHERE "customer" = @customer AND "deleted_at" IS NULL`,
        { customer: CUSTOMER },
      )
    ).map((row) => [String(row['line_key']), row['row_hash']]),
  );

const runs = async (where: string) =>
  Number((await world.sql(`SELECT CAST(COUNT(*) AS INT) AS n FROM dbo."MON_Run" WHERE ${where}`))[0]?.['n']);

/** What the tables hold that a restore itself must not touch. */
async function untouched() {
  const snapshot = await readWhole(world.warehouse, 'ORDERS_UNIFIED_SNAPSHOT', ['line_key']);
  const ledger = await readWhole(world.warehouse, 'MON_Ledger', ['kind', 'ledger_key', 'size']);
  return { snapshot, ledger, source: await source(), sent: await lastRequest(world) };
}

async function step(batchId: unknown) {
  const outputs: Record<string, Record<string, unknown>> = {};
  for (const task of STEPS) outputs[task] = await world.expect(task, '--batch-id', String(batchId));
  return outputs;
}

// One story, as the drill of docs/rollback.md tells it.
describe('a rollback', () => {
  let archiveId = 0;
  let goodDay: Awaited<ReturnType<typeof shown>>;
  let badDay: Awaited<ReturnType<typeof shown>>;
  let goodHashes: Awaited<ReturnType<typeof acknowledged>>;
  let restored: Record<string, unknown>;
  const lines = { more: '', fewer: '', added: '', noted: '', moved: '', cancelled: '', gone: '' };
  const fresh = randomUUID();

  beforeAll(async () => {
    await world.carry();
    [goodDay, goodHashes] = [await shown(), await acknowledged()];
    const list = await world.run('archive', ['list', '--json', ...ONLY]);
    const [archive] = JSON.parse(list.said.split('\n').find((text) => text.startsWith('[')) ?? '[]') as {
      id: number;
    }[];
    archiveId = archive?.id ?? 0;

    const rows = await world.sql(
      `SELECT "record_uuid" FROM dbo."ORDERS_UNIFIED"
       WHERE "PO NUMBER" = '4755' AND "ORDER TYPE" = 'ACTIVE' AND "XS" > 0 AND "XL" > 0 ORDER BY "record_uuid"`,
    );
    for (const [index, name] of Object.keys(lines).entries())
      lines[name as keyof typeof lines] = String(rows[index]?.['record_uuid']);
    const edit = (uuid: string, assignment: string) =>
      world.sql(`UPDATE dbo."ORDERS_UNIFIED" SET ${assignment} WHERE "record_uuid" = @uuid`, { uuid });
    await edit(lines.more, '"S" = "S" + 7');
    await edit(lines.fewer, '"XS" = NULL');
    await edit(lines.added, '"XXL" = 11');
    await edit(lines.noted, '"NOTES" = \'WRONG\'');
    await edit(lines.moved, '"CUSTOMER SEASON" = \'2027 RESORT\'');
    await edit(lines.cancelled, '"ORDER TYPE" = \'CANCELLED\'');
    await copyLine(world.warehouse, lines.gone, fresh, { 'AAG ORDER NUMBER': 'GRE-99999' });
    await world.sql('DELETE FROM dbo."ORDERS_UNIFIED" WHERE "record_uuid" = @uuid', { uuid: lines.gone });
    await world.carry('--confirm-deletes');
    // A reload since: every line has a new uuid, and keeps its line key.
    await world.sql(`UPDATE dbo."ORDERS_UNIFIED" SET "record_uuid" = ${NEW_UUID}`);
    await world.carry();
    badDay = await shown();
  }, PATIENCE_MS);

  it('starts with a dry run that counts, lists what stays unchanged, and changes nothing', async () => {
    const before = await untouched();
    const { code, outputs, said } = await world.run('archive', [
      'restore',
      '--archive-id',
      String(archiveId),
      '--dry-run',
    ]);
    expect({ code, outputs }).toMatchObject({
      code: 0,
      outputs: {
        status: 'DRY_RUN',
        customer: CUSTOMER,
        archiveId,
        lines: 7,
        new: 1,
        changed: 6,
        unchanged: 64,
        leftAlone: 1,
      },
    });
    expect(Number(outputs['requests'])).toBeGreaterThan(0);
    expect(Number(outputs['minutes'])).toBeGreaterThan(0);
    expect(said).toContain(`${fresh}  came after the archive`);
    expect(await untouched()).toEqual(before);
    const { outputs: json } = await world.run('archive', [
      'restore',
      '--archive-id',
      String(archiveId),
      '--dry-run',
      '--json',
    ]);
    expect(json).toMatchObject({ lines: 7, leftAlone: 1 });
    // The dry batch can be staged and forecast by push, without a mutation.
    await world.expect('stage', '--batch-id', String(outputs['batchId']));
    const forecast = await world.expect('push', '--batch-id', String(outputs['batchId']));
    expect(forecast).toMatchObject({ status: 'DRY_RUN', itemsCreated: 1, itemsUpdated: 3 });
    expect(await mutationsAfter(world, before.sent)).toEqual([]);
    expect((await world.batches()).detected).toMatchObject({ braked: [] });
  });

  it(
    'creates one run and one batch, the same ones while they are open, whenever it is killed',
    async () => {
      const open = await world.sql(`SELECT 1 AS n FROM dbo."MON_Run" WHERE "kind" = 'RESTORE' AND "dry" = 0`);
      expect(open).toEqual([]);
      const args = ['restore', '--archive-id', String(archiveId)];
      const before = await untouched();
      for (const held of [
        touching('ORDERS_UNIFIED_SNAPSHOT'),
        writing('MON_Run'),
        writing('MON_BatchProcessing'),
        writing('MON_ChangeSet'),
        writing('MON_RestoredLine'),
      ])
        expect([held.table, await killAtTable(world, held, 'archive', args)]).toEqual([held.table, true]);
      restored = await world.expect('archive', ...args);
      expect(restored).toMatchObject({ status: 'STARTED', lines: 7, new: 1, changed: 6, unchanged: 64, leftAlone: 1 });
      const both = await Promise.all([world.expect('archive', ...args), world.expect('archive', ...args)]);
      expect(both).toEqual([restored, restored]);
      expect(await runs(`"kind" = 'RESTORE' AND "dry" = 0`)).toBe(1);
      expect(await untouched()).toEqual(before);
    },
    PATIENCE_MS,
  );

  it('keeps the customer out of every run until it is released, while the others continue', async () => {
    const { detected, batches } = await world.batches();
    expect(detected['braked']).toEqual([{ customer: CUSTOMER, reason: 'RESTORED' }]);
    expect(batches).toEqual([]);
  });

  it('takes the board back to that day, with the hashes of that day', async () => {
    const { stage, push, promote, archive } = await step(restored['batchId']);
    expect(stage).toMatchObject({ status: 'STAGED', items: 7, rejected: 0, obsolete: 0 });
    expect(push).toMatchObject({ status: 'PUSHED', itemsCreated: 1, itemsFailed: 0, subitemsFailed: 0, pending: 0 });
    expect(promote).toMatchObject({ status: 'COMPLETED', promoted: 7, failed: 0 });
    expect(archive).toMatchObject({ status: 'COMPLETED', unacknowledged: 0 });
    const board = await shown();
    expect(without(board, fresh)).toEqual(goodDay);
    expect(board.get(fresh)).toEqual(badDay.get(fresh));
    const hashes = await acknowledged();
    expect(hashes.get(fresh)).toEqual(expect.any(String));
    expect(without(hashes, fresh)).toEqual(goodHashes);
    // The item of a deleted line was archived, so that line alone has a new one.
    for (const created of await createdTwice(world)) expect(created).toContain(lines.gone);
  });

  it('is explained for each line by detect --explain', async () => {
    const { said } = await world.run('detect', ['--explain', lines.more]);
    expect(said).toMatch(/size S: \d+ -> \d+/);
    expect(said).toMatch(/run [-0-9a-f]+ {2}batch [-0-9a-f]+ COMPLETED {2}restore$/m);
    expect(said).toMatch(/^line [-0-9a-f]+ {2}item \d+ on board \d+$/m);
  });

  it('appears in the report and in watch like any run', async () => {
    const file = join(tmpdir(), `rollback-${randomUUID()}.html`);
    await world.expect('batch', 'report', '--run-id', String(restored['runId']), '--output', file);
    expect(await readFile(file, 'utf8')).toContain(String(restored['runId']));
    await rm(file);
    expect(await world.expect('batch', 'watch', '--run-id', String(restored['runId']))).toMatchObject({ alerts: 0 });
  });

  it('finds nothing to do and sends nothing when repeated', async () => {
    const sent = await lastRequest(world);
    const again = await world.expect('archive', 'restore', '--archive-id', String(archiveId));
    expect(again).toMatchObject({ status: 'UNCHANGED', batchId: null, lines: 0, unchanged: 71, leftAlone: 1 });
    expect(await requestsAfter(world, sent)).toEqual([]);
    expect((await world.batches()).detected).toMatchObject({ braked: [{ customer: CUSTOMER, reason: 'RESTORED' }] });
  });

  it('ends with the release: the board follows the source again', async () => {
    const { detected } = await world.carry('--allow-large-change', '--confirm-deletes', ...ONLY);
    expect(detected).toMatchObject({ braked: [], changed: 6, deleted: 1, new: 0 });
    expect(await shown()).toEqual(badDay);
    expect((await world.batches()).detected).toMatchObject({ braked: [], changed: 0, unchanged: 75 });
  });
});

describe('a restore while a batch is open', () => {
  it('supersedes it, and every step of the superseded batch names the restore', async () => {
    await world.sql(`UPDATE dbo."ORDERS_UNIFIED" SET "NOTES" = 'WRONG' WHERE "CUSTOMER NAME" = 'TITLE 9'`);
    const { batches } = await world.batches('--customer', 'TITLE NINE');
    const [open] = batches;
    const [archive] = await world.archiveSql(
      `SELECT MAX("id") AS id FROM public."snapshot_archive" WHERE "customer_filter" = 'TITLE NINE'`,
    );
    const { runId, status } = await world.expect('archive', 'restore', '--archive-id', String(archive?.['id']));
    expect(status).toBe('UNCHANGED');
    for (const task of STEPS)
      expect(await world.expect(task, '--batch-id', String(open?.batchId))).toMatchObject({
        status: 'SUPERSEDED',
        supersededBy: runId,
      });
    expect((await world.batches()).detected['braked']).toEqual([{ customer: 'TITLE NINE', reason: 'RESTORED' }]);
  });
});

describe('docs/rollback.md', () => {
  const notes = async () =>
    new Set(
      [...(await shown()).values()]
        .filter(({ group }) => group.startsWith('TITLE'))
        .map(({ values }) => values[COLUMN.notes]),
    );

  it(
    'can be followed as written',
    async () => {
      const before = await notes();
      await world.carry('--allow-large-change', '--customer', 'TITLE 9');
      expect(await notes()).toEqual(new Set(['WRONG']));
      const [archive] = await world.archiveSql(
        `SELECT MIN("id") AS id FROM public."snapshot_archive" WHERE "customer_filter" = 'TITLE NINE'`,
      );
      const words: Record<string, string> = { CUSTOMER: 'TITLE 9', ARCHIVE_ID: String(archive?.['id']) };
      const played: string[] = [];
      for (const text of shellLines('docs/rollback.md')) {
        const { program, words: args } = callOf(text) ?? { program: '', words: [] };
        const task = program.replace('tasks/', '') as Task;
        const { code, outputs, said } = await world.run(
          task,
          args.map((word) => words[word] ?? word),
        );
        if (code !== 0) throw new Error(`${text} ended with exit code ${code}:\n${said}`);
        played.push(text);
        if (text.includes('restore') && text.includes('--dry-run') && outputs['batchId'])
          words['DRY_BATCH_ID'] = String(outputs['batchId']);
        else if (text.includes('restore') && !text.includes('--dry-run'))
          words['BATCH_ID'] = String(outputs['batchId']);
        if (task === 'promote') expect(await notes()).toEqual(before);
        // The cause is put right before the release.
        if (task === 'push' && text.includes('--audit'))
          await world.sql(`UPDATE dbo."ORDERS_UNIFIED" SET "NOTES" = 'RIGHT' WHERE "CUSTOMER NAME" = 'TITLE 9'`);
        if (task === 'detect') words['RUN_ID'] = String(outputs['runId']);
        if (task === 'batch') {
          const [made] = outputs['batches'] as { batchId: string }[];
          await step(made?.batchId);
        }
      }
      expect(played).toContain('co archive restore --archive-id ARCHIVE_ID');
      expect(played.at(-1)).toBe('co batch --run-id RUN_ID');
      expect(await notes()).toEqual(new Set(['RIGHT']));
      expect((await world.batches()).detected).toMatchObject({ braked: [], changed: 0 });
    },
    PATIENCE_MS,
  );
});
