import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import pg from 'pg';
import { z } from 'zod';
import { type RunningBoard, startBoard } from '../../local/board/server.js';
import { ITEMS_BOARD } from '../../local/board/shape.js';
import { createTestDatabase, type TestDatabase } from '../helpers/database.js';
import { TAG } from './images.js';
import { docker } from './programs.js';

const run = promisify(execFile);
export const TOKEN = 'the-token-of-the-board';

/** Fills a new database with sample orders. */
export async function loadSampleOrders(url: string, lines: number): Promise<void> {
  await run(process.execPath, ['dist/local/orders/index.js', '--warehouse', url, '--lines', String(lines)]);
}

/** Warehouse, archive and board as the flows meet them: an embedded PostgreSQL and the simulator. */
export class World {
  readonly board: RunningBoard;
  readonly sql: pg.Client;
  readonly #database: TestDatabase;

  private constructor(board: RunningBoard, database: TestDatabase) {
    this.board = board;
    this.#database = database;
    this.sql = new pg.Client({ connectionString: database.url });
  }

  /** Made of the images under test: migrate by its own, and `lines` sample orders. */
  static async make(lines: number): Promise<World> {
    const database = await createTestDatabase();
    await loadSampleOrders(database.url, lines);
    const settings = ['WAREHOUSE_URL', 'ARCHIVE_URL'].flatMap((name) => ['--env', `${name}=${database.url}`]);
    await docker('run', '--rm', '--network', 'host', ...settings, `customer-orders/migrate:${TAG}`);
    const world = new World(await startBoard({ token: TOKEN, limits: 'raised' }), database);
    await world.sql.connect();
    return world;
  }

  async close(): Promise<void> {
    await this.sql.end();
    await this.board.close();
    await this.#database.drop();
  }

  get secrets(): Record<string, string> {
    const { url } = this.#database;
    return { WAREHOUSE_URL: url, ARCHIVE_URL: url, MONDAY_API_TOKEN: TOKEN, ALERT_URL: '' };
  }

  get envs(): Record<string, string> {
    return { DOCKER_NETWORK: 'host', MONDAY_BOARD_ID: ITEMS_BOARD, MONDAY_API_URL: `${this.board.url}/v2` };
  }

  /** Rows of a query over the pipeline's tables. */
  async rows(text: string, values: readonly unknown[] = []): Promise<Record<string, unknown>[]> {
    return (await this.sql.query<Record<string, unknown>>(text, [...values])).rows;
  }

  async count(text: string, values: readonly unknown[] = []): Promise<number> {
    const [row] = await this.rows(`SELECT count(*)::int AS n FROM ${text}`, values);
    return z.object({ n: z.number() }).parse(row).n;
  }
}
