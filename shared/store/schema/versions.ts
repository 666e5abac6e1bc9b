import type { Queryable, Warehouse } from '../../warehouse/port/warehouse.js';
import { blocksOf } from '../blocks.js';
import { rowOf } from '../rows.js';
import { SCHEMA_TABLE } from './own-tables.js';

// MON_Schema: which numbered steps a database has had.

const blocks = blocksOf('schema');

/** A step as a database has it: 1 is the description that it was made from. */
export interface RecordedStep {
  version: number;
  file: string;
  /** Null for the description. */
  checksum: string | null;
}

const selectVersions = blocks.rows('select-versions', {}, rowOf(SCHEMA_TABLE, ['version', 'checksum']), ['checksum']);

/** Checksums by version, null for what an earlier version of this program has recorded; undefined without MON_Schema. */
export async function appliedSteps(warehouse: Warehouse): Promise<Map<number, string | null> | undefined> {
  const names = (await warehouse.columns(SCHEMA_TABLE.name)).map(({ name }) => name);
  if (names.length === 0) return undefined;
  const rows = await selectVersions(warehouse, {}, { checksum: names.includes('checksum') ? '"checksum"' : 'NULL' });
  return new Map(rows.map(({ version, checksum }) => [version, checksum]));
}

const insertVersion = blocks.touches('insert-version', {
  version: 'int',
  script: 'text',
  applied_at: 'text',
  checksum: 'text?',
});

/** Notes that a database has a step, or was made from the description. Safe to repeat. */
export async function recordStep(
  queryable: Queryable,
  { version, file, checksum }: RecordedStep,
  now: Date,
): Promise<void> {
  await insertVersion(queryable, { version, script: file, checksum, applied_at: now.toISOString() });
}
