import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folder `sql/`, beside the source tree or, in the bundle, beside the executables. */
function findSqlFolder(): string {
  for (let folder = dirname(fileURLToPath(import.meta.url)); ; folder = dirname(folder)) {
    const candidate = join(folder, 'sql');
    if (existsSync(join(candidate, 'graphql'))) return candidate;
    if (folder === dirname(folder)) throw new Error('The folder sql/ was not found beside the program.');
  }
}

let found: string | undefined;

/** Where `sql/` is on this machine. */
export function sqlFolder(): string {
  found ??= findSqlFolder();
  return found;
}

/** The text of a file of `sql/`, by its path below that folder: `graphql/queries/getAccount.graphql`. */
export function readSqlFile(path: string): string {
  return readFileSync(join(sqlFolder(), path), 'utf8');
}
