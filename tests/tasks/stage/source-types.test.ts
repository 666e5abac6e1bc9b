import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { compileValue } from '../../../shared/mapper/values.js';
import { type ItemColumn, loadMapping } from '../../../shared/mapping/mapping.js';
import { isNumberType } from '../../../shared/warehouse/port/sql-types.js';
import { parseStatement, quoteIdentifier, selectExactly } from '../../../shared/warehouse/port/statements.js';
import type { ColumnInfo } from '../../../shared/warehouse/port/warehouse.js';
import { ENGINE } from '../../helpers/engine.js';
import { openTestWarehouse, sql, type TestWarehouse } from '../../helpers/warehouse.js';

/** A column's type, a value in SQL, the rule that reads it, and what goes to the board: a text, null, or a reason. */
type Kind = readonly [type: string, value: string, rule: 'number' | 'date' | 'trim', gives: string | null];

const POSTGRES: readonly Kind[] = [
  ['smallint', '-7', 'number', '-7'],
  ['integer', '2147483647', 'number', '2147483647'],
  ['bigint', '9007199254740993', 'number', '9007199254740993'],
  ['numeric', '12.50', 'number', '12.5'],
  ['numeric(38,18)', '12345678901234567890.123456789012345678', 'number', '12345678901234567890.123456789012345678'],
  ['numeric(9,3)', '1.234', 'number', '1.234'],
  ['numeric', `'NaN'`, 'number', null],
  ['numeric', `'Infinity'`, 'number', 'NOT_A_NUMBER'],
  ['numeric', '1e25', 'number', 'NOT_A_NUMBER'],
  ['real', '0.1', 'number', '0.1'],
  ['real', '16777216', 'number', '16777216'],
  ['double precision', '0.1', 'number', '0.1'],
  ['double precision', '1e-7', 'number', '0.0000001'],
  ['double precision', '1e15', 'number', '1000000000000000'],
  ['double precision', `'-Infinity'`, 'number', 'NOT_A_NUMBER'],
  ['money', '-1234567.5', 'number', '-1234567.5'],
  ['boolean', 'true', 'number', 'NOT_A_NUMBER'],
  ['char(12)', `'12.50'`, 'number', '12.5'],
  ['varchar(40)', `'12,50'`, 'number', 'NOT_A_NUMBER'],
  ['text', `'$1,234.50'`, 'number', '1234.5'],
  ['date', `'2025-09-30'`, 'date', '2025-09-30'],
  ['date', `'0001-01-01'`, 'date', '0001-01-01'],
  ['date', `'9999-12-31'`, 'date', '9999-12-31'],
  ['date', `'10000-01-01'`, 'date', 'NOT_A_DATE'],
  ['date', `'0044-03-15 BC'`, 'date', 'NOT_A_DATE'],
  ['date', `'infinity'`, 'date', 'NOT_A_DATE'],
  ['timestamp', `'2025-09-30 23:59:59.999999'`, 'date', '2025-09-30'],
  ['timestamp(0)', `'2025-09-30 00:00:00'`, 'date', '2025-09-30'],
  ['timestamp', `'-infinity'`, 'date', 'NOT_A_DATE'],
  ['timestamptz', `'2025-09-30 23:59:59+00'`, 'date', '2025-09-30'],
  ['timestamptz', `'2025-09-30 23:30:00-11'`, 'date', '2025-10-01'],
  ['time', `'12:00'`, 'date', 'NOT_A_DATE'],
  ['text', `'2025-09-30T00:00:00+02:00'`, 'date', '2025-09-30'],
  ['varchar(40)', `'9/30/2025 12:00:00 AM'`, 'date', '2025-09-30'],
  ['integer', '45930', 'date', 'NOT_A_DATE'],
  ['uuid', `'3F1C0F5E-0D0A-5B57-9A3E-2F5F0C0B7A11'`, 'trim', '3f1c0f5e-0d0a-5b57-9a3e-2f5f0c0b7a11'],
  ['interval', `'1 day 02:03:04'`, 'trim', '1 day 02:03:04'],
  ['bytea', String.raw`'\x00ff'`, 'trim', String.raw`\x00ff`],
  ['jsonb', `'{"a": 1}'`, 'trim', '{"a": 1}'],
  ['text[]', `'{a,NULL}'`, 'trim', '{a,NULL}'],
];

