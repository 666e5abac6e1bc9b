import { createWriteStream, existsSync, readFileSync } from 'node:fs';
import { realpath, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { fileURLToPath } from 'node:url';
import { isNativeError } from 'node:util/types';
import { FixFirstError, messageOf, type TaskError, TryAgainError, type Where } from './errors.js';

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

/** Error codes of the file system, in words. */
const WORDS: ReadonlyMap<string, string> = new Map([
  ['ENOENT', 'there is no such file or folder'],
  ['EACCES', 'the user of this process may not do that'],
  ['EPERM', 'the system forbids it'],
  ['EISDIR', 'it is a folder'],
  ['ENOTDIR', 'a part of its path is a file, not a folder'],
  ['EEXIST', 'there is something of this name already'],
  ['ENOTEMPTY', 'the folder is not empty'],
  ['ENAMETOOLONG', 'its name is too long'],
  ['ELOOP', 'its links lead round in a circle'],
  ['EINVAL', 'the file system does not take that name'],
  ['EILSEQ', 'the file system does not take that name'],
  ['ERR_INVALID_ARG_VALUE', 'its name holds a NUL'],
  ['ENXIO', 'there is no device or program behind it'],
  ['ENODEV', 'there is no device or program behind it'],
  ['ENOTSUP', 'the file system cannot do that'],
  ['EXDEV', 'it lies on another file system'],
  ['EFBIG', 'it is larger than the file system takes'],
  ['ERR_FS_FILE_TOO_LARGE', 'it is too large to be read at once'],
  ['ERR_STRING_TOO_LONG', 'it is too large to be read at once'],
  ['EROFS', 'the file system can only be read'],
  ['ENOSPC', 'the disk is full'],
  ['EDQUOT', 'the disk quota is used up'],
  ['EMFILE', 'this process has too many files open'],
  ['ENFILE', 'this machine has too many files open'],
  ['ENOMEM', 'the machine is out of memory'],
  ['EIO', 'the disk cannot be read or written'],
  ['EBUSY', 'another program is using it'],
  ['ETXTBSY', 'another program is running it'],
  ['EAGAIN', 'another program has locked it'],
  ['EINTR', 'the system call was interrupted'],
  ['ESTALE', 'the file server has lost sight of it'],
  ['ETIMEDOUT', 'the file server did not answer in time'],
]);

/** These may be transient: path and permissions need not change. */
const PASSING = new Set([
  ...['ENOSPC', 'EDQUOT', 'EMFILE', 'ENFILE', 'ENOMEM', 'EIO', 'EBUSY', 'ETXTBSY', 'EAGAIN', 'EINTR'],
  ...['ESTALE', 'ETIMEDOUT'],
]);

/** The words for an error of the file system with its code, or the error's own message if the code is not listed. */
export function fileFault(error: unknown): string {
  const words = WORDS.get(codeOf(error));
  return words === undefined ? messageOf(error) : `${words} (${codeOf(error)})`;
}

/**
 * An error of the file system as one of ours: `what` failed, and `advice` says what to do about it. Full
 * disks, files in use and the like are TryAgain.
 */
export function fileError(
  what: string,
  error: unknown,
  { advice, where }: { advice: string; where?: Where },
): TaskError {
  const message = `${what}: ${fileFault(error)}. ${advice}`;
  const options = { cause: error, ...(where === undefined ? {} : { where }) };
  return PASSING.has(codeOf(error))
    ? new TryAgainError('FILE_FAILED', message, options)
    : new FixFirstError('FILE_UNUSABLE', message, options);
}

/** An error that the file system reported, wherever it was thrown. */
export function isFileError(error: unknown): error is NodeJS.ErrnoException {
  return isNativeError(error) && 'syscall' in error && WORDS.has(codeOf(error));
}

function codeOf(error: unknown): string {
  return isNativeError(error) && 'code' in error ? String(error.code) : '';
}

export type Parts = AsyncIterable<string> | Iterable<string | Uint8Array>;

/**
 * Writes a file completely or not at all: under another name in the same folder, then renamed. What a link points
 * to is written, and a device or a pipe is written directly. Returns the number of bytes.
 * @throws what the parts or the file system throw; no partial file is left behind then.
 */
export async function writeWholeFile(path: string, parts: Parts): Promise<number> {
  const found = await stat(path).catch(() => undefined);
  if (found !== undefined && !found.isFile()) return write(path, parts);
  const target = found === undefined ? path : await realpath(path);
  const draft = `${target}.${process.pid}.part`;
  try {
    const bytes = await write(draft, parts);
    await rename(draft, target);
    return bytes;
  } catch (error) {
    await rm(draft, { force: true }).catch(() => undefined);
    throw error;
  }
}

async function write(path: string, parts: Parts): Promise<number> {
  const file = createWriteStream(path);
  await pipeline(Readable.from(parts, { objectMode: true }), file);
  return file.bytesWritten;
}
