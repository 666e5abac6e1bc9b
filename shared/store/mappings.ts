import { z } from 'zod';
import { FixFirstError, messageOf } from '../ground/errors.js';
import type { Queryable } from '../warehouse/port/warehouse.js';
import { blocksOf } from './blocks.js';
import { rowOf } from './rows.js';
import { MAPPINGS } from './schema/run-tables.js';

const blocks = blocksOf('mappings');

/** By mapping version: the columns it hashes. */
export type HashedColumns = ReadonlyMap<string, readonly string[]>;

const versionAndColumns = rowOf(MAPPINGS, ['mapping_version', 'hashed_columns']).transform(
  (row): [string, readonly string[]] => [row.mapping_version, columnList(row.hashed_columns)],
);

const selectHashed = blocks.rows('select-hashed-columns', { versions: 'text[]' }, versionAndColumns);

/**
 * Rule 9: by which columns these mapping versions hash; versions that MON_Mapping does not know are missing.
 * @throws FixFirstError when a row holds no list of names.
 */
export async function readHashedColumns(
  queryable: Queryable,
  versions: readonly string[],
): Promise<Map<string, readonly string[]>> {
  return versions.length === 0 ? new Map() : new Map(await selectHashed(queryable, { versions }));
}

const selectOfSnapshot = blocks.rows('select-snapshot-mappings', {}, versionAndColumns);

/**
 * Rule 9: by which columns the lines of the snapshot were hashed when they were acknowledged.
 * @throws FixFirstError when a row holds no list of names.
 */
export async function hashedColumnsOfSnapshot(queryable: Queryable): Promise<HashedColumns> {
  return new Map(await selectOfSnapshot(queryable, {}));
}

const insert = blocks.touches('insert-mapping', {
  rows: { mapping_version: 'text', hashed_columns: 'text', created_at: 'datetime' },
});

/** Remembers by which columns mapping versions hash; those that are known stay as they are. */
export async function rememberHashedColumns(queryable: Queryable, lists: HashedColumns, now: Date): Promise<void> {
  const rows = [...lists].map(([version, columns]) => ({
    mapping_version: version,
    hashed_columns: JSON.stringify(columns),
    created_at: now,
  }));
  await insert(queryable, { rows });
}

function columnList(text: string): readonly string[] {
  try {
    return z.array(z.string()).parse(JSON.parse(text));
  } catch (error) {
    throw new FixFirstError(
      'SNAPSHOT_DAMAGED',
      `MON_Mapping holds hashed columns that are not a JSON list of names: ${messageOf(error)}.`,
    );
  }
}
