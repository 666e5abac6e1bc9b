import { FixFirstError } from '../../../shared/ground/errors.js';
import { writeHex } from '../../../shared/lines/business-key.js';
import { HASH_BYTES } from '../../../shared/lines/hash.js';
import type { Names } from '../../../shared/lines/kept.js';
import type { PackedLines } from '../../../shared/lines/packed.js';
import type { Mapping } from '../../../shared/mapping/mapping.js';
import { hashedColumns } from '../../../shared/mapping/mapping-version.js';
import {
  type KnownValues,
  readKnownValues,
  readValuesWith,
  SCANNED,
  scanSnapshot,
  vanishedSizes,
} from '../../../shared/store/snapshot-lines.js';
import { ColumnTexts, type Field, fieldAt, type TextRows } from '../../../shared/warehouse/port/text-rows.js';
import type { Warehouse } from '../../../shared/warehouse/port/warehouse.js';
import { MISSED, MISSED_LONG, OTHER_MAPPING, UNACKNOWLEDGED, withHashNumber } from './flags.js';
import type { HashLists } from './hash-lists.js';
import { KnownLines, type ScannedLine } from './known-lines.js';

/** The last acknowledged state of every line: ORDERS_UNIFIED_SNAPSHOT. */
export class Snapshot {
  readonly #warehouse: Warehouse;
  readonly #mapping: Mapping;
  /** Names of the kept values, in their order. */
  readonly columns: readonly string[];

  constructor(warehouse: Warehouse, mapping: Mapping) {
    this.#warehouse = warehouse;
    this.#mapping = mapping;
    this.columns = hashedColumns(mapping);
  }

  /** Reads identity and hash of every line, beside the lines of the source. Those missed before `missedBefore` may be deleted. */
  async read(source: PackedLines, lists: HashLists, names: Names, missedBefore: Date): Promise<KnownLines> {
    const known = new KnownLines(source);
    const reader = new LineReader(this.#mapping, lists, names);
    for await (const rows of scanSnapshot(this.#warehouse, 'live', missedBefore))
      for (let row = 0; row < rows.count; row++) known.addLive(reader.read(rows, row));
    for await (const rows of scanSnapshot(this.#warehouse, 'tombstones', missedBefore))
      for (let row = 0; row < rows.count; row++) known.addTombstone(reader.read(rows, row));
    return known;
  }

  valuesOf(lineKeys: readonly string[]): AsyncIterable<KnownValues[]> {
    return readKnownValues(this.#warehouse, this.columns, lineKeys);
  }

  /** Values of the lines that have one of `texts` in `column`. */
  valuesWith(column: string, texts: readonly string[]): AsyncIterable<KnownValues[]> {
    return readValuesWith(this.#warehouse, this.columns, { column, texts });
  }
}

const NOWHERE: Field = [0, 0];

/** Reads scanned lines of the snapshot; one is valid until the next is read. */
class LineReader {
  readonly #mapping: Mapping;
  readonly #lists: HashLists;
  readonly #names: Names;
  readonly #version = new ColumnTexts(SCANNED.version);
  readonly #customer = new ColumnTexts(SCANNED.customer);
  readonly #longAgo = new ColumnTexts(SCANNED.longAgo);
  readonly #hash = Buffer.alloc(HASH_BYTES);

  constructor(mapping: Mapping, lists: HashLists, names: Names) {
    this.#mapping = mapping;
    this.#lists = lists;
    this.#names = names;
  }

  read(rows: TextRows, row: number): ScannedLine {
    const version = this.#version.at(rows, row) ?? '';
    const list = this.#readHash(rows, row) ? this.#lists.listOf(version) : undefined;
    let flags = list === undefined ? UNACKNOWLEDGED : withHashNumber(0, list);
    if (version !== this.#mapping.version) flags |= OTHER_MAPPING;
    const longAgo = this.#longAgo.at(rows, row);
    if (longAgo !== null) flags |= longAgo === '1' ? MISSED | MISSED_LONG : MISSED;
    return {
      bytes: rows.bytes,
      uuid: fieldAt(rows, row, SCANNED.uuid) ?? NOWHERE,
      ownKey: fieldAt(rows, row, SCANNED.ownKey),
      hash: list === undefined ? null : this.#hash,
      customer: this.#names.numberOf(this.#customer.at(rows, row) ?? ''),
      flags,
    };
  }

  #readHash(rows: TextRows, row: number): boolean {
    const field = fieldAt(rows, row, SCANNED.hash);
    if (field === undefined || field[1] - field[0] !== 2 * HASH_BYTES) return false;
    return writeHex(rows.bytes, field[0], this.#hash, 0, HASH_BYTES);
  }
}

/**
 * Rule 7: a size column that is gone would set its size to zero on every line that has it.
 * @throws FixFirstError when lines of the snapshot carry such a size.
 */
export async function refuseVanishedSizes(
  warehouse: Warehouse,
  { sizes }: Mapping,
  labels: readonly string[],
): Promise<void> {
  const carried = await vanishedSizes(warehouse, labels);
  if (carried.length === 0) return;
  const names = carried.map((label) => `"${label}"`).join(', ');
  if (sizes === undefined)
    throw new FixFirstError(
      'SIZE_COLUMN_GONE',
      `The mapping no longer has sizes, and lines on the board carry ${names}. Put sizes and subitem back into the mapping; if they are gone for good, run detect with --allow-large-change, and what the board shows of them stays as it is.`,
    );
  throw new FixFirstError(
    'SIZE_COLUMN_GONE',
    `The source no longer has the size columns ${names}, which lines on the board carry. Put them back; if they are gone for good, run detect with --allow-large-change, which sets them to 0 on the board.`,
  );
}
