import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { printable } from '../../../shared/ground/text.js';
import {
  cutToWidth,
  type ListColumn,
  outputLines,
  tableLines,
  widthOf,
  wrapped,
} from '../../../shared/runtime/terminal.js';

interface Order {
  id: string;
  customer: string;
  lines: number;
  note?: string;
}

const COLUMNS: readonly ListColumn<Order>[] = [
  { heading: 'ORDER', cell: ({ id }) => id },
  { heading: 'CUSTOMER', cell: ({ customer }) => customer, shrinksTo: 8, style: () => 'green' },
  { heading: 'LINES', cell: ({ lines }) => String(lines), align: 'right' },
  { heading: 'NOTE', cell: ({ note }) => note ?? '', yields: true },
];

const plain = (columns: number) => ({ columns, coloured: false });
const ORDERS: Order[] = [
  { id: 'a1', customer: 'GREYSON', lines: 7 },
  { id: 'b2', customer: '東京スポーツ', lines: 1200 },
];

describe('a table on a terminal', () => {
  it('has headings, right-aligned counts, aligned wide letters, and no empty column', () => {
    expect(tableLines(plain(80), COLUMNS, ORDERS)).toEqual([
      'ORDER  CUSTOMER      LINES',
      'a1     GREYSON           7',
      'b2     東京スポーツ   1200',
    ]);
  });

  it('shortens what may be shortened when space is short', () => {
    expect(tableLines(plain(23), COLUMNS, ORDERS)).toEqual([
      'ORDER  CUSTOMER   LINES',
      'a1     GREYSON        7',
      'b2     東京スポ…   1200',
    ]);
  });

  it('puts columns below their rows when space is still short, and breaks notes at blanks', () => {
    const orders = [{ id: 'a1', customer: 'GREYSON', lines: 7, note: 'wait' }];
    expect(tableLines(plain(24), COLUMNS, orders, () => ['The board is away for a while.'])).toEqual([
      'ORDER  CUSTOMER  LINES',
      'a1     GREYSON       7',
      '    note wait',
      '    The board is away',
      '    for a while.',
    ]);
  });

  it('shows colours only where they are supported', () => {
    const [order] = ORDERS;
    const drawn = tableLines({ columns: 80, coloured: true }, COLUMNS, order === undefined ? [] : [order]);
    expect(drawn[1]).toBe('a1     \u001b[32mGREYSON\u001b[39m       7');
    expect(drawn.map(stripVTControlCharacters)).toEqual(tableLines(plain(80), COLUMNS, ORDERS.slice(0, 1)));
  });

  it("fits the terminal and sends it no control character, whatever the customer's name", () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.record({
            id: fc.stringMatching(/^[0-9a-f]{0,8}$/),
            customer: fc.string({ unit: 'binary' }),
            lines: fc.nat(),
          }),
          {
            minLength: 1,
          },
        ),
        fc.integer({ min: 40, max: 200 }),
        (orders, columns) => {
          for (const line of tableLines(plain(columns), COLUMNS, orders)) {
            expect(line).not.toMatch(/[\p{Cc}\p{Cf}]/u);
            expect(widthOf(line)).toBeLessThanOrEqual(columns);
          }
        },
      ),
    );
  });
});

describe('the width of a text', () => {
  it.each([
    ['GREYSON', 7],
    ['é as two code points: e\u0301', 23],
    ['東京', 4],
    ['한국', 4],
    ['ＡＢ', 4],
    ['👕', 2],
    ['❤️', 2],
    ['', 0],
  ])('of %j is %d', (text, width) => {
    expect(widthOf(text)).toBe(width);
  });

  it('is respected when a text is cut', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.integer({ min: 1, max: 20 }), (text, width) => {
        expect(widthOf(cutToWidth(text, width))).toBeLessThanOrEqual(width);
      }),
    );
  });
});

describe('sentences and outputs on a terminal', () => {
  it('breaks sentences at blanks and leaves a longer word whole', () => {
    expect(wrapped(plain(12), 'See /a/long/path/to/it now', 2)).toEqual(['  See', '  /a/long/path/to/it', '  now']);
  });

  it('names each output, with lists as text and an empty one as none', () => {
    const outputs = {
      runId: 'r',
      customers: ['A\u001b[2J', 'B'],
      damaged: [],
      pushed: 3,
      left: [{ a: 1 }],
      none: null,
    };
    expect(outputLines(plain(80), outputs)).toEqual([
      'runId      r',
      `customers  ${printable('A\u001b[2J')}, B`,
      'damaged    none',
      'pushed     3',
      'left       [{"a":1}]',
    ]);
    expect(outputLines(plain(80), outputs).join('')).not.toContain('\u001b');
  });
});
