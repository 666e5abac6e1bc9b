import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { earlier, readWhole } from '../helpers/dialect.js';
import { patience } from '../helpers/engine.js';
import { type BoardItem, control, createdTwice, readBoard, requestsAfter } from './board-view.js';
import { type HeldTable, killAtTable, killWhen, touching, writing } from './killing.js';
import type { Ended, Task } from './program.js';
import { World } from './world.js';

const GREYSON = ['--customer', 'GREYSON'] as const;

/** Where a program is when it is killed. */
type Point =
  | HeldTable
  /** It waits for the answer to the n-th of these mutations. */
  | { operation: string; nth: number; fault: 'hang' | 'hangAfterCommit' }
  /** It has run for this share of the time that the clean run took. */
  | { share: number };

/** The same shares on every run of the tests. */
function shares(seed: number): Point[] {
  let state = seed;
  return [1, 2].map(() => {
    state = (state * 1_103_515_245 + 12_345) % 2 ** 31;
    return { share: 0.2 + 0.8 * (state / 2 ** 31) };
  });
}

const POINTS: Readonly<Record<Exclude<Task, 'migrate' | 'doctor' | 'probe'>, readonly Point[]>> = {
  detect: [writing('MON_Run'), touching('ORDERS_UNIFIED_SNAPSHOT'), writing('MON_Change'), ...shares(1)],
  batch: [writing('MON_ChangeSet'), writing('MON_BatchProcessing'), ...shares(2)],
  stage: [
    writing('MON_BatchProcessing'),
    writing('STG_MON_CustMasterSchedule'),
    writing('STG_MON_CustMasterSchedule_Subitems'),
    ...shares(3),
  ],
  push: [
    writing('MON_Ledger'),
    writing('MON_Request'),
    writing('ORDERS_UNIFIED_SNAPSHOT'),
    { operation: 'create_group', nth: 1, fault: 'hangAfterCommit' },
    { operation: 'create_item', nth: 1, fault: 'hang' },
    { operation: 'create_item', nth: 20, fault: 'hangAfterCommit' },
    { operation: 'create_subitem', nth: 30, fault: 'hangAfterCommit' },
    { operation: 'create_subitem', nth: 1, fault: 'hang' },
    { operation: 'change_multiple_column_values', nth: 2, fault: 'hangAfterCommit' },
    { operation: 'archive_item', nth: 1, fault: 'hangAfterCommit' },
    ...shares(4),
  ],
  promote: [
    writing('MON_CustMasterSchedule'),
    writing('MON_CustMasterSchedule_Subitems'),
    writing('ORDERS_UNIFIED_SNAPSHOT'),
    ...shares(5),
  ],
  archive: [touching('ORDERS_UNIFIED_SNAPSHOT'), ...shares(6)],
};

let clean: World;
let killed: World;
/** How long each program of the clean run took. */
const usual = new Map<Task, number>();

beforeAll(async () => {
  [clean, killed] = await Promise.all([World.open(['GREYSON CLOTHIERS']), World.open(['GREYSON CLOTHIERS'])]);
});

afterAll(() => Promise.all([clean.close(), killed.close()]));

/** Runs a task undisturbed, and remembers how long it takes. */
async function runClean(task: Task, args: readonly string[]): Promise<Ended['outputs']> {
  const startedAt = performance.now();
  const outputs = await clean.expect(task, ...args);
  usual.set(task, performance.now() - startedAt);
  return outputs;
}

/** Starts a task and kills it at each of its points, then lets it come to its end. Gives the outputs of that. */
async function runKilled(
  task: Exclude<Task, 'migrate' | 'doctor' | 'probe'>,
  args: readonly string[],
): Promise<Ended['outputs']> {
  let kills = 0;
  for (const point of POINTS[task]) {
    if (task === 'push') await age(killed);
    if (await killAt(point, task, args)) kills += 1;
  }
  expect({ task, kills: kills > 1 }).toEqual({ task, kills: true });
  if (task === 'push') await age(killed);
  return killed.expect(task, ...args);
}

/** False when the program was done before it came to the point. */
async function killAt(point: Point, task: Task, args: readonly string[]): Promise<boolean> {
  if ('table' in point) return killAtTable(killed, point, task, args);
  if ('share' in point) {
    const at = performance.now() + point.share * (usual.get(task) ?? 0);
    return killWhen(killed, task, args, () => performance.now() >= at);
  }
  await control(killed, '/_faults', { script: [point] });
  const before = (await requestsAfter(killed)).length;
  const reached = async () => (await requestsAfter(killed, before)).some(({ fault }) => fault === point.fault);
  const ended = await killWhen(killed, task, args, reached);
  await control(killed, '/_faults', {});
  return ended;
}

/** Makes all sends two minutes older, so that nothing waits for a request that may still land. */
async function age(world: World): Promise<void> {
  const older = (column: string) => earlier(column, 2);
  const columns = ['first_sent_at', 'last_sent_at', 'unread_at', 'suspect_since', 'suspect_until'];
  await world.sql(`UPDATE dbo."MON_Ledger" SET ${columns.map(older).join(', ')}`);
  await world.sql(`UPDATE dbo."MON_Request" SET ${['created_at', 'sent_at'].map(older).join(', ')}`);
}

type Run = (task: Exclude<Task, 'migrate' | 'doctor' | 'probe'>, args: readonly string[]) => Promise<Ended['outputs']>;

