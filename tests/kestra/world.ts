import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import pg from 'pg';
import { z } from 'zod';
import { createTestDatabase, type TestDatabase } from '../helpers/database.js';
import { docker } from './machine.js';

const run = promisify(execFile);
export const TOKEN = 'the-token-of-the-board';

const subitemSchema = z.object({ state: z.string(), values: z.record(z.string(), z.unknown()) });
const boardSchema = z.object({
  boardId: z.string(),
  items: z.array(subitemSchema.extend({ id: z.string(), name: z.string(), subitems: z.array(subitemSchema) })),
});
const logSchema = z.object({ requests: z.array(z.object({ n: z.number(), operations: z.array(z.string()) })) });
export type Board = z.infer<typeof boardSchema>;

/** Warehouse, archive and board as the flows meet them: an embedded PostgreSQL and the simulator. */
export class World {
  readonly #board: ChildProcess;
  readonly #folder: string;
  readonly #database: TestDatabase;
  readonly sql: pg.Client;
  readonly boardUrl: string;

  private constructor(board: ChildProcess, folder: string, database: TestDatabase, boardUrl: string) {
    this.#board = board;
    this.#folder = folder;
    this.#database = database;
    this.boardUrl = boardUrl;
    this.sql = new pg.Client({ connectionString: database.url });
  }

  /** Made of the images under test: migrate by its own, and `lines` sample orders. */
  static async make(lines: number): Promise<World> {
    const database = await createTestDatabase();
    await run(process.execPath, ['dist/local/orders/index.js', '--warehouse', database.url, '--lines', String(lines)]);
    const settings = ['WAREHOUSE_URL', 'ARCHIVE_URL'].flatMap((name) => ['--env', `${name}=${database.url}`]);
    await docker('run', '--rm', '--network', 'host', ...settings, 'customer-orders/migrate:1.0.0');
    const folder = mkdtempSync(join(tmpdir(), 'board-'));
    const args = ['dist/local/board/index.js', '--port', '0', '--data', folder, '--limits', 'raised', '--token', TOKEN];
    const board = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
    const [line] = (await once(createInterface({ input: board.stdout }), 'line')) as [string];
    const world = new World(board, folder, database, line.trim());
    await world.sql.connect();
    return world;
  }

  async close(): Promise<void> {
    await this.sql.end();
    this.#board.kill('SIGKILL');
    rmSync(this.#folder, { recursive: true, force: true });
    await this.#database.drop();
  }

  get secrets(): Record<string, string> {
    const { url } = this.#database;
    return { WAREHOUSE_URL: url, ARCHIVE_URL: url, MONDAY_API_TOKEN: TOKEN, ALERT_URL: '' };
  }

  async board(): Promise<Board> {
    return boardSchema.parse(await this.#call('GET', '_board'));
  }

  /** Keys of the active items, sorted: a key that stands twice is an order that a planner sees twice. */
  async activeKeys(): Promise<string[]> {
    const { items } = await this.board();
    return items
      .filter(({ state }) => state === 'active')
      .map(({ values }) => z.object({ text: z.string() }).parse(values['line_key']).text)
      .sort();
  }

  /** The number of the last request that the board had. */
  async lastRequest(): Promise<number> {
    const { requests } = logSchema.parse(await this.#call('GET', '_log?after=0'));
    return requests.at(-1)?.n ?? 0;
  }

  /** Mutation fields that the board was asked for after a request. */
  async mutationsSince(request: number): Promise<string[]> {
    const { requests } = logSchema.parse(await this.#call('GET', `_log?after=${request}`));
    const mutation = /^(create|change|move|archive|delete|update|duplicate)_/;
    return requests.flatMap(({ operations }) => operations).filter((operation) => mutation.test(operation));
  }

  async limit(limits: Record<string, number | string>): Promise<void> {
    await this.#call('POST', '_limits', limits);
  }

  /** Rows of a query over the pipeline's tables. */
  async rows(text: string, values: readonly unknown[] = []): Promise<Record<string, unknown>[]> {
    return (await this.sql.query<Record<string, unknown>>(text, [...values])).rows;
  }

  async count(text: string, values: readonly unknown[] = []): Promise<number> {
    const [row] = await this.rows(`SELECT count(*)::int AS n FROM ${text}`, values);
    return z.object({ n: z.number() }).parse(row).n;
  }

  async #call(method: 'GET' | 'POST', path: string, body?: object): Promise<unknown> {
    const init = body === undefined ? { method } : { method, body: JSON.stringify(body) };
    const response = await fetch(new URL(path, this.boardUrl), init);
    if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
    return response.json();
  }
}
