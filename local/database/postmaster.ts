import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { clusterOf } from './cluster.js';
import { isAlive } from './program.js';

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
