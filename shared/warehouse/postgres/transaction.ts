import { once } from 'node:events';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type pg from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import { TableLocked } from '../port/lock-wait.js';
import { quoteColumns, quoteIdentifier, type Statement } from '../port/statements.js';
import type { BulkColumn, BulkLoad, Parameters, Queryable, Row } from '../port/warehouse.js';
import { copyText } from './copy-text.js';
import { describeError } from './errors.js';
import { compileForPostgres } from './parameters.js';
import { rowTypes } from './read-rows.js';
import { isLockTimeout } from './session.js';

/** Below this many rows any plan is quick. */
const ANALYZE_ROWS = 500;

/** One connection in a transaction, which its owner ends. */
export class PostgresTransaction implements Queryable {
  readonly #client: pg.PoolClient;
  readonly #schema: string;
  /** Where the URL comes from, for messages. */
  readonly #setting: string | undefined;
  /** Rows loaded into each table so far, and how many of them its last ANALYZE saw. */
  readonly #loads = new Map<string, { rows: number; analyzed: number }>();

  constructor(client: pg.PoolClient, schema: string, setting?: string) {
    this.#client = client;
    this.#schema = schema;
    this.#setting = setting;
  }

  async query(statement: Statement, parameters: Parameters = {}): Promise<Row[]> {
    return (await runQuery(this.#client, this.#schema, statement, parameters, this.#setting)).rows;
  }

  async execute(statement: Statement, parameters: Parameters = {}): Promise<number> {
    return (await runQuery(this.#client, this.#schema, statement, parameters, this.#setting)).rowCount ?? 0;
  }

  async bulkLoad(...[table, columns, rows]: BulkLoad): Promise<number> {
    const target = `${quoteIdentifier(this.#schema)}.${quoteIdentifier(table)}`;
    const names = quoteColumns(columns.map((column) => column.name));
    let loaded = 0;
    try {
      const stream = this.#client.query(copyFrom(`COPY ${target} (${names}) FROM STDIN`));
      await pipeline(
        Readable.from(
          copyText(rows, (count) => {
            loaded = count;
          }),
          { objectMode: true },
        ),
        stream,
      );
      if (!stream.closed) await once(stream, 'close');
    } catch (error) {
      if (isLockTimeout(error)) throw new TableLocked([table], { cause: error });
      throw describeError(error, `load of ${table}`, this.#setting);
    }
    await this.#analyze(target, columns, loaded);
    return loaded;
  }

  /**
   * Without fresh figures the planner takes a filled table for an empty one and joins it row by row. A table loaded in
   * many parts is looked at each time it has doubled. Only short columns are: they are what statements join and filter by.
   */
  async #analyze(target: string, columns: readonly BulkColumn[], loaded: number): Promise<void> {
    const load = this.#loads.get(target) ?? { rows: 0, analyzed: 0 };
    this.#loads.set(target, load);
    load.rows += loaded;
    if (load.rows < Math.max(ANALYZE_ROWS, 2 * load.analyzed)) return;
    load.analyzed = load.rows;
    const short = columns.filter(({ type }) => type === 'uuid' || type.startsWith('text('));
    if (short.length > 0)
      await this.#client.query(`ANALYZE ${target} (${quoteColumns(short.map(({ name }) => name))})`);
  }
}

/** Runs one statement on a connection, or on whichever the pool has free. */
export async function runQuery(
  runner: pg.Pool | pg.PoolClient,
  schema: string,
  statement: Statement,
  parameters: Parameters,
  setting?: string,
): Promise<pg.QueryResult<Record<string, unknown>>> {
  try {
    const { text, values } = compileForPostgres(schema, statement, parameters);
    return await runner.query<Record<string, unknown>>({ text, values, types: rowTypes });
  } catch (error) {
    if (isLockTimeout(error)) throw TableLocked.ofStatement(statement, error);
    throw describeError(error, statement.name, setting);
  }
}