const SQL_SERVER: readonly Kind[] = [
  ['TINYINT', '255', 'number', '255'],
  ['SMALLINT', '-7', 'number', '-7'],
  ['INT', '2147483647', 'number', '2147483647'],
  ['BIGINT', '9007199254740993', 'number', '9007199254740993'],
  ['DECIMAL(9,2)', '12.50', 'number', '12.5'],
  ['DECIMAL(9,3)', '1.234', 'number', '1.234'],
  ['DECIMAL(38,18)', '12345678901234567890.123456789012345678', 'number', '12345678901234567890.123456789012345678'],
  ['NUMERIC(5,0)', '-12', 'number', '-12'],
  ['MONEY', '-1234567.8912', 'number', '-1234567.8912'],
  ['SMALLMONEY', '0.5', 'number', '0.5'],
  ['REAL', '0.1', 'number', '0.1'],
  ['FLOAT', '0.1', 'number', '0.1'],
  ['FLOAT', '1e-7', 'number', '0.0000001'],
  ['FLOAT', '1e15', 'number', '1000000000000000'],
  ['BIT', '1', 'number', '1'],
  ['CHAR(12)', `'12.50'`, 'number', '12.5'],
  ['VARCHAR(40)', `'12,50'`, 'number', 'NOT_A_NUMBER'],
  ['NVARCHAR(MAX)', `N'$1,234.50'`, 'number', '1234.5'],
  ['DATE', `'2025-09-30'`, 'date', '2025-09-30'],
  ['DATE', `'0001-01-01'`, 'date', '0001-01-01'],
  ['DATE', `'9999-12-31'`, 'date', '9999-12-31'],
  ['DATETIME', `'2025-09-30T23:59:59.997'`, 'date', '2025-09-30'],
  ['SMALLDATETIME', `'2025-09-30T23:59:00'`, 'date', '2025-09-30'],
  ['DATETIME2(7)', `'2025-09-30T23:59:59.9999999'`, 'date', '2025-09-30'],
  ['DATETIMEOFFSET(7)', `'2025-09-30T23:30:00.1234567-11:00'`, 'date', '2025-09-30'],
  ['DATETIMEOFFSET(0)', `'2025-09-30T00:30:00+14:00'`, 'date', '2025-09-30'],
  ['TIME', `'12:00'`, 'date', 'NOT_A_DATE'],
  ['VARCHAR(40)', `CAST(CAST('2025-09-30T00:00:00' AS DATETIME) AS VARCHAR(40))`, 'date', '2025-09-30'],
  ['NVARCHAR(40)', `N'9/30/2025 12:00:00 AM'`, 'date', '2025-09-30'],
  ['INT', '45930', 'date', 'NOT_A_DATE'],
  ['UNIQUEIDENTIFIER', `'3F1C0F5E-0D0A-5B57-9A3E-2F5F0C0B7A11'`, 'trim', '3f1c0f5e-0d0a-5b57-9a3e-2f5f0c0b7a11'],
];

const KINDS = ENGINE === 'mssql' ? SQL_SERVER : POSTGRES;
const nameOf = (index: number): string => `c${index}`;
const mapping = loadMapping();

let test: TestWarehouse;
let live: ColumnInfo[];
let texts: (string | null)[];

beforeAll(async () => {
  test = await openTestWarehouse();
  const columns = KINDS.map(([type], index) => `${quoteIdentifier(nameOf(index))} ${type} NULL`);
  await sql(test.warehouse, `CREATE TABLE dbo."Types" (${columns.join(', ')})`);
  await sql(test.warehouse, `INSERT INTO dbo."Types" VALUES (${KINDS.map(([, value]) => value).join(', ')})`);
  live = await test.warehouse.columns('Types');
  const list = selectExactly(
    live,
    KINDS.map((_, index) => nameOf(index)),
  );
  for await (const rows of test.warehouse.stream(parseStatement('types', `SELECT ${list} FROM dbo."Types"`)))
    for (const row of rows) texts = row.map((value) => (value === null ? null : String(value)));
});
afterAll(() => test.drop());

/** What a board column shows of a source column, read with the decimal sign that its type gives it. */
function shown(index: number, decimal: '.' | ','): string | null {
  const [, , rule] = KINDS[index] ?? POSTGRES[0] ?? ['', '', 'trim', null];
  const column: ItemColumn = {
    id: 'x',
    title: 'X',
    source: nameOf(index),
    type: 'text',
    rule,
    createLabels: false,
    values: [],
    maxLength: undefined,
  };
  const sign = isNumberType(live[index]?.dataType ?? '') ? '.' : decimal;
  const value = compileValue(mapping, column, sign)(texts[index] ?? null);
  return 'unfit' in value ? value.unfit.reason : value.text;
}

describe('a source column', () => {
  it.each(KINDS.map(([type, value, rule, gives], index) => [type, value, rule, gives, index] as const))(
    'of type %s with %s is read by the rule %s as %j',
    (_type, _value, _rule, gives, index) => {
      expect(shown(index, '.')).toBe(gives);
    },
  );

  it("that is numeric in the database is read with a decimal point, whatever the mapping's decimal sign", () => {
    const numbers = live.flatMap(({ dataType }, index) => (isNumberType(dataType) ? [index] : []));
    expect(numbers.length).toBeGreaterThan(10);
    for (const index of numbers) expect(shown(index, ',')).toBe(shown(index, '.'));
  });
});
