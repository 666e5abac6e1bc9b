import { createHash } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { compileHasher, compileKeptHasher, compileTextHasher } from '../../../shared/lines/hash.js';
import { compileKept, rowOfKept } from '../../../shared/lines/kept.js';
import { keptLayout, sourceLayout } from '../../../shared/lines/layout.js';
import { parseSizes } from '../../../shared/lines/sizes-text.js';
import { hashedColumns } from '../../../shared/mapping/mapping-version.js';
import type { ArrayRow } from '../../../shared/warehouse/port/warehouse.js';
import { textRowsOf } from '../../helpers/text-rows.js';
import { type Cells, layout, makeRow, mapping, orderLine, SIZES, sourceColumns } from './source-rows.js';

const hash = compileHasher(layout);
const hexOf = (cells: Cells) => hash(makeRow(cells)).toString('hex');

/** The definition in docs/hash.md, written as it reads. */
function byDefinition(pairs: readonly (readonly [string, string])[]): string {
  const sha = createHash('sha256');
  for (const pair of [...pairs].sort(([a], [b]) => (a < b ? -1 : 1))) {
    for (const text of pair) {
      const length = Buffer.alloc(4);
      length.writeUInt32BE(Buffer.byteLength(text));
      sha.update(length).update(text);
    }
  }
  return sha.digest('hex');
}

const text = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 80 }),
  fc.constantFrom('', ' ', 'Ã©tÃ©', 'é'.repeat(60), '😀;=\\'),
);
const size = fc.oneof(
  fc.constantFrom(null, 0, '0', '0.0', '', ' ', '-0', '12.50', 'TBD', '-4', 'a;b=c\\'),
  fc.integer(),
  text,
);
const anyRow = fc
  .tuple(
    fc.array(fc.option(text), { minLength: layout.columns.length, maxLength: layout.columns.length }),
    fc.array(size, { minLength: SIZES.length, maxLength: SIZES.length }),
  )
  .map(([values, sizes]) => [null, ...values, ...sizes]);

describe('compileHasher', () => {
  it('hashes non-null pairs, length-prefixed, in name order with the sizes among them', () => {
    const pairs = [
      ['AAG ORDER NUMBER', 'GRE-04755'],
      ['28', '104'],
      ['NOTES', 'Ã©tÃ© 😀'],
      ['30/30', '7'],
    ] as const;
    expect(hexOf(pairs)).toBe(byDefinition(pairs));
  });

  it('is the hash of nothing for an empty row', () => {
    expect(hexOf([])).toBe(byDefinition([]));
  });

  it.each([null, 0, '0', '00', '0.0', '.0', '-0', '', '  '])('treats size %p as null', (none) => {
    expect(hexOf([['S', none]])).toBe(hexOf([]));
  });

  it.each(['0', '', ' ', 'null'])('treats %p in a column as a value', (value) => {
    expect(hexOf([['NOTES', value]])).not.toBe(hexOf([]));
  });

  it('treats a number and its text as the same value', () => {
    expect(hexOf([['S', 104]])).toBe(hexOf([['S', '104']]));
    expect(hexOf([['TOTAL QTY', 104]])).toBe(hexOf([['TOTAL QTY', '104']]));
  });

  it('distinguishes values that would be equal as joined texts', () => {
    expect(
      hexOf([
        ['NOTES', 'A|'],
        ['PO NUMBER', ''],
      ]),
    ).not.toBe(
      hexOf([
        ['NOTES', 'A'],
        ['PO NUMBER', '|'],
      ]),
    );
    expect(hexOf([['S', 10]])).not.toBe(hexOf([['M', 10]]));
  });

  it('does not depend on the uuid, the column order, or an added empty size', () => {
    const line: Cells = [
      ['NOTES', 'x'],
      ['28', 5],
      ['XL', 7],
    ];
    const other = sourceLayout(mapping, sourceColumns([...SIZES].reverse().concat('NEW')));
    const again = compileHasher(other)(makeRow([...line, ['record_uuid', 'any']], other));
    expect(again.toString('hex')).toBe(hexOf(line));
  });

  it('hashes by the column list of another version, with null for a column that the source lacks', () => {
    const wide = sourceLayout(mapping, sourceColumns(), ['INFOR COLOUR CODE']);
    const row = makeRow(
      [
        ['INFOR COLOUR CODE', '9'],
        ['NOTES', 'not listed'],
        ['S', 3],
      ],
      wide,
    );
    const other = compileHasher(wide, ['INFOR COLOUR CODE', 'gone']);
    expect(other(row).toString('hex')).toBe(
      byDefinition([
        ['INFOR COLOUR CODE', '9'],
        ['S', '3'],
      ]),
    );
  });

  it('grows its buffer for long texts without mixing rows', () => {
    const long: Cells = [['NOTES', 'é'.repeat(200_000)]];
    expect(hexOf(long)).toBe(byDefinition([['NOTES', 'é'.repeat(200_000)]]));
    expect(hexOf([['NOTES', 'a']])).toBe(byDefinition([['NOTES', 'a']]));
  });
});

describe('the hash of kept values', () => {
  const keep = compileKept(layout);
  const hashKept = compileKeptHasher(layout.columns);

  it('is the hash of the row, whatever the row holds', () => {
    fc.assert(fc.property(anyRow, (row) => hashKept(keep(row)).equals(hash(row))));
  });

  it('equals the hash of the row rebuilt from the kept values', () => {
    fc.assert(
      fc.property(anyRow, (row) => {
        const kept = keep(row);
        const sizes = parseSizes(kept.sizes).map(([label]) => label);
        const own = keptLayout(mapping, sizes);
        return compileHasher(own)(rowOfKept(own, layout.columns, kept, null)).equals(hash(row));
      }),
    );
  });

  it('refuses a kept size that the layout has no place for', () => {
    const kept = keep(orderLine([['28', 4]]));
    expect(() => rowOfKept(keptLayout(mapping, ['S']), hashedColumns(mapping), kept, null)).toThrow(/"28"/);
  });
});

describe('compileTextHasher', () => {
  const hashText = compileTextHasher(layout, layout.columns);

  it('equals the hash of the array row, for any row', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(anyRow, { minLength: 1, maxLength: 5 }), async (rows) => {
        async function* source(): AsyncGenerator<ArrayRow[]> {
          yield rows;
        }
        const into = Buffer.alloc(32);
        for await (const chunk of textRowsOf(source())) {
          rows.forEach((row, index) => {
            hashText(chunk, index, into);
            expect(into.toString('hex')).toBe(hash(row).toString('hex'));
          });
        }
      }),
    );
  });
});
