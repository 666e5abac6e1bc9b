import { describe, expect, it } from '@jest/globals';
import { compileStatement, parseStatement } from '../../../../shared/warehouse/port/statements.js';

const options = {
  schema: 'orders',
  exact: 'COLLATE x',
  parameter: (name: string, index?: number) => `<${name}${index ?? ''}>`,
  rowSet: (name: string, columns: readonly { name: string }[], alias: string) =>
    `ROWS ${name} AS ${alias}(${columns.map((column) => column.name).join(',')})`,
  listLength: (name: string) => (name === 'list' ? 2 : name === 'empty' ? 0 : undefined),
};

describe('a statement', () => {
  it('gets its schema, parameters, lists and row sets, except inside quotes', () => {
    const statement = parseStatement(
      't',
      `-- Comment with @nothing\n-- @rows: line_key uuid, "Order Qty" int\nSELECT '@a', "x@b" FROM dbo."T" JOIN @rows AS r ON r."k" = @key WHERE "k" IN (@list) OR "k" IN (@empty)`,
    );
    expect(compileStatement(statement, options)).toBe(
      `SELECT '@a', "x@b" FROM "orders"."T" JOIN ROWS rows AS r(line_key,Order Qty) ON r."k" = <key> WHERE "k" IN (<list0>, <list1>) OR "k" IN (NULL)`,
    );
  });

  it('keeps a type after AS in a cast', () => {
    expect(compileStatement(parseStatement('t', 'SELECT CAST(@n AS INT)'), options)).toBe('SELECT CAST(<n> AS INT)');
  });

  it('is refused with an unfilled place', () => {
    expect(() => compileStatement(parseStatement('t', 'SELECT {columns}'), options)).toThrow(/\{columns\}/);
  });
});
