import type { Mapping } from '../../../shared/mapping/mapping.js';
import type { BulkColumn } from '../../../shared/warehouse/port/warehouse.js';
import type { SampleOptions, SampleOrders } from '../sample.js';
import { sizeLabels } from '../source-table.js';
import { type MappedTable, mappedTable } from './columns.js';
import { LineWriter } from './line-writer.js';

const LINES = 2_000;
const SIZES: readonly string[] = ['XS', 'S', 'M', 'L', 'XL'];

/** Invented lines of the table that a mapping describes, the same for the same options. */
export function mappedSample(mapping: Mapping, { lines = LINES, seed = 1, sizes }: SampleOptions = {}): SampleOrders {
  const table = mappedTable(mapping);
  const labels = mapping.sizes === undefined ? [] : labelsBeside(table, sizes ?? SIZES.length);
  const columns: BulkColumn[] = [
    ...table.before.map(({ name, type }) => ({ name, type })),
    ...labels.map((name): BulkColumn => ({ name, type: 'int' })),
    ...table.behind.map(({ name, type }) => ({ name, type })),
  ];
  return {
    columns,
    *rows() {
      const writer = new LineWriter(mapping, { table, columns, labels, seed });
      for (let n = 0; n < lines; n += 1) yield writer.next(n);
    },
  };
}

/** So many names of sizes that no other column has. */
function labelsBeside({ before, behind }: MappedTable, count: number): string[] {
  const taken = new Set([...before, ...behind].map(({ name }) => name));
  const names = [...SIZES, ...sizeLabels(count + taken.size).filter((name) => !SIZES.includes(name))];
  return names.filter((name) => !taken.has(name)).slice(0, count);
}
