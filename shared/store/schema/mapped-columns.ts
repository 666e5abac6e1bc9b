import { hashedColumns, type Mapping } from '../../mapping/mapping.js';
import type { MappedColumns } from './tables.js';

const TYPES: Readonly<Record<string, 'decimal' | 'date'>> = { numbers: 'decimal', date: 'date' };

/** The columns that the snapshot, staging and production tables take from a mapping. */
export function mappedColumns(mapping: Mapping): MappedColumns {
  return {
    kept: hashedColumns(mapping),
    board: mapping.item.columns.map(({ title, type }) => ({ title, type: TYPES[type] ?? 'text' })),
  };
}
