import { expect, it } from '@jest/globals';
import { SqlServerInspection } from '../../../../shared/warehouse/mssql/inspection.js';

it('SQL Server is asked for the target of a synonym if no table or view has the name', async () => {
  const asked: string[] = [];
  const inspection = new SqlServerInspection('dbo', async (text, values) => {
    asked.push(text);
    expect(values).toEqual(['dbo', 'ORDERS']);
    if (text.includes('INFORMATION_SCHEMA')) return [];
    return [
      { name: 'PO NUMBER', dataType: 'nvarchar', length: 50 },
      { name: 'NOTES', dataType: 'nvarchar', length: -1 },
      { name: 'XS', dataType: 'int', length: 4 },
    ];
  });
  expect(await inspection.columns('ORDERS')).toEqual([
    { name: 'PO NUMBER', dataType: 'nvarchar', length: 50 },
    { name: 'NOTES', dataType: 'nvarchar' },
    { name: 'XS', dataType: 'int' },
  ]);
  expect(asked).toHaveLength(2);
  expect(asked[1]).toContain('"sys"."synonyms"');
});
