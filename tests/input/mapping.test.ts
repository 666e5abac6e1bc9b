import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { parseMapping } from '../../shared/mapping/mapping.js';

const shipped = readFileSync('sql/mappings/customer-orders.yaml', 'utf8');

function changed(from: string | RegExp, to: string): string {
  const text = shipped.replace(from, to);
  if (text === shipped) throw new Error(`Nothing to replace: ${from}`);
  return text;
}

const bomb = ['a: &a [x, x, x, x, x, x, x, x, x]']
  .concat(
    ['b', 'c', 'd', 'e', 'f', 'g'].map(
      (name, n) => `${name}: &${name} [${Array(9).fill(`*${'abcdef'[n]}`).join(', ')}]`,
    ),
  )
  .join('\n');
const long = (length: number): string => 'X'.repeat(length);

describe('an unusable mapping is refused with line and column:', () => {
  it.each<[string, string, RegExp]>([
    ['no YAML', 'blank: [', /not valid YAML:.*line 1, column/s],
    ['a tab', '\tblank: []', /not valid YAML:.*line 1, column/s],
    [
      'a key there twice',
      `${shipped}\nblank: []\n`,
      /blank: appears twice, first at line 6, column 1 \(line \d+, column 1\)/,
    ],
    ['two documents', `${shipped}\n---\nblank: []\n`, /a mapping is one document \(line \d+, column 1\)/],
    [
      'a tag',
      changed('uuid: record_uuid', 'uuid: !secret record_uuid'),
      /!secret \(line \d+, column \d+\)\. Leave tags out/,
    ],
    ['a number by its tag', changed('maximum: 999999', 'maximum: !!int 999999'), /Unresolved tag: .*int \(line \d+/],
    ['an unknown version of YAML', `%YAML 9.9\n---\n${shipped}`, /YAML version 9\.9 \(line 1/],
    ['an unknown directive', `%FOO bar\n---\n${shipped}`, /Unknown directive %FOO \(line 1/],
    ['nothing', '', /the file must be a map, not empty\./],
    ['a list', '- a\n- b\n', /the file.*line 1, column 1/],
    ['a text', 'hello', /the file.*line 1, column 1/],
    ['an alias bomb', bomb, /the alias \*a is not allowed; .*\(line 2, column 8\)/],
    ['an alias to nothing', 'blank: [*nothing]\n', /alias|anchor/i],
    [
      'an alias',
      changed('after: UNIT OF MEASURE', 'after: &m UNIT OF MEASURE').replace('before: TOTAL QTY', 'before: *m'),
      /the alias \*m is not allowed.*line \d+, column \d+/,
    ],
    ['a key that is a list', '? [a, b]\n: c\n', /a key must be a text.*line 1, column 3/],
    ['__proto__ at the top', `__proto__: {}\n${shipped}`, /the name __proto__ cannot be used \(line 1, column 1\)/],
    [
      '__proto__ as a customer',
      changed('customers:\n', 'customers:\n  __proto__: [X]\n'),
      /the name __proto__ cannot be used \(line \d+, column 3\)/,
    ],
    [
      'constructor as a customer',
      changed('customers:\n', 'customers:\n  constructor: []\n'),
      /the name constructor cannot be used/,
    ],
    [
      'prototype as a value',
      changed('{ ACTIVE: RECEIVED', '{ prototype: RECEIVED'),
      /the name prototype cannot be used/,
    ],
    ['an unknown key', changed('except: [', 'exept: ['), /sizes\.exept: is not known.*\(line \d+, column 3\)/],
    ['a missing key', changed(/ {2}customer: CUSTOMER NAME\n/, ''), /source\.customer: is missing.*line \d+/],
    [
      'an unknown type',
      changed('type: numbers', 'type: money'),
      /item\.columns\[\d+\]\.type: .*\(line \d+, column \d+\)/,
    ],
    [
      'a blank column name',
      changed('order_number: AAG ORDER NUMBER', 'order_number: "  "'),
      /source\.order_number: must not be empty \(line \d+, column 3\)/,
    ],
    ['a blank title', changed('title: DROP,', 'title: " ",'), /title: must not be empty \(line \d+, column \d+\)/],
    ['a size of zero', changed('maximum: 999999', 'maximum: 0'), /sizes\.maximum: must be a whole number.*line \d+/],
    ['a size that is no number', changed('maximum: 999999', 'maximum: 1e6'), /sizes\.maximum: must be a whole number/],
    [
      'a flag that is yes',
      changed('create_labels: true', 'create_labels: yes'),
      /create_labels: .*line \d+, column \d+/,
    ],
    [
      'an item name longer than the board takes',
      changed('separator: ""\n    max_length: 255', 'separator: ""\n    max_length: 300'),
      /item\.name\.max_length: max_length is 300; the board takes at most 255 \(line \d+/,
    ],
    [
      'a long text longer than the board takes',
      changed('max_length: 2000', 'max_length: 3000'),
      /max_length is 3000; the board takes at most 2000 \(line \d+, column \d+\)/,
    ],
    [
      'a title longer than a column of ours',
      changed('title: DROP,', `title: ${long(129)},`),
      /item\.columns\[\d+\]\.title: "X+" has 129 characters; .*at most 128 \(line \d+, column \d+\)/,
    ],
    [
      'a source column longer than ours',
      changed('source: DROP,', `source: ${long(125)},`),
      /source: "X+" has 125 characters; .*at most 124 /,
    ],
    [
      'a customer longer than our columns',
      changed('customers:\n', `customers:\n  ${long(256)}: []\n`),
      /has 256 characters; at most 255.*\(line \d+, column 3\)/,
    ],
    [
      'a spelling longer than our columns',
      changed('customers:\n', `customers:\n  NEW ONE: [${long(256)}]\n`),
      /has 256 characters; at most 255/,
    ],
    [
      'a status label longer than the board takes',
      changed(/(type: status, source: UNIT OF MEASURE, rule: label,)/, `$1 values: { PCE: ${long(31)} },`),
      /values: "X+…" has 31 characters; at most 30/,
    ],
    [
      'a customer that is a blank word',
      changed('customers:\n', 'customers:\n  None: [NOBODY]\n'),
      /"None" counts as blank and cannot name a customer \(line \d+, column 3\)/,
    ],
    ['a customer that is blank', changed('customers:\n', 'customers:\n  " ": [NOBODY]\n'), /customers.*(blank|empty)/],
    [
      'a spelling that is a blank word',
      changed('customers:\n', 'customers:\n  NEW ONE: [nan]\n'),
      /"nan" counts as blank and cannot name a customer \(line \d+, column \d+\)/,
    ],
    [
      'a spelling of white space',
      changed('customers:\n', 'customers:\n  NEW ONE: ["\u00a0"]\n'),
      /customers.*(blank|empty)/,
    ],
    [
      'a customer there twice',
      changed('customers:\n', 'customers:\n  Greyson: []\n'),
      /customers\.GREYSON: GREYSON belongs to .* and to GREYSON; .*\(line \d+, column \d+\)/i,
    ],
    ['a rule of no form', changed('customer: mapped', 'client: mapped'), /a rule is one of.*line \d+/s],
    [
      'a column id there twice',
      changed('id: text_mkrh94rx', 'id: text_mkr5ej2x'),
      /the id text_mkr5ej2x is used twice, first by item\.columns\[\d+\] \(line \d+/,
    ],
    [
      'a key column with a long id',
      changed('key: { id: line_key', `key: { id: ${'k'.repeat(30)}`),
      /item\.key\.id: .*line \d+, column \d+/,
    ],
  ])('%s', (_, text, message) => {
    const parse = () => parseMapping(text, 'test.yaml');
    expect(parse).toThrow(expect.objectContaining({ exitCode: 2, message: expect.stringMatching(message) }));
    expect(parse).toThrow(expect.objectContaining({ message: expect.stringContaining('test.yaml') }));
  });

  it('the shipped mapping is accepted', () => {
    expect(parseMapping(shipped, 'test.yaml').customers.length).toBeGreaterThan(50);
  });
});

describe('a name that PostgreSQL would truncate is refused if the warehouse is PostgreSQL', () => {
  const parse = (text: string, engine: 'postgres' | 'mssql') => () => parseMapping(text, 'test.yaml', engine);
  const title = (text: string) => changed('title: DROP,', `title: ${text},`);
  const source = (text: string) => shipped.replaceAll('AAG ORDER NUMBER', text);
  const [first, second] = [`${long(63)} 1`, `${long(63)} 2`];
  const twoEqual = title(first).replace('title: NOTES,', `title: ${second},`);

  it.each<[string, string, string, number]>([
    ['a title', title(long(64)), long(64), 63],
    ['a title with fewer characters than bytes', title('é'.repeat(32)), 'é'.repeat(32), 63],
    ['titles that are equal after truncation', twoEqual, second, 63],
    ['a source column', source(long(60)), long(60), 59],
    ['a source column with fewer characters than bytes', source('ß'.repeat(30)), 'ß'.repeat(30), 59],
    ['a column of the scope rule', changed(/column: ORDER TYPE/, `column: ${long(60)}`), long(60), 59],
  ])('%s', (_, text, name, most) => {
    const told = `"${name}" has ${Buffer.byteLength(name)} bytes; a column of the warehouse can have a name of at most ${most}`;
    const refused = { exitCode: 2, message: expect.stringMatching(new RegExp(`${told} \\(line \\d+, column \\d+\\)`)) };
    expect(parse(text, 'postgres')).toThrow(expect.objectContaining(refused));
    expect(parse(text, 'mssql')).not.toThrow();
  });

  it.each([
    ['a title', title(long(63))],
    ['a source column', source(long(59))],
    ['a column that is not stored', shipped.replaceAll(/uuid: record_uuid/g, `uuid: ${long(63)}`)],
  ])('%s of the greatest length is accepted', (_, text) => {
    expect(parse(text, 'postgres')).not.toThrow();
  });
});
