import { describe, expect, it } from '@jest/globals';
import { insertSnapshot } from '../../helpers/snapshot.js';
import { deleteLine, insertLines, line, sql, updateLine, uuid } from '../../helpers/warehouse.js';
import { changesOf, useDetector } from './detector.js';
import { elderHash } from './elder-hash.js';

describe('detect classifies lines:', () => {
  const test = useDetector();

  const acknowledge = (numbers: readonly number[]) =>
    insertSnapshot(
      test.database.warehouse,
      numbers.map((n) => ({ source: line(n, { S: n }) })),
    );
  const load = (numbers: readonly number[]) =>
    insertLines(
      test.database.warehouse,
      numbers.map((n) => line(n, { S: n })),
    );

  it('an unknown line is NEW under its own uuid', async () => {
    await load([1, 2]);
    const outputs = await test.detector.run();
    expect(outputs).toMatchObject({ new: 2, changed: 0, deleted: 0, customers: ['GREYSON'], status: 'DONE' });
    expect(await changesOf(test.database.warehouse, outputs['runId'])).toEqual([
      expect.objectContaining({ line_key: uuid(1), record_uuid: uuid(1), change: 'NEW', customer: 'GREYSON' }),
      expect.objectContaining({ line_key: uuid(2), record_uuid: uuid(2), change: 'NEW', customer: 'GREYSON' }),
    ]);
  });

  it('an unchanged line is counted and not stored, and no change set is left open', async () => {
    await load([1]);
    await acknowledge([1]);
    const outputs = await test.detector.run();
    expect(outputs).toMatchObject({ new: 0, changed: 0, unchanged: 1 });
    expect(await sql(test.database.warehouse, 'SELECT * FROM dbo."MON_ChangeSet"')).toEqual([]);
  });

  it.each([
    ['a text', { NOTES: 'by air' }],
    ['a cleared text', { 'CUSTOMER STYLE': null }],
    ['a quantity', { S: 99 }],
    ['an added size', { XL: 3 }],
    ['a removed size', { S: 0 }],
    ['an integer-like size', { '28': 4 }],
  ])('%s that differs makes the line CHANGED', async (_what, difference) => {
    await load([1, 2]);
    await acknowledge([1, 2]);
    await updateLine(test.database.warehouse, 1, difference);
    const outputs = await test.detector.run();
    expect(outputs).toMatchObject({ changed: 1, unchanged: 1 });
    expect(await changesOf(test.database.warehouse, outputs['runId'])).toMatchObject([
      { line_key: uuid(1), change: 'CHANGED', reason: 'CONTENT', old_uuid: null, old_customer: null },
    ]);
  });

  it('an unmapped column, or a size of 0 instead of null, is not a change', async () => {
    await load([1]);
    await acknowledge([1]);
    await updateLine(test.database.warehouse, 1, { 'INFOR COLOUR CODE': '001', L: 0 });
    expect(await test.detector.run()).toMatchObject({ changed: 0, unchanged: 1 });
  });

  it('a line that was sent but not acknowledged is CHANGED again, whatever its content', async () => {
    await load([1]);
    await insertSnapshot(test.database.warehouse, [{ source: line(1, { S: 1 }), acknowledged: false }]);
    const { runId } = await test.detector.run();
    expect(await changesOf(test.database.warehouse, runId)).toMatchObject([{ change: 'CHANGED', reason: 'RETRY' }]);
  });

  it('a line that moves to another customer is one CHANGED line of the new customer', async () => {
    await load([1, 2]);
    await acknowledge([1, 2]);
    await updateLine(test.database.warehouse, 1, { 'CUSTOMER NAME': 'TITLE 9' });
    const outputs = await test.detector.run();
    expect(outputs).toMatchObject({ new: 0, changed: 1, deleted: 0, pendingDeletes: 0, movedOut: 1 });
    expect(await changesOf(test.database.warehouse, outputs['runId'])).toMatchObject([
      { line_key: uuid(1), change: 'CHANGED', customer: 'TITLE NINE', old_customer: 'GREYSON' },
    ]);
    const left = await test.detector.run({ customer: ['GREYSON'] });
    expect(left).toMatchObject({ changed: 0, deleted: 0, pendingDeletes: 0, movedOut: 1, unchanged: 1 });
  });

  it('--customer accepts any spelling and leaves the others out', async () => {
    await load([1]);
    await insertLines(test.database.warehouse, [line(2, { 'CUSTOMER NAME': 'PELOTON' })]);
    expect(await test.detector.run({ customer: ['greyson clothiers'] })).toMatchObject({
      customers: ['GREYSON'],
      new: 1,
    });
    await expect(test.detector.run({ customer: ['GREYSTONE'] })).rejects.toThrow('knows no customer "GREYSTONE"');
  });

  it('a line that leaves scope is neither updated nor deleted', async () => {
    await load([1, 2]);
    await acknowledge([1, 2]);
    await updateLine(test.database.warehouse, 1, { 'ORDER TYPE': 'SAMPLE', S: 50 });
    await insertLines(test.database.warehouse, [line(3, { 'CUSTOMER NAME': 'SOMEBODY ELSE' })]);
    const outputs = await test.detector.run({ confirmDeletes: true });
    expect(outputs).toMatchObject({
      outOfScope: 2,
      changed: 0,
      deleted: 0,
      new: 0,
      unchanged: 1,
      customers: ['GREYSON'],
    });
  });

  it('--full stores every line', async () => {
    await load([1, 2]);
    await acknowledge([1, 2]);
    const { runId } = await test.detector.run({ full: true });
    expect(await changesOf(test.database.warehouse, runId)).toMatchObject([
      { change: 'CHANGED', reason: 'FULL' },
      { change: 'CHANGED', reason: 'FULL' },
    ]);
  });

  it('--method fields records which columns and sizes changed, old and new', async () => {
    await load([1]);
    await acknowledge([1]);
    await updateLine(test.database.warehouse, 1, { NOTES: 'by air', S: 7, XL: 2 });
    const { runId } = await test.detector.run({ method: 'fields' });
    const [row] = await sql(
      test.database.warehouse,
      'SELECT "differences" FROM dbo."MON_Change" WHERE "run_id" = @id',
      {
        id: String(runId),
      },
    );
    expect(JSON.parse(String(row?.['differences']))).toEqual([
      { kind: 'column', name: 'NOTES', before: null, after: 'by air' },
      { kind: 'size', name: 'S', before: '1', after: '7' },
      { kind: 'size', name: 'XL', before: null, after: '2' },
    ]);
    const explained = await test.detector.runTask({ explain: uuid(1) });
    expect(explained.lines).toContain('    size S: 1 -> 7');
  });

  it('a line acknowledged under another mapping is compared by the columns of that mapping', async () => {
    await load([1, 2]);
    await acknowledge([1, 2]);
    await sql(test.database.warehouse, `INSERT INTO dbo."MON_Mapping" VALUES ('elder', @columns, '2026-01-01')`, {
      columns: JSON.stringify(['AAG ORDER NUMBER']),
    });
    await sql(test.database.warehouse, `UPDATE dbo."ORDERS_UNIFIED_SNAPSHOT" SET "mapping_version" = 'elder'`);
    for (const n of [1, 2]) {
      await sql(
        test.database.warehouse,
        'UPDATE dbo."ORDERS_UNIFIED_SNAPSHOT" SET "row_hash" = @hash WHERE "line_key" = @key',
        {
          hash: elderHash(line(n, { S: n })),
          key: uuid(n),
        },
      );
    }
    await updateLine(test.database.warehouse, 1, { NOTES: 'a column that the elder mapping does not hash' });
    await updateLine(test.database.warehouse, 2, { 'AAG ORDER NUMBER': 'GRE-99999' });
    const outputs = await test.detector.run();
    expect(outputs).toMatchObject({ changed: 1, unchanged: 1 });
    const full = await test.detector.run({ full: true });
    expect(await changesOf(test.database.warehouse, full['runId'])).toMatchObject([
      { line_key: uuid(1), reason: 'MAPPING' },
      { line_key: uuid(2), reason: 'CONTENT' },
    ]);
  });

  it('--list-customers shows spellings, unmapped customers, and customers whose last line is gone', async () => {
    await load([1]);
    await insertSnapshot(test.database.warehouse, [{ source: line(4), customer: 'PELOTON' }]);
    await insertLines(test.database.warehouse, [
      line(2, { 'CUSTOMER NAME': 'Greyson' }),
      line(3, { 'CUSTOMER NAME': 'SOMEBODY ELSE' }),
    ]);
    const { lines } = await test.detector.runTask({ listCustomers: true, json: true });
    expect(JSON.parse(lines?.join() ?? '')).toEqual([
      { customer: 'GREYSON', mapped: true, lines: 2, spellings: ['GREYSON CLOTHIERS', 'Greyson'] },
      { customer: 'PELOTON', mapped: true, lines: 0, spellings: [] },
      { customer: 'SOMEBODY ELSE', mapped: false, lines: 1, spellings: ['SOMEBODY ELSE'] },
    ]);
  });

  it('a deleted line is distinguished from one outside the chosen customers', async () => {
    await load([1, 2]);
    await acknowledge([1, 2]);
    await deleteLine(test.database.warehouse, 2);
    expect(await test.detector.run({ customer: ['PELOTON'], confirmDeletes: true })).toMatchObject({ deleted: 0 });
  });
});
