import { LongStep } from '../../../shared/ground/activity.js';
import type { Clock } from '../../../shared/ground/clock.js';
import { type Log, TryAgainError } from '../../../shared/ground/errors.js';
import { compileCustomer } from '../../../shared/lines/customer.js';
import { HASH_BYTES } from '../../../shared/lines/hash.js';
import type { Names } from '../../../shared/lines/kept.js';
import { compileTextUuid } from '../../../shared/lines/line-uuid.js';
import { PackedLines } from '../../../shared/lines/packed.js';
import { compileScope } from '../../../shared/mapper/scope.js';
import { compileUnknownName } from '../../../shared/mapper/unknown-names.js';
import type { Mapping } from '../../../shared/mapping/mapping.js';
import { customerColumns } from '../../../shared/mapping/mapping-version.js';
import { columnsOfRule } from '../../../shared/mapping/rules.js';
import { arrayRowAt, ColumnTexts, type TextRows } from '../../../shared/warehouse/port/text-rows.js';
import type { ArrayRow } from '../../../shared/warehouse/port/warehouse.js';
import { IN_SCOPE, withUnknownNumber } from './flags.js';
import type { Source, SourceLines } from './source.js';
import { UnknownNames } from './unknown-names.js';
import { isUuidText, MAX_UNSOUND_SHARE } from './unsound.js';

export interface Scan extends SourceLines {
  readonly rows: number;
  /** Rows whose uuid is missing or malformed, as many as are kept. */
  readonly withoutUuid: readonly ArrayRow[];
  /** How many there are. */
  readonly rowsWithoutUuid: number;
  /** Names and words that keep lines out of scope although the mapping does not know them. */
  readonly unknown: UnknownNames;
}

/** The stop signal of a scan, and the receiver of its progress. */
interface Scanning {
  /** How many rows there will be. */
  expected: number;
  signal: AbortSignal;
  clock: Clock;
  log: Log;
  runId: string;
}

/** Reads every row once and keeps its uuid, hashes, customer and scope. */
export async function scanSource(
  source: Source,
  mapping: Mapping,
  names: Names,
  { expected, signal, clock, log, runId }: Scanning,
): Promise<Scan> {
  const packer = new Packer(source, mapping, names, expected);
  const step = new LongStep({
    what: 'Reading the source',
    unit: 'rows',
    total: expected,
    clock,
    log,
    where: { runId },
  });
  try {
    for await (const chunk of source.scan()) {
      if (signal.aborted)
        throw new TryAgainError('STOPPED', 'Stopped while reading the source. Nothing was changed; run again.');
      packer.add(chunk);
      step.advance(chunk.count);
    }
  } finally {
    step.end();
  }
  const { lines, rows, withoutUuid, rowsWithoutUuid, unknown } = packer;
  return { lines, rows, withoutUuid, rowsWithoutUuid, unknown };
}

class Packer {
  readonly #source: Source;
  readonly #names: Names;
  readonly #inScope: (row: ArrayRow) => boolean;
  readonly #unknownName: ReturnType<typeof compileUnknownName>;
  readonly #uuidOf: ReturnType<typeof compileTextUuid>;
  readonly #customerOf: ReturnType<typeof compileCustomer>;
  /** Positions of the columns that scope and customer depend on: only these become strings. */
  readonly #looked: ReadonlyMap<number, ColumnTexts>;
  readonly #seen: (string | null)[] = [];
  readonly #mostWithoutUuid: number;
  readonly #hashes: readonly Buffer[];
  readonly lines: PackedLines;
  readonly withoutUuid: ArrayRow[] = [];
  readonly unknown = new UnknownNames();
  rows = 0;
  rowsWithoutUuid = 0;

  constructor(source: Source, mapping: Mapping, names: Names, expected: number) {
    this.#source = source;
    this.#names = names;
    this.#inScope = compileScope(mapping, source.layout);
    this.#unknownName = compileUnknownName(mapping, source.layout);
    this.#uuidOf = compileTextUuid(source.layout);
    this.#customerOf = compileCustomer(mapping, source.layout);
    const columns = [...customerColumns(mapping.source), ...columnsOfRule(mapping.scope)];
    const places = columns.map((column) => source.layout.position(column));
    this.#looked = new Map(places.map((place) => [place, new ColumnTexts(place)]));
    this.#mostWithoutUuid = Math.ceil(expected * MAX_UNSOUND_SHARE) + 1;
    this.#hashes = source.hashers.map(() => Buffer.alloc(HASH_BYTES));
    this.lines = new PackedLines(source.hashers.length);
  }

  add(rows: TextRows): void {
    this.rows += rows.count;
    for (let row = 0; row < rows.count; row++) {
      if (this.#pack(rows, row)) continue;
      this.rowsWithoutUuid += 1;
      // Beyond the accepted share the run is refused, so that no more need be kept.
      if (this.withoutUuid.length < this.#mostWithoutUuid) this.withoutUuid.push(arrayRowAt(rows, row));
    }
  }

  /** False where the uuid is missing or malformed. */
  #pack(rows: TextRows, row: number): boolean {
    const uuid = this.#uuidOf(rows, row);
    if (uuid === undefined || !isUuidText(uuid.bytes, uuid.field)) return false;
    this.#hashes.forEach((hash, which) => {
      this.#source.hashers[which]?.(rows, row, hash);
    });
    for (const [place, texts] of this.#looked) this.#seen[place] = texts.at(rows, row);
    const flags = this.#inScope(this.#seen) ? IN_SCOPE : this.#outOfScope(this.#seen);
    this.lines.addText(
      uuid.bytes,
      uuid.field,
      this.#hashes,
      this.#names.numberOf(this.#customerOf(this.#seen).name),
      flags,
    );
    return true;
  }

  #outOfScope(row: ArrayRow): number {
    const unknown = this.#unknownName(row);
    return unknown === undefined ? 0 : withUnknownNumber(0, this.unknown.numberOf(unknown));
  }
}
