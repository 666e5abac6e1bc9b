import pg from 'pg';
import { messageOf } from '../../ground/errors.js';
import { lockTimeoutOf, takeUnlessStopped } from '../port/lock-wait.js';
import type { Lock } from '../port/warehouse.js';
import { beginSession } from './session.js';

/** Often enough that a firewall does not forget the connection, and that a dead one is noticed. */
const KEEP_ALIVE_MS = 20_000;
/** A connection that gives no answer in this time is dead, though nobody was told. */
const IN_TIME = { query_timeout: 15_000 };
const LOCK_TIMEOUT = '55P03';
/** What the server can count: 24 days. */
const LONGEST_LOCK_TIMEOUT_MS = 2 ** 31 - 1;
const TRY_LOCK = 'SELECT pg_try_advisory_lock(hashtextextended($1, 0)) AS taken';
const LOCK = 'SELECT pg_advisory_lock(hashtextextended($1, 0))';
const BEGIN_WAIT = `SELECT pg_backend_pid() AS pid, set_config('lock_timeout', $1, false)`;
const CANCEL = 'SELECT pg_cancel_backend($1)';
const UNLOCK = 'SELECT pg_advisory_unlock(hashtextextended($1, 0))';
const UNLOCK_ALL = 'SELECT pg_advisory_unlock_all()';

/**
 * Rule 11: session-level advisory locks of a warehouse. Those that nobody waits for share one connection, which stays open
 * for the next ones: a login costs more than a lock, and detect takes the locks of all customers. A lock that is waited
 * for has a connection of its own, which the wait keeps busy.
 */
export class AdvisoryLocks {
  readonly #config: pg.ClientConfig;
  #shared: PostgresLockConnection | undefined;

  constructor(config: pg.ClientConfig) {
    this.#config = config;
  }

