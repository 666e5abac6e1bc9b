import { FixFirstError, TryAgainError } from '../../shared/errors.js';
import type { Names } from '../../shared/lines/names.js';
import { PackedLines } from '../../shared/lines/packed.js';
import { textOf } from '../../shared/mapping/blank.js';
import { resolveCustomer } from '../../shared/mapping/customers.js';
import type { Mapping } from '../../shared/mapping/mapping.js';
import { compileScope } from '../../shared/mapping/scope.js';
import type { ArrayRow } from '../../shared/warehouse/warehouse.js';
import { IN_SCOPE, type SourceLines } from './lines.js';
import type { Source } from './source.js';
import { isUuid, MAX_UNSOUND_SHARE } from './unsound.js';

export interface Scan extends SourceLines {
  readonly rows: number;
  /** The table held as many rows before and after as were read: what is not here is not there. */
  readonly steady: boolean;
  /** Rows whose uuid is missing or malformed. */
  readonly withoutUuid: readonly ArrayRow[];
}

/** Reads every row once and keeps its uuid, hashes, customer and scope. */
export async function scanSource(source: Source, mapping: Mapping, names: Names, signal: AbortSignal): Promise<Scan> {
  const before = await source.count();
  if (before === 0) {
    throw new FixFirstError(
      'The source is empty, which would delete every order on the board. Load it, or correct SOURCE_TABLE, then run again.',
    );
  }
  const packer = new Packer(source, mapping, names, before);
  for await (const chunk of source.scan()) {
    if (signal.aborted) throw new TryAgainError('Stopped while reading the source. Nothing was changed; run again.');
    packer.add(chunk);
  }
  const after = await source.count();
  const { lines, rows, withoutUuid } = packer;
  return { lines, rows, withoutUuid, steady: before === after && rows === after };
}

class Packer {
  readonly #hashers: Source['hashers'];
  readonly #customerAt: number;
  readonly #inScope: (row: ArrayRow) => boolean;
  readonly #mapping: Mapping;
  readonly #names: Names;
  readonly #mostWithoutUuid: number;
  readonly #hashes: Buffer[] = [];
  readonly lines: PackedLines;
  readonly withoutUuid: ArrayRow[] = [];
  rows = 0;

  constructor(source: Source, mapping: Mapping, names: Names, expected: number) {
    this.#hashers = source.hashers;
    this.#customerAt = source.layout.position(mapping.source.customer);
    this.#inScope = compileScope(mapping, source.layout);
    this.#mapping = mapping;
    this.#names = names;
    this.#mostWithoutUuid = Math.ceil(expected * MAX_UNSOUND_SHARE) + 1;
    this.lines = new PackedLines(source.hashers.length, expected);
  }

  add(chunk: readonly ArrayRow[]): void {
    this.rows += chunk.length;
    for (const row of chunk) {
      const uuid = row[0];
      if (typeof uuid === 'string' && isUuid(uuid)) this.#pack(uuid, row);
      // Beyond the share that is accepted the run is refused, so that no more need be held.
      else if (this.withoutUuid.length < this.#mostWithoutUuid) this.withoutUuid.push(row);
    }
  }

  #pack(uuid: string, row: ArrayRow): void {
    for (let which = 0; which < this.#hashers.length; which++) {
      const hash = this.#hashers[which];
      if (hash) this.#hashes[which] = hash(row);
    }
    const customer = resolveCustomer(this.#mapping, textOf(row[this.#customerAt]));
    this.lines.add(uuid, this.#hashes, this.#names.numberOf(customer.name), this.#inScope(row) ? IN_SCOPE : 0);
  }
}
