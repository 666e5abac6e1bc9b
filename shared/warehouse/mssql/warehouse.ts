import sql from 'mssql';
import { TryAgainError } from '../../ground/errors.js';
import { explainTableLock, lockTimeoutOf, TableLocked } from '../port/lock-wait.js';
import { addressOf, retryTransient, withServer } from '../port/retry.js';
import { quoteIdentifier, type Statement } from '../port/statements.js';
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
  Warehouse,
} from '../port/warehouse.js';
import { bulkLoad } from './bulk.js';
import { sqlServerConfig } from './config.js';
import { columnsOf, LoginWatch, makePool, requestWithin, sendAtOnce, setSession } from './driver.js';
import { describeError, isTransient } from './errors.js';
import { SqlServerInspection } from './inspection.js';
import { ApplicationLocks, holderOf } from './lock.js';
import { compileForSqlServer, type NamedValues } from './parameters.js';
import { streamRows, streamText } from './stream.js';
import { holderOfTables, isLockTimeout } from './table-lock.js';
import { rowReaders } from './values.js';

/** Longer texts are NVARCHAR(MAX); one length for all others keeps one plan for one statement. */
const LONGEST_TEXT = 4_000;
const LARGEST_INT = 2_147_483_647;
/** A stream lasts as long as its reader takes; that the connection is alive, TCP's own keep-alive tells. */
const NO_TIMEOUT = 0;

export class SqlServerWarehouse implements Warehouse {
  readonly engine = 'mssql';
  readonly schema: string;
  readonly #options: OpenOptions;
  readonly #address: string;
  readonly #locks: ApplicationLocks;
  readonly #pool: sql.ConnectionPool;
  readonly #logins: LoginWatch;
  readonly #inspection: SqlServerInspection;

