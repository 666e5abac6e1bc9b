import { compileBusinessKey } from '../../../shared/lines/business-key.js';
import { compileKept } from '../../../shared/lines/kept.js';
import type { PackedLines } from '../../../shared/lines/packed.js';
import type { Mapping } from '../../../shared/mapping/mapping.js';
import type { KnownValues } from '../../../shared/store/snapshot-lines.js';
import { hashNumberOf, NONE, UNACKNOWLEDGED } from '../read/flags.js';
import type { KnownLines } from '../read/known-lines.js';
import type { Snapshot } from '../read/snapshot.js';
import type { Sides, Source } from '../read/source.js';
import { type Leftover, type Matching, pairByKey } from './matching.js';

/** Rule 4, first step: matches lines of equal content, ties by uuid. `gone` are known lines, live or tombstones. */
export function pairByHash(sides: Sides, matching: Matching, gone: Int32Array): void {
  const { known } = sides;
  const source = sides.source.lines;
  for (let which = 0; which < source.hashesPerLine; which++) {
    const hashed = gone.filter((line) => isHashedBy(known, line, which) && matching.sourceOf(line) < 0);
    if (hashed.length === 0) continue;
    const left = sortByHash(known, hashed, 0);
    const right = sortByHash(source, matching.appeared(), which);
    for (let l = 0, r = 0; l < left.length && r < right.length; ) {
      const [knownLine, sourceLine] = [left[l] ?? 0, right[r] ?? 0];
      const order = Buffer.compare(known.hashOf(knownLine), source.hashOf(sourceLine, which));
      if (order === 0) matching.pair(sourceLine, knownLine);
      if (order <= 0) l++;
      if (order >= 0) r++;
    }
  }
}

function isHashedBy(known: KnownLines, line: number, which: number): boolean {
  const flags = known.flagsOf(line);
  return (flags & UNACKNOWLEDGED) === 0 && hashNumberOf(flags) === which;
}

/** Sorts ordinals by hash, then uuid. The first six bytes, as numbers, decide nearly every comparison. */
function sortByHash(lines: PackedLines | KnownLines, ordinals: Int32Array, which: number): Int32Array {
  const beginnings = new Float64Array(lines.size);
  for (const line of ordinals) {
    const hash = lines.hashOf(line, which);
    beginnings[line] = Buffer.from(hash.buffer, hash.byteOffset, 6).readUIntBE(0, 6);
  }
  return ordinals.sort((a, b) => {
    const order = (beginnings[a] ?? 0) - (beginnings[b] ?? 0);
    if (order !== 0) return order;
    const whole = Buffer.compare(lines.hashOf(a, which), lines.hashOf(b, which));
    if (whole !== 0) return whole;
    return lines.uuidOf(a) < lines.uuidOf(b) ? -1 : 1;
  });
}

/**
 * Rule 4: matches vanished lines with new ones; live lines first, then tombstones. Under a mapping without a business key
 * by their content alone.
 */
export async function pairLeftovers(
  sides: Sides,
  matching: Matching,
  source: Source,
  snapshot: Snapshot,
  mapping: Mapping,
): Promise<void> {
  const reader = new LeftoverReader(sides, source, snapshot, mapping);
  for (const gone of [() => matching.unpaired(), () => matching.buried()]) {
    pairByHash(sides, matching, gone());
    if (mapping.source.businessKey.length === 0) continue;
    const [known, appeared] = await reader.read(gone(), matching.appeared());
    for (const [left, right] of pairByKey(snapshot.columns, known, appeared))
      matching.pair(right.ordinal, left.ordinal);
  }
}

/** Reads values of unmatched lines, starting from the shorter side, so that a first load reads almost nothing. */
class LeftoverReader {
  readonly #sides: Sides;
  readonly #source: Source;
  readonly #snapshot: Snapshot;
  readonly #keyColumn: string;
  readonly #keyPlace: number;
  readonly #keyOf: ReturnType<typeof compileBusinessKey>;
  readonly #keptOf: ReturnType<typeof compileKept>;

  constructor(sides: Sides, source: Source, snapshot: Snapshot, mapping: Mapping) {
    this.#sides = sides;
    this.#source = source;
    this.#snapshot = snapshot;
    this.#keyColumn = mapping.source.businessKey[0] ?? mapping.source.orderNumber;
    this.#keyPlace = snapshot.columns.indexOf(this.#keyColumn);
    this.#keyOf = compileBusinessKey(mapping, snapshot.columns);
    this.#keptOf = compileKept(source.layout, snapshot.columns);
  }

  async read(gone: Int32Array, appeared: Int32Array): Promise<[known: Leftover[], source: Leftover[]]> {
    if (gone.length === 0 || appeared.length === 0) return [[], []];
    const { known, source } = this.#sides;
    if (gone.length <= appeared.length) {
      const lineKeys = Array.from(gone, (line) => known.keyOf(line));
      const left = await this.#collectKnown(this.#snapshot.valuesOf(lineKeys), gone);
      const right = await this.#collectSource(this.#source.byTexts(this.#keyColumn, this.#texts(left)), appeared);
      return [left, right];
    }
    const uuids = Array.from(appeared, (line) => source.lines.uuidOf(line));
    const right = await this.#collectSource(this.#source.byUuids(uuids), appeared);
    const left = await this.#collectKnown(this.#snapshot.valuesWith(this.#keyColumn, this.#texts(right)), gone);
    return [left, right];
  }

  #texts(lines: readonly Leftover[]): string[] {
    return [...new Set(lines.map(({ kept }) => kept.values[this.#keyPlace] ?? ''))];
  }

  async #collectKnown(chunks: AsyncIterable<KnownValues[]>, wanted: Int32Array): Promise<Leftover[]> {
    const { known } = this.#sides;
    const open = new Set(wanted);
    const found: Leftover[] = [];
    for await (const chunk of chunks) {
      for (const { lineKey, kept } of chunk) {
        const ordinal = known.findKey(lineKey);
        const key = this.#keyOf(kept.values);
        if (key === undefined || !open.has(ordinal)) continue;
        found.push({ ordinal, uuid: lineKey, hash: hex(known.hashOf(ordinal)), key, kept });
      }
    }
    return found;
  }

  async #collectSource(
    chunks: AsyncIterable<(readonly (string | number | null)[])[]>,
    wanted: Int32Array,
  ): Promise<Leftover[]> {
    const { lines } = this.#sides.source;
    const open = new Set(wanted);
    const found: Leftover[] = [];
    for await (const chunk of chunks) {
      for (const row of chunk) {
        const uuid = String(row[0] ?? '').toLowerCase();
        const ordinal = lines.find(uuid);
        if (ordinal === NONE || !open.has(ordinal)) continue;
        const kept = this.#keptOf(row);
        const key = this.#keyOf(kept.values);
        if (key !== undefined) found.push({ ordinal, uuid, hash: hex(lines.hashOf(ordinal)), key, kept });
      }
    }
    return found;
  }
}

function hex(hash: Uint8Array): string {
  return Buffer.from(hash.buffer, hash.byteOffset, hash.length).toString('hex');
}
