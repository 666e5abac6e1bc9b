import { describe, expect, it } from '@jest/globals';
import { sampleOrders } from '../../../local/orders/sample.js';
import { resolveCustomer } from '../../../shared/mapping/customers.js';
import { loadMapping } from '../../../shared/mapping/mapping.js';
import { SampleRows } from './rows.js';

const sample = new SampleRows();
const sum = (numbers: readonly number[]): number => numbers.reduce((a, b) => a + b, 0);
const share = (part: number): number => part / sample.rows.length;

describe('the sample table', () => {
  const names = sample.columns.map(({ name }) => name);

  it('has 276 size columns and every column of the real one, in its order', () => {
    expect(names).toHaveLength(268 - 161 + 276);
    expect(new Set(names).size).toBe(names.length);
    expect(names.indexOf('INFOR COLOUR CODE')).toBe(names.indexOf('UNIT OF MEASURE') + 1);
    expect(names.indexOf('TOTAL QTY') - names.indexOf('INFOR COLOUR CODE') - 1).toBe(276);
    expect(names.slice(0, 2)).toEqual(['AAG ORDER NUMBER', 'CUSTOMER NAME']);
    expect(names.slice(50, 54)).toEqual(['XXXS', 'XXS', 'XS', 'S']);
    expect(names.at(-1)).toBe('record_uuid');
    expect(names).toContain("CUSTOMER''S COLOUR CODE (CUSTOM FIELD) CUSTOMER PROVIDES THIS");
  });

  it('equals the real table at 161 sizes, types included', () => {
    const { columns } = sampleOrders({ sizes: 161 });
    const ofType = (type: string): string[] => columns.filter((column) => column.type === type).map(({ name }) => name);
    expect(columns).toHaveLength(268);
    expect(ofType('date')).toEqual(['ORDER DATE PO RECEIVED', 'ETA CUSTOMER WAREHOUSE DATE', 'EX FACTORY DATE']);
    expect(ofType('int')).toHaveLength(163);
    expect(ofType('uuid')).toEqual(['record_uuid']);
    expect(ofType('text')).toHaveLength(101);
  });

  it('refuses an unavailable number of sizes, and too few lines', () => {
    expect(() => sampleOrders({ sizes: 1_000 })).toThrow(/size columns, not 1000/);
    expect(() => sampleOrders({ lines: 10 })).toThrow(/at least \d+ lines, not 10/);
  });
});

describe('GREYSON PO 4755', () => {
  const lines = sample.where('PO NUMBER', '4755');
  const active = lines.filter((line) => sample.value(line, 'ORDER TYPE') === 'ACTIVE');

  it('has 69 lines, 53 active ones with 264 sizes, 52 of them with an XL', () => {
    expect(lines).toHaveLength(69);
    expect(active).toHaveLength(53);
    expect(sum(active.map((line) => sample.sizes(line).length))).toBe(264);
    expect(active.filter((line) => Number(sample.value(line, 'XL')) > 0)).toHaveLength(52);
  });

  it('carries no size and no quantity on the other 16', () => {
    const others = lines.filter((line) => !active.includes(line));
    expect(others).toHaveLength(16);
    expect(sum(others.map((line) => sample.sizes(line).length))).toBe(0);
    expect(others.filter((line) => Number(sample.value(line, 'TOTAL QTY')) > 0)).toEqual([]);
  });

  it('belongs to one customer and one season, and so to the group GREYSON 2025 FALL', () => {
    for (const line of lines) {
      expect(sample.value(line, 'CUSTOMER SEASON')).toBeNull();
      expect(sample.value(line, 'RANGE / COLLECTION')).toBeNull();
    }
    expect(sample.groups(lines)).toEqual(new Set(['GREYSON 2025 FALL']));
  });
});

