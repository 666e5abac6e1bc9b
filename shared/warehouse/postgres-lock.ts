import pg from 'pg';
import { messageOf } from '../errors.js';
import type { Lock } from './warehouse.js';

/** Often enough that a firewall does not forget the connection, and that a dead one is noticed. */
const KEEP_ALIVE_MS = 20_000;
const LOCK_TIMEOUT = '55P03';

/** Takes a session-level advisory lock on a connection of its own. */
export async function takeAdvisoryLock(
  config: pg.ClientConfig,
  name: string,
  waitMs: number,
): Promise<Lock | undefined> {
  const client = new pg.Client({ ...config, keepAlive: true });
  const lost = new AbortController();
  const lose = (reason: unknown): void => lost.abort(new Error(`the lock ${name} was lost: ${messageOf(reason)}`));
  client.on('error', lose);
  client.on('end', () => lose('its connection ended'));
  await client.connect();
  if (!(await acquire(client, name, waitMs))) {
    await client.end();
    return undefined;
  }
  const keepAlive = setInterval(() => client.query('SELECT 1').catch(lose), KEEP_ALIVE_MS);
  keepAlive.unref();
  return {
    name,
    lost: lost.signal,
    release: async () => {
      clearInterval(keepAlive);
      await client.end().catch(() => undefined);
    },
  };
}

async function acquire(client: pg.Client, name: string, waitMs: number): Promise<boolean> {
  if (waitMs <= 0) {
    const result = await client.query<{ taken: boolean }>(
      'SELECT pg_try_advisory_lock(hashtextextended($1, 0)) AS taken',
      [name],
    );
    return result.rows[0]?.taken === true;
  }
  await client.query(`SET lock_timeout = ${Math.ceil(waitMs)}`);
  try {
    await client.query('SELECT pg_advisory_lock(hashtextextended($1, 0))', [name]);
    return true;
  } catch (error) {
    if (error instanceof pg.DatabaseError && error.code === LOCK_TIMEOUT) return false;
    throw error;
  }
}

/** Names the session that holds a lock, from its application_name. */
export const SELECT_LOCK_HOLDER = `
  SELECT a.application_name AS holder, a.backend_start AS since
  FROM pg_locks l JOIN pg_stat_activity a ON a.pid = l.pid
  WHERE l.locktype = 'advisory' AND l.granted AND l.objsubid = 1
    AND ((l.classid::bigint << 32) | l.objid::bigint) = hashtextextended($1, 0)`;
