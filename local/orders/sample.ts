import { FixFirstError } from '../../shared/ground/errors.js';
import { uuidV5 } from '../../shared/ground/ids.js';
import type { ArrayRow, BulkColumn } from '../../shared/warehouse/port/warehouse.js';
import type { SampleLine, SampleValue } from './catalogue.js';
import { referenceOrder } from './catalogue.js';
import { CUSTOMERS, type CustomerProfile } from './customers.js';
import { oddLines } from './odd-lines.js';
import { ordinaryLine } from './ordinary-lines.js';
import { sourceColumns, UUID_COLUMN } from './source-table.js';

/** Order lines in the shape of ORDERS_UNIFIED; `rows` can be gone through again and again. */
export interface Orders {
  readonly columns: readonly BulkColumn[];
  rows(): Iterable<ArrayRow> | AsyncIterable<ArrayRow>;
}

export interface SampleOptions {
  /** Lines in all; those written out by hand are always among them. */
  lines?: number | undefined;
  seed?: number | undefined;
  /** Size columns of the table. */
  sizes?: number | undefined;
}

export interface SampleOrders extends Orders {
  rows(): Generator<ArrayRow>;
}

/** Invented order lines, the same for the same options. Rows are made one by one: a million need no more memory. */
export function sampleOrders({ lines = 2_000, seed = 1, sizes = 276 }: SampleOptions = {}): SampleOrders {
  const written = [...referenceOrder(), ...oddLines()];
  if (lines < written.length) {
    throw new FixFirstError(
      'FLAG_INVALID',
      `The sample has at least ${written.length} lines, not ${lines}: those it always contains.`,
    );
  }
  const columns = sourceColumns(sizes);
  const layRow = rowLayout(columns);
  return {
    columns,
    *rows() {
      let number = 0;
      for (const line of allLines(written, lines, seed)) {
        yield layRow(line, uuidV5(`sample order line|${seed}|${number}`));
        number += 1;
      }
    },
  };
}

function* allLines(written: readonly SampleLine[], lines: number, seed: number): Generator<SampleLine> {
  yield* written;
  for (const { customer, count } of shares(written, lines)) {
    for (let n = 0; n < count; n += 1) yield ordinaryLine(seed, customer, n);
  }
}

/** How many ordinary lines each customer gets, so that with the written ones the measured shares come out. */
function shares(written: readonly SampleLine[], lines: number): { customer: CustomerProfile; count: number }[] {
  const sum = CUSTOMERS.reduce((total, { weight }) => total + weight, 0);
  const wanted = CUSTOMERS.map((customer) => {
    const have = written.filter((line) => line.values['CUSTOMER NAME'] === customer.source).length;
    return { customer, count: Math.max(0, Math.round((lines * customer.weight) / sum) - have) };
  });
  let rest = lines - written.length - wanted.reduce((total, { count }) => total + count, 0);
  for (const share of wanted) {
    const change = Math.max(-share.count, rest);
    share.count += change;
    rest -= change;
    if (rest === 0) break;
  }
  return wanted;
}

function rowLayout(columns: readonly BulkColumn[]): (line: SampleLine, uuid: string) => ArrayRow {
  const places = new Map(columns.map(({ name }, index) => [name, index]));
  return (line, uuid) => {
    const row: SampleValue[] = new Array<SampleValue>(columns.length).fill(null);
    const set = (name: string, value: SampleValue): void => {
      const place = places.get(name);
      if (place !== undefined) row[place] = value;
    };
    for (const label of line.zeros ?? []) set(label, 0);
    for (const [label, quantity] of line.sizes) set(label, quantity);
    for (const name in line.values) set(name, line.values[name] ?? null);
    set(UUID_COLUMN, uuid);
    return row;
  };
}
