import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { readFile, readlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { FixFirstError, TryAgainError } from '../../shared/ground/errors.js';
import { fileError, fileFault, writeWholeFile } from '../../shared/ground/files.js';
import { foreignError } from '../../shared/ground/foreign-errors.js';
import { jsonText } from '../../shared/ground/parsing.js';
import { parseSizes } from '../../shared/lines/sizes-text.js';
import { openParquet, writeParquet } from '../../shared/parquet/parquet.js';
import { type Expected, faultOf } from '../../tasks/archive/file/read.js';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'file-errors-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("every error code of Node's fs becomes a sentence with its exit code", () => {
  it.each<[string, number]>([
    ['ENOENT', 2],
    ['EACCES', 2],
    ['EPERM', 2],
    ['EISDIR', 2],
    ['ENOTDIR', 2],
    ['EEXIST', 2],
    ['ENOTEMPTY', 2],
    ['ENAMETOOLONG', 2],
    ['ELOOP', 2],
    ['EINVAL', 2],
    ['EILSEQ', 2],
    ['ENXIO', 2],
    ['ENODEV', 2],
    ['ENOTSUP', 2],
    ['EXDEV', 2],
    ['EFBIG', 2],
    ['EROFS', 2],
    ['ERR_FS_FILE_TOO_LARGE', 2],
    ['ENOSPC', 1],
    ['EDQUOT', 1],
    ['EMFILE', 1],
    ['ENFILE', 1],
    ['ENOMEM', 1],
    ['EIO', 1],
    ['EBUSY', 1],
    ['ETXTBSY', 1],
    ['EAGAIN', 1],
    ['EINTR', 1],
    ['ESTALE', 1],
    ['ETIMEDOUT', 1],
  ])('%s: exit code %d', (code, exitCode) => {
    const error = Object.assign(new Error(`${code}: said the system`), { code, syscall: 'open', path: '/x/y' });
    const told = fileError('The file /x/y cannot be read', error, { advice: 'Do this.' });
    expect(told).toBeInstanceOf(exitCode === 1 ? TryAgainError : FixFirstError);
    expect(told.message).toMatch(new RegExp(`^The file /x/y cannot be read: [a-z ,]+ \\(${code}\\)\\. Do this\\.$`));
    expect(foreignError(error)).toMatchObject({ exitCode, message: expect.stringContaining('/x/y') });
  });

  it('another error keeps its own message', () => {
    expect(fileFault(new Error('it is odd'))).toBe('it is odd');
    expect(foreignError(new TypeError('x is not a function'))).toBeUndefined();
    expect(
      foreignError(Object.assign(new Error('away'), { code: 'ECONNREFUSED', syscall: 'connect' })),
    ).toBeUndefined();
  });
});

describe('a file that is written completely or not at all', () => {
  const parts = async function* (): AsyncGenerator<string> {
    yield 'half';
    throw new Error('no more');
  };

  it('leaves the old file, and no other file, when writing fails', async () => {
    const path = join(folder, 'report.html');
    expect(await writeWholeFile(path, ['old'])).toBe(3);
    await expect(writeWholeFile(path, parts())).rejects.toThrow('no more');
    expect(await readFile(path, 'utf8')).toBe('old');
    expect(readdirSync(folder)).toEqual(['report.html']);
  });

  it('follows a link, and is written directly into a device', async () => {
    const [link, target] = [join(folder, 'link'), join(folder, 'target')];
    writeFileSync(target, 'old');
    symlinkSync(target, link);
    await writeWholeFile(link, ['new']);
    expect([await readlink(link), await readFile(target, 'utf8')]).toEqual([target, 'new']);
    expect(await writeWholeFile('/dev/null', ['nothing'])).toBe(7);
    await expect(writeWholeFile('/dev/full', ['x'])).rejects.toMatchObject({ code: 'ENOSPC' });
    await expect(writeWholeFile(folder, ['x'])).rejects.toMatchObject({ code: 'EISDIR' });
  });
});

describe('a row in a format other than it was written in', () => {
  const row = z.object({ run_id: z.string(), outputs: jsonText(z.object({ customers: z.array(z.string()) })) });

  it.each<[string, unknown, string]>([
    ['a missing column', { run_id: 'r' }, 'outputs: '],
    ['another type', { run_id: 7, outputs: '{"customers":[]}' }, 'run_id: '],
    ['no JSON', { run_id: 'r', outputs: '{"customers":' }, 'outputs: holds no JSON'],
    ['another JSON', { run_id: 'r', outputs: '{"customers":[1]}' }, 'outputs.customers.0: '],
    ['a missing row', undefined, 'it: '],
  ])('%s is exit code 2, with the column and without values', (_, value, place) => {
    let told: unknown;
    try {
      row.parse(value);
    } catch (error) {
      told = foreignError(error);
    }
    expect(told).toMatchObject({ exitCode: 2, message: expect.stringContaining(place) });
    expect(told).toMatchObject({ message: expect.stringContaining('migrate --check') });
  });

  it('truncated kept sizes are reported without their text', () => {
    expect(() => parseSizes('S=104;SECRET')).toThrow(FixFirstError);
    expect(() => parseSizes('S=104;SECRET')).not.toThrow(/SECRET/);
  });
});

describe('a damaged Parquet file', () => {
  const columns = [
    { name: 'line', kind: 'text' },
    { name: 'size', kind: 'int' },
  ] as const;
  const written = () => writeParquet(columns, [Array.from({ length: 300 }, (_, n) => [`line ${n % 17}`, n])]);

  const expectedOf = (bytes: Uint8Array, rows: number): Expected => ({
    rows,
    bytes: bytes.length,
    checksum: createHash('sha256').update(bytes).digest('hex'),
    customer: 'GREYSON',
    batchId: null,
    schemaVersion: 1,
    schemaHash: '',
    contentHash: '',
  });

  it('is reported as damaged wherever it is cut', async () => {
    const { bytes } = await written();
    for (let part = 0; part < 40; part += 1) {
      const cut = bytes.subarray(0, Math.floor((bytes.length * part) / 40));
      await expect(openParquet(cut)).rejects.toThrow(/^The bytes cannot be read as Parquet: /);
      await expect(openParquet(cut)).rejects.toBeInstanceOf(FixFirstError);
    }
  });

  it('in an archive is detected by its checksum before it is opened, whichever byte differs', async () => {
    const { bytes, rowCount } = await written();
    const expected = expectedOf(bytes, rowCount);
    for (let part = 0; part < 40; part += 1) {
      const copy = Uint8Array.from(bytes);
      const place = Math.floor((bytes.length * part) / 40);
      copy[place] = (copy[place] ?? 0) ^ 1;
      expect(await faultOf(copy, expected)).toBe('its bytes do not have the checksum they were written with');
    }
  });

  it('that is valid but not an archive is refused with what it lacks', async () => {
    const { bytes, rowCount } = await written();
    const expected = expectedOf(bytes, rowCount);
    expect(await faultOf(bytes, expected)).toBe('it cannot be read (the file does not say what it is)');
  });
});
