import { FixFirstError } from '../../../shared/ground/errors.js';
import type { Mapping } from '../../../shared/mapping/mapping.js';
import { hashedColumns } from '../../../shared/mapping/mapping-version.js';
import { hashedColumnsOfSnapshot } from '../../../shared/store/mappings.js';
import type { Warehouse } from '../../../shared/warehouse/port/warehouse.js';
import { MOST_HASHES } from './flags.js';

/** Rule 9: by which columns each line has to be hashed to compare it with its acknowledged state. */
export interface HashLists {
  /** Distinct column lists; the first is that of the mapping in use. */
  readonly lists: readonly (readonly string[])[];
  /** The place in `lists` of a mapping version; undefined for one that is not known. */
  listOf(version: string): number | undefined;
}

/** The column lists of the mapping in use and of every other one under which a line of the snapshot was acknowledged. */
export async function readHashLists(warehouse: Warehouse, mapping: Mapping): Promise<HashLists> {
  const lists: (readonly string[])[] = [hashedColumns(mapping)];
  const places = new Map([[JSON.stringify(lists[0]), 0]]);
  const versions = new Map([[mapping.version, 0]]);
  for (const [version, columns] of await hashedColumnsOfSnapshot(warehouse)) {
    const text = JSON.stringify(columns);
    const place = places.get(text) ?? lists.push(columns) - 1;
    places.set(text, place);
    if (version !== mapping.version) versions.set(version, place);
  }
  if (lists.length > MOST_HASHES)
    throw new FixFirstError(
      'MAPPING_VERSIONS_TOO_MANY',
      'The snapshot holds lines of too many mappings. Run detect --full and let its batches finish.',
    );
  return { lists, listOf: (version) => versions.get(version) };
}
