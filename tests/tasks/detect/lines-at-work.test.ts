import { describe, expect, it } from '@jest/globals';
import { makeBatch } from '../../helpers/batches.js';
import { insertSnapshot } from '../../helpers/snapshot.js';
import { deleteLine, insertLines, line, sql, uuid } from '../../helpers/warehouse.js';
import { changesOf, useDetector } from './detector.js';

describe('detect leaves a line to the open batch of another customer:', () => {
  const test = useDetector();
  const warehouse = () => test.database.warehouse;
  const ofPeloton = { customer: ['PELOTON'] };
  const close = () => sql(warehouse(), `UPDATE dbo."MON_BatchProcessing" SET "status" = 'COMPLETED'`);

  it('one that moved here is not taken over before that batch is done, and is then', async () => {
    await insertSnapshot(warehouse(), [{ source: line(1, { S: 5 }) }, { source: line(2, { S: 5 }) }]);
    await insertLines(warehouse(), [line(1, { S: 9, 'CUSTOMER NAME': 'PELOTON' }), line(2, { S: 5 })]);
    await makeBatch(warehouse(), [{ line: 1, change: 'CHANGED' }]);
    expect(await test.detector.run(ofPeloton)).toMatchObject({ changed: 0 });
    expect(test.detector.warnings.join(' ')).toContain('1 line left for a later run');
    await close();
    const { runId } = await test.detector.run(ofPeloton);
    expect(await changesOf(warehouse(), runId)).toMatchObject([{ line_key: uuid(1), change: 'CHANGED' }]);
    expect(test.detector.warnings).toEqual([]);
  });

  it('nor one that is new here, or was here and is gone', async () => {
    await insertSnapshot(warehouse(), [{ source: line(2, { 'CUSTOMER NAME': 'PELOTON' }) }]);
    await insertLines(warehouse(), [
      line(1, { 'CUSTOMER NAME': 'PELOTON' }),
      line(2, { 'CUSTOMER NAME': 'PELOTON' }),
      line(3, { 'CUSTOMER NAME': 'PELOTON' }),
    ]);
    await deleteLine(warehouse(), 2);
    await makeBatch(warehouse(), [
      { line: 1, change: 'NEW' },
      { line: 2, change: 'CHANGED' },
    ]);
    const { runId } = await test.detector.run({ ...ofPeloton, confirmDeletes: true });
    expect(await changesOf(warehouse(), runId)).toMatchObject([{ line_key: uuid(3), change: 'NEW' }]);
  });

  it('a run for everybody supersedes that batch, and takes the line up at once', async () => {
    await insertSnapshot(warehouse(), [{ source: line(1, { S: 5 }) }]);
    await insertLines(warehouse(), [line(1, { S: 9, 'CUSTOMER NAME': 'PELOTON' })]);
    await makeBatch(warehouse(), [{ line: 1, change: 'CHANGED' }]);
    expect(await test.detector.run()).toMatchObject({ changed: 1 });
    expect(await sql(warehouse(), 'SELECT "status" FROM dbo."MON_BatchProcessing"')).toEqual([
      { status: 'SUPERSEDED' },
    ]);
  });

  it('but not to one of its own customer, which is superseded', async () => {
    await insertSnapshot(warehouse(), [{ source: line(1, { S: 5 }) }]);
    await insertLines(warehouse(), [line(1, { S: 9 })]);
    await makeBatch(warehouse(), [{ line: 1, change: 'CHANGED' }]);
    expect(await test.detector.run({ customer: ['GREYSON'] })).toMatchObject({ changed: 1 });
  });

  it('nor to a dry one, which sends nothing', async () => {
    await insertSnapshot(warehouse(), [{ source: line(1, { S: 5 }) }]);
    await insertLines(warehouse(), [line(1, { S: 5, 'CUSTOMER NAME': 'PELOTON' })]);
    await makeBatch(warehouse(), [{ line: 1, change: 'CHANGED' }], { dry: true });
    expect(await test.detector.run(ofPeloton)).toMatchObject({ changed: 1 });
  });
});
