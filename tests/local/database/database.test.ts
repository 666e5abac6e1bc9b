import { spawn } from 'node:child_process';
import { existsSync, lstatSync, mkdtempSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { chmod, chown, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { serverAccount } from '../../../local/database/account.js';
import { type Database, type DatabaseOptions, startDatabase } from '../../../local/database/database.js';

let parent: string;
let started: Database[];

beforeEach(async () => {
  parent = mkdtempSync(join(tmpdir(), 'customer-orders-database-'));
  await chmod(parent, 0o755);
  started = [];
});

afterEach(async () => {
  for (const database of started) await database.stop();
  await rm(parent, { recursive: true, force: true });
});

async function start(options: Partial<DatabaseOptions> = {}): Promise<Database> {
  const database = await startDatabase({ dataDir: join(parent, 'data'), fsync: false, ...options });
  started.push(database);
  return database;
}

async function query(url: string, text: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => undefined);
  await client.connect();
  try {
    return (await client.query(text)).rows;
  } finally {
    await client.end();
  }
}

const pidFileOf = (database: Database): string => join(database.dataDir, 'cluster', 'postmaster.pid');
const pidOf = (database: Database): number => Number(readFileSync(pidFileOf(database), 'utf8').split('\n')[0]);

/** Inserts numbers one by one until the connection breaks; gives the ones that the server said it has. */
async function insertUntilCut(url: string, onRow: (n: number) => void): Promise<number> {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => undefined);
  await client.connect();
  let acknowledged = 0;
  try {
    for (;;) {
      await client.query('INSERT INTO written VALUES ($1)', [acknowledged + 1]);
      acknowledged += 1;
      onRow(acknowledged);
    }
  } catch {
    return acknowledged;
  } finally {
    await client.end().catch(() => undefined);
  }
}

describe('startDatabase', () => {
  it('keeps every acknowledged row when the server is killed while writing', async () => {
    const first = await start({ fsync: true });
    await query(first.url(), 'CREATE TABLE written (n int)');
    const acknowledged = await insertUntilCut(first.url(), (n) => {
      if (n === 100) process.kill(pidOf(first), 'SIGKILL');
    });
    expect(acknowledged).toBeGreaterThanOrEqual(100);
    const second = await start({ fsync: true });
    const [found] = await query(
      second.url(),
      `SELECT count(DISTINCT n)::int AS n FROM written WHERE n <= ${acknowledged}`,
    );
    expect(found).toEqual({ n: acknowledged });
  });

  it('gives simultaneous starters the same server', async () => {
    const databases = await Promise.all([start(), start(), start()]);
    expect(new Set(databases.map(pidOf)).size).toBe(1);
    expect(new Set(databases.map((database) => database.url())).size).toBe(1);
    expect(readdirSync(parent)).toEqual(['data']);
  });

  it('keeps the data after a stop, and can be stopped twice', async () => {
    const first = await start();
    await query(first.url(), 'CREATE TABLE kept AS SELECT 1 AS n');
    await first.stop();
    await first.stop();
    expect(existsSync(pidFileOf(first))).toBe(false);
    const second = await start();
    expect(await query(second.url(), 'SELECT n FROM kept')).toEqual([{ n: 1 }]);
  });

  it('starts empty and leaves nothing behind when fresh', async () => {
    const old = await start();
    await query(old.url(), 'CREATE TABLE old (n int)');
    const fresh = await start({ fresh: true });
    expect(await query(fresh.url(), "SELECT to_regclass('old') AS old")).toEqual([{ old: null }]);
    await fresh.stop();
    await fresh.stop();
    expect(readdirSync(parent)).toEqual([]);
  });

  it('starts although the process id of a killed server now belongs to another program', async () => {
    const first = await start();
    const pid = pidOf(first);
    process.kill(pid, 'SIGKILL');
    const other = spawn(process.execPath, ['-e', 'setTimeout(() => {}, 60_000)'], { ...serverAccount(), cwd: '/' });
    try {
      const text = readFileSync(pidFileOf(first), 'utf8');
      await writeFile(pidFileOf(first), text.replace(String(pid), String(other.pid)));
      const second = await start();
      expect(await query(second.url(), 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
    } finally {
      other.kill('SIGKILL');
    }
  });

  it('admits nobody without the password, which only the owner may read', async () => {
    const database = await start();
    expect(statSync(join(database.dataDir, 'password')).mode & 0o777).toBe(0o600);
    const url = new URL(database.url());
    url.password = 'wrong';
    await expect(query(url.href, 'SELECT 1')).rejects.toThrow('password authentication failed');
  });

  it('works in UTF-8, the C locale and UTC, with durability unless told otherwise', async () => {
    const database = await startDatabase({ dataDir: join(parent, 'data') });
    started.push(database);
    const settings = `SELECT current_setting('server_encoding') AS encoding, datcollate AS locale,
      current_setting('TimeZone') AS zone, current_setting('fsync') AS fsync
      FROM pg_database WHERE datname = current_database()`;
    expect(await query(database.url(), settings)).toEqual([
      { encoding: 'UTF8', locale: 'C', zone: 'UTC', fsync: 'on' },
    ]);
    await database.stop();
    expect(await query((await start({ fsync: false })).url(), 'SHOW fsync')).toEqual([{ fsync: 'off' }]);
  });

  it('copies a database from a template', async () => {
    const database = await start();
    await query(await database.createDatabase('pattern'), 'CREATE TABLE part AS SELECT 3 AS n');
    const copy = await database.createDatabase('a "copy"', 'pattern');
    expect(await query(copy, 'SELECT n FROM part')).toEqual([{ n: 3 }]);
  });

  it('does not touch a folder that holds anything else, fresh or not', async () => {
    await writeFile(join(parent, 'letter.txt'), 'dear');
    for (const fresh of [true, false])
      await expect(start({ dataDir: parent, fresh })).rejects.toThrow(/holds something other than a database/);
    expect(readFileSync(join(parent, 'letter.txt'), 'utf8')).toBe('dear');
  });

  it("repeats the server's message when the data cannot be used", async () => {
    const database = await start();
    await database.stop();
    await writeFile(join(database.dataDir, 'cluster', 'PG_VERSION'), '9\n');
    const owner = lstatSync(database.dataDir);
    await chown(join(database.dataDir, 'cluster', 'PG_VERSION'), owner.uid, owner.gid);
    await expect(start()).rejects.toThrow(/does not start.*incompatible.*--fresh/s);
  });
});
