import { readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { parseMapping } from '../../../shared/mapping/mapping.js';
import { insertSnapshot } from '../../helpers/snapshot.js';
import { insertLines, line, SOURCE_COLUMNS, sql, updateLine, uuid } from '../../helpers/warehouse.js';
import { useDetector } from './detector.js';

const LINES = Array.from({ length: 20 }, (_, index) => index + 1);
const SHIPPED = readFileSync('sql/mappings/customer-orders.yaml', 'utf8');
const SCOPE = /\nscope:\n[\s\S]*?\n\n/;
const edited = (from: string | RegExp, to: string) => {
  const text = SHIPPED.replace(from, to);
  expect(text).not.toBe(SHIPPED);
  return text;
};
let files = 0;
const fileOf = (text: string): string => {
  const file = join(tmpdir(), `tables-of-others-${process.pid}-${files++}.yaml`);
  writeFileSync(file, text);
  return file;
};
const refused = (text: string) => expect(() => parseMapping(text, 'x'));
const own = (item: string, more = 'source: { uuid: ID, customer: CLIENT, order_number: ORDER }') =>
  `${more}\nitem:\n  key: { id: line_key, title: Key }\n  name: { parts: [ORDER], separator: "" }\n  columns:\n    - { ${item} }\ncustomers: { RHONE: [] }\n`;
const TEXT = 'id: a, title: Due, type: text, source: DUE, rule: trim';

describe('a mapping is refused', () => {
  it('whose tests of one column contradict each other', () => {
    const rule = (tests: string) => edited(SCOPE, `\nscope: { column: ORDER TYPE, ${tests} }\n\n`);
    refused(rule('blank: true, in: [ACTIVE, CANCELLED]')).toThrow('holds for no line');
    refused(rule('in: [CANCELLED], not_in: [cancelled]')).toThrow('holds for no line');
  });
  it('whose names are those of our own columns', () => {
    refused(own(TEXT, 'source: { uuid: ID, customer: customer, order_number: ORDER }')).toThrow('our own');
    refused(own(TEXT, 'source: { uuid: ID, customer: CUSTOMER, order_number: ORDER }')).toThrow('our own');
    refused(own(TEXT.replace('title: Due', 'title: Title'))).toThrow('our own');
    refused(own(`${TEXT} }\n    - { id: b, title: DUE, type: text, source: D2, rule: trim`)).toThrow('one name');
  });
});

describe('detect', () => {
  const test = useDetector();
  const view = async (name: string, column: string, as: string) => {
    const columns = SOURCE_COLUMNS.map((each) => (each.name === column ? `${as} AS "${column}"` : `"${each.name}"`));
    await sql(
      test.database.warehouse,
      `CREATE VIEW dbo."${name}" AS SELECT ${columns.join(', ')} FROM dbo."ORDERS_UNIFIED"`,
    );
    return name;
  };
  const asInteger = `CAST(SUBSTRING("AAG ORDER NUMBER", 5, 20) AS INT)`;
  const fill = async (numbered = false) => {
    const known = LINES.map((n) => ({ S: n, ...(numbered ? { 'AAG ORDER NUMBER': String(n) } : {}) }));
    await insertSnapshot(
      test.database.warehouse,
      LINES.map((n, index) => ({ source: line(n, known[index]) })),
    );
    await insertLines(
      test.database.warehouse,
      LINES.map((n) => line(n, { S: n })),
    );
  };

  it('tells of lines of unknown customers that a scope without customers lets in', async () => {
    await fill();
    const file = fileOf(edited(SCOPE, '\nscope: { column: ORDER TYPE, in: [ACTIVE, CANCELLED] }\n\n'));
    await insertLines(test.database.warehouse, [line(21, { S: 1, 'CUSTOMER NAME': 'ACME' })]);
    await updateLine(test.database.warehouse, 5, { 'CUSTOMER NAME': 'GREYSON LTD', S: 99 });
    const { unmapped } = await test.detector.run({}, { MAPPING_FILE: file });
    expect(unmapped).toEqual([
      expect.objectContaining({ customer: 'GREYSON LTD', lines: 1, known: 1 }),
      expect.objectContaining({ customer: 'ACME', lines: 1, known: 0 }),
    ]);
  });
  it('knows a line with a numeric order number again', async () => {
    await fill(true);
    const SOURCE_TABLE = await view('NUMBERED', 'AAG ORDER NUMBER', asInteger);
    await updateLine(test.database.warehouse, 3, { record_uuid: uuid(903), NOTES: 'x' });
    expect(await test.detector.run({}, { SOURCE_TABLE })).toMatchObject({ new: 0, changed: 1, pendingDeletes: 0 });
    const { lines } = await test.detector.runTask({ explain: '3' }, { SOURCE_TABLE });
    expect(lines?.[0]).not.toMatch(/^Nothing is known/);
  });
  it('lists customers whose names are numbers', async () => {
    await fill();
    const SOURCE_TABLE = await view('CODED', 'CUSTOMER NAME', '7');
    await test.detector.run({ listCustomers: true }, { SOURCE_TABLE });
  });
  it('lists a customer who is called what lines without one are counted under', async () => {
    const all = fileOf(edited(/^customers:[\s\S]*/m, 'customers: all\n'));
    const lines = [null, 'Unknown'].map((name, n) => line(n + 1, { S: 1, 'CUSTOMER NAME': name }));
    await insertLines(test.database.warehouse, lines);
    const { outputs } = await test.detector.runTask({ listCustomers: true }, { MAPPING_FILE: all });
    expect(outputs).toEqual({ customers: ['UNKNOWN'] });
  });
  it('takes no misspelled exception for a size', async () => {
    await fill();
    const file = fileOf(edited('except: [INFOR COLOUR CODE]', 'except: [INFOR COLOR CODE]'));
    await expect(test.detector.run({}, { MAPPING_FILE: file })).rejects.toThrow('INFOR COLOUR CODE');
  });
  it('does not brake a customer for a column that table and mapping rename', async () => {
    const lines = LINES.map((n) => line(n, { S: n, 'PATTERN ID': 'P' }));
    await insertSnapshot(
      test.database.warehouse,
      lines.map((source) => ({ source })),
    );
    await insertLines(test.database.warehouse, lines);
    await test.detector.run();
    await sql(test.database.warehouse, 'ALTER TABLE dbo."ORDERS_UNIFIED_SNAPSHOT" ADD "PATTERN CODE" VARCHAR(400)');
    const columns = SOURCE_COLUMNS.map(({ name }) =>
      name === 'PATTERN ID' ? '"PATTERN ID" AS "PATTERN CODE"' : `"${name}"`,
    );
    await sql(
      test.database.warehouse,
      `CREATE VIEW dbo."RENAMED" AS SELECT ${columns.join(', ')} FROM dbo."ORDERS_UNIFIED"`,
    );
    const file = fileOf(edited('source: PATTERN ID', 'source: PATTERN CODE'));
    expect(await test.detector.run({}, { MAPPING_FILE: file, SOURCE_TABLE: 'RENAMED' })).toMatchObject({ braked: [] });
  });
});
