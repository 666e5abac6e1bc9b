import { lstatSync, readFileSync } from 'node:fs';
import { chmod, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

// Plain JavaScript: jest runs its global files before it can load TypeScript modules.

const PREFIX = 'customer-orders-test-';

/** A new folder for the test server of this jest process, which every account may enter. */
export async function makeServerFolder() {
  const folder = await mkdtemp(join(tmpdir(), `${PREFIX}${process.pid}-`));
  await chmod(folder, 0o755);
  return folder;
}

/** Kills the server of a folder, whose data nobody needs any more, and removes the folder. */
export async function discardServerFolder(folder) {
  const pid = serverOf(folder);
  // SIGQUIT is PostgreSQL's immediate shutdown, of its children too.
  if (isAlive(pid)) process.kill(pid, 'SIGQUIT');
  for (let tries = 0; isAlive(pid) && tries < 100; tries += 1) await delay(50);
  await rm(folder, { recursive: true, force: true, maxRetries: 10 });
}

/** The folder's server; 0 when there is none, or when its process id belongs to another program by now. */
function serverOf(folder) {
  const cluster = join(folder, 'database', 'cluster');
  try {
    const pid = Number(readFileSync(join(cluster, 'postmaster.pid'), 'utf8').split('\n')[0]);
    if (process.platform !== 'linux') return pid;
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0').includes(cluster) ? pid : 0;
  } catch {
    return 0;
  }
}

/** Does the same for whatever jest processes left behind that were killed. */
export async function discardOrphans() {
  for (const name of await readdir(tmpdir())) {
    if (!name.startsWith(PREFIX)) continue;
    const folder = join(tmpdir(), name);
    const ours = lstatSync(folder, { throwIfNoEntry: false })?.uid === userInfo().uid;
    const runner = Number(name.slice(PREFIX.length).split('-')[0]);
    if (ours && !isAlive(runner)) await discardServerFolder(folder);
  }
}

function isAlive(pid) {
  if (pid <= 0) return false;
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return error.code === 'EPERM';
  }
}
