import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { callOf, MAPPINGS, shellLines } from '../docs/commands.js';
import { patience } from '../helpers/engine.js';
import type { Task } from './program.js';
import { World } from './world.js';

/** Every command of the operators' documents, run as it stands there after one whole run of the pipeline. */
describe.each(['docs/runbook.md', 'docs/upgrade.md'])('%s', (document) => {
  const calls = shellLines(document).flatMap((line) => (line.startsWith('co ') ? (callOf(line) ?? []) : []));
  let world: World;
  let folder: string;
  let values: Record<string, string>;

  beforeAll(async () => {
    world = await World.open(['GREYSON CLOTHIERS', 'JOHNNIE O']);
    folder = mkdtempSync(join(tmpdir(), 'runbook-'));
    for (const name of MAPPINGS) copyFileSync('sql/mappings/customer-orders.yaml', join(folder, name));
    const { detected, batches } = await world.carry();
    const [line] = await world.sql(
      'SELECT "line_key" FROM dbo."ORDERS_UNIFIED_SNAPSHOT" WHERE "customer" = \'GREYSON\'',
    );
    const archived = (await world.run('archive', ['list', '--json'])).said;
    const archives = JSON.parse(archived) as { id: number; customer: string }[];
    values = {
      RUN_ID: String(detected['runId']),
      BATCH_ID: batches.find(({ customer }) => customer === 'GREYSON')?.batchId ?? '',
      CUSTOMER: 'GREYSON',
      ORDER: String(line?.['line_key']),
      ARCHIVE_ID: String(archives.find(({ customer }) => customer === 'GREYSON')?.id),
    };
  }, patience(120_000));

  afterAll(async () => {
    rmSync(folder, { recursive: true, force: true });
    await world.close();
  });

  it('contains commands', () => {
    expect(calls.length).toBeGreaterThan(3);
  });

  it.each(calls.map((call) => [call.line, call] as const))('%s', async (_, { program, words }) => {
    const task = basename(program) as Task;
    // Files are written, and a mapping is read, where they do no harm.
    const args = words.map(
      (word) => values[word] ?? (/\.(csv|html|parquet|yaml)$/.test(word) ? join(folder, word) : word),
    );
    const archive = { ARCHIVE_URL: world.env('archive')['ARCHIVE_URL'] ?? '' };
    const { code, said } = await world.run(task, args, archive);
    expect({ code, said }).toEqual({ code: 0, said: expect.any(String) });
  });
});
