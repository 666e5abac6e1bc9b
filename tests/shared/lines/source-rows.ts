import { type SourceLayout, sourceLayout } from '../../../shared/lines/layout.js';
import { loadMapping, type Mapping } from '../../../shared/mapping/mapping.js';
import { hashedColumns, identityColumns } from '../../../shared/mapping/mapping-version.js';
import type { ArrayRow, ColumnInfo } from '../../../shared/warehouse/port/warehouse.js';
import { sizesOf } from '../../helpers/sized.js';

export const mapping: Mapping = loadMapping();

/** Integer-like, slashed, bracketed and lower-case names, in an order that no sort gives. */
export const SIZES = ['XS', 'S', 'M', 'L', 'XL', '0', '28', '30/30', '30', '10', '0w', 'ONE SIZE', 'L(10-12)'];

/** Every column the mapping reads and some it does not, with `sizes` between the markers. */
export function sourceColumns(sizes: readonly string[] = SIZES, of: Mapping = mapping): ColumnInfo[] {
  const { after, before, except } = sizesOf(of);
  const others = hashedColumns(of).filter((name) => name !== after && name !== before);
  const quoted = "CUSTOMER''S COLOUR CODE (CUSTOM FIELD) CUSTOMER PROVIDES THIS";
  return [
    ...[...others, quoted, ...of.source.personal, after, ...except].map((name) => ({ name, dataType: 'text' })),
    ...[...sizes, before].map((name) => ({ name, dataType: 'integer' })),
    ...identityColumns(of.source).map((name) => ({ name, dataType: 'uuid' })),
  ];
}

export const layout: SourceLayout = sourceLayout(mapping, sourceColumns());

export type Cells = readonly (readonly [column: string, value: string | number | null])[];

/** A row of `of` with these cells, null elsewhere. */
export function makeRow(cells: Cells, of: SourceLayout = layout): ArrayRow {
  const row = new Array<string | number | null>(of.select.length).fill(null);
  for (const [column, value] of cells) {
    if (of.position(column) < 0) throw new Error(`The layout has no column ${column}`);
    row[of.position(column)] = value;
  }
  return row;
}

/** An order line that is in scope and complete; later cells win. */
export function orderLine(cells: Cells = [], of: SourceLayout = layout): ArrayRow {
  return makeRow(
    [
      ['CUSTOMER NAME', 'GREYSON CLOTHIERS'],
      ['AAG ORDER NUMBER', 'GRE-04755'],
      ['CUSTOMER STYLE', 'MSP26B46'],
      ['CUSTOMER COLOUR DESCRIPTION', 'JET BLACK'],
      ['AAG SEASON', '2025 FALL'],
      ['ORDER TYPE', 'ACTIVE'],
      ['UNIT OF MEASURE', 'PCE'],
      ...cells,
    ],
    of,
  );
}