/** A run in flow order; a flow gives detect its execution's id as the run key. */
async function carry(run: Run, runKey: string): Promise<Ended['outputs'][]> {
  const detected = await run('detect', ['--run-key', runKey, '--confirm-deletes', ...GREYSON]);
  const made = await run('batch', ['--run-id', String(detected['runId'])]);
  const [batch] = made['batches'] as { batchId: string }[];
  const args = ['--batch-id', batch?.batchId ?? ''];
  const outputs = [detected, made];
  for (const task of ['stage', 'push', 'promote', 'archive'] as const) outputs.push(await run(task, args));
  return outputs;
}

/** What the tables say, without the ids and times that every run draws anew. */
async function tables(world: World) {
  const ordered = (table: string, columns: string, order = '"line_key"') =>
    world.sql(`SELECT ${columns} FROM dbo."${table}" ORDER BY ${order}`);
  return {
    snapshot: await ordered(
      'ORDERS_UNIFIED_SNAPSHOT',
      '"line_key", "record_uuid", "row_hash", "sizes", CASE WHEN "deleted_at" IS NULL THEN 1 ELSE 0 END AS alive',
    ),
    items: (await readWhole(world.warehouse, 'MON_CustMasterSchedule', ['line_key'])).map(
      ({ 'Item ID': _id, batch_id: _batch, promoted_at: _at, ...rest }) => rest,
    ),
    sizes: await ordered('MON_CustMasterSchedule_Subitems', '"line_key", "Size", "Order Qty"', '"line_key", "Size"'),
    // A group that was found on the board, not answered for, has its id and no answered values.
    ledger: await ordered(
      'MON_Ledger',
      `"kind", "ledger_key", "size", CASE WHEN "monday_id" IS NULL THEN 1 ELSE 0 END AS unknown, "operation", "attempt_id",
       CASE WHEN "kind" = 'group' THEN NULL ELSE "answered_values" END AS answered`,
      '"kind", "ledger_key", "size"',
    ),
    requests: await world.sql('SELECT "request_id" FROM dbo."MON_Request"'),
    batches: await ordered('MON_BatchProcessing', '"customer_name", "status", "total_records"', '"start_time"'),
    archives: await world.archiveSql('SELECT "record_count" FROM public."snapshot_archive" ORDER BY "id"'),
    errors: await world.sql('SELECT "step", "reason" FROM dbo."ERR_MON_CustMasterSchedule" ORDER BY "reason"'),
  };
}

/** The production tables name the items that are on the board. */
async function expectTrueIds(world: World, board: readonly BoardItem[]): Promise<void> {
  const rows = await world.sql('SELECT "line_key", "Item ID" FROM dbo."MON_CustMasterSchedule"');
  const ids = new Map(board.filter(({ state }) => state === 'active').map(({ key, id }) => [key, id]));
  expect(new Map(rows.map((row) => [row['line_key'], String(row['Item ID'])]))).toEqual(ids);
}

const withoutIds = (board: readonly BoardItem[]) => board.map(({ id: _, ...item }) => item);

/** Numbers of a batch, which are the same however often its steps were begun. */
const counts = (outputs: Ended['outputs']) =>
  Object.fromEntries(
    Object.entries(outputs).filter(([name, value]) => typeof value === 'number' && !VOLATILE.has(name)),
  );
const VOLATILE = new Set(['requests', 'points', 'archiveId', 'bytes', 'csvBytes', 'saved']);

async function edit(world: World): Promise<void> {
  const lines = await world.sql(
    `SELECT "record_uuid" FROM dbo."ORDERS_UNIFIED"
     WHERE "PO NUMBER" = '4755' AND "ORDER TYPE" = 'ACTIVE' AND "XS" > 0 AND "XL" > 0 ORDER BY "record_uuid"`,
  );
  const [more, added, removed, noted, moved, gone] = lines.map((row) => String(row['record_uuid']));
  const update = (uuid: string | undefined, assignment: string) =>
    world.sql(`UPDATE dbo."ORDERS_UNIFIED" SET ${assignment} WHERE "record_uuid" = @uuid`, { uuid: uuid ?? null });
  await update(more, '"S" = "S" + 7');
  await update(added, '"XXL" = 11');
  await update(removed, '"XS" = NULL');
  await update(noted, '"NOTES" = \'SHIP WITH THE NEXT VESSEL\'');
  await update(moved, '"CUSTOMER SEASON" = \'2027 RESORT\'');
  await world.sql('DELETE FROM dbo."ORDERS_UNIFIED" WHERE "record_uuid" = @uuid', { uuid: gone ?? null });
}

describe('every task, killed at every point and started again,', () => {
  it.each([
    ['a first load', 'load', async () => undefined],
    ['edits of every kind', 'edits', edit],
  ])(
    'ends as a clean run of %s does',
    async (_, runKey, prepare) => {
      for (const world of [clean, killed]) await prepare(world);
      const expected = await carry(runClean, runKey);
      const outputs = await carry(runKilled, runKey);
      expect(outputs.map(counts)).toEqual(expected.map(counts));
      expect(await createdTwice(killed)).toEqual([]);
      const board = await readBoard(killed);
      expect(withoutIds(board)).toEqual(withoutIds(await readBoard(clean)));
      expect(await tables(killed)).toEqual(await tables(clean));
      await expectTrueIds(killed, board);
    },
    patience(240_000),
  );
});
