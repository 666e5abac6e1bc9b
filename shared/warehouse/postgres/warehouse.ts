import { Socket } from 'node:net';
import pg from 'pg';
import { messageOf, TryAgainError } from '../../ground/errors.js';
import { explainTableLock, lockTimeoutOf, TableLocked } from '../port/lock-wait.js';
import { addressOf, retryTransient, withServer } from '../port/retry.js';
import type { Statement } from '../port/statements.js';
import type { TextRows } from '../port/text-rows.js';
import type {
  ArrayRow,
  BulkLoad,
  ColumnInfo,
  Lock,
  OpenOptions,
  Parameters,
  Queryable,
  Row,
  ServerVersion,
  TableInfo,
  TablePermission,
  TransactionOptions,
  Warehouse,
} from '../port/warehouse.js';
import { postgresConfig } from './config.js';
import { describeError, isTransient } from './errors.js';
import { PostgresInspection } from './inspection.js';
import { LendingSocket } from './lending-socket.js';
import { AdvisoryLocks, SELECT_LOCK_HOLDER } from './lock.js';
import { compileForPostgres } from './parameters.js';
import { readArrays, readRows } from './read-rows.js';
import { BY_KEYS, beginSession, holderOfTables, isLockTimeout } from './session.js';
import { PostgresTransaction, runQuery } from './transaction.js';

type RowReader<T> = (client: pg.ClientBase, text: string, values: (string | number | null)[]) => AsyncGenerator<T>;

const POOL_SIZE = 6;

export class PostgresWarehouse implements Warehouse {
  readonly engine = 'postgres';
  readonly schema: string;
  readonly #options: OpenOptions;
  readonly #address: string;
  readonly #pool: pg.Pool;
  readonly #sockets = new Set<Socket>();
  readonly #locks: AdvisoryLocks;
  readonly #inspection: PostgresInspection;

