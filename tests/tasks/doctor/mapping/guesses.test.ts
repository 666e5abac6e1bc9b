import { describe, expect, it } from '@jest/globals';
import { sizeLabels } from '../../../../local/orders/source-table.js';
import { proposeCustomers } from '../../../../tasks/doctor/mapping/propose/customers.js';
import { isPersonal } from '../../../../tasks/doctor/mapping/propose/people.js';
import {
  guessCancelled,
  guessCustomer,
  guessOrderNumber,
  guessPurchaseOrder,
  guessSeason,
  guessUuid,
} from '../../../../tasks/doctor/mapping/propose/roles.js';
import { findSizes, looksLikeSize } from '../../../../tasks/doctor/mapping/propose/sizes.js';
import { describeTable, type SampledTable } from '../../../../tasks/doctor/mapping/propose/table.js';
import { uuid } from '../../../helpers/warehouse.js';

type Cell = string | number | null;

/** A table of columns `title: type`, each with its values. */
function table(columns: Readonly<Record<string, readonly [type: string, ...values: Cell[]]>>): SampledTable {
  const live = Object.entries(columns).map(([name, [dataType]]) => ({ name, dataType }));
  const values = Object.entries(columns).flatMap(([name, [, ...cells]]) => (isPersonal(name) ? [] : [cells]));
  const rows = (values[0] ?? []).map((_, row) => values.map((cells) => cells[row] ?? null));
  return describeTable('T', live, rows);
}

describe('sizes', () => {
  it('have names like those of the real table, all of them', () => {
    expect(sizeLabels(276).filter((label) => !looksLikeSize(label))).toEqual([]);
  });

  it.each(['TOTAL QTY', 'ORDER TYPE', 'DROP', 'NOTES', 'MONTH', 'ADID', 'All', 'PNP', 'Delta'])(
    'are not named %s',
    (title) => {
      expect(looksLikeSize(title)).toBe(false);
    },
  );

  it('are a run of numeric columns, without the total that they add up to', () => {
    const found = findSizes(
      table({
        A: ['text', 'a', 'b', 'c'],
        S: ['int', 1, 2, 3],
        M: ['int', 4, null, 6],
        L: ['int', 1, 1, 1],
        SUM: ['int', 6, 3, 10],
      }),
      new Set(),
    );
    expect(found).toMatchObject({ after: 'A', before: 'SUM', total: 'SUM', names: ['S', 'M', 'L'], except: [] });
  });

  it('may have names of any kind where another column is their sum', () => {
    const columns = {
      A: ['text', 'a', 'b', 'c'],
      Total: ['int', 7, 5, 9],
      North: ['int', 3, 4, 5],
      South: ['int', 4, 1, 4],
      Z: ['text', 'x', 'y', 'z'],
    } as const;
    expect(findSizes(table(columns), new Set())).toMatchObject({ after: 'Total', before: 'Z', total: 'Total' });
    expect(findSizes(table({ ...columns, Total: ['int', 1, 5, 2] }), new Set())).toBeUndefined();
  });

  it('are not prices in a row, nor what the board shows on its own', () => {
    const prices = {
      A: ['text', 'a'],
      PRICE: ['numeric', 1],
      FEE: ['numeric', 2],
      TAX: ['numeric', 3],
      Z: ['text', 'x'],
    } as const;
    expect(findSizes(table(prices), new Set())).toBeUndefined();
    const sizes = { A: ['text', 'a'], S: ['int', 1], M: ['int', 2], Z: ['text', 'x'] } as const;
    expect(findSizes(table(sizes), new Set(['S']))).toBeUndefined();
  });

  it('may be texts of whole numbers, and empty ones among them', () => {
    const found = findSizes(
      table({
        A: ['varchar', 'a'],
        '28L': ['varchar', '3'],
        '30/32': ['varchar', null],
        OS: ['varchar', '2'],
        Z: ['varchar', 'x'],
      }),
      new Set(),
    );
    expect(found).toMatchObject({ names: ['28L', '30/32', 'OS'], total: undefined });
  });

  it('need a column on either side, which a mapping names', () => {
    expect(findSizes(table({ S: ['int', 1], M: ['int', 2], Z: ['text', 'x'] }), new Set())).toBeUndefined();
  });
});

