import { createHash } from 'node:crypto';
import sql from 'mssql';
import { LONGEST_TIMER_MS } from '../../ground/clock.js';
import { TryAgainError } from '../../ground/errors.js';
import { takeUnlessStopped } from '../port/lock-wait.js';
import type { Lock } from '../port/warehouse.js';
import { makePool } from './driver.js';

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
const RELEASE = `EXEC sp_releaseapplock @Resource = @name, @LockOwner = 'Session'`;
const LOOK = `SELECT APPLOCK_MODE('public', @name, 'Session') AS "mode"`;
/** Sessions of other logins are shown to those who may view the state of the server, on Azure of the database. */
const SELECT_HOLDER = `
  SELECT s.program_name AS "holder", DATEADD(MINUTE, DATEDIFF(MINUTE, GETDATE(), GETUTCDATE()), s.login_time) AS "since"
  FROM sys.dm_tran_locks l JOIN sys.dm_exec_sessions s ON s.session_id = l.request_session_id
  WHERE l.resource_type = 'APPLICATION' AND l.resource_database_id = DB_ID() AND l.request_status = 'GRANT'
    AND CHARINDEX(@shown, l.resource_description) > 0`;

/**
 * Rule 11: application locks of a warehouse. They share one connection, which stays open for the next ones: a login costs more
 * than a lock, and detect takes the locks of all customers. Only a lock that has to be waited for gets a connection of
 * its own, which the wait keeps busy.
 */
export class ApplicationLocks {
  readonly #config: sql.config;
  #shared: SqlServerLockConnection | undefined;

  constructor(config: sql.config) {
    this.#config = config;
  }

  async take(name: string, waitMs: number, signal?: AbortSignal): Promise<Lock | undefined> {
    const shared = this.#open();
    // A session that asks for its own lock again is given it again.
    const lock = shared.holds(name) ? undefined : await shared.take(name, 0);
    if (lock !== undefined || waitMs <= 0) return lock;
    return takeUnlessStopped(() => {
      const own = new SqlServerLockConnection(this.#config, { waitMs, stays: false });
      return { taken: own.take(name, waitMs), giveUp: () => own.cancel() };
    }, signal);
  }

  async close(): Promise<void> {
    await this.#shared?.close();
  }

  #open(): SqlServerLockConnection {
    if (this.#shared === undefined || this.#shared.closed)
      this.#shared = new SqlServerLockConnection(this.#config, { waitMs: 0, stays: true });
    return this.#shared;
  }
}

/**
 * A pool of one connection that is never replaced: with the connection its locks are gone, and it takes no new ones.
 * Closes with its last lock, unless it `stays`.
 */
class SqlServerLockConnection {
  /** Takes no more locks. */
  closed = false;
  readonly #stays: boolean;
  readonly #pool: sql.ConnectionPool;
  /** Names that are being taken. */
  readonly #asked = new Set<string>();
  readonly #held = new Map<string, AbortController>();
  /** The request that waits for a lock. */
  #waiting: sql.Request | undefined;
  #newest: sql.Connection | undefined;
  #holding: sql.Connection | undefined;
  #keepAlive: NodeJS.Timeout | undefined;
  #looking = false;

  constructor(config: sql.config, { waitMs, stays }: { waitMs: number; stays: boolean }) {
    this.#stays = stays;
    this.#pool = makePool({
      ...config,
      arrayRowMode: false,
      requestTimeout: Math.min(waitMs + MARGIN_MS, LONGEST_TIMER_MS),
      pool: { max: 1, min: 1, idleTimeoutMillis: Number.MAX_SAFE_INTEGER },
      beforeConnect: (connection) => {
        config.beforeConnect?.(connection);
        this.#newest = connection;
        connection.on('end', () => {
          if (connection === this.#holding) this.#end('its connection ended');
        });
      },
    });
  }

  holds(name: string): boolean {
    return this.#asked.has(name) || this.#held.has(name);
  }

  async take(name: string, waitMs: number): Promise<Lock | undefined> {
    // Before the first wait, so that nobody asks for the same name on this connection meanwhile.
    this.#asked.add(name);
    const lost = new AbortController();
    try {
      if (!(await this.#acquire(name, waitMs))) return undefined;
      this.#held.set(name, lost);
    } finally {
      this.#asked.delete(name);
      await this.#closeIfUnused();
    }
    this.#keepAlive ??= setInterval(() => void this.#look(), KEEP_ALIVE_MS).unref();
    return { name, lost: lost.signal, release: () => this.#release(name) };
  }

  /** The locks that are still held go with the connection. */
  async close(): Promise<void> {
    this.closed = true;
    clearInterval(this.#keepAlive);
    await this.#pool.close().catch(() => undefined);
  }

  /** Ends the wait, and the connection with it. */
  async cancel(): Promise<void> {
    this.closed = true;
    this.#waiting?.cancel();
    await this.close();
  }

  async #acquire(name: string, waitMs: number): Promise<boolean> {
    await this.#pool.connect();
    if (this.closed) return false;
    const wait = Math.min(Math.ceil(waitMs), LONGEST_TIMER_MS - MARGIN_MS);
    const request = this.#request(name).input('wait', sql.Int, wait);
    if (waitMs > 0) this.#waiting = request;
    const { recordset } = await request.query<{ result: number }>(ACQUIRE);
    const result = recordset[0]?.result ?? TIMED_OUT;
    if (this.#holding !== undefined && this.#holding !== this.#newest) this.#end('its connection was replaced');
    this.#holding = this.#newest;
    if (result >= 0) return true;
    if (result === TIMED_OUT) return false;
    throw new TryAgainError(
      'DATABASE_ERROR',
      `SQL Server refused the lock ${name} with result ${result} of sp_getapplock.`,
    );
  }

  async #release(name: string): Promise<void> {
    const lost = this.#held.get(name)?.signal.aborted ?? true;
    this.#held.delete(name);
    // Where it does not stay, the last lock goes with its connection.
    const goesOn = (this.#stays && !this.closed) || this.#held.size + this.#asked.size > 0;
    if (!lost && goesOn)
      await this.#request(name)
        .query(RELEASE)
        // The server may hold the lock still: it goes with the connection, and so do the others.
        .catch(() => this.#end('another lock could not be released'));
    await this.#closeIfUnused();
  }

  /** Keeps the connection in use, and asks whether its locks are still held. */
  async #look(): Promise<void> {
    if (this.#looking) return;
    this.#looking = true;
    try {
      for (const name of [...this.#held.keys()]) {
        const { recordset } = await this.#request(name).query<{ mode: string }>(LOOK);
        if (recordset[0]?.mode !== 'Exclusive') this.#lose(name, 'the server holds it no more');
      }
    } catch (error) {
      this.#end(error instanceof Error ? error.message : String(error));
    } finally {
      this.#looking = false;
    }
  }

  /** All locks are lost; those that are being taken may still come, on another connection. */
  #end(reason: string): void {
    this.closed = true;
    for (const name of this.#held.keys()) this.#lose(name, reason);
  }

  #lose(name: string, reason: string): void {
    this.#held.get(name)?.abort(new Error(`the lock ${name} was lost: ${reason}`));
  }

  async #closeIfUnused(): Promise<void> {
    if ((this.closed || !this.#stays) && this.#held.size + this.#asked.size === 0) await this.close();
  }

  #request(name: string): sql.Request {
    return this.#pool.request().input('name', sql.NVarChar(LONGEST_RESOURCE), resourceOf(name));
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
