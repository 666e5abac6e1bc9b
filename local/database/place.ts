import { createHash } from 'node:crypto';
import { existsSync, lstatSync, mkdirSync, readdirSync } from 'node:fs';
import { readdir, rm, rmdir } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { FixFirstError } from '../../shared/ground/errors.js';
import { isFileError } from '../../shared/ground/files.js';
import { mayEnter, type ServerAccount } from './account.js';
import { clusterOf, logFileOf, passwordFileOf } from './cluster.js';

/** Every account reaches it, and unlike /tmp it survives a reboot. */
const FALLBACK = '/var/tmp/customer-orders-';

/**
 * The folder for the data: the one asked for, unless the server's account cannot reach it (a checkout in /root).
 * Then a folder in /var/tmp, always the same one for the same request.
 */
export function placeFor(dataDir: string, account: ServerAccount | undefined): string {
  const wanted = resolve(dataDir);
  refuseOthers(wanted);
  mkdirSync(dirname(wanted), { recursive: true });
  if (account === undefined || mayEnter(account, dirname(wanted))) return wanted;
  const folder = fallbackFor(wanted);
  const parent = dirname(folder);
  // Whoever starts at the same moment may make it first.
  if (!existsSync(parent)) mkdirSync(parent, { recursive: true, mode: 0o755 });
  const found = lstatSync(parent);
  if (found.isDirectory() && found.uid === 0) return folder;
  throw new FixFirstError(
    'EMBEDDED_DATABASE_UNUSABLE',
    `${parent} belongs to another user. Remove it, or choose a data folder outside /root.`,
  );
}

/** Where the data of a folder lies that the server's account cannot reach. */
export function fallbackFor(wanted: string): string {
  const name = createHash('sha256').update(wanted).digest('hex').slice(0, 16);
  return join(FALLBACK + name, 'database');
}

/** A folder of somebody else's files is no place for a database, which may be told to begin with nothing. */
function refuseOthers(folder: string): void {
  if (!existsSync(folder)) return;
  const own = [clusterOf(folder), passwordFileOf(folder), logFileOf(folder)].map((path) => basename(path));
  const other = lstatSync(folder).isDirectory() ? readdirSync(folder).find((name) => !own.includes(name)) : folder;
  if (other !== undefined)
    throw new FixFirstError(
      'EMBEDDED_DATABASE_UNUSABLE',
      `${folder} holds something other than a database (${other}). Choose an empty folder.`,
    );
}

/** Removes all that lies at a place: the data, and what was made beside it under the same name. */
export async function clearPlace(folder: string): Promise<void> {
  const parent = dirname(folder);
  const base = basename(folder);
  const own = (name: string): boolean =>
    name === base || name.startsWith(`${base}.new-`) || name.startsWith(`${base}.postgres-`);
  for (const name of (await unlessInUse(readdir(parent))) ?? []) {
    if (own(name)) await rm(join(parent, name), { recursive: true, force: true, maxRetries: 5 });
  }
  if (parent.startsWith(FALLBACK)) await unlessInUse(rmdir(parent));
}

/** Whoever starts or clears there at the same moment may have removed the folder, or have put something into it. */
async function unlessInUse<T>(done: Promise<T>): Promise<T | undefined> {
  try {
    return await done;
  } catch (error) {
    if (isFileError(error) && ['ENOENT', 'ENOTEMPTY', 'EEXIST'].includes(error.code ?? '')) return undefined;
    throw error;
  }
}
