import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { copyText } from '../../../shared/warehouse/postgres-copy.js';
import { parseCopyText } from '../../../shared/warehouse/postgres-copy-out.js';
import { arrayRowAt, type TextRows, textRowsOf } from '../../../shared/warehouse/text-rows.js';
import type { ArrayRow } from '../../../shared/warehouse/warehouse.js';

const WIDTH = 3;
const text = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 30 }).filter((value) => !value.includes('\0')),
  fc.constantFrom('', '\\N', '\\', '\t', '\n', 'a\\tb', '\r\n', 'é😀', ' \\. ', 'x'.repeat(70_000)),
);
const rowsOf = fc.array(fc.array(fc.option(text), { minLength: WIDTH, maxLength: WIDTH }), { maxLength: 12 });

async function collect(chunks: AsyncIterable<TextRows>): Promise<ArrayRow[]> {
  const rows: ArrayRow[] = [];
  for await (const chunk of chunks) for (let row = 0; row < chunk.count; row++) rows.push(arrayRowAt(chunk, row));
  return rows;
}

/** The bytes of a COPY of these rows, cut wherever `cuts` says. */
async function* copyOf(rows: readonly ArrayRow[], cuts: readonly number[]): AsyncGenerator<Buffer> {
  let written = '';
  for await (const part of copyText(rows, () => undefined)) written += part;
  const bytes = Buffer.from(written);
  let from = 0;
  for (const cut of cuts.map((share) => Math.floor(share * bytes.length)).sort((a, b) => a - b)) {
    yield bytes.subarray(from, cut);
    from = cut;
  }
  yield bytes.subarray(from);
}

describe('parseCopyText', () => {
  it('gives back any rows, wherever the bytes are cut', async () => {
    const share = fc.double({ min: 0, max: 1, noNaN: true });
    await fc.assert(
      fc.asyncProperty(rowsOf, fc.array(share, { maxLength: 6 }), async (rows, cuts) => {
        expect(await collect(parseCopyText(copyOf(rows, cuts)))).toEqual(rows);
      }),
    );
  });

  it('gives back more rows than fit a chunk, and a row that is longer than one', async () => {
    const rows = Array.from({ length: 4_000 }, (_, n) => [
      String(n),
      n % 7 === 0 ? null : `line\n${n}`,
      'x'.repeat(100),
    ]);
    rows.push(['long', 'y'.repeat(2_000_000), null], ['last', '', '\\']);
    expect(await collect(parseCopyText(copyOf(rows, [0.1, 0.5, 0.99])))).toEqual(rows);
  });
});

describe('textRowsOf', () => {
  it('gives back the texts of any array rows', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(rowsOf, { maxLength: 4 }), async (chunks) => {
        async function* source(): AsyncGenerator<ArrayRow[]> {
          yield* chunks;
        }
        expect(await collect(textRowsOf(source()))).toEqual(chunks.flat());
      }),
    );
  });

  it('writes numbers as their text', async () => {
    async function* source(): AsyncGenerator<ArrayRow[]> {
      yield [[104, null, -0.5]];
    }
    expect(await collect(textRowsOf(source()))).toEqual([['104', null, '-0.5']]);
  });
});
