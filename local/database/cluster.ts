import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { chown, mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { FixFirstError, TryAgainError } from '../../shared/ground/errors.js';
import type { ServerAccount } from './account.js';
import { isAlive, type Program } from './program.js';

export const USER = 'postgres';
export const clusterOf = (folder: string): string => join(folder, 'cluster');
export const passwordFileOf = (folder: string): string => join(folder, 'password');
export const logFileOf = (folder: string): string => join(folder, 'server.log');

/** Quick on a small machine, and durable all the same: fsync and full page writes stay on. */
const SETTINGS = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  max_connections: '200',
  shared_buffers: '256MB',
  work_mem: '32MB',
  maintenance_work_mem: '128MB',
  max_wal_size: '2GB',
  checkpoint_timeout: '15min',
  // No replica will ever read this log, so a load into a new table need not be written twice.
  wal_level: 'minimal',
  max_wal_senders: '0',
  // Our statements are short; compiling them, or sharing them among processes, costs more than it saves.
  jit: 'off',
  max_parallel_workers_per_gather: '0',
  // The server's log must not repeat what is in the orders: no statements, no rows in the details of an error.
  log_min_error_statement: 'panic',
  log_error_verbosity: 'terse',
  timezone: 'UTC',
  log_timezone: 'UTC',
} as const;

/**
 * Makes the folder with its cluster and password, unless it is there. All is made under another name and renamed into
 * place in one step, so what carries the name is always whole, whoever is killed and however many start at once.
 */
export async function makeCluster(
  folder: string,
  initdb: Program,
  account?: ServerAccount,
  fsync = true,
): Promise<void> {
  await removeDrafts(folder);
  if (existsSync(clusterOf(folder))) return;
  const draft = `${folder}.new-${process.pid}-${randomBytes(4).toString('hex')}`;
  try {
    await mkdir(clusterOf(draft), { recursive: true, mode: 0o700 });
    await writeFile(passwordFileOf(draft), randomBytes(24).toString('hex'), { mode: 0o600 });
    if (account) {
      for (const path of [draft, clusterOf(draft), passwordFileOf(draft)]) await chown(path, account.uid, account.gid);
    }
    await initialize(draft, initdb, fsync);
    await rename(draft, folder);
  } catch (error) {
    await rm(draft, { recursive: true, force: true });
    if (!existsSync(clusterOf(folder))) throw error;
  }
}

async function initialize(draft: string, initdb: Program, fsync: boolean): Promise<void> {
  const { code, output } = await initdb([
    `--pgdata=${clusterOf(draft)}`,
    `--username=${USER}`,
    `--pwfile=${passwordFileOf(draft)}`,
    '--auth=scram-sha-256',
    '--encoding=UTF8',
    '--locale=C',
    ...(fsync ? [] : ['--no-sync']),
    ...Object.entries(SETTINGS).map(([name, value]) => `--set=${name}=${value}`),
  ]);
  if (code === 0) return;
  const message = `The embedded PostgreSQL could not make its data folder beside ${draft}: ${output.trim()}`;
  throw /No space left/.test(output)
    ? new FixFirstError('EMBEDDED_DATABASE_UNUSABLE', message)
    : new TryAgainError('EMBEDDED_DATABASE_FAILED', message);
}

/** Drafts of starters that were killed; an initdb of theirs may still be writing, hence the retries. */
async function removeDrafts(folder: string): Promise<void> {
  const prefix = `${basename(folder)}.new-`;
  for (const name of await readdir(dirname(folder))) {
    if (!name.startsWith(prefix)) continue;
    if (!isAlive(Number(name.slice(prefix.length).split('-')[0]))) {
      await rm(join(dirname(folder), name), { recursive: true, force: true, maxRetries: 10 });
    }
  }
}

/** The server process, as its own file `postmaster.pid` describes it. */
export interface Postmaster {
  pid: number;
  /** Undefined while the server has not yet written so far. */
  port: number | undefined;
}

/** The running server of the folder. A file left by a server that was killed counts for nothing. */
export function findPostmaster(folder: string): Postmaster | undefined {
  const text = readPidFile(folder);
  if (text === undefined) return undefined;
  const [pid, , , port] = text.split('\n');
  if (!isPostgres(Number(pid), clusterOf(folder))) return undefined;
  return { pid: Number(pid), port: Number(port) || undefined };
}

/**
 * Removes a `postmaster.pid` whose process id now belongs to some other program: PostgreSQL replaces the file of a
 * process that is gone, but takes any living one of its own user for a server.
 */
export function removeStalePidFile(folder: string): void {
  const text = readPidFile(folder);
  if (text === undefined) return;
  const pid = Number(text.split('\n')[0]);
  if (isAlive(pid) && !isPostgres(pid, clusterOf(folder)) && readPidFile(folder) === text) {
    rmSync(pidFileOf(folder), { force: true });
  }
}

const pidFileOf = (folder: string): string => join(clusterOf(folder), 'postmaster.pid');

function readPidFile(folder: string): string | undefined {
  try {
    return readFileSync(pidFileOf(folder), 'utf8');
  } catch {
    return undefined;
  }
}

function isPostgres(pid: number, cluster: string): boolean {
  if (!Number.isInteger(pid) || pid <= 0 || !isAlive(pid)) return false;
  if (process.platform !== 'linux') return true;
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0').includes(cluster);
  } catch {
    return false;
  }
}
