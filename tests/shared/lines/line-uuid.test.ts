import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { isUuid } from '../../../shared/ground/ids.js';
import { partialLayout } from '../../../shared/lines/layout.js';
import { compileTextUuid, compileUuid, compileWithUuid, uuidOfKey } from '../../../shared/lines/line-uuid.js';
import { parseMapping } from '../../../shared/mapping/mapping.js';
import { WrittenRows } from '../../../shared/warehouse/port/text-rows.js';

const page = readFileSync('docs/hash.md', 'utf8').split('## The uuid of a key')[1] ?? '';
const vectors: { key: (string | null)[]; uuid: string }[] = JSON.parse(
  /```json\n([\s\S]*?)```/.exec(page)?.[1] ?? '[]',
);

const mappingWith = (uuid: string) =>
  parseMapping(
    `source: { uuid: ${uuid}, customer: { constant: ONE }, order_number: ORDER }
item:
  key: { id: line_key, title: Key }
  name: { parts: [ORDER], separator: "" }
  columns: [{ id: order, title: Order, type: text, source: ORDER, rule: trim }]
customers: all`,
    'test',
  );
const KEYED = partialLayout(mappingWith('[LINE, ORDER]'), ['ORDER', 'PRICE'], []);
const PLAIN = partialLayout(mappingWith('ID'), ['ORDER', 'PRICE'], []);

const texts = fc.array(fc.option(fc.oneof(fc.string(), fc.constantFrom('', '1', '01', '\u0000', '\u0001', 'é'))), {
  minLength: 1,
  maxLength: 4,
});

describe('the uuid of a key of columns', () => {
  it.each(vectors.map(({ key, uuid }) => [JSON.stringify(key), key, uuid] as const))(
    'is as docs/hash.md says: %s',
    (_, key, uuid) => expect(uuidOfKey(key)).toBe(uuid),
  );

  it('has vectors', () => expect(vectors.length).toBeGreaterThan(6));

  it('is a UUID of version 8, and another one for any other texts', () => {
    const seen = new Map<string, string>();
    fc.assert(
      fc.property(texts, (key) => {
        const uuid = uuidOfKey(key);
        if (uuid === null) {
          expect(key.every((text) => !text)).toBe(true);
          return;
        }
        expect(isUuid(uuid)).toBe(true);
        expect(uuid).toMatch(/^.{14}8.{4}[89ab]/);
        const text = JSON.stringify(key);
        expect(seen.get(uuid) ?? text).toBe(text);
        seen.set(uuid, text);
      }),
      { numRuns: 5_000 },
    );
    expect(seen.size).toBeGreaterThan(1_000);
  });

  it.each([
    ['null', [null, null]],
    ['empty', ['', '']],
    ['null or empty', [null, '']],
  ])('is none where every text is %s', (_, key) => expect(uuidOfKey(key)).toBeNull());
});

describe('a row of the source', () => {
  it('has the uuid that its key makes, in the order of the mapping, a number as its text', () => {
    const uuid = uuidOfKey(['7', 'SO-1']);
    const row = ['7', 'SO-1', '12.50', 7];
    expect(KEYED.select).toEqual(['LINE', 'ORDER', 'PRICE', 'LINE']);
    expect(compileUuid(KEYED)(row)).toBe(uuid);
    expect(compileWithUuid(KEYED)(row)).toEqual([uuid, 'SO-1', '12.50', 7]);
    expect(row[0]).toBe('7');
  });

  it('has the uuid of its column where there is one, and stays as it is', () => {
    const row = ['A-B', 'SO-1', null];
    expect(compileUuid(PLAIN)(row)).toBe('A-B');
    expect(compileWithUuid(PLAIN)(row)).toBe(row);
  });

  it('has the same uuid as text', () => {
    const rows = new WrittenRows();
    const written = [
      ['7', 'SO-1', '12.50', '7'],
      [null, 'SO-1', null, null],
      [null, '', null, null],
    ];
    for (const row of written) rows.add(row);
    const [uuidOf, uuidOfText] = [compileUuid(KEYED), compileTextUuid(KEYED)];
    const read = written.map((_, row) => {
      const found = uuidOfText(rows, row);
      return found === undefined ? null : Buffer.from(found.bytes).toString('latin1', ...found.field);
    });
    expect(read).toEqual(written.map(uuidOf));
    expect(read[2]).toBeNull();
  });
});