describe('the column that identifies a line', () => {
  it('is of the type, unique and never empty', () => {
    const seen = guessUuid(table({ A: ['text', 'x', 'y'], ID: ['uniqueidentifier', uuid(1), uuid(2)] }));
    expect(seen).toMatchObject({ guess: { column: 'ID', sure: true }, others: ['A'] });
  });

  it('is doubtful where one is twice or missing', () => {
    expect(guessUuid(table({ ID: ['uuid', uuid(1), uuid(1)] })).guess).toMatchObject({ column: 'ID', sure: false });
    expect(guessUuid(table({ ID: ['uuid', uuid(1), null] })).guess?.sure).toBe(false);
  });

  it('may hold UUIDs as texts; other unique columns are only told', () => {
    expect(guessUuid(table({ ID: ['nvarchar', uuid(1), uuid(2)] })).guess).toMatchObject({ column: 'ID', sure: true });
    expect(guessUuid(table({ NO: ['int', 1, 2] }))).toEqual({ guess: undefined, others: ['NO'] });
  });
});

describe('columns by their titles', () => {
  it('are customer, order number, purchase order and season', () => {
    const seen = table({
      'CUSTOMER SEASON': ['text', null, 'SS'],
      'CUSTOMER NAME': ['text', 'A', 'B'],
      'CUSTOMER CODE': ['text', 'a', 'b'],
      'PO NUMBER': ['text', '1', '2'],
      'ORDER DATE PO RECEIVED': ['text', '2026-01-02', '2026-01-02'],
      'AAG ORDER NUMBER': ['text', 'X1', 'X2'],
      'ORDER TYPE': ['text', 'Active', 'cancelled'],
      SEASON: ['text', 'S', 'T'],
    });
    expect(guessCustomer(seen)).toMatchObject({ column: 'CUSTOMER NAME', sure: true });
    expect(guessOrderNumber(seen)).toMatchObject({ column: 'AAG ORDER NUMBER', sure: true });
    expect(guessPurchaseOrder(seen).map(({ column }) => column)).toEqual(['PO NUMBER']);
    expect(guessSeason(seen).map(({ column }) => column)).toEqual(['CUSTOMER SEASON', 'SEASON']);
    expect(guessCancelled(seen)).toMatchObject({ column: 'ORDER TYPE', words: ['CANCELLED'] });
  });

  it('are none where no title says so', () => {
    const seen = table({ A: ['text', 'x'], 'CUSTOMER STYLE': ['text', 'y'], 'ORDER DATE': ['date', '2026-01-02'] });
    expect([guessCustomer(seen), guessOrderNumber(seen), guessCancelled(seen)]).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
    expect([guessPurchaseOrder(seen), guessSeason(seen)]).toEqual([[], []]);
  });
});

describe('customers', () => {
  const of = (counted: Record<string, number>, labels: string[] = []) =>
    proposeCustomers(
      Object.entries(counted).map(([spelling, lines]) => ({ spelling, lines })),
      labels,
      new Set(['', 'NAN']),
    ).customers;

  it('are one by what folds alike, under the spelling of most lines, most lines first', () => {
    expect(of({ acme: 2, 'ACME ': 5, Beta: 9, nan: 100, '': 3 })).toEqual([
      { name: 'Beta', spellings: [], lines: 9, near: [] },
      { name: 'ACME', spellings: [], lines: 7, near: [] },
    ]);
  });

  it('have the name of a label of the board, with their own as a spelling', () => {
    expect(of({ "B'HOOD": 1, BHOOD: 2, 'GREYSON CLOTHIERS': 3 }, ['BHOOD', 'GREYSON'])).toEqual([
      { name: 'BHOOD', spellings: ["B'HOOD"], lines: 3, near: [] },
      { name: 'GREYSON CLOTHIERS', spellings: [], lines: 3, near: ['GREYSON'] },
    ]);
  });
});
