import { createWriteStream } from 'node:fs';
import { realpath, rename, rm, stat } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

export type Parts = AsyncIterable<string> | Iterable<string | Uint8Array>;

/**
 * Writes a file that is there as a whole or not at all: under another name beside it, then renamed. What a link points
 * to is written, and what is no plain file, as a device or a pipe, is written as it stands. Gives the bytes.
 * @throws what the parts or the file system throw; no part of a file is left behind then.
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
