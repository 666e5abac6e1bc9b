import { createHash } from 'node:crypto';
import sql from 'mssql';
import { TryAgainError } from '../errors.js';
import type { Lock } from './warehouse.js';

/** Often enough that a firewall does not forget the connection, and that a dead one is noticed. */
const KEEP_ALIVE_MS = 20_000;
const LONGEST_RESOURCE = 255;
/** Results of sp_getapplock: 0 and 1 are granted. */
const TIMED_OUT = -1;
/** Time for the answer beside the wait for the lock itself. */
const MARGIN_MS = 60_000;
/** How much of a resource's name the server shows. */
const SHOWN = 32;

const ACQUIRE = `
  DECLARE @result INT;
  EXEC @result = sp_getapplock @Resource = @name, @LockMode = 'Exclusive', @LockOwner = 'Session', @LockTimeout = @wait;
  SELECT @result AS "result"`;
const LOOK = `SELECT APPLOCK_MODE('public', @name, 'Session') AS "mode"`;
/** Sessions of other logins are shown to those who may view the state of the server, on Azure of the database. */
const SELECT_HOLDER = `
  SELECT s.program_name AS "holder", DATEADD(MINUTE, DATEDIFF(MINUTE, GETDATE(), GETUTCDATE()), s.login_time) AS "since"
  FROM sys.dm_tran_locks l JOIN sys.dm_exec_sessions s ON s.session_id = l.request_session_id
  WHERE l.resource_type = 'APPLICATION' AND l.resource_database_id = DB_ID() AND l.request_status = 'GRANT'
    AND CHARINDEX(@shown, l.resource_description) > 0`;

/** Takes a session's application lock on a connection of its own. */
export async function takeApplicationLock(
  config: sql.config,
  name: string,
  waitMs: number,
  keepAliveMs = KEEP_ALIVE_MS,
): Promise<Lock | undefined> {
  const connection = new LockConnection(config, name, waitMs);
  try {
    if (!(await connection.acquire(waitMs))) {
      await connection.close();
      return undefined;
    }
  } catch (error) {
    await connection.close();
    throw error;
  }
  const keepAlive = setInterval(() => void connection.look(), keepAliveMs);
  keepAlive.unref();
  return {
    name,
    lost: connection.lost.signal,
    release: async () => {
      clearInterval(keepAlive);
      await connection.close();
    },
  };
}

/** A pool of one connection that is never replaced: with the connection the lock is gone. */
class LockConnection {
  readonly lost = new AbortController();
  readonly #name: string;
  readonly #pool: sql.ConnectionPool;
  #newest: sql.Connection | undefined;
  #holding: sql.Connection | undefined;
  #looking = false;
  #closed = false;

  constructor(config: sql.config, name: string, waitMs: number) {
    this.#name = name;
    this.#pool = new sql.ConnectionPool({
      ...config,
      arrayRowMode: false,
      requestTimeout: waitMs + MARGIN_MS,
      pool: { max: 1, min: 1, idleTimeoutMillis: Number.MAX_SAFE_INTEGER },
      beforeConnect: (connection) => {
        config.beforeConnect?.(connection);
        this.#newest = connection;
        connection.on('end', () => {
          if (connection === this.#holding) this.#lose('its connection ended');
        });
      },
    });
    this.#pool.on('error', () => undefined);
  }

  async acquire(waitMs: number): Promise<boolean> {
    await this.#pool.connect();
    const request = this.#request().input('wait', sql.Int, Math.ceil(waitMs));
    const { recordset } = await request.query<{ result: number }>(ACQUIRE);
    const result = recordset[0]?.result ?? TIMED_OUT;
    this.#holding = this.#newest;
    if (result >= 0) return true;
    if (result === TIMED_OUT) return false;
    throw new TryAgainError(`SQL Server refused the lock ${this.#name} with result ${result} of sp_getapplock.`);
  }

  /** Keeps the connection in use, and asks whether the lock is still held. */
  async look(): Promise<void> {
    if (this.#looking) return;
    this.#looking = true;
    try {
      const { recordset } = await this.#request().query<{ mode: string }>(LOOK);
      if (recordset[0]?.mode !== 'Exclusive') this.#lose('the server holds it no more');
    } catch (error) {
      this.#lose(error instanceof Error ? error.message : String(error));
    } finally {
      this.#looking = false;
    }
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.#pool.close().catch(() => undefined);
  }

  #request(): sql.Request {
    return this.#pool.request().input('name', sql.NVarChar(LONGEST_RESOURCE), resourceOf(this.#name));
  }

  #lose(reason: string): void {
    if (!this.#closed) this.lost.abort(new Error(`the lock ${this.#name} was lost: ${reason}`));
  }
}

/** Who holds a lock, in words, as far as our login is told. */
export async function holderOf(pool: sql.ConnectionPool, name: string): Promise<string> {
  const shown = `[${resourceOf(name).slice(0, SHOWN)}`;
  try {
    const request = pool.request().input('shown', sql.NVarChar(SHOWN + 1), shown);
    request.arrayRowMode = false;
    const { recordset } = await request.query<{ holder: string; since: Date }>(SELECT_HOLDER);
    const [row] = recordset;
    return row
      ? `${row.holder.trim()} (connected since ${row.since.toISOString()})`
      : 'a session that has ended meanwhile';
  } catch {
    return 'a session that this login may not see (VIEW SERVER STATE, on Azure VIEW DATABASE STATE, would show it)';
  }
}

/** A name that is too long for the server ends in its hash. */
function resourceOf(name: string): string {
  if (name.length <= LONGEST_RESOURCE) return name;
  const hash = createHash('sha256').update(name).digest('hex');
  return `${name.slice(0, LONGEST_RESOURCE - hash.length)}${hash}`;
}
