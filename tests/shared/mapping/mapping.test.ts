import { readFileSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { parse, stringify } from 'yaml';
import { FixFirstError } from '../../../shared/ground/errors.js';
import { loadMapping, parseMapping } from '../../../shared/mapping/mapping.js';
import { hashedColumns } from '../../../shared/mapping/mapping-version.js';
import { subitemOf } from '../../helpers/sized.js';

const shipped = readFileSync('sql/mappings/customer-orders.yaml', 'utf8');
const mapping = loadMapping();

/** The shipped mapping with one piece of its text replaced. */
function changed(from: string | RegExp, to: string) {
  const text = shipped.replace(from, to);
  if (text === shipped) throw new Error(`Nothing to replace: ${from}`);
  return () => parseMapping(text, 'test.yaml');
}

describe('the shipped mapping', () => {
  it('writes each item column by its own id, and two subitem columns', () => {
    const ids = mapping.item.columns.map(({ id }) => id);
    expect(ids.length).toBeGreaterThan(40);
    expect(new Set(ids).size).toBe(ids.length);
    expect(subitemOf(mapping).columns.map(({ title, type }) => [title, type])).toEqual([
      ['Size', 'dropdown'],
      ['Order Qty', 'numbers'],
    ]);
  });

  it('knows 52 customers', () => {
    expect(mapping.customers).toHaveLength(52);
  });

  it('allows new labels only in free-form columns', () => {
    const creating = mapping.item.columns.filter((column) => column.createLabels).map((column) => column.title);
    expect(creating.sort()).toEqual([
      'AAG SEASON',
      'CATEGORY',
      'COLOR',
      'CUSTOMER SEASON',
      'DELIVERY TERMS',
      'DROP',
      'HS CODE',
      'STYLE',
    ]);
  });

  it('hashes every column it reads, in code-unit order, and no names of people', () => {
    const columns = hashedColumns(mapping);
    expect(columns).toEqual([...columns].sort());
    expect(columns).toEqual(
      expect.arrayContaining(['CUSTOMER NAME', 'ORDER TYPE', 'TOTAL QTY', 'PO NUMBER', 'UNIT OF MEASURE']),
    );
    for (const absent of ['record_uuid', 'PLANNER', 'PLANNER2', 'INFOR COLOUR CODE'])
      expect(columns).not.toContain(absent);
  });
});

describe('loadMapping', () => {
  it('reads a file of its own', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'mapping-'));
    const file = join(folder, 'own.yaml');
    writeFileSync(file, shipped);
    expect(loadMapping(file).version).toBe(mapping.version);
    await rm(folder, { recursive: true });
  });

  it('says so when the file cannot be read', () => {
    expect(() => loadMapping('/nowhere/mapping.yaml')).toThrow(FixFirstError);
    expect(() => loadMapping('/nowhere/mapping.yaml')).toThrow(/\/nowhere\/mapping\.yaml cannot be read.*MAPPING_FILE/);
  });
});

