import { describe, expect, it } from '@jest/globals';
import {
  compileStatement,
  inSchema,
  parseStatement,
  quoteIdentifier,
} from '../../../../shared/warehouse/port/statements.js';

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

  it('keeps names in quotes as they are, whatever they hold', () => {
    const names = [
      '{exact}',
      '{columns}',
      'dbo."x"',
      '@key',
      '@rows AS r',
      'a\n--b',
      'a\n-- @rows: b uuid',
      "it's",
      '$& $1',
    ];
    const columns = names.map(quoteIdentifier).join(', ');
    const text = `-- A comment that isn't kept\nSELECT {columns} FROM dbo."T" WHERE "k" = @key {exact} AND "n" = {name}`;
    const statement = parseStatement('t', text).with({ columns, name: "'{columns}'" }).with({ columns: 'NOTHING' });
    expect(compileStatement(statement, options)).toBe(
      `SELECT ${columns} FROM "orders"."T" WHERE "k" = <key> COLLATE x AND "n" = '{columns}'`,
    );
    expect(compileStatement(parseStatement('t', `ALTER TABLE dbo."T" ADD ${columns}`), options)).toBe(
      `ALTER TABLE "orders"."T" ADD ${columns}`,
    );
    expect(inSchema(`ALTER TABLE dbo."T" ADD ${columns}`, 'x')).toBe(`ALTER TABLE "x"."T" ADD ${columns}`);
  });

  it('is refused with an unfilled place', () => {
    expect(() => compileStatement(parseStatement('t', 'SELECT {columns}'), options)).toThrow(/\{columns\}/);
  });
});
