import { describe, expect, it } from '@jest/globals';
import { insertSnapshot } from '../../helpers/snapshot.js';
import { insertLines, line, type SourceLine, uuid } from '../../helpers/warehouse.js';
import { changesOf, useDetector } from './detector.js';

describe('detect matches lines whose uuid was renewed:', () => {
  const test = useDetector();

  /** Line `n` under the uuid `fresh`. */
  const renewed = (n: number, fresh: number, changes: SourceLine = {}): SourceLine => ({
    ...line(n, changes),
    record_uuid: uuid(fresh),
  });
  const known = (...sources: SourceLine[]) =>
    insertSnapshot(
      test.database.warehouse,
      sources.map((source) => ({ source })),
    );

  it('with equal content they are REKEYED on the same line key, without delete and create', async () => {
    await known(line(1, { S: 1 }), line(2, { S: 2 }));
    await insertLines(test.database.warehouse, [renewed(1, 101, { S: 1 }), renewed(2, 102, { S: 2 })]);
    const outputs = await test.detector.run();
    expect(outputs).toMatchObject({ rekeyed: 2, new: 0, changed: 0, deleted: 0, pendingDeletes: 0 });
    expect(await changesOf(test.database.warehouse, outputs['runId'])).toMatchObject([
      { line_key: uuid(1), record_uuid: uuid(101), old_uuid: uuid(1), change: 'REKEYED' },
      { line_key: uuid(2), record_uuid: uuid(102), old_uuid: uuid(2), change: 'REKEYED' },
    ]);
  });

  it('with changed content, matched by business key, they are CHANGED with the old uuid', async () => {
    await known(line(1, { S: 1 }));
    await insertLines(test.database.warehouse, [renewed(1, 101, { S: 9 })]);
    const { runId } = await test.detector.run();
    expect(await changesOf(test.database.warehouse, runId)).toMatchObject([
      { line_key: uuid(1), record_uuid: uuid(101), old_uuid: uuid(1), change: 'CHANGED', reason: 'CONTENT' },
    ]);
  });

  it('among equal business keys, the most similar contents are matched', async () => {
    const twin = { 'AAG ORDER NUMBER': 'GRE-04268', 'CUSTOMER STYLE': 'TWIN' };
    await known(line(1, { ...twin, S: 18, NOTES: 'first' }), line(2, { ...twin, S: 732, NOTES: 'second' }));
    await insertLines(test.database.warehouse, [
      renewed(2, 201, { ...twin, S: 733, NOTES: 'second', 'TOTAL QTY': 732 }),
      renewed(1, 202, { ...twin, S: 18, NOTES: 'first, by air' }),
    ]);
    const { runId } = await test.detector.run();
    expect(await changesOf(test.database.warehouse, runId)).toMatchObject([
      { line_key: uuid(1), record_uuid: uuid(202), change: 'CHANGED' },
      { line_key: uuid(2), record_uuid: uuid(201), change: 'CHANGED' },
    ]);
  });

  it('a business key that is partly blank is never used', async () => {
    const blank = { 'CUSTOMER STYLE': null, 'CUSTOMER COLOUR DESCRIPTION': ' ' };
    await known(line(1, { ...blank, S: 1 }));
    await insertLines(test.database.warehouse, [renewed(1, 101, { ...blank, S: 2 })]);
    expect(await test.detector.run()).toMatchObject({ new: 1, changed: 0, pendingDeletes: 1 });
  });

  it('unmatched lines are DELETED and NEW', async () => {
    await known(line(1, { S: 1 }), line(2, { S: 2 }));
    await insertLines(test.database.warehouse, [renewed(1, 101, { S: 1 }), line(3, { S: 3 })]);
    expect(await test.detector.run({ confirmDeletes: true })).toMatchObject({ rekeyed: 1, new: 1, deleted: 1 });
  });

  it('a line that returns under its old uuid is NEW on its old line key', async () => {
    await insertSnapshot(test.database.warehouse, [
      { source: { ...line(1, { S: 1 }), record_uuid: uuid(11) }, lineKey: uuid(1), deleted: true },
    ]);
    await insertLines(test.database.warehouse, [renewed(1, 11, { S: 1 })]);
    const { runId } = await test.detector.run();
    expect(await changesOf(test.database.warehouse, runId)).toMatchObject([
      { line_key: uuid(1), record_uuid: uuid(11), change: 'NEW', old_uuid: null },
    ]);
  });

  it("a line that returns under a new uuid takes its tombstone's key, after live lines were matched", async () => {
    await insertSnapshot(test.database.warehouse, [
      { source: line(1, { S: 1 }), deleted: true },
      { source: { ...line(1, { S: 1 }), record_uuid: uuid(2) }, lineKey: uuid(2) },
    ]);
    await insertLines(test.database.warehouse, [renewed(1, 101, { S: 1 }), renewed(1, 102, { S: 1 })]);
    const outputs = await test.detector.run();
    expect(outputs).toMatchObject({ rekeyed: 1, new: 1, deleted: 0 });
    expect(await changesOf(test.database.warehouse, outputs['runId'])).toMatchObject([
      { line_key: uuid(1), record_uuid: uuid(102), change: 'NEW' },
      { line_key: uuid(2), record_uuid: uuid(101), change: 'REKEYED' },
    ]);
  });

  it("a new line whose uuid is another line's key gets its own key, the same in each run", async () => {
    await insertSnapshot(test.database.warehouse, [
      { source: { ...line(1, { S: 1 }), record_uuid: uuid(11) }, lineKey: uuid(1) },
    ]);
    await insertLines(test.database.warehouse, [renewed(1, 11, { S: 1 }), renewed(5, 1, { S: 5 })]);
    const first = await changesOf(test.database.warehouse, (await test.detector.run())['runId']);
    const second = await changesOf(test.database.warehouse, (await test.detector.run())['runId']);
    expect(first).toMatchObject([{ record_uuid: uuid(1), change: 'NEW' }]);
    expect(first[0]?.['line_key']).not.toBe(uuid(1));
    expect(second).toEqual(first);
  });
});
