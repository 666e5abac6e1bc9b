import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { parse, stringify } from 'yaml';
import { keysOf, mappingLanguagePage, ROW, ruleKeysOf, SHOWN, VALUE_EXAMPLES } from '../../scripts/mapping-language.js';
import { sourceLayout } from '../../shared/lines/layout.js';
import { compileMapping } from '../../shared/mapper/map-line.js';
import { subitemName } from '../../shared/mapper/sizes.js';
import { compileValue } from '../../shared/mapper/values.js';
import { COLUMN_TYPES } from '../../shared/mapping/column-types.js';
import { mappingGrammar } from '../../shared/mapping/grammar.js';
import { type Mapping, parseMapping } from '../../shared/mapping/mapping.js';
import { RULES_OF_TYPE } from '../../shared/mapping/mapping-checks.js';
import { subitemOf } from '../helpers/sized.js';

const page = readFileSync('docs/mapping-language.md', 'utf8');

/** Each YAML block of the page, under the heading that it follows. */
const blocks = [...page.matchAll(/^```yaml\n([\s\S]*?)^```/gm)].map(({ 1: text = '', index }): [string, string] => {
  const heading = [...page.slice(0, index).matchAll(/^#+ (.+)$/gm)].at(-1)?.[1] ?? '';
  return [heading.replaceAll('`', ''), text];
});
const whole = blocks.find(([heading]) => heading === 'A whole mapping')?.[1] ?? '';
const read = (text: string): unknown => parse(text, { schema: 'failsafe' });

const BASE = {
  item: {
    columns: [{ type: 'dropdown', rule: 'label' }],
    last_change: { id: 'changed', title: 'Changed', type: 'text' },
  },
};

/** One mapping with the parts of another in the place of its own; of a list of maps, part by part. */
function merged(base: unknown, piece: unknown, key = ''): unknown {
  if (
    Array.isArray(base) &&
    Array.isArray(piece) &&
    piece.some((each) => isMap(each) && !('rule' in each && 'source' in each))
  )
    return base.map((each, index) => merged(each, piece[index] ?? {}));
  if (!isMap(base) || !isMap(piece) || ['scope', 'cancelled', 'values'].includes(key)) return piece;
  return { ...base, ...mapValues(piece, (each, name) => merged(base[name], each, name)) };
}

/** What is declared for the title of the group stands in it. */
function titled(mapping: unknown): unknown {
  const whole = mapping as { item: { group: { title: string; placeholders?: Record<string, unknown> } } };
  const { group } = whole.item;
  const names = Object.keys(group.placeholders ?? {}).map((name) => ` {${name}}`);
  return { ...whole, item: { ...whole.item, group: { ...group, title: group.title + names.join('') } } };
}

const isMap = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function mapValues(map: Record<string, unknown>, make: (each: unknown, name: string) => unknown) {
  return Object.fromEntries(Object.entries(map).map(([name, each]) => [name, make(each, name)]));
}

/** Columns of the one type that takes the key. */
const OWN_COLUMN: Readonly<Record<string, Record<string, string>>> = {
  'item.columns[].country': { type: 'phone', rule: 'trim' },
  'item.columns[].until': { type: 'timeline', rule: 'date' },
};

describe('docs/mapping-language.md', () => {
  it('is made from the schema', () => {
    expect(page).toBe(mappingLanguagePage());
  });

  it('explains every key of the schema, with its kind and whether it is needed', () => {
    const keys = [...keysOf(mappingGrammar()), ...ruleKeysOf(mappingGrammar())];
    expect(keys.length).toBeGreaterThan(65);
    const untold = keys.filter(({ name, part, required }) => {
      const [, told = ''] = page.split(`\n### \`${name}\`\n`);
      const sentence = told.trim().split('\n')[0] ?? '';
      const words = (part.enum ?? []).every((word) => sentence.includes(`\`${String(word)}\``));
      return !(
        sentence.includes(required ? 'Required.' : 'Optional') &&
        sentence.endsWith(part.description ?? '?') &&
        words
      );
    });
    expect(untold.map(({ name }) => name)).toEqual([]);
  });

  it('gives an example of every key but those that the whole one shows', () => {
    const keys = [...keysOf(mappingGrammar()), ...ruleKeysOf(mappingGrammar())];
    expect(keys.filter(({ example }) => example === undefined).map(({ name }) => name)).toEqual(['item']);
  });

  it('shows a mapping that cannot do without any of its keys', () => {
    const least = blocks.find(([heading]) => heading === 'What a table does not have')?.[1] ?? '';
    const stated = read(least) as Record<string, Record<string, unknown>>;
    expect(() => parseMapping(least, 'least')).not.toThrow();
    for (const key of Object.keys(stated)) {
      expect(() => parseMapping(stringify({ ...stated, [key]: undefined }), 'less')).toThrow(`${key}: is missing`);
      for (const inner of key === 'customers' ? [] : Object.keys(stated[key] ?? {}))
        expect(() =>
          parseMapping(stringify({ ...stated, [key]: { ...stated[key], [inner]: undefined } }), 'less'),
        ).toThrow(`${key}.${inner}: is missing`);
    }
  });

  it.each(blocks)('has an example of %s that a task takes', (heading, text) => {
    const piece = read(text) ?? {};
    const own = OWN_COLUMN[heading];
    const column = own === undefined ? {} : { item: { columns: [{ ...own, create_labels: 'false' }] } };
    const mapping = titled(merged(merged(merged(read(whole), BASE), column), piece));
    expect(() => parseMapping(stringify(mapping), 'example')).not.toThrow();
  });

  it.each(VALUE_EXAMPLES)('says rightly what a %s column with rule %s shows of "%s"', (type, rule, text, shows) => {
    const column = { id: 'x', title: 'X', type, source: 'X', rule, createLabels: false, values: [] };
    const mapping: Mapping = { ...parseMapping(whole, 'whole'), blank: ['none'] };
    const value = compileValue(mapping, { ...column, required: undefined, maxLength: undefined })(text);
    expect('text' in value ? value.text : undefined).toBe(shows);
  });

  it('shows every rule of every type', () => {
    const shown = new Set(VALUE_EXAMPLES.map(([type, rule]) => `${type} ${rule}`));
    const all = COLUMN_TYPES.flatMap((type) => RULES_OF_TYPE[type].map((rule) => `${type} ${rule}`));
    expect(all.filter((each) => !shown.has(each))).toEqual([]);
  });

  it('says rightly what the board shows of the row of the whole mapping', () => {
    const mapping = parseMapping(whole, 'whole');
    const layout = sourceLayout(
      mapping,
      Object.keys(ROW).map((name) => ({ name, dataType: 'text' })),
    );
    const line = compileMapping(mapping, layout)(layout.select.map((name) => ROW[name] ?? null));
    expect(line).toMatchObject({ inScope: true, cancelled: false, warnings: [], rejections: [] });
    expect([
      ['name of the item', line.itemName],
      ['group', line.group],
      ...mapping.item.columns.map(({ id, title }) => [title, line.values.get(id)]),
      ...line.sizes.map(({ label, quantity }) => [subitemName(subitemOf(mapping), label), String(quantity)]),
    ]).toEqual(SHOWN);
  });
});
