import type { ColumnType, Mapping } from '../../mapping/mapping.js';
import { hashedColumns } from '../../mapping/mapping-version.js';
import type { MappedColumns } from './tables.js';

/** Of columns that are not kept as text. */
const TYPES: Partial<Record<ColumnType, MappedColumns['board'][number]['type']>> = {
  numbers: 'decimal',
  date: 'date',
  rating: 'int',
};

/** The columns that the snapshot, staging and production tables take from a mapping. */
export function mappedColumns(mapping: Mapping): MappedColumns {
  return {
    kept: hashedColumns(mapping),
    board: mapping.item.columns.map(({ title, type }) => ({ title, type: TYPES[type] ?? 'text' })),
  };
}
