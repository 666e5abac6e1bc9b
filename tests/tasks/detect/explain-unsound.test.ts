import { beforeEach, describe, expect, it } from '@jest/globals';
import { insertSnapshot } from '../../helpers/snapshot.js';
import { insertLines, line, sql, updateLine, uuid } from '../../helpers/warehouse.js';
import { useDetector } from './detector.js';

const LINES = Array.from({ length: 300 }, (_, index) => line(index + 1, { S: index + 1 }));
const DO = 'Give every row a record_uuid of its own in the source';

describe('detect --explain, where rows have an unsound uuid,', () => {
  const test = useDetector();
  beforeEach(async () => {
    await insertSnapshot(
      test.database.warehouse,
      LINES.map((source) => ({ source })),
    );
    await insertLines(test.database.warehouse, LINES);
  });

  const explain = async (asked: string): Promise<string> =>
    ((await test.detector.runTask({ explain: asked })).lines ?? []).join('\n');
  const json = async (asked: string) =>
    JSON.parse(String((await test.detector.runTask({ explain: asked, json: true })).lines?.[0]));
  const loseUuid = (n: number) =>
    sql(test.database.warehouse, 'UPDATE dbo."ORDERS_UNIFIED" SET "record_uuid" = NULL WHERE "record_uuid" = @uuid', {
      uuid: uuid(n),
    });

  it('shows a row without one, before detect has recorded it and after', async () => {
    await insertLines(test.database.warehouse, [line(400, { record_uuid: null, 'PO NUMBER': 'LOST-1', S: 5 })]);
    const before = await explain('LOST-1');
    expect(before).toMatch(/^row without a usable record_uuid$/m);
    expect(before).toMatch(/^ {4}order: GREYSON, AAG ORDER NUMBER GRE-00400, PO NUMBER LOST-1, /m);
    expect(before).toMatch(/^ {4}refused: detect UUID_MISSING, not recorded yet: the next run does$/m);
    await test.detector.run();
    const after = await explain('LOST-1');
    expect(after).toMatch(/^ {4}refused: detect UUID_MISSING, since .+ UTC$/m);
    expect(after).toContain('A row of order GRE-00400 has no usable record_uuid.');
    expect(await json('LOST-1')).toMatchObject({
      lineKeys: [],
      rows: [{ customer: 'GREYSON', reason: 'UUID_MISSING', recordUuid: null, inScope: true }],
    });
  });

  it('says that the line such a row may be is frozen, and its sound sister too', async () => {
    const order = { 'AAG ORDER NUMBER': 'GRE-00007', 'CUSTOMER STYLE': 'MSP26B7' };
    await insertSnapshot(test.database.warehouse, [{ source: line(301, order) }]);
    await insertLines(test.database.warehouse, [line(301, order)]);
    await loseUuid(7);
    await updateLine(test.database.warehouse, 301, { NOTES: 'changed' });
    for (const n of [7, 301]) {
      const said = await explain(uuid(n));
      expect(said).toMatch(new RegExp(`^line ${uuid(n)}`, 'm'));
      expect(said).toMatch(
        /^ {4}frozen for now: a row of the source without a record_uuid of its own has the same .+, and may be this line\./m,
      );
      expect(said).toContain(DO);
    }
    const all = await explain('GRE-00007');
    expect(all).toContain('refused: detect UUID_MISSING');
    expect(all).toContain('2 lines have GRE-00007.');
    expect(await explain(uuid(8))).not.toContain('frozen');
  });

  it('shows a row with a repeated one under its own order, and never that of the other row', async () => {
    await insertLines(test.database.warehouse, [line(7, { 'AAG ORDER NUMBER': 'DUP-0001', S: 99 })]);
    await test.detector.run();
    const said = await explain('DUP-0001');
    expect(said).toMatch(new RegExp(`^row with the repeated record_uuid ${uuid(7)}$`, 'm'));
    expect(said).toMatch(/^ {4}order: GREYSON, AAG ORDER NUMBER DUP-0001, /m);
    expect(said).toMatch(/^ {4}refused: detect UUID_REPEATED, since .+ UTC$/m);
    expect(said).not.toMatch(/^line |GRE-00007/m);
    for (const asked of ['GRE-00007', uuid(7)]) {
      const line = await explain(asked);
      expect(line).toMatch(new RegExp(`^line ${uuid(7)}`, 'm'));
      expect(line).toContain('source: 2 rows have its uuid, so none of them is taken for it');
      expect(line).toContain(`frozen for now: another row of the source has its record_uuid too. ${DO}`);
    }
    expect((await json(uuid(7))).rows).toHaveLength(2);
  });

  it('shows each of two rows once, though text and uuid are the same', async () => {
    const twin = line(400, { 'AAG ORDER NUMBER': 'SAME', 'PO NUMBER': 'SAME', 'CUSTOMER STYLE': 'SAME' });
    await insertLines(test.database.warehouse, [twin, twin]);
    expect((await json('SAME')).rows).toHaveLength(2);
    expect((await json('SAME')).found).toEqual([]);
  });
});
