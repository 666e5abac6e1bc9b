import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { z } from 'zod';
import { compileKeptHasher } from '../../../shared/lines/hash.js';
import { formatSizes, isNoSize, parseSizes } from '../../../shared/lines/sizes-text.js';
import { byCodeUnits } from '../../../shared/mapping/mapping-version.js';
import { writeParquet } from '../../../shared/parquet/parquet.js';
import { type ArchivedLine, ArchiveTable, SizeSurvey } from '../../../tasks/archive/file/archive-table.js';
import { ArchiveFile, faultOf } from '../../../tasks/archive/file/read.js';
import { checksumOf, writeArchive } from '../../../tasks/archive/file/write.js';

/** An archive as version 1 wrote it: what its row in the table says, and its lines. */
const fixture = z.object({
  row: z.object({
    customer: z.string(),
    batchId: z.string(),
    schemaVersion: z.number(),
    rows: z.number(),
    bytes: z.number(),
    csvBytes: z.number(),
    checksum: z.string(),
    schemaHash: z.string(),
    contentHash: z.string(),
  }),
  lines: z.array(
    z.object({
      lineKey: z.string(),
      recordUuid: z.string(),
      rowHash: z.string().nullable(),
      mappingVersion: z.string(),
      values: z.array(z.string().nullable()),
      sizes: z.string(),
    }),
  ),
});

const KEPT = ['AAG ORDER NUMBER', "CUSTOMER''S COLOUR CODE", 'NOTES'];
const hash = compileKeptHasher(KEPT);

const text = fc.option(fc.string({ unit: 'grapheme', maxLength: 10 }), { nil: null });
const label = fc.constantFrom('S', '28', '30/30', '0w', 'a=b;c\\', 'acknowledged', 'other_sizes', 'NOTES', '__proto__');
const quantity = fc.oneof(
  fc.integer({ min: -5, max: 2 ** 33 }).map(String),
  fc.constantFrom('05', '+5', '5.0', '1e3', 'ten', ' 7 ', '-0.5', '2147483647', '2147483648'),
);
const sizes = fc
  .uniqueArray(fc.tuple(label, quantity), { selector: ([name]) => name, maxLength: 6 })
  .map((list) => formatSizes(list.filter(([, value]) => !isNoSize(value))));
const lines = fc.uniqueArray(
  fc.record({
    lineKey: fc.uuid(),
    recordUuid: fc.uuid(),
    reloaded: fc.boolean(),
    acknowledged: fc.boolean(),
    values: fc.tuple(text, text, text),
    sizes,
  }),
  { selector: ({ lineKey }) => lineKey, maxLength: 20 },
);

type Drawn = typeof lines extends fc.Arbitrary<infer L> ? L : never;

function archived(drawn: Drawn): ArchivedLine[] {
  return drawn.map(({ lineKey, recordUuid, reloaded, acknowledged, values, sizes: kept }) => ({
    lineKey,
    recordUuid: reloaded ? recordUuid : lineKey,
    rowHash: acknowledged ? hash({ values, sizes: kept }).toString('hex') : null,
    mappingVersion: 'v1',
    values,
    sizes: kept,
  }));
}

function tableOf(all: readonly ArchivedLine[], batchId?: string): ArchiveTable {
  const survey = new SizeSurvey(KEPT);
  for (const line of all) survey.add(line.sizes);
  return new ArchiveTable({
    customer: 'GREYSON',
    batchId,
    keptColumns: KEPT,
    sizes: survey.labels,
    otherSizes: survey.others,
    hashedColumns: new Map([['v1', KEPT]]),
  });
}

async function* chunks(all: readonly ArchivedLine[]): AsyncGenerator<readonly ArchivedLine[]> {
  yield all;
}

const sorted = (kept: string) => [...parseSizes(kept)].sort(([a], [b]) => byCodeUnits(a, b));

describe('an archive', () => {
  it('gives back every line, with its hash made again from its values', async () => {
    await fc.assert(
      fc.asyncProperty(lines, async (drawn) => {
        const all = archived(drawn);
        const written = await writeArchive(tableOf(all), chunks(all));
        const back: ArchivedLine[] = [];
        for await (const chunk of (await ArchiveFile.open(written.parquet)).lines())
          back.push(...chunk.map(({ line }) => line));
        const comparable = (line: ArchivedLine) => ({ ...line, sizes: sorted(line.sizes) });
        expect(back.map(comparable)).toEqual(all.map(comparable));
        expect(await faultOf(written.parquet, written)).toBeUndefined();
      }),
      { numRuns: 100 },
    );
  });

  it('has the same bytes for the same lines, in whatever order their sizes stand', async () => {
    const [one] = archived([
      {
        lineKey: '00000000-0000-4000-8000-000000000001',
        recordUuid: '00000000-0000-4000-8000-000000000002',
        reloaded: true,
        acknowledged: true,
        values: ['GRE-00001', null, ''],
        sizes: 'S=4;28=5;L=x',
      },
    ]);
    if (!one) throw new Error('no line');
    const other = { ...one, sizes: 'L=x;28=5;S=4' };
    const [a, b] = [
      await writeArchive(tableOf([one]), chunks([one])),
      await writeArchive(tableOf([other]), chunks([other])),
    ];
    expect(b.checksum).toBe(a.checksum);
    expect(b.contentHash).toBe(a.contentHash);
  });

  it('has a column for each size that occurs, and one more only for what an integer cannot hold', () => {
    const names = (kept: string) => {
      const survey = new SizeSurvey(KEPT);
      survey.add(kept);
      return { labels: [...survey.labels], others: survey.others };
    };
    expect(names('XL=4;28=5')).toEqual({ labels: ['XL', '28'], others: false });
    expect(names('XL=4;28=many')).toEqual({ labels: ['XL'], others: true });
    expect(names('XL=4;NOTES=5')).toEqual({ labels: ['XL'], others: true });
    expect(names('')).toEqual({ labels: [], others: false });
  });

  it('is refused when a line does not have the hash it says', async () => {
    const [line] = archived([
      {
        lineKey: '00000000-0000-4000-8000-000000000001',
        recordUuid: '00000000-0000-4000-8000-000000000001',
        reloaded: false,
        acknowledged: true,
        values: ['GRE-00001', null, null],
        sizes: 'S=4',
      },
    ]);
    if (!line) throw new Error('no line');
    const changed = { ...line, sizes: 'S=5' };
    await expect(writeArchive(tableOf([changed]), chunks([changed]))).rejects.toMatchObject({ exitCode: 2 });
  });
});