describe('parseMapping', () => {
  it.each([
    ['an unknown rule', 'rule: date }', 'rule: datum }', /test\.yaml.*item\.columns\[\d+\]\.rule: .*trim_and_clean/s],
    ['an unknown type', 'type: long_text', 'type: memo', /item\.columns\[\d+\]\.type: .*numbers/],
    [
      'an unknown key',
      'except:',
      'exept:',
      /sizes\.exept: is not known; the keys here are after, before, except.* Did you mean except\?/,
    ],
    ['a missing key', 'customer: CUSTOMER NAME', '# none', /source\.customer: /],
    ['a text for a number', 'maximum: 999999', 'maximum: plenty', /sizes\.maximum: must be a whole number/],
    ['a name without its label', '"Size {label}"', '"Size"', /subitem\.name: must contain \{label\}/],
    [
      'a rule for the wrong type',
      'type: date, source: EX FACTORY DATE, rule: date',
      'type: date, source: EX FACTORY DATE, rule: number',
      /rule number does not fit type date; allowed are date/,
    ],
    [
      'labels on a text column',
      'source: HANDLING, rule: trim }',
      'source: HANDLING, rule: trim, create_labels: true }',
      /create_labels is for dropdown and status only, and the type is text/,
    ],
    [
      'names longer than the board takes',
      'max_length: 255',
      'max_length: 256',
      /item\.name\.max_length: .* 256; .* at most 255/,
    ],
    [
      'longer texts than the board takes',
      'rule: trim, max_length: 2000',
      'rule: trim, max_length: 2001',
      /item\.columns\[22\]\.max_length: .* at most 2000/,
    ],
    ['a person in a column', 'source: HANDLING', 'source: PLANNER', /PLANNER names people/],
    [
      'a person in the scope',
      '{ column: ORDER TYPE, blank: true }',
      '{ column: PLANNER2, blank: true }',
      /PLANNER2 names people/,
    ],
    ['a person in the group', '[CUSTOMER SEASON, AAG SEASON]', '[PLANNER]', /PLANNER names people/],
    ['a column id twice', 'text_mkr5ptvg', 'text_mkr5s3tm', /the id text_mkr5s3tm is used twice/],
    ['a title twice', 'title: HANDLING', 'title: NOTES', /the title NOTES is used twice/],
    ['a spelling twice', 'BANDIER: []', 'BANDIER: [bandit]', /BANDIT belongs to BANDIER and to BANDIT RUNNING/],
    [
      'a customer that is to stay out',
      'out_of_scope: []',
      'out_of_scope: [greyson clothiers]',
      /a spelling of the customer GREYSON/,
    ],
    ['two spellings that fold to one', 'BANDIER: []', 'BANDIER: ["B’HOOD"]', /B'HOOD belongs to/],
    [
      'a customer twice',
      'BANDIER: []',
      'AESCAPE: []',
      /customers\.AESCAPE: appears twice, first at line \d+, column 3/,
    ],
    ['an excluded marker', 'except: [INFOR COLOUR CODE]', 'except: [TOTAL QTY]', /sizes\.except/],
    [
      'subitems without sizes',
      /^sizes:\n( .*\n)+/m,
      '',
      /sizes: is missing, and subitem is given: .* both or neither \(line \d+, column 1\)\. For example: sizes: \{ after/,
    ],
    [
      'a season of which the title says nothing',
      '"{customer} {season}"',
      '"{customer}"',
      /group\.title: must contain \{season\}, because season says/,
    ],
    [
      'a title with a season that is not said',
      '    season: [CUSTOMER SEASON, AAG SEASON]\n    fallback: UNKNOWN SEASON\n',
      '',
      /group\.season: is missing: .* For example: season: \[CUSTOMER SEASON.*\n.*group\.fallback: is missing: .* For example: fallback: UNKNOWN/,
    ],
    [
      'a name in braces that stands for nothing',
      '{customer} {season}',
      '{season} {area}',
      /group\.title: \{area\} stands for nothing; \{customer\}, \{season\} can, and what placeholders declares/,
    ],
    [
      'a placeholder that has a meaning already',
      '    fallback: UNKNOWN SEASON',
      '    fallback: UNKNOWN SEASON\n    placeholders: { customer: { columns: [DROP], fallback: NONE } }',
      /group\.placeholders\.customer: \{customer\} has a meaning of its own/,
    ],
    [
      'a placeholder that does not stand in the title',
      '    fallback: UNKNOWN SEASON',
      '    fallback: UNKNOWN SEASON\n    placeholders: { drop: { columns: [DROP], fallback: NONE } }',
      /group\.placeholders\.drop: \{drop\} does not stand in the title/,
    ],
    [
      'another word for all customers',
      /^customers:[\s\S]*/m,
      'customers: everybody\n',
      /customers: must be a map of canonical names to lists of their other spellings, or all, not "everybody" \(line \d+, column 1\)/,
    ],
    [
      'no customers',
      /^customers:[\s\S]*/m,
      '',
      /customers: is missing; it must be a map of canonical names .* For example: customers: \{ GREYSON/,
    ],
    ['a customer without a list', 'BANDIER: []', 'BANDIER: bandit', /customers\.BANDIER: must be a list, not a text/],
    ['no YAML at all', 'scope:', 'scope: [', /test\.yaml is not valid YAML/],
    ['an unknown rule form', '- customer: mapped', '- custmer: mapped', /scope\.all\[0\]: a rule is one of all/],
    [
      'a column without a test',
      '{ column: ORDER TYPE, blank: true }',
      '{ column: ORDER TYPE }',
      /scope\.all\[1\]\.any\[0\]: a column needs a test/,
    ],
    [
      'an unknown test',
      '{ column: ORDER TYPE, blank: true }',
      '{ column: ORDER TYPE, empty: true }',
      /any\[0\]\.empty: is not known; the keys here are column, in, not_in, blank/,
    ],
    [
      'no day',
      '{ column: ORDER TYPE, blank: true }',
      '{ column: ORDER TYPE, after: 1/2/2025 }',
      /any\[0\]\.after: must be a day, written YYYY-MM-DD, not "1\/2\/2025"/,
    ],
  ])('refuses %s, and says where and what is allowed', (_what, from, to, message) => {
    expect(changed(from, to)).toThrow(FixFirstError);
    expect(changed(from, to)).toThrow(message);
  });

  it('refuses sizes that have nowhere to show, beside whatever else is wrong', () => {
    const text = shipped.replace(/^subitem:\n( .*\n)+/m, '').replace('rule: date }', 'rule: datum }');
    const parsed = () => parseMapping(text, 'test.yaml');
    expect(parsed).toThrow(/subitem: is missing, and sizes is given: .* For example: subitem: \{ key: /);
    expect(parsed).toThrow(/rule: must be one of trim/);
  });

  it('refuses brackets that are nested too deeply for its parser', () => {
    const nested = `blank: ${'['.repeat(20_000)}${']'.repeat(20_000)}`;
    expect(() => parseMapping(nested, 'mapping.yaml')).toThrow(
      /is not valid YAML:\n- brackets or maps are nested too deeply \(line 1, column \d+\)\.$/,
    );
    const open = () => parseMapping(`blank: ${'['.repeat(500)}`, 'mapping.yaml');
    expect(open).toThrow(/is not valid YAML; what stands below the first may come of it:\n(- .*\n?){10}$/);
  });

  it('names all faults together', () => {
    expect(changed(/type: long_text/g, 'type: memo')).toThrow(/\[12\]\.type.*\[22\]\.type/s);
  });

  it('reads every scalar as text', () => {
    const text = shipped.replace('{ "TRUE": "0" }', '{ TRUE: 0, 1.10: 2 }');
    const column = parseMapping(text, 'test').item.columns.find(({ title }) => title === 'US TARIFF RATE');
    expect(column?.values).toEqual([
      ['TRUE', '0'],
      ['1.10', '2'],
    ]);
  });
});

describe('what a mapping may leave out', () => {
  const without = (...keys: string[]) => {
    const { ...stated } = parse(shipped, { schema: 'failsafe' });
    for (const key of keys) delete stated[key];
    return parseMapping(stringify(stated), 'least.yaml');
  };

  it('is blank, scope, cancelled and out_of_scope: then no word is blank, no line cancelled, and all customers are in scope', () => {
    const least = without('blank', 'scope', 'cancelled', 'out_of_scope');
    expect(least).toMatchObject({ blank: [], outOfScope: [], scope: { kind: 'customer', mapped: true } });
    expect(least.cancelled).toEqual({ kind: 'any', rules: [] });
  });

  it('counts the same whether it is left out or stated', () => {
    const stated = parse(shipped, { schema: 'failsafe' });
    const version = (scope: unknown) => parseMapping(stringify({ ...stated, scope }), 'test').version;
    expect(without('scope').version).toBe(version({ customer: 'mapped' }));
    expect(without('scope').version).not.toBe(version({ all: [{ customer: 'mapped' }] }));
  });
});

describe('the version', () => {
  it('is unchanged when only comments, layout, titles or the order of keys, columns and customers change', () => {
    const content = parse(shipped, { schema: 'failsafe' });
    content.item.columns.reverse();
    for (const column of content.item.columns) column.title = `${column.title} `;
    content.source.personal.push('ANOTHER');
    content.customers = Object.fromEntries(Object.entries(content.customers).reverse());
    const reordered = Object.fromEntries(Object.entries(content).reverse());
    expect(parseMapping(stringify(reordered), 'test').version).toBe(mapping.version);
    expect(mapping.version).toMatch(/^[0-9a-f]{12}$/);
  });

  it.each([
    ['a column id', 'text_mkr5s3tm', 'text_other'],
    ['a source', 'source: HANDLING', 'source: PNP'],
    ['a rule', 'source: CUSTOMER STYLE, rule: trim_and_clean', 'source: CUSTOMER STYLE, rule: trim'],
    ['a value', 'ACTIVE: RECEIVED', 'ACTIVE: OPEN'],
    ['a spelling', '[BHOOD]', '[BHOOD, B HOOD]'],
    ['the scope', 'in: [ACTIVE, CANCELLED', 'in: [CANCELLED'],
    [
      'the order of the name',
      '[CUSTOMER STYLE, CUSTOMER COLOUR DESCRIPTION, AAG ORDER NUMBER]\n    sep',
      '[AAG ORDER NUMBER, CUSTOMER STYLE, CUSTOMER COLOUR DESCRIPTION]\n    sep',
    ],
    ['a size exclusion', '[INFOR COLOUR CODE]', '[]'],
    ['a hashed column', 'purchase_order: [PO NUMBER', 'purchase_order: [PO NUMBER, VALIDATION'],
  ])('changes with %s', (_what, from, to) => {
    expect(changed(from, to)().version).not.toBe(mapping.version);
  });
});
