import { FixFirstError } from '../../../shared/ground/errors.js';
import { type UnknownName, unknownKey } from '../../../shared/mapper/unknown-names.js';
import type { Mapping } from '../../../shared/mapping/mapping.js';
import { hashedColumns } from '../../../shared/mapping/mapping-version.js';
import { hashedColumnsOfSnapshot } from '../../../shared/store/mappings.js';
import type { Warehouse } from '../../../shared/warehouse/port/warehouse.js';
import { MOST_HASHES } from './flags.js';

/** What the number in a line's flags has room for; number 0 is none, the last one all further names. */
const MOST = 16_383;

/** Numbers for the unknown names and words of a scan, from 1. */
export class UnknownNames {
  readonly #numbers = new Map<string, number>();
  readonly #names: UnknownName[] = [];

  numberOf(unknown: UnknownName): number {
    const key = unknownKey(unknown);
    const number = this.#numbers.get(key);
    if (number !== undefined) return number;
    if (this.#names.length === MOST) return MOST;
    this.#numbers.set(key, this.#names.length + 1);
    return this.#names.push(this.#names.length === MOST - 1 ? { customer: 'further names' } : unknown);
  }

  nameOf(number: number): UnknownName {
    return this.#names[number - 1] ?? { customer: '' };
  }
}

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
