import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import pg from 'pg';
import { from as copyFrom, to as copyTo } from 'pg-copy-streams';
import { startBoard } from '../../local/board/server.js';
import { ITEMS_BOARD } from '../../local/board/shape.js';
import { type BoardItem, COLUMN, readBoard } from '../e2e/board-view.js';
import { runProgram, type Task } from '../e2e/program.js';
import { createTestDatabase } from '../helpers/database.js';
import { testMapping } from './images.js';
import { loadSampleOrders, TOKEN, type World } from './world.js';

const SOURCE = 'dbo."ORDERS_UNIFIED"';
/** The fewest that a sample may have; only the table is wanted. */
const LEAST_LINES = 94;

/** What planners see of the items that are on the board, whatever way they came there. */
export async function shown(world: { board: { url: string } }) {
  const items = (await readBoard(world)).filter(({ state }) => state === 'active');
  return items.map(({ key, name, group, values, sizes }: BoardItem) => ({
    key,
    name,
    group,
    values: Object.fromEntries(Object.entries(values).filter(([id, text]) => id !== COLUMN.key && (text ?? '') !== '')),
    // A size that was removed stays as 0.
    sizes: Object.fromEntries(Object.entries(sizes).filter(([, quantity]) => quantity !== 0)),
  }));
}

/** What an empty board shows after a single run over the orders as they are now. */
export async function shownByCleanRun(world: World) {
  const database = await createTestDatabase();
  const board = await startBoard({ token: TOKEN, limits: 'raised' });
  const folder = mkdtempSync(join(tmpdir(), 'clean-run-'));
  const mapping = join(folder, 'mapping.yaml');
  writeFileSync(mapping, testMapping());
  const env = {
    WAREHOUSE_URL: database.url,
    ARCHIVE_URL: database.url,
    MAPPING_FILE: mapping,
    MONDAY_API_URL: `${board.url}/v2`,
    MONDAY_API_TOKEN: TOKEN,
    MONDAY_BOARD_ID: ITEMS_BOARD,
  };
  const go = async (task: Task, ...args: string[]): Promise<Record<string, unknown>> => {
    const { code, outputs, said } = await runProgram(task, args, env);
    if (code !== 0) throw new Error(`${task} of the clean run ended with exit code ${code}:\n${said}`);
    return outputs;
  };
  try {
    await copySource(world, database.url);
    await go('migrate');
    const { runId } = await go('detect');
    const { batches } = await go('batch', '--run-id', String(runId));
    for (const { batchId } of batches as { batchId: string }[]) {
      for (const step of ['stage', 'push', 'promote'] as const) await go(step, '--batch-id', batchId);
    }
    return await shown({ board });
  } finally {
    rmSync(folder, { recursive: true });
    await board.close();
    await database.drop();
  }
}

async function copySource(world: World, url: string): Promise<void> {
  await loadSampleOrders(url, LEAST_LINES);
  const target = new pg.Client({ connectionString: url });
  await target.connect();
  await target.query(`TRUNCATE ${SOURCE}`);
  const rows = world.sql.query(copyTo(`COPY ${SOURCE} TO STDOUT`));
  await pipeline(rows, target.query(copyFrom(`COPY ${SOURCE} FROM STDIN`)));
  await target.end();
}
