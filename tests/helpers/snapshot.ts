import { compileHasher } from '../../shared/lines/hash.js';
import { compileKept } from '../../shared/lines/kept.js';
import { sourceLayout } from '../../shared/lines/layout.js';
import type { BulkColumn, Warehouse } from '../../shared/warehouse/port/warehouse.js';
import { mapping, SOURCE_COLUMNS, type SourceLine } from './warehouse.js';

export interface SnapshotLine {
  source: SourceLine;
  customer?: string;
  lineKey?: string;
  acknowledged?: boolean;
  deleted?: boolean;
}

const layout = sourceLayout(
  mapping,
  SOURCE_COLUMNS.map(({ name, type }) => ({ name, dataType: type })),
);
const keep = compileKept(layout);
const hash = compileHasher(layout);

const COLUMNS: readonly BulkColumn[] = [
  { name: 'line_key', type: 'uuid' },
  { name: 'record_uuid', type: 'uuid' },
  { name: 'row_hash', type: 'text(64)' },
  { name: 'mapping_version', type: 'text(64)' },
  { name: 'customer', type: 'text(255)' },
  { name: 'snapshot_date', type: 'datetime' },
  { name: 'deleted_at', type: 'datetime' },
  { name: 'sizes', type: 'text' },
  ...layout.columns.map((name): BulkColumn => ({ name, type: 'text' })),
];

/** Puts lines into the snapshot as promote leaves them: kept values with their hash, or without one. */
export async function insertSnapshot(warehouse: Warehouse, lines: readonly SnapshotLine[]): Promise<void> {
  const now = '2026-01-05 12:00:00';
  await warehouse.bulkLoad(
    'ORDERS_UNIFIED_SNAPSHOT',
    COLUMNS,
    lines.map(({ source, customer, lineKey, acknowledged, deleted }) => {
      const row = layout.select.map((name) => source[name] ?? null);
      const { values, sizes } = keep(row);
      const uuid = source['record_uuid'] ?? null;
      const rowHash = acknowledged === false ? null : hash(row).toString('hex');
      const at = deleted ? now : null;
      return [lineKey ?? uuid, uuid, rowHash, mapping.version, customer ?? 'GREYSON', now, at, sizes, ...values];
    }),
  );
}
