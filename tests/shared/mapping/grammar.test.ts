import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { Ajv } from 'ajv';
import fc from 'fast-check';
import { parse, stringify } from 'yaml';
import { FixFirstError } from '../../../shared/ground/errors.js';
import { type Grammar, mappingGrammar, partAt } from '../../../shared/mapping/grammar.js';
import { parseMapping } from '../../../shared/mapping/mapping.js';
import { mappingSchema } from '../../../shared/mapping/mapping-schema.js';

const SHIPPED = 'sql/mappings/customer-orders.yaml';
const shipped = readFileSync(SHIPPED, 'utf8');
const published: Grammar = JSON.parse(readFileSync('sql/mappings/mapping.schema.json', 'utf8'));
/** Editors know one keyword more. */
const OPTIONS = { allowUnionTypes: true, formats: { date: true as const }, keywords: ['enumDescriptions'] };
const ajv = new Ajv({ allErrors: true, ...OPTIONS });
const fits = ajv.compile(published);

/** As an editor reads a file, which takes 28 for a number, and as the tasks do, for which it is a text. */
const asEditor = (text: string): unknown => parse(text);
const asTask = (text: string): unknown => parse(text, { schema: 'failsafe' });

function changed(from: string | RegExp, to: string): string {
  const text = shipped.replace(from, to);
  if (text === shipped) throw new Error(`Nothing to replace: ${from}`);
  return text;
}

/** Every key of the grammar, with the part that its value has to fit. */
function keysOf(part: Grammar, path = ''): [string, Grammar][] {
  const { properties = {}, items, additionalProperties } = part;
  const inside = [items, additionalProperties].filter((each) => typeof each === 'object' && !Array.isArray(each));
  return [
    ...Object.entries(properties).flatMap(([key, value]): [string, Grammar][] => {
      const own = `${path === '' ? '' : `${path}.`}${key}`;
      return typeof value === 'object' ? [[own, value], ...keysOf(value, own)] : [];
    }),
    ...inside.flatMap((each) => keysOf(each as Grammar, `${path}[]`)),
  ];
}

const rules = Object.entries(published['definitions'] as Record<string, Grammar>);
const keys = [...keysOf(published), ...rules.flatMap(([name, part]) => keysOf(part, name))];

