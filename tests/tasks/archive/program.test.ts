import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { systemClock } from '../../../shared/ground/clock.js';
import { migrateArchive } from '../../../shared/store/schema/migrate-archive.js';
import { insertSnapshot } from '../../helpers/snapshot.js';
import { line, openTestWarehouse, sql, type TestWarehouse } from '../../helpers/warehouse.js';

const PROGRAM = 'dist/tasks/archive/index.js';
const LINES = 2_000;

let test: TestWarehouse;

beforeAll(async () => {
  test = await openTestWarehouse();
  await migrateArchive({ url: test.archiveUrl, schema: 'public' }, { clock: systemClock(), look: false });
  const lines = Array.from({ length: LINES }, (_, n) => ({
    source: line(n + 1, { S: n + 1, '28': 3, NOTES: n === 0 ? '=1+1' : null }),
  }));
  await insertSnapshot(test.warehouse, lines);
});

afterEach(async () => {
  await sql(test.archive, 'DELETE FROM public."snapshot_archive"');
});

afterAll(async () => {
  await test.drop();
});

function start(...args: string[]): ChildProcessByStdio<null, Readable, Readable> {
  const env = { ...process.env, WAREHOUSE_URL: test.url, ARCHIVE_URL: test.archiveUrl, LOG_FORMAT: 'json' };
  return spawn(process.execPath, [PROGRAM, ...args], { env, stdio: ['ignore', 'pipe', 'pipe'] });
}

/** Runs to the end: exit code, what it said, and its outputs. */
async function run(...args: string[]) {
  const child = start(...args);
  const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr)]);
  const [, json] = /^::(\{"outputs".*\})::$/m.exec(stdout) ?? [];
  const outputs =
    json === undefined
      ? undefined
      : z.object({ outputs: z.record(z.string(), z.unknown()) }).parse(JSON.parse(json)).outputs;
  return { code: await ended, stdout, stderr, outputs };
}

async function archives(): Promise<number> {
  const rows = await sql(test.archive, 'SELECT CAST(COUNT(*) AS INT) AS n FROM public."snapshot_archive"');
  return Number(rows[0]?.['n']);
}

describe('the archive program', () => {
  it('archives and verifies with only the bundle', async () => {
    const { code, outputs } = await run('--customer', 'GREYSON');
    expect({ code, outputs }).toMatchObject({
      code: 0,
      outputs: { status: 'ARCHIVED', rows: LINES, unacknowledged: 0 },
    });
    expect(await run('verify')).toMatchObject({ code: 0, outputs: { archives: 1, damaged: [] } });
  });

  it('exports cells that look like formulas unchanged, and with --safe after an apostrophe', async () => {
    const archiveId = String((await run('--customer', 'GREYSON')).outputs?.['archiveId']);
    const output = join(mkdtempSync(join(tmpdir(), 'export-')), 'greyson.csv');
    const exported = async (...args: string[]): Promise<string> => {
      const { code } = await run('export', '--archive-id', archiveId, '--output', output, ...args);
      expect(code).toBe(0);
      return readFileSync(output, 'utf8');
    };
    const exact = await exported();
    expect(exact).toContain(',=1+1,');
    expect(await exported('--safe')).toBe(exact.replace(',=1+1,', ",'=1+1,"));
    expect((await run('export', '--help')).stdout).toMatch(/--safe\s[^-]*apostrophe/);
  });

  it('ends with one intact archive after being killed at any moment', async () => {
    for (const ms of [150, 300, 450, 600, 750, 900]) {
      const child = start('--customer', 'GREYSON');
      const ended = new Promise((resolve) => child.once('exit', resolve));
      child.stdout.resume();
      child.stderr.resume();
      const timer = setTimeout(() => child.kill('SIGKILL'), ms);
      await ended;
      clearTimeout(timer);
    }
    const { code, outputs } = await run('--customer', 'GREYSON');
    expect({ code, rows: outputs?.['rows'] }).toEqual({ code: 0, rows: LINES });
    expect(await archives()).toBe(1);
    expect(await run('verify')).toMatchObject({ code: 0 });
  });

  it('creates one archive when two run at the same time', async () => {
    const [one, other] = await Promise.all([run('--customer', 'GREYSON'), run('--customer', 'GREYSON')]);
    expect([one.code, other.code]).toEqual([0, 0]);
    expect(other.outputs).toEqual(one.outputs);
    expect(await archives()).toBe(1);
  });

  it.each([
    ['neither a batch nor a customer', []],
    ['both', ['--customer', 'GREYSON', '--batch-id', '3f1c0f5e-0d0a-5b57-9a3e-2f5f0c0b7a11']],
    ['an invalid batch id', ['--batch-id', '17']],
    ['an unknown flag', ['--everything']],
    ['an unknown customer', ['--customer', 'NOBODY AT ALL']],
    ['an invalid archive number', ['verify', '--archive-id', 'last']],
    ['--safe with a Parquet file', ['export', '--archive-id', '1', '--output', 'greyson.parquet', '--safe']],
    ['a file of an unknown type', ['export', '--archive-id', '1', '--output', 'greyson.xlsx']],
  ])('ends with exit code 2 for %s', async (_, args) => {
    const { code, outputs, stderr } = await run(...args);
    expect({ code, outputs }).toEqual({ code: 2, outputs: undefined });
    expect(stderr).not.toBe('');
  });

  it('succeeds when the reader of its list has closed the pipe', async () => {
    await run('--customer', 'GREYSON');
    const child = start('list', '--json');
    child.stdout.destroy();
    const [code, stderr] = await Promise.all([
      new Promise((resolve) => child.once('exit', resolve)),
      text(child.stderr),
    ]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  });

  it('lists its commands and examples', async () => {
    const { code, stdout } = await run('--help');
    expect(code).toBe(0);
    for (const word of ['list', 'verify', 'export', 'prune', '--batch-id', '--customer', 'Examples:'])
      expect(stdout).toContain(word);
  });
});