describe('the sample', () => {
  it('has as many lines as asked for, each with its own uuid', () => {
    expect(sample.rows).toHaveLength(2_000);
    expect(sample.distinct('record_uuid').size).toBe(2_000);
    expect(new SampleRows({ lines: 100 }).rows).toHaveLength(100);
  });

  it('is the same for the same seed, and different for another', () => {
    const options = { lines: 300, seed: 7 };
    expect(new SampleRows(options).rows).toEqual(new SampleRows(options).rows);
    const other = new SampleRows({ ...options, seed: 8 });
    expect(other.distinct('record_uuid')).not.toEqual(new SampleRows(options).distinct('record_uuid'));
    expect(other.rows.map((row) => other.sizes(row))).not.toEqual(
      new SampleRows(options).rows.map((row) => other.sizes(row)),
    );
  });

  it('fills the required columns of every line', () => {
    for (const column of ['AAG ORDER NUMBER', 'CUSTOMER NAME', 'AAG SEASON', 'CUSTOMER STYLE']) {
      expect(sample.rows.filter((row) => !sample.value(row, column))).toEqual([]);
    }
  });

  it('numbers orders by customer, several lines to an order', () => {
    const owners = new Map<string, Set<unknown>>();
    for (const row of sample.rows) {
      const order = String(sample.value(row, 'AAG ORDER NUMBER'));
      expect(order).toMatch(/^[A-Z]{3}-\d{5}$/);
      owners.set(order, (owners.get(order) ?? new Set()).add(sample.value(row, 'CUSTOMER NAME')));
    }
    expect([...owners.values()].every((customers) => customers.size === 1)).toBe(true);
    expect(owners.size).toBeLessThan(sample.rows.length / 3);
  });

  it('has a dozen known customers in their source spelling, in the measured proportions, and one unknown', () => {
    const counts = sample.count('CUSTOMER NAME');
    const mapping = loadMapping();
    const unknown = [...counts.keys()].filter((name) => !resolveCustomer(mapping, name).mapped);
    expect(counts.size).toBe(13);
    expect(unknown).toHaveLength(1);
    expect(counts.get(unknown[0] ?? '')).toBe(1);
    const sorted = [...counts.values()].sort((a, b) => b - a);
    expect(share(sum(sorted.slice(0, 2)))).toBeGreaterThan(0.3);
    expect(share(sum(sorted.slice(0, 6)))).toBeGreaterThan(0.63);
    expect(Math.min(counts.get('GREYSON CLOTHIERS') ?? 0, counts.get('Peloton Private Label') ?? 0)).toBe(sorted[1]);
  });

  it('keeps styles, colours and HS codes below the 500 labels of a board column', () => {
    const labels = ['CUSTOMER STYLE', 'CUSTOMER COLOUR DESCRIPTION', 'HS CODE'].map(
      (column) => sample.distinct(column).size,
    );
    expect(sum(labels)).toBeLessThanOrEqual(500);
    const large = new SampleRows({ lines: 20_000, seed: 3, sizes: 161 });
    expect(large.distinct('CUSTOMER STYLE').size).toBeLessThanOrEqual(500);
  });

  it('has the measured share of empty lines, sizes per line, totals and fill', () => {
    const totals = sample.rows.map((row) => sum(sample.sizes(row).map(([, quantity]) => quantity)));
    const filled = totals.filter((total) => total > 0).sort((a, b) => a - b);
    const sizes = sum(sample.rows.map((row) => sample.sizes(row).length));
    expect(share(totals.length - filled.length)).toBeCloseTo(0.34, 1);
    expect(sizes / sample.rows.length).toBeGreaterThan(3.2);
    expect(sizes / sample.rows.length).toBeLessThan(3.9);
    expect(filled[0]).toBeGreaterThanOrEqual(4);
    expect(filled.at(-1)).toBeLessThanOrEqual(3_488);
    const cells = sample.rows.flatMap((row) => row.filter((value) => value !== null));
    expect(cells.length / (sample.rows.length * 268)).toBeLessThan(0.2);
  });

  it('has totals that are the sums of the sizes', () => {
    for (const row of sample.rows) {
      expect(sum(sample.sizes(row).map(([, quantity]) => quantity))).toBe(Number(sample.value(row, 'TOTAL QTY') ?? 0));
    }
  });

  it('draws sizes along the measured curve', () => {
    const quantities = ['XS', 'S', 'M', 'L', 'XL'].map((size) =>
      sum(sample.rows.map((row) => Number(sample.value(row, size) ?? 0))),
    );
    const [xs = 0, s = 0, m = 0, l = 0, xl = 0] = quantities;
    expect(m).toBeGreaterThan(s);
    expect(l).toBeGreaterThan(xl * 0.9);
    expect(s).toBeGreaterThan(xs);
  });
});

describe('the odd lines of the sample', () => {
  const one = (column: string, value: string): void => expect(sample.where(column, value).length).toBeGreaterThan(0);

  it.each([
    ['CUSTOMER COLOUR DESCRIPTION', 'CAFÃ© CRÃ¨ME'],
    ['CUSTOMER COLOUR DESCRIPTION', 'RED, WHITE & BLUE'],
    ['CUSTOMER COLOUR DESCRIPTION', '417'],
    ['CUSTOMER STYLE', '629249'],
    ['US TARIFF RATE', 'TRUE'],
    ['FREIGHT', 'TO BE ADVISED'],
    ['FINAL FOB (USD)', '12.345678901234567'],
    ['ORDER TYPE', 'Cancelled'],
  ])('have %s = %s', one);

  it('include keys that two lines share with different quantities, and eight with none', () => {
    const keys = new Map<string, unknown[]>();
    for (const row of sample.rows) {
      const parts = ['AAG ORDER NUMBER', 'CUSTOMER STYLE', 'CUSTOMER COLOUR DESCRIPTION'];
      const key = parts.map((column) => sample.value(row, column)).join(' ');
      keys.set(key, [...(keys.get(key) ?? []), sample.value(row, 'TOTAL QTY')]);
    }
    const shared = [...keys].filter(([, totals]) => totals.length > 1);
    expect(Object.fromEntries(shared)).toEqual({
      'GRE-04268 LSP26O82 ARCTIC': [18, 732],
      'EQU-08746 EQXW082310 BLACK': Array.from({ length: 8 }, () => null),
    });
  });

  it('include one with blank seasons', () => {
    const lines = sample.where('CUSTOMER SEASON', '');
    expect(lines.map((line) => sample.value(line, 'AAG SEASON'))).toEqual(['nan']);
    expect(sample.groups(lines)).toEqual(new Set(['BORN PRIMITIVE UNKNOWN SEASON']));
  });

  it('include the worked example of the documentation', () => {
    const [line] = sample.where('AAG ORDER NUMBER', 'JOO-00505');
    expect(line && sample.sizes(line)).toEqual([
      ['XS', 22],
      ['S', 104],
      ['M', 177],
      ['L', 125],
      ['XL', 72],
    ]);
  });
});

describe('a large sample', () => {
  it('is generated row by row in constant memory', () => {
    const { rows } = sampleOrders({ lines: 60_000 });
    let count = 0;
    let after10k = 0;
    for (const _ of rows()) {
      count += 1;
      if (count === 10_000) after10k = process.memoryUsage().heapUsed;
    }
    expect(count).toBe(60_000);
    // 50,000 rows of 383 cells kept would be 150 MB at least.
    expect(process.memoryUsage().heapUsed - after10k).toBeLessThan(60e6);
  });
});
