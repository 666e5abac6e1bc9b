import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { arrayRowAt, ColumnTexts, type TextRows } from '../../../../shared/warehouse/port/text-rows.js';
import type { ArrayRow } from '../../../../shared/warehouse/port/warehouse.js';
import { DataRows } from '../../../../shared/warehouse/postgres/data-rows.js';
import { textRowsOf } from '../../../helpers/text-rows.js';

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

/** A message of the server: letter, length, body. */
function message(letter: string, ...body: Buffer[]): Buffer {
  const header = Buffer.from(`${letter}0000`);
  header.writeInt32BE(4 + Buffer.concat(body).length, 1);
  return Buffer.concat([header, ...body]);
}

function dataRow(row: ArrayRow): Buffer {
  const count = Buffer.alloc(2);
  count.writeInt16BE(row.length);
  const fields = row.map((value) => {
    const bytes = Buffer.from(value === null ? '' : String(value));
    const length = Buffer.alloc(4);
    length.writeInt32BE(value === null ? -1 : bytes.length);
    return Buffer.concat([length, bytes]);
  });
  return message('D', count, ...fields);
}

/** Cuts an answer of these rows wherever `cuts` says, and gives back what is read: rows, and the other messages. */
function readAnswer(rows: readonly ArrayRow[], cuts: readonly number[]): { read: ArrayRow[]; others: string[] } {
  const bytes = Buffer.concat([
    message('2'),
    ...rows.map(dataRow),
    message('C', Buffer.from('SELECT\0')),
    message('Z'),
  ]);
  const places = cuts.map((share) => Math.floor(share * bytes.length)).sort((a, b) => a - b);
  const others: string[] = [];
  const read: ArrayRow[] = [];
  const answer = new DataRows((other) => others.push(other.toString('latin1')));
  const take = (): void => {
    const chunk = answer.take();
    for (let row = 0; row < (chunk?.count ?? 0); row++) if (chunk) read.push(arrayRowAt(chunk, row));
    answer.compact();
  };
  for (const [n, from] of [0, ...places].entries())
    if (answer.add(bytes.subarray(from, places[n] ?? bytes.length))) take();
  take();
  return { read, others };
}

describe('DataRows', () => {
  const others = ['2\0\0\0\x04', 'C\0\0\0\x0bSELECT\0', 'Z\0\0\0\x04'];

  it('returns any rows, wherever the bytes are cut, and passes on every other message', () => {
    const share = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(rowsOf, fc.array(share, { maxLength: 6 }), (rows, cuts) => {
        expect(readAnswer(rows, cuts)).toEqual({ read: rows, others });
      }),
    );
  });

  it('returns more rows than fit in a chunk, and a row longer than one', () => {
    const rows = Array.from({ length: 4_000 }, (_, n) => [
      String(n),
      n % 7 === 0 ? null : `line\n${n}`,
      'x'.repeat(100),
    ]);
    rows.push(['long', 'y'.repeat(2_000_000), null], ['last', '', '\\']);
    expect(readAnswer(rows, [0.1, 0.5, 0.99])).toEqual({ read: rows, others });
  });
});

describe('ColumnTexts', () => {
  it('returns the texts of a column, including repeated ones', () => {
    fc.assert(
      fc.property(fc.array(fc.option(fc.constantFrom('', 'GREYSON', 'GREYSÖN', 'x'.repeat(90)))), (texts) => {
        const answer = new DataRows(() => undefined);
        for (const text of texts) answer.add(dataRow(['before', text]));
        const [rows, column] = [answer.take(), new ColumnTexts(1)];
        expect(texts.map((_, row) => (rows ? column.at(rows, row) : undefined))).toEqual(texts);
      }),
    );
  });
});

describe('written rows', () => {
  it('return the texts of any array rows', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(rowsOf, { maxLength: 4 }), async (chunks) => {
        async function* source(): AsyncGenerator<ArrayRow[]> {
          yield* chunks;
        }
        expect(await collect(textRowsOf(source()))).toEqual(chunks.flat());
      }),
    );
  });

  it('have numbers as text', async () => {
    async function* source(): AsyncGenerator<ArrayRow[]> {
      yield [[104, null, -0.5]];
    }
    expect(await collect(textRowsOf(source()))).toEqual([['104', null, '-0.5']]);
  });
});