  constructor(options: OpenOptions) {
    this.schema = options.schema;
    this.#options = options;
    const config = postgresConfig(options.url, options.applicationName, options.setting);
    this.#address = addressOf(options.url);
    this.#pool = new pg.Pool({
      ...config,
      max: POOL_SIZE,
      keepAlive: true,
      // Over TLS the bytes that are read are not those of the socket.
      stream: () => this.#keep(config.ssl === false ? new LendingSocket() : new Socket()),
      onConnect: (client) => beginSession(client, lockTimeoutOf(options.lockWaitMs)),
    });
    // A connection that dies fails the statement that runs on it, or is replaced at its next use. It tells so as an
    // event besides, which without a listener would end the process.
    this.#pool.on('error', () => undefined);
    this.#pool.on('connect', (client) => client.on('error', () => undefined));
    this.#locks = new AdvisoryLocks(config);
    this.#inspection = new PostgresInspection(options.schema, (text, values) =>
      this.#retry(async () => (await this.#pool.query<Record<string, unknown>>(text, values)).rows),
    );
  }

  query(statement: Statement, parameters: Parameters = {}): Promise<Row[]> {
    return this.#retry(() =>
      runQuery(this.#pool, this.schema, statement, parameters, this.#options.setting).then((result) => result.rows),
    );
  }

  execute(statement: Statement, parameters: Parameters = {}): Promise<number> {
    return this.#retry(() =>
      runQuery(this.#pool, this.schema, statement, parameters, this.#options.setting).then(
        (result) => result.rowCount ?? 0,
      ),
    );
  }

  bulkLoad(...args: BulkLoad): Promise<number> {
    return this.transaction((transaction) => transaction.bulkLoad(...args));
  }

  stream(statement: Statement, parameters: Parameters = {}): AsyncGenerator<ArrayRow[]> {
    return this.#stream(readArrays, statement, parameters);
  }

  streamText(statement: Statement, parameters: Parameters = {}): AsyncGenerator<TextRows> {
    return this.#stream(readRows, statement, parameters);
  }

  async *#stream<T>(read: RowReader<T>, statement: Statement, parameters: Parameters): AsyncGenerator<T> {
    const client = await this.#connect();
    // A connection that was left in the middle of an answer is of no more use.
    let failure: Error | undefined = new Error('not read to its end');
    try {
      const { text, values } = compileForPostgres(this.schema, statement, parameters);
      yield* read(client, text, values);
      failure = undefined;
    } catch (error) {
      const locked = isLockTimeout(error) ? await this.#explain(TableLocked.ofStatement(statement, error)) : error;
      throw withServer(describeError(locked, statement.name, this.#options.setting), this.#address);
    } finally {
      client.release(failure);
    }
  }

  transaction<T>(work: (transaction: Queryable) => Promise<T>, { byKeys }: TransactionOptions = {}): Promise<T> {
    return this.#retry(async () => {
      const client = await this.#connect();
      let broken: Error | undefined;
      try {
        await client.query(byKeys ? `BEGIN; ${BY_KEYS}` : 'BEGIN');
        const result = await work(new PostgresTransaction(client, this.schema, this.#options.setting));
        await client.query('COMMIT');
        return result;
      } catch (error) {
        await client.query('ROLLBACK').catch((reason: unknown) => {
          broken = new Error(messageOf(reason));
        });
        throw error;
      } finally {
        client.release(broken);
      }
    });
  }

  lock(name: string, waitMs: number, signal?: AbortSignal): Promise<Lock | undefined> {
    return this.#retry(() => this.#locks.take(name, waitMs, signal));
  }

  async lockHolder(name: string): Promise<string> {
    const result = await this.#retry(() =>
      this.#pool.query<{ holder: string; since: Date }>(SELECT_LOCK_HOLDER, [name]),
    );
    const row = result.rows[0];
    return row ? `${row.holder} (connected since ${row.since.toISOString()})` : 'a session that has ended meanwhile';
  }

  columns(table: string): Promise<ColumnInfo[]> {
    return this.#inspection.columns(table);
  }

  describeTables(tables: readonly string[]): Promise<Map<string, TableInfo>> {
    return this.#inspection.describeTables(tables);
  }

  version(): Promise<ServerVersion> {
    return this.#inspection.version();
  }

  lackingPermissions(table: string, permissions: readonly TablePermission[]): Promise<TablePermission[]> {
    return this.#inspection.lackingPermissions(table, permissions);
  }

  mayUseSchema(): Promise<boolean> {
    return this.#inspection.mayUseSchema();
  }

  mayCreateTables(): Promise<boolean> {
    return this.#inspection.mayCreateTables();
  }

  async now(): Promise<Date> {
    const result = await this.#retry(() => this.#pool.query<{ now: Date }>('SELECT clock_timestamp() AS now'));
    const row = result.rows[0];
    if (!row) throw new TryAgainError('DATABASE_ERROR', 'The database did not return its time.');
    return row.now;
  }

  async close(): Promise<void> {
    await Promise.all([this.#pool.end(), this.#locks.close()]);
    for (const socket of this.#sockets) socket.destroy();
  }

  /** The pool forgets a connection whose log-in fails on our side; the server, and our process, would wait for the rest. */
  #keep(socket: Socket): Socket {
    this.#sockets.add(socket);
    socket.once('close', () => this.#sockets.delete(socket));
    return socket;
  }

  async #connect(): Promise<pg.PoolClient> {
    try {
      return await this.#pool.connect();
    } catch (error) {
      throw describeError(error, 'connect', this.#options.setting);
    }
  }

  #retry<T>(work: () => Promise<T>): Promise<T> {
    const { clock, signal, setting } = this.#options;
    return retryTransient(work, {
      clock,
      signal,
      address: this.#address,
      isTransient,
      describe: async (error) => describeError(await this.#explain(error), 'connect', setting),
    });
  }

  /** Adds who holds the table for which a statement has waited in vain. */
  async #explain(error: unknown): Promise<unknown> {
    if (!(error instanceof TableLocked)) return error;
    const holder = await holderOfTables(this.#pool, error.tables).catch(() => undefined);
    return explainTableLock(error, lockTimeoutOf(this.#options.lockWaitMs), holder);
  }
}
