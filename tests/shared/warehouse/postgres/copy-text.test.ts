import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { ArrayRow } from '../../../../shared/warehouse/port/warehouse.js';
import { copyText } from '../../../../shared/warehouse/postgres/copy-text.js';

async function written(rows: readonly ArrayRow[]) {
  const pieces: Buffer[] = [];
  let counted = -1;
  for await (const piece of copyText(rows, (n) => {
    counted = n;
  }))
    pieces.push(piece);
  return { text: Buffer.concat(pieces).toString('utf8'), pieces: pieces.length, counted };
}

/** COPY's text format, a field at a time. */
function fieldOf(value: ArrayRow[number]): string {
  if (value === null) return '\\N';
  return String(value)
    .replaceAll('\0', '')
    .replaceAll('\\', '\\\\')
    .replaceAll('\n', '\\n')
    .replaceAll('\r', '\\r')
    .replaceAll('\t', '\\t');
}

describe('copyText', () => {
  it('escapes what COPY would read otherwise, whatever the length and the script of a value', async () => {
    const special = fc.constantFrom('\0', '\\', '\n', '\r', '\t', '\b', '\\N', '\\.', 'ä', '漢', '😀', 'x', '');
    const value = fc.oneof(
      fc.constant(null),
      fc.double({ noNaN: true }),
      fc.string({ unit: 'binary', maxLength: 120 }),
      fc.array(special, { maxLength: 60 }).map((parts) => parts.join('')),
    );
    const rows = fc
      .integer({ min: 1, max: 6 })
      .chain((width) => fc.array(fc.array(value, { minLength: width, maxLength: width }), { maxLength: 8 }));
    await fc.assert(
      fc.asyncProperty(rows, async (given) => {
        const { text, counted } = await written(given);
        expect(text).toBe(given.map((row) => `${row.map(fieldOf).join('\t')}\n`).join(''));
        expect(counted).toBe(given.length);
      }),
    );
  });

  it('cuts between rows, and keeps a row whole that is longer than a piece', async () => {
    const rows: ArrayRow[] = Array.from({ length: 300 }, (_, n) => [n, 'ä'.repeat(n === 150 ? 200_000 : 700)]);
    const { text, pieces, counted } = await written(rows);
    expect(text).toBe(rows.map((row) => `${row.map(fieldOf).join('\t')}\n`).join(''));
    expect([counted, pieces > 5, pieces < 20]).toEqual([300, true, true]);
  });
});