describe('faultOf', () => {
  const all = archived([
    {
      lineKey: '00000000-0000-4000-8000-000000000001',
      recordUuid: '00000000-0000-4000-8000-000000000001',
      reloaded: false,
      acknowledged: true,
      values: ['GRE-00001', 'x', null],
      sizes: 'S=4',
    },
  ]);

  it.each([
    ['bytes', { bytes: 1 }, 'bytes instead of 1'],
    ['checksum', { checksum: 'x' }, 'checksum'],
    ['columns', { schemaHash: 'x' }, 'schema hash'],
    ['number of lines', { rows: 2 }, '1 lines instead of 2'],
    ['content', { contentHash: 'x' }, 'hashes'],
    ['customer', { customer: 'TITLE NINE' }, 'its row says TITLE NINE and its file GREYSON'],
    ['schema version', { schemaVersion: 1 }, 'its row says schema version 1 and its file 2'],
  ])('tells other %s than were written', async (_, expected, fault) => {
    const written = await writeArchive(tableOf(all), chunks(all));
    expect(await faultOf(written.parquet, { ...written, ...expected })).toContain(fault);
  });

  it('takes a uuid in capitals, as SQL Server gives it, for the same batch', async () => {
    const batchId = 'ABCDEF00-0000-4000-8000-000000000001';
    const written = await writeArchive(tableOf(all, batchId), chunks(all));
    expect(await faultOf(written.parquet, { ...written, batchId })).toBeUndefined();
    expect(await faultOf(written.parquet, { ...written, batchId: null })).toContain('its row says batch none');
  });

  it.each([
    ['a later schema version', '{"schemaVersion":3,"lines":[]}', 'its schema version 3 is unknown to this program'],
    ['no word about itself', undefined, 'the file does not say what it is'],
    ['no schema version', '{"customer":"GREYSON","kept":[],"hashedColumns":{}}', 'the file does not say what it is'],
  ])('refuses a file with %s', async (_, said, fault) => {
    const written = await writeArchive(tableOf(all), chunks(all));
    const metadata = new Map(said === undefined ? [] : [['customer_orders', said]]);
    const { bytes } = await writeParquet([{ name: 'line_key', kind: 'text' }], [], metadata);
    const row = { ...written, bytes: bytes.length, checksum: checksumOf(bytes) };
    expect(await faultOf(bytes, row)).toContain(fault);
  });
});

describe('a file of schema version 1', () => {
  const folder = join(import.meta.dirname, '../../fixtures/archive');
  const parquet = readFileSync(join(folder, 'version-1.parquet'));
  const { row, lines: kept } = fixture.parse(JSON.parse(readFileSync(join(folder, 'version-1.json'), 'utf8')));

  it('is sound, and gives back every line', async () => {
    expect(await faultOf(parquet, row)).toBeUndefined();
    const file = await ArchiveFile.open(parquet);
    const back: ArchivedLine[] = [];
    for await (const chunk of file.lines()) back.push(...chunk.map(({ line }) => line));
    expect(back.map((line) => ({ ...line, sizes: sorted(line.sizes) }))).toEqual(
      kept.map((line) => ({ ...line, sizes: sorted(line.sizes) })),
    );
  });

  it('has the content and columns of a file that is written of its lines now, so that they are not archived again', async () => {
    const { table } = await ArchiveFile.open(parquet);
    const { customer, batchId, keptColumns, hashedColumns, sizes: labels } = table;
    const now = new ArchiveTable({ customer, batchId, keptColumns, sizes: labels, otherSizes: true, hashedColumns });
    const written = await writeArchive(now, chunks(kept));
    expect(written.schemaVersion).toBe(2);
    const { contentHash, schemaHash, rows, csvBytes } = row;
    expect(written).toMatchObject({ contentHash, schemaHash, rows, csvBytes });
    const again = (await ArchiveFile.open(written.parquet)).table;
    expect([again.keptColumns, again.hashedColumns]).toEqual([keptColumns, hashedColumns]);
  });
});
