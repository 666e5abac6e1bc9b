import { describe, expect, it } from '@jest/globals';
import sql from 'mssql';
import { rowReaders, streamReaders } from '../../../../shared/warehouse/mssql/values.js';

const at = new Date('2025-03-04T13:05:07.120Z');

describe('values from the client of SQL Server', () => {
  it.each<[string, unknown, unknown, unknown]>([
    ['REAL', sql.Real, Math.fround(0.1), 0.1],
    ['REAL with nine digits', sql.Real, Math.fround(16_777_217.3), Math.fround(16_777_217.3)],
    ['REAL near its limit', sql.Real, Math.fround(3.4e38), 3.4e38],
    ['FLOAT', sql.Float, 0.1, 0.1],
    ['BIT', sql.Bit, true, 1],
    ['DATETIME', sql.DateTime, at, '2025-03-04 13:05:07.12'],
    ['SMALLDATETIME', sql.SmallDateTime, new Date('2025-03-04T13:05:00Z'), '2025-03-04 13:05:00'],
    ['DATE', sql.Date, new Date('2025-03-04T00:00:00Z'), '2025-03-04'],
    ['NVARCHAR', sql.NVarChar, 'Ж ', 'Ж '],
  ])('%s becomes a text or number without loss', (_, type, value, expected) => {
    const [read] = streamReaders([{ name: 'c', type }]);
    expect(read?.(value)).toEqual(expected);
    expect(read?.(null)).toBeNull();
  });

  it('stay times when a query returns them', () => {
    const [read] = rowReaders([{ name: 'c', type: sql.DateTime }]);
    expect(read?.(at)).toBe(at);
  });
});
