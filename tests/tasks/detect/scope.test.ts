import { readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { NEW_UUID } from '../../helpers/dialect.js';
import { insertSnapshot } from '../../helpers/snapshot.js';
import { insertLines, line, sql, updateLine } from '../../helpers/warehouse.js';
import { useDetector } from './detector.js';

const LINES = Array.from({ length: 20 }, (_, index) => index + 1);

describe('a line that leaves scope', () => {
  const test = useDetector();
  beforeEach(async () => {
    const lines = LINES.map((n) => line(n, { S: n }));
    await insertSnapshot(
      test.database.warehouse,
      lines.map((source) => ({ source })),
    );
    await insertLines(test.database.warehouse, lines);
  });

  const change = async (numbers: readonly number[], values: Parameters<typeof updateLine>[2]) => {
    for (const n of numbers) await updateLine(test.database.warehouse, n, values);
  };
  const mappingFile = (outOfScope: string): string => {
    const file = join(tmpdir(), `out-of-scope-${process.pid}.yaml`);
    const shipped = readFileSync('sql/mappings/customer-orders.yaml', 'utf8');
    writeFileSync(file, shipped.replace('out_of_scope: []', `out_of_scope: ${outOfScope}`));
    return file;
  };

  it('because of an unknown name brakes its customer above a tenth of the lines, with the nearest known name', async () => {
    await change(LINES, { 'CUSTOMER NAME': 'GREYSON CLOTHIERS LTD' });
    expect(await test.detector.run()).toMatchObject({
      braked: [{ customer: 'GREYSON', reason: 'SCOPE', known: 20, changed: 0, deleted: 0, left: 20 }],
      unmapped: [{ customer: 'GREYSON CLOTHIERS LTD', lines: 20, known: 20, nearest: 'GREYSON' }],
      movedOut: 0,
      outOfScope: 20,
      pendingDeletes: 0,
    });
    expect(test.detector.warnings).toEqual([
      expect.stringContaining('"GREYSON CLOTHIERS LTD" (20 lines, 20 of them known, nearest is "GREYSON")'),
      expect.stringContaining('GREYSON is braked and left out of this run: 20 of 20 known lines left scope'),
    ]);
  });

  it('is reported below that share, and the rest of the customer continues', async () => {
    await change([1, 2], { 'CUSTOMER NAME': 'ACME' });
    await change([3], { NOTES: 'new' });
    expect(await test.detector.run()).toMatchObject({
      braked: [],
      unmapped: [{ customer: 'ACME', lines: 2, known: 2 }],
      changed: 1,
      unchanged: 17,
      movedOut: 2,
    });
  });

  it('because of an unknown word is reported with column and word, however it is spelled', async () => {
    await change([1, 2], { 'ORDER TYPE': 'CANCELED' });
    await change([3], { 'ORDER TYPE': '\u00a0canceled' });
    expect(await test.detector.run()).toMatchObject({
      braked: [{ customer: 'GREYSON', reason: 'SCOPE', known: 20, left: 3 }],
      unmapped: [{ column: 'ORDER TYPE', word: 'CANCELED', lines: 3, known: 3, nearest: 'CANCELLED' }],
    });
    expect(await test.detector.run({}, { BRAKE_MIN_LINES: '21' })).toMatchObject({
      braked: [],
      unmapped: [{ known: 3 }],
    });
    expect(await test.detector.run({ allowLargeChange: true })).toMatchObject({ braked: [], unmapped: [{ known: 3 }] });
  });

  it('because of a name or word in out_of_scope is not reported', async () => {
    await change(LINES.slice(0, 10), { 'CUSTOMER NAME': 'Acme  Sports' });
    await change(LINES.slice(10), { 'ORDER TYPE': 'SAMPLE' });
    const env = { MAPPING_FILE: mappingFile('[ACME SPORTS, sample]') };
    expect(await test.detector.run({}, env)).toMatchObject({ braked: [], unmapped: [], outOfScope: 20 });
    expect(test.detector.warnings).toEqual([]);
  });

  it('is still the same line when its uuid was renewed at the same time', async () => {
    await change(LINES, { 'CUSTOMER NAME': 'ACME' });
    await sql(test.database.warehouse, `UPDATE dbo."ORDERS_UNIFIED" SET "record_uuid" = ${NEW_UUID}`);
    expect(await test.detector.run()).toMatchObject({
      braked: [{ customer: 'GREYSON', reason: 'SCOPE', known: 20, left: 20 }],
      unmapped: [{ customer: 'ACME', lines: 20, known: 20 }],
      pendingDeletes: 0,
    });
  });

  it('does not leave because of another spelling of a known name', async () => {
    await change(LINES.slice(0, 5), { 'CUSTOMER NAME': 'GREYSON\u00a0CLOTHIERS' });
    await change(LINES.slice(5, 10), { 'CUSTOMER NAME': 'Greyson\u200b  Clothiers', 'ORDER TYPE': '\u2003active' });
    expect(await test.detector.run()).toMatchObject({ braked: [], unmapped: [], outOfScope: 0, changed: 10 });
  });

  it('counts for a chosen customer only if it belonged to it', async () => {
    await change([1], { 'CUSTOMER NAME': 'ACME' });
    await insertLines(test.database.warehouse, [
      line(50, { 'CUSTOMER NAME': 'ACME' }),
      line(51, { 'CUSTOMER NAME': 'OTHERS' }),
      line(52, { 'CUSTOMER NAME': 'PELOTON', 'ORDER TYPE': 'SAMPLE' }),
    ]);
    expect(await test.detector.run({ customer: ['\u00a0greyson  clothiers'] })).toMatchObject({
      customers: ['GREYSON'],
      unmapped: [{ customer: 'ACME', lines: 1, known: 1 }],
    });
    expect(await test.detector.run({ customer: ['PELOTON'] })).toMatchObject({
      unmapped: [{ word: 'SAMPLE', lines: 1, known: 0 }],
    });
    expect(await test.detector.run()).toMatchObject({
      unmapped: [
        { customer: 'ACME', lines: 2, known: 1 },
        { word: 'SAMPLE', lines: 1, known: 0 },
        { customer: 'OTHERS', lines: 1, known: 0 },
      ],
    });
  });

  it('is reported at a first load too, which brakes nobody', async () => {
    await sql(test.database.warehouse, 'DELETE FROM dbo."ORDERS_UNIFIED_SNAPSHOT"');
    await change(LINES, { 'CUSTOMER NAME': 'ACME' });
    expect(await test.detector.run()).toMatchObject({
      braked: [],
      unmapped: [{ customer: 'ACME', lines: 20, known: 0 }],
    });
  });

  it('because it has no customer brakes as well', async () => {
    await change(LINES, { 'CUSTOMER NAME': null });
    expect(await test.detector.run()).toMatchObject({
      braked: [{ reason: 'SCOPE', left: 20 }],
      unmapped: [{ customer: 'UNKNOWN', lines: 20, known: 20 }],
    });
  });
});
