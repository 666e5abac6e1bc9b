import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { customerSpellings } from '../../../shared/store/source.js';
import { openTestWarehouse, sql, type TestWarehouse } from '../../helpers/warehouse.js';

const [COLUMN, CONSTANT] = [{ column: 'CLIENT' }, { constant: 'Nordwerk' }];

let test: TestWarehouse;
beforeAll(async () => {
  test = await openTestWarehouse();
  for (const table of ['SOLD', 'NONE_SOLD'])
    await sql(test.warehouse, `CREATE TABLE dbo."${table}" ("CLIENT" VARCHAR(20) NULL, "NUMBER" VARCHAR(20) NULL)`);
  await sql(test.warehouse, `INSERT INTO dbo."SOLD" VALUES ('A', 'SO-1'), ('A', 'SO-1'), (NULL, 'SO-2'), ('B', NULL)`);
});
afterAll(() => test.drop());

describe('who the lines of a table are for', () => {
  it('is counted by the texts of the column', async () => {
    const counted = await customerSpellings(test.warehouse, { table: 'SOLD', customer: COLUMN });
    expect(counted).toHaveLength(3);
    expect(counted).toEqual(
      expect.arrayContaining([
        { spelling: 'A', lines: 2 },
        { spelling: 'B', lines: 1 },
        { spelling: null, lines: 1 },
      ]),
    );
  });

  it('is the one customer of a table without a column, if there are lines', async () => {
    const of = (table: string) => customerSpellings(test.warehouse, { table, customer: CONSTANT });
    expect(await of('SOLD')).toEqual([{ spelling: 'Nordwerk', lines: 4 }]);
    expect(await of('NONE_SOLD')).toEqual([]);
  });
});