describe('the published JSON Schema of a mapping', () => {
  it('is that of the schema with which the tasks parse', () => {
    expect(published).toEqual(JSON.parse(JSON.stringify(mappingGrammar())));
  });

  it('is named in the first line of the shipped mapping', () => {
    const [, file = ''] = /^# yaml-language-server: \$schema=(\S+)\n/.exec(shipped) ?? [];
    expect(JSON.parse(readFileSync(join(dirname(SHIPPED), file), 'utf8'))).toEqual(published);
  });

  it.each([
    ['an editor', asEditor],
    ['a task', asTask],
  ])('takes the shipped mapping as %s reads it', (_, read) => {
    fits(read(shipped));
    expect(fits.errors ?? []).toEqual([]);
  });

  it('takes texts that look like something else to an editor', () => {
    const text = changed('{ "TRUE": "0" }', '{ TRUE: 0, 1.10: 2, yes: null }')
      .replace('blank: [nan', 'blank: [7, nan')
      .replace('create_labels: false', 'create_labels: "false"')
      .replace('title: DROP', 'title: 28')
      .replace('BANDIER: []', 'BANDIER: [1234, true]');
    fits(asEditor(text));
    expect(fits.errors ?? []).toEqual([]);
    expect(parseMapping(text, 'test').blank).toContain('7');
  });

  it.each<[string, string | RegExp, string]>([
    ['an unknown key', 'except:', 'exept:'],
    ['an unknown key of a column', 'rule: trim }', 'rule: trim, colour: red }'],
    ['a missing key', '  customer: CUSTOMER NAME\n', ''],
    ['an unknown rule', 'rule: date }', 'rule: datum }'],
    ['an unknown type', 'type: long_text', 'type: memo'],
    ['a flag that is yes', 'create_labels: true', 'create_labels: yes'],
    ['a number that is a word', 'maximum: 999999', 'maximum: plenty'],
    ['a number of zero', 'maximum: 999999', 'maximum: 0'],
    ['a number with a fraction', 'maximum: 999999', 'maximum: 1.5'],
    ['a number that is too large', 'maximum: 999999', 'maximum: 1000000000'],
    ['an empty name', 'uuid: record_uuid', 'uuid: ""'],
    ['a name that is not there', 'uuid: record_uuid', 'uuid:'],
    ['a text for a list', 'purchase_order: [PO NUMBER, CUSTOMER ALT PO]', 'purchase_order: PO NUMBER'],
    ['an empty list of names', 'purchase_order: [PO NUMBER, CUSTOMER ALT PO]', 'purchase_order: []'],
    ['a list for a map', 'numbers: { decimal: "." }', 'numbers: ["."]'],
    ['a group without a season', '{customer} {season}', '{customer}'],
    ['a size without its label', 'Size {label}', 'Size'],
    ['a key column of a long id', '{ id: line_key,', `{ id: ${'k'.repeat(25)},`],
    ['a rule of no form', '- customer: mapped', '- custmer: mapped'],
    ['a rule of two forms', '- customer: mapped', '- { customer: mapped, column: ORDER TYPE, blank: true }'],
    ['a rule without a test', '{ column: ORDER TYPE, blank: true }', '{ column: ORDER TYPE }'],
    ['an unknown test', '{ column: ORDER TYPE, blank: true }', '{ column: ORDER TYPE, blank: true, empty: true }'],
    ['no day', '{ column: ORDER TYPE, blank: true }', '{ column: ORDER TYPE, after: 2025-02-30 }'],
    ['a customer without a list', 'BANDIER: []', 'BANDIER: bandit'],
  ])('refuses %s, as the tasks do', (_, from, to) => {
    const text = changed(from, to);
    expect(fits(asEditor(text))).toBe(false);
    expect(fits(asTask(text))).toBe(false);
    expect(() => parseMapping(text, 'test')).toThrow('cannot be used');
  });

  it('explains every key', () => {
    expect(keys.length).toBeGreaterThan(60);
    expect(keys.filter(([, { description = '' }]) => !/^[A-Z`].*\.$/.test(description)).map(([key]) => key)).toEqual(
      [],
    );
  });

  it('gives examples that fit', () => {
    const wrong = keys.flatMap(([key, { examples = [], ...part }]) => {
      const whole = { ...part, definitions: published['definitions'] };
      const test = new Ajv(OPTIONS).compile(whole);
      return examples.filter((example) => !test(example)).map((example) => `${key}: ${JSON.stringify(example)}`);
    });
    expect(wrong).toEqual([]);
  });
});

/** A small mapping with every key. */
const WHOLE = asTask(`
blank: [none]
numbers: { decimal: "," }
dates: { order: dmy }
source: { uuid: ID, customer: CUSTOMER, order_number: "NO", purchase_order: [PO], business_key: ["NO", STYLE], personal: [WHO] }
scope:
  all:
    - customer: mapped
    - not: { any: [{ column: KIND, in: [A, ""] }, { column: KIND, not_in: [B], blank: false }, { column: DAY, after: 2025-01-01, before: 2026-01-01 }] }
out_of_scope: [""]
cancelled: { column: KIND, in: [C] }
sizes: { after: UNIT, before: TOTAL, except: [X], total: TOTAL, maximum: 99 }
item:
  key: { id: line_key, title: Key }
  name: { parts: ["NO", STYLE], separator: "", max_length: 200 }
  group: { title: "{season}{area}", season: [SEASON], fallback: NONE, placeholders: { area: { columns: [AREA], fallback: ANY } }, max_length: 100 }
  columns:
    - { id: c1, title: Kind, type: status, source: KIND, rule: label, required: warn, max_length: 20, values: { A: B, C: "" }, create_labels: true }
  last_change: { id: changed, title: Changed, type: text }
subitem:
  key: { id: line_key, title: Key }
  name: "{label}"
  columns: [{ id: s1, title: Size, type: dropdown, value: label, create_labels: false }, { id: s2, title: Qty, type: numbers, value: quantity }]
customers: { ONE: [], TWO: ["2"] }
`);

type Path = readonly (string | number)[];

function placesOf(value: unknown, path: Path = []): Path[] {
  if (typeof value !== 'object' || value === null) return [path];
  const entries = Array.isArray(value) ? [...value.entries()] : Object.entries(value);
  return [path, ...entries.flatMap(([key, each]: [string | number, unknown]) => placesOf(each, [...path, key]))];
}

/** The same with another value at a place; undefined takes it away. */
function replaced(value: unknown, [step, ...rest]: Path, by: unknown): unknown {
  if (step === undefined) return by;
  if (Array.isArray(value)) {
    const changed = value.map((each, index) => (index === step ? replaced(each, rest, by) : each));
    return changed.filter((each) => each !== undefined);
  }
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries({ ...value, [step]: replaced((value as Record<string, unknown>)[step], rest, by) });
  return Object.fromEntries(entries.filter(([, each]) => each !== undefined));
}

const TEXTS = ['', ' ', '0', '12', '1e3', 'true', 'false', 'TRUE', 'mapped', '{season}', '{label}', 'line_key', 'A-1'];
const WORDS = [
  'text',
  'date',
  'number',
  'label',
  'quantity',
  'warn',
  'dmy',
  '.',
  '2025-02-28',
  '2025-02-29',
  '28-02-2025',
];
const VALUES = [
  undefined,
  ...TEXTS,
  ...WORDS,
  [],
  [''],
  ['A'],
  [[]],
  {},
  { A: 'B' },
  { A: [] },
  { all: [] },
  { not: { customer: 'unmapped' } },
  { customer: 'mapped', column: 'A', blank: 'true' },
  { column: 'A' },
  { column: 'A', blank: 'true' },
  [{ column: 'A', after: '2024-02-29' }],
];
const places = placesOf(WHOLE);
/** A value put in the place of another one, or under a key of it. */
interface Slip {
  at: Path;
  by: unknown;
  more: string | undefined;
}

const slip: fc.Arbitrary<Slip> = fc.record({
  at: fc.constantFrom(...places),
  by: fc.constantFrom<unknown>(...VALUES),
  more: fc.option(fc.constantFrom('colour', 'all', 'id', 'values', 'last_change'), { freq: 6, nil: undefined }),
});

function slipped(slips: readonly Slip[]): unknown {
  return slips.reduce<unknown>(
    (whole, { at, by, more }) => replaced(whole, more === undefined ? at : [...at, more], by),
    WHOLE,
  );
}

function attempt<T>(make: () => T): T | Error {
  try {
    return make();
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}

describe('the tasks and the JSON Schema', () => {
  it('take the same mappings and refuse the same', () => {
    const seen = { taken: 0, refused: 0 };
    fc.assert(
      fc.property(fc.array(slip, { maxLength: 3 }), (slips) => {
        const data = slipped(slips);
        const taken = mappingSchema.safeParse(data).success;
        seen[taken ? 'taken' : 'refused'] += 1;
        expect([fits(data), stringify(data)]).toEqual([taken, stringify(data)]);
      }),
      {
        numRuns: 3_000,
        examples: [
          ...VALUES.map((by): [Slip[]] => [[{ at: ['scope', 'all', 0], by, more: undefined }]]),
          ...Object.keys(WHOLE as object).map((key): [Slip[]] => [[{ at: [key], by: undefined, more: undefined }]]),
          [['sizes', 'subitem'].map((key) => ({ at: [key], by: undefined, more: undefined }))],
          ...['title', 'season', 'fallback', 'placeholders', 'max_length'].map((key): [Slip[]] => [
            [{ at: ['item', 'group', key], by: undefined, more: undefined }],
          ]),
          [['season', 'fallback'].map((key) => ({ at: ['item', 'group', key], by: undefined, more: undefined }))],
          [[{ at: ['item', 'group', 'title'], by: 'ALL', more: undefined }]],
          [[{ at: ['customers'], by: 'all', more: undefined }]],
          ...[['ID'], ['ID', 'STYLE'], [], [''], {}].map((by): [Slip[]] => [
            [{ at: ['source', 'uuid'], by, more: undefined }],
          ]),
          ...[{ constant: 'ONE' }, { constant: '' }, { constant: 'ONE', column: 'CUSTOMER' }, {}, ['ONE']].map(
            (by): [Slip[]] => [[{ at: ['source', 'customer'], by, more: undefined }]],
          ),
        ],
      },
    );
    expect(seen.taken).toBeGreaterThan(500);
    expect(seen.refused).toBeGreaterThan(500);
  });

  it('tell each fault with its place, whatever is wrong', () => {
    fc.assert(
      fc.property(fc.array(slip, { minLength: 1, maxLength: 6 }), (slips) => {
        // Nothing at all is the empty text.
        const text = stringify(slipped(slips)) ?? '';
        const parsed = attempt(() => parseMapping(text, 'test'));
        if (!(parsed instanceof Error)) return;
        expect(parsed).toBeInstanceOf(FixFirstError);
        const [head, ...faults] = parsed.message.split('\n');
        expect(head).toBe('The mapping test cannot be used:');
        // In an empty file there is no place.
        const placeless = text === '' ? faults.slice(1) : faults;
        expect(placeless.filter((fault) => !/^- .+ \(line \d+, column \d+\)\./.test(fault))).toEqual([]);
        expect(new Set(faults).size).toBe(faults.length);
      }),
      { numRuns: 1_000, examples: [[[{ at: [], by: undefined, more: undefined }]]] },
    );
  });

  it('know the same places, rules in any depth included', () => {
    const unknown = places.filter((path) => partAt(mappingGrammar(), path, WHOLE) === undefined);
    expect(unknown).toEqual([]);
  });
});