  constructor(options: OpenOptions) {
    this.schema = options.schema;
    this.#options = options;
    this.#address = addressOf(options.url);
    const lockTimeoutMs = lockTimeoutOf(options.lockWaitMs);
    const asked = sqlServerConfig(options.url, options.applicationName, options.setting);
    // What a statement waits for the locks of others comes on top of the time that it may take.
    const config = { ...asked, requestTimeout: (asked.requestTimeout ?? 0) + lockTimeoutMs };
    this.#logins = new LoginWatch(config);
    const watched: sql.config = {
      ...config,
      beforeConnect: (connection) => {
        sendAtOnce(connection);
        setSession(connection, lockTimeoutMs);
        this.#logins.watch(connection);
      },
    };
    this.#locks = new ApplicationLocks(watched);
    this.#pool = makePool(watched);
    this.#inspection = new SqlServerInspection(options.schema, (text, values) =>
      this.#retry('inspection', async () => {
        const named = new Map(values.map((value, index) => [`p${index + 1}`, value]));
        return (await runQuery(await this.#connected(), { text, values: named })).rows;
      }),
    );
  }

  query(statement: Statement, parameters: Parameters = {}): Promise<Row[]> {
    return this.#run(statement, parameters).then(({ rows }) => rows);
  }

  execute(statement: Statement, parameters: Parameters = {}): Promise<number> {
    return this.#run(statement, parameters).then(({ touched }) => touched);
  }

  bulkLoad(...args: BulkLoad): Promise<number> {
    return this.transaction((transaction) => transaction.bulkLoad(...args));
  }

  stream(statement: Statement, parameters: Parameters = {}): AsyncGenerator<ArrayRow[]> {
    return this.#stream(streamRows, statement, parameters);
  }

  streamText(statement: Statement, parameters: Parameters = {}): AsyncGenerator<TextRows> {
    return this.#stream(streamText, statement, parameters);
  }

  /**
   * READ COMMITTED, as on PostgreSQL: what must not change meanwhile is held by an application lock, and a batch's row
   * is locked by touching it.
   */
  transaction<T>(work: (transaction: Queryable) => Promise<T>): Promise<T> {
    return this.#retry('transaction', async () => {
      const transaction = (await this.#connected()).transaction();
      await transaction.begin(sql.ISOLATION_LEVEL.READ_COMMITTED);
      try {
        const result = await work(new SqlServerTransaction(transaction, this.schema));
        await transaction.commit();
        return result;
      } catch (error) {
        // Refused where the server has ended the transaction itself; a connection that is lost is not used again.
        await transaction.rollback().catch(() => undefined);
        throw error;
      }
    });
  }

  lock(name: string, waitMs: number, signal?: AbortSignal): Promise<Lock | undefined> {
    return this.#retry('lock', () => this.#locks.take(name, waitMs, signal));
  }

  async lockHolder(name: string): Promise<string> {
    return holderOf(await this.#retry('connect', () => this.#connected()), name);
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

  /** SQL Server has no such permission. */
  async mayUseSchema(): Promise<boolean> {
    return true;
  }

  mayCreateTables(): Promise<boolean> {
    return this.#inspection.mayCreateTables();
  }

  async now(): Promise<Date> {
    const { rows } = await this.#retry('time', async () =>
      runQuery(await this.#connected(), { text: 'SELECT SYSUTCDATETIME() AS "now"', values: new Map() }),
    );
    const now = rows[0]?.['now'];
    if (!(now instanceof Date)) throw new TryAgainError('DATABASE_ERROR', 'The database did not return its time.');
    return now;
  }

  async close(): Promise<void> {
    await this.#locks.close();
    await this.#pool.close();
  }

  async *#stream<T>(
    read: (request: sql.Request, text: string) => AsyncGenerator<T>,
    statement: Statement,
    parameters: Parameters,
  ): AsyncGenerator<T> {
    const { text, values } = compileForSqlServer(this.schema, statement, parameters);
    const pool = await this.#retry('connect', () => this.#connected());
    try {
      yield* read(requestOf(pool, values, NO_TIMEOUT), text);
    } catch (error) {
      const locked = isLockTimeout(error) ? await this.#explain(TableLocked.ofStatement(statement, error)) : error;
      throw withServer(describeError(locked, statement.name), this.#address);
    }
  }

  async #run(statement: Statement, parameters: Parameters): Promise<QueryResult> {
    const compiled = compileForSqlServer(this.schema, statement, parameters);
    return this.#retry(statement.name, async () =>
      runQuery(await this.#connected(), compiled).catch((error: unknown) => {
        throw isLockTimeout(error) ? TableLocked.ofStatement(statement, error) : error;
      }),
    );
  }

  #connected(): Promise<sql.ConnectionPool> {
    return this.#pool.connect();
  }

  #retry<T>(what: string, work: () => Promise<T>): Promise<T> {
    const explained = (): Promise<T> =>
      work().catch((error: unknown) => {
        throw this.#logins.explain(error);
      });
    const { clock, signal } = this.#options;
    return retryTransient(explained, {
      clock,
      signal,
      address: this.#address,
      isTransient,
      describe: async (error) => describeError(await this.#explain(error), what),
    });
  }

  /** Adds who holds the table for which a statement has waited in vain. */
  async #explain(error: unknown): Promise<unknown> {
    if (!(error instanceof TableLocked)) return error;
    const holder = await holderOfTables(this.#pool, error.tables).catch(() => undefined);
    return explainTableLock(error, lockTimeoutOf(this.#options.lockWaitMs), holder);
  }
}

class SqlServerTransaction implements Queryable {
  readonly #transaction: sql.Transaction;
  readonly #schema: string;

  constructor(transaction: sql.Transaction, schema: string) {
    this.#transaction = transaction;
    this.#schema = schema;
  }

  async query(statement: Statement, parameters: Parameters = {}): Promise<Row[]> {
    return (await this.#run(statement, parameters)).rows;
  }

  async execute(statement: Statement, parameters: Parameters = {}): Promise<number> {
    return (await this.#run(statement, parameters)).touched;
  }

  async bulkLoad(...[table, columns, rows]: BulkLoad): Promise<number> {
    const target = `${quoteIdentifier(this.#schema)}.${quoteIdentifier(table)}`;
    try {
      return await bulkLoad(this.#transaction, target, columns, rows);
    } catch (error) {
      if (isLockTimeout(error)) throw new TableLocked([table], { cause: error });
      throw describeError(error, `load of ${table}`);
    }
  }

  async #run(statement: Statement, parameters: Parameters): Promise<QueryResult> {
    const compiled = compileForSqlServer(this.#schema, statement, parameters);
    try {
      return await runQuery(this.#transaction, compiled);
    } catch (error) {
      if (isLockTimeout(error)) throw TableLocked.ofStatement(statement, error);
      throw describeError(error, statement.name);
    }
  }
}

interface QueryResult {
  rows: Row[];
  touched: number;
}

async function runQuery(
  runner: sql.ConnectionPool | sql.Transaction,
  { text, values }: { text: string; values: NamedValues },
): Promise<QueryResult> {
  const result = await requestOf(runner, values).query<ArrayLike<unknown>>(text);
  return { rows: rowsOf(result.recordset), touched: result.rowsAffected.at(-1) ?? 0 };
}

/** Rows come as arrays: an object would move a column named 28 to the front. */
function rowsOf(recordset: sql.IRecordSet<ArrayLike<unknown>> | undefined): Row[] {
  if (recordset === undefined) return [];
  const columns = columnsOf(recordset);
  const readers = rowReaders(columns);
  return recordset.map((values) =>
    Object.fromEntries(columns.map(({ name }, index) => [name, readers[index]?.(values[index])])),
  );
}

function requestOf(
  runner: sql.ConnectionPool | sql.Transaction,
  values: NamedValues,
  requestTimeout?: number,
): sql.Request {
  const request = requestWithin(runner, requestTimeout);
  for (const [name, value] of values) request.input(name, typeOf(value), value);
  return request;
}

function typeOf(value: string | number | null): sql.ISqlType {
  if (typeof value === 'number') {
    if (!Number.isInteger(value)) return sql.Float();
    return Math.abs(value) <= LARGEST_INT ? sql.Int() : sql.BigInt();
  }
  return sql.NVarChar(value !== null && value.length > LONGEST_TEXT ? sql.MAX : LONGEST_TEXT);
}