  async take(name: string, waitMs: number, signal?: AbortSignal): Promise<Lock | undefined> {
    if (waitMs > 0)
      return takeUnlessStopped(() => {
        const own = new PostgresLockConnection(this.#config, { stays: false });
        return { taken: own.take(name, waitMs), giveUp: () => own.cancel() };
      }, signal);
    if (this.#shared === undefined || this.#shared.closed)
      this.#shared = new PostgresLockConnection(this.#config, { stays: true });
    return this.#shared.take(name, 0);
  }

  /** The locks that are still held go with their connection. */
  async close(): Promise<void> {
    await this.#shared?.close();
  }
}

/** A connection that holds locks. It closes with the last of them, unless it `stays`; when it dies they are lost. */
class PostgresLockConnection {
  closed = false;
  readonly #config: pg.ClientConfig;
  readonly #stays: boolean;
  readonly #client: pg.Client;
  readonly #connected: Promise<unknown>;
  /** Locks that are held or being taken. */
  readonly #held = new Map<string, AbortController>();
  #turn: Promise<unknown> = Promise.resolve();
  /** The server's process in which a lock is waited for. */
  #waiting: number | undefined;
  #keepAlive: NodeJS.Timeout | undefined;
  #unlocked: Promise<unknown> | undefined;
  #ended: Promise<void> | undefined;

  constructor(config: pg.ClientConfig, { stays }: { stays: boolean }) {
    this.#config = config;
    this.#stays = stays;
    this.#client = new pg.Client({ ...config, keepAlive: true });
    this.#client.on('error', (error) => this.#loseAll(error));
    this.#client.on('end', () => this.#loseAll('its connection ended'));
    this.#connected = this.#client.connect().then(() => beginSession(this.#client, lockTimeoutOf()));
    this.#connected.catch(() => this.#close());
  }

  async take(name: string, waitMs: number): Promise<Lock | undefined> {
    // A session that asks for its own lock again would be given it again.
    if (this.#held.has(name)) return undefined;
    const lost = new AbortController();
    this.#held.set(name, lost);
    let taken = false;
    try {
      await this.#connected;
      taken = waitMs > 0 ? await this.#wait(name, waitMs) : await this.#try(name);
    } finally {
      if (!taken) this.#held.delete(name);
      await this.#closeIfUnused();
    }
    if (!taken) return undefined;
    this.#keepAlive ??= setInterval(
      () => this.#ask({ text: 'SELECT 1' }).catch(() => undefined),
      KEEP_ALIVE_MS,
    ).unref();
    return { name, lost: lost.signal, release: () => this.#release(name) };
  }

  async #try(name: string): Promise<boolean> {
    const { rows } = await this.#ask<{ taken: boolean }>({ text: TRY_LOCK, values: [name] });
    return rows[0]?.taken === true;
  }

  async #wait(name: string, waitMs: number): Promise<boolean> {
    const timeout = String(Math.min(Math.ceil(waitMs), LONGEST_LOCK_TIMEOUT_MS));
    const { rows } = await this.#query<{ pid: number }>({ text: BEGIN_WAIT, values: [timeout] });
    if (this.closed) return false;
    this.#waiting = rows[0]?.pid;
    try {
      await this.#query({ text: LOCK, values: [name] });
      return true;
    } catch (error) {
      if (error instanceof pg.DatabaseError && error.code === LOCK_TIMEOUT) return false;
      throw error;
    } finally {
      this.#waiting = undefined;
    }
  }

  /**
   * Ends the wait and the connection. The server has to be told on another one: it does not look at a connection on
   * which it waits for a lock, and would hand it the lock once.
   */
  async cancel(): Promise<void> {
    this.#close();
    if (this.#waiting !== undefined) {
      const client = new pg.Client(this.#config);
      client.on('error', () => undefined);
      try {
        await client.connect();
        await client.query({ text: CANCEL, values: [this.#waiting], ...IN_TIME });
      } finally {
        await client.end().catch(() => undefined);
      }
    }
    await this.close();
  }

  async #release(name: string): Promise<void> {
    if (!this.#held.delete(name)) return;
    // Locks that are released at once go together.
    await Promise.resolve();
    await this.#closeIfUnused();
    // Where the server does not answer, the lock goes with the connection, and so do the others.
    if (!this.closed) await this.#unlock(name).catch(() => this.#closeIfUnused());
  }

  async #unlock(name: string): Promise<void> {
    if (this.#held.size > 0) {
      await this.#ask({ text: UNLOCK, values: [name] });
      return;
    }
    this.#unlocked ??= this.#ask({ text: UNLOCK_ALL }).finally(() => {
      this.#unlocked = undefined;
    });
    await this.#unlocked;
  }

  /** What is answered at once, or by a dead connection not at all. */
  async #ask<R extends pg.QueryResultRow>(query: pg.QueryConfig): Promise<pg.QueryResult<R>> {
    try {
      return await this.#query<R>({ ...query, ...IN_TIME });
    } catch (error) {
      this.#loseAll(error);
      throw error;
    }
  }

  /** One statement at a time, as the driver wants it. */
  #query<R extends pg.QueryResultRow>(query: pg.QueryConfig): Promise<pg.QueryResult<R>> {
    const result = this.#turn.then(() => this.#client.query<R>(query));
    this.#turn = result.catch(() => undefined);
    return result;
  }

  async close(): Promise<void> {
    this.#close();
    this.#ended ??= this.#client.end().catch(() => undefined);
    await this.#ended;
  }

  async #closeIfUnused(): Promise<void> {
    if ((this.closed || !this.#stays) && this.#held.size === 0) await this.close();
  }

  #loseAll(reason: unknown): void {
    this.#close();
    for (const [name, lost] of this.#held) lost.abort(new Error(`the lock ${name} was lost: ${messageOf(reason)}`));
  }

  #close(): void {
    this.closed = true;
    clearInterval(this.#keepAlive);
  }
}

/** Names the session that holds a lock, from its application_name. */
export const SELECT_LOCK_HOLDER = `
  SELECT a.application_name AS holder, a.backend_start AS since
  FROM pg_locks l JOIN pg_stat_activity a ON a.pid = l.pid
  WHERE l.locktype = 'advisory' AND l.granted AND l.objsubid = 1
    AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
    AND ((l.classid::bigint << 32) | l.objid::bigint) = hashtextextended($1, 0)`;
