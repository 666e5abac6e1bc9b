import { type RunningBoard, startBoard } from '../../local/board/server.js';
import { ITEMS_BOARD } from '../../local/board/shape.js';
import { referenceOrder } from '../../local/orders/catalogue.js';
import { oddLines } from '../../local/orders/odd-lines.js';
import { sampleOrders } from '../../local/orders/sample.js';
import { loadOrders } from '../../local/orders/source-table.js';
import { systemClock } from '../../shared/ground/clock.js';
import { migrateArchive } from '../../shared/store/schema/migrate-archive.js';
import type { Warehouse } from '../../shared/warehouse/port/warehouse.js';
import { createTestDatabase, type TestDatabase } from '../helpers/database.js';
import { createWarehouseDatabase, ENGINE, openWarehouseAt } from '../helpers/engine.js';
import { createLimitedUser, type LimitedUser } from '../helpers/limited-user.js';
import { sql } from '../helpers/warehouse.js';
import { type Ended, type Environment, type LocalProgram, Program, type Task } from './program.js';

export const TOKEN = 'e2e-token-that-nobody-may-see';
/** The order lines written out by hand of these are loaded: 71 of GREYSON, 4 and 1 of the others, 1 out of scope. */
const CUSTOMERS = ['GREYSON CLOTHIERS', 'TITLE 9', 'JOHNNIE O', 'NORTHWIND ATHLETICS'] as const;
const WITH_ARCHIVE: ReadonlySet<Task | LocalProgram> = new Set(['archive', 'migrate', 'doctor']);
export type SourceCustomer = (typeof CUSTOMERS)[number];

export interface BatchRef {
  batchId: string;
  customer: string;
  lines: number;
}

/** A database with the source and our tables, a board over HTTP, and the executables that work with both. */
export class World {
  readonly warehouse: Warehouse;
  readonly board: RunningBoard;
  readonly #database: TestDatabase;
  readonly #archive: TestDatabase;
  readonly #archives: Warehouse;
  #user: LimitedUser | undefined;

  private constructor(
    database: { of: TestDatabase; open: Warehouse },
    archive: { of: TestDatabase; open: Warehouse },
    board: RunningBoard,
  ) {
    this.#database = database.of;
    this.warehouse = database.open;
    this.#archive = archive.of;
    this.#archives = archive.open;
    this.board = board;
  }

  /** A world whose source holds the lines of these customers. */
  static async open(customers: readonly SourceCustomer[] = CUSTOMERS): Promise<World> {
    const database = await createWarehouseDatabase({ name: 'e2e', fill });
    const archive = ENGINE === 'postgres' ? database : await createTestDatabase({ name: 'archive', fill: fillArchive });
    const board = await startBoard({ token: TOKEN, limits: 'raised' });
    const opened = async (of: TestDatabase) => ({ of, open: await openWarehouseAt(of.url) });
    const world = new World(await opened(database), await opened(archive), board);
    for (const customer of CUSTOMERS.filter((each) => !customers.includes(each)))
      await world.sql('DELETE FROM dbo."ORDERS_UNIFIED" WHERE "CUSTOMER NAME" = @customer', { customer });
    return world;
  }

  /** From now on the tasks have a user of the warehouse with the permissions that are granted to tasks, and no others. */
  async limitUser(): Promise<LimitedUser> {
    this.#user = await createLimitedUser(this.warehouse, this.#database.url);
    return this.#user;
  }

  async close(): Promise<void> {
    await this.board.close();
    await this.#user?.drop();
    await this.warehouse.close();
    await this.#archives.close();
    await this.#database.drop();
    if (this.#archive !== this.#database) await this.#archive.drop();
  }

  /** What a platform would set for this task: the board's settings for push and doctor alone. */
  env(task: Task | LocalProgram): Environment {
    const url = this.#user?.url ?? this.#database.url;
    const own: Environment =
      task === 'push' || task === 'doctor'
        ? {
            MONDAY_API_URL: `${this.board.url}/v2`,
            MONDAY_API_TOKEN: TOKEN,
            MONDAY_BOARD_ID: ITEMS_BOARD,
            MONDAY_MIN_INTERVAL_MS: '0',
          }
        : {};
    return { WAREHOUSE_URL: url, ...(WITH_ARCHIVE.has(task) ? { ARCHIVE_URL: this.#archive.url } : {}), ...own };
  }

  start(task: Task | LocalProgram, args: readonly string[] = [], env: Environment = {}): Program {
    return new Program(task, args, { ...this.env(task), ...env });
  }

  run(task: Task | LocalProgram, args: readonly string[] = [], env: Environment = {}): Promise<Ended> {
    return this.start(task, args, env).ended;
  }

  /** Runs a task that has to end well, and gives its outputs. */
  async expect(task: Task, ...args: string[]): Promise<Record<string, unknown>> {
    const { code, outputs, said } = await this.run(task, args);
    if (code !== 0) throw new Error(`${task} ${args.join(' ')} ended with exit code ${code}:\n${said}`);
    return outputs;
  }

  /** Detects and makes the batches. */
  async batches(...detectFlags: string[]): Promise<{ detected: Record<string, unknown>; batches: BatchRef[] }> {
    const detected = await this.expect('detect', ...detectFlags);
    const { batches } = await this.expect('batch', '--run-id', String(detected['runId']));
    return { detected, batches: batches as BatchRef[] };
  }

  /** The one batch of a run, staged. */
  async stagedBatch(...detectFlags: string[]): Promise<string> {
    const { batches } = await this.batches(...detectFlags);
    const [batch] = batches;
    if (batch === undefined || batches.length !== 1) throw new Error(`there are ${batches.length} batches, not one`);
    await this.expect('stage', '--batch-id', batch.batchId);
    return batch.batchId;
  }

  /** A whole run in flow order; returns what detect found and each batch's push did. */
  async carry(...detectFlags: string[]) {
    const { detected, batches } = await this.batches(...detectFlags);
    const pushed: Record<string, Record<string, unknown>> = {};
    for (const { batchId, customer } of batches) {
      await this.expect('stage', '--batch-id', batchId);
      pushed[customer] = await this.expect('push', '--batch-id', batchId);
      await this.expect('promote', '--batch-id', batchId);
      await this.expect('archive', '--batch-id', batchId);
    }
    return { detected, batches, pushed };
  }

  sql(text: string, parameters: Parameters<typeof sql>[2] = {}) {
    return sql(this.warehouse, text, parameters);
  }

  /** The same in the database of the archives. */
  archiveSql(text: string) {
    return sql(this.#archives, text);
  }
}

/** Where the warehouse is no PostgreSQL, archives have a database of their own. */
async function fillArchive(url: string): Promise<void> {
  await migrateArchive({ url, schema: 'public' }, { clock: systemClock(), look: false });
}

/** Made once per test run: the schema by the real `migrate`, the lines by the sample. */
async function fill(url: string): Promise<void> {
  const { code, said } = await new Program('migrate', [], {
    WAREHOUSE_URL: url,
    ...(ENGINE === 'postgres' ? { ARCHIVE_URL: url } : {}),
  }).ended;
  if (code !== 0) throw new Error(`migrate ended with exit code ${code}:\n${said}`);
  const orders = sampleOrders({ lines: referenceOrder().length + oddLines().length });
  const customerAt = orders.columns.findIndex(({ name }) => name === 'CUSTOMER NAME');
  const warehouse = await openWarehouseAt(url);
  await loadOrders(warehouse, {
    columns: orders.columns,
    rows: () => [...orders.rows()].filter((row) => CUSTOMERS.some((customer) => customer === row[customerAt])),
  });
  await warehouse.close();
}
