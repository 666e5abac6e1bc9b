import { z } from 'zod';
import type { ArrayRow, BulkColumn, Queryable, Warehouse } from '../warehouse/port/warehouse.js';
import { blocksOf } from './blocks.js';
import { RESTORED_LINES } from './schema/run-tables.js';
import { bulkColumns } from './schema/tables.js';

const blocks = blocksOf('restored-lines');

const OWN: ReadonlySet<string> = new Set(RESTORED_LINES.columns.map(({ name }) => name));

/** The columns of the table that hold values of lines. */
export async function restoredColumns(warehouse: Warehouse): Promise<string[]> {
  return (await warehouse.columns(RESTORED_LINES.name)).map(({ name }) => name).filter((name) => !OWN.has(name));
}

/** An archived line as a restore puts it down. */
export interface RestoredLine {
  readonly lineKey: string;
  readonly recordUuid: string;
  readonly rowHash: string;
  /** Of the mapping that the values were hashed by. */
  readonly mappingVersion: string;
  readonly sizes: string;
  /** In the order of the columns that are loaded. */
  readonly values: readonly (string | null)[];
}

const LOADED = bulkColumns(RESTORED_LINES, [
  'run_id',
  'line_key',
  'record_uuid',
  'customer',
  'row_hash',
  'mapping_version',
  'sizes',
]);

/** Loads the lines of a restore in bulk, with the values of these columns. */
export async function loadRestoredLines(
  transaction: Queryable,
  { runId, customer, columns }: { runId: string; customer: string; columns: readonly string[] },
  lines: Iterable<RestoredLine>,
): Promise<void> {
  const values = columns.map((name): BulkColumn => ({ name, type: 'text' }));
  await transaction.bulkLoad(RESTORED_LINES.name, [...LOADED, ...values], rows());
  function* rows(): Generator<ArrayRow> {
    for (const { lineKey, recordUuid, rowHash, mappingVersion, sizes, values } of lines)
      yield [runId, lineKey, recordUuid, customer, rowHash, mappingVersion, sizes, ...values];
  }
}

const kinds = blocks.statement('select-restored-kinds', { run_id: 'uuid', customer: 'text' });
const kind = z
  .tuple([z.string().nullable(), z.string()])
  .transform(([sizes, mappingVersion]) => ({ sizes: sizes ?? '', mappingVersion }));

/** What each line of a restore was hashed by, and the sizes that it has, in chunks. */
export async function* restoredKinds(warehouse: Warehouse, { runId, customer }: { runId: string; customer: string }) {
  for await (const chunk of warehouse.stream(kinds(), { run_id: runId, customer }))
    yield chunk.map((row) => kind.parse(row));
}
