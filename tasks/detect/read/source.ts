import { compileHasher, compileTextHasher, type Hasher, type TextHasher } from '../../../shared/lines/hash.js';
import type { Names } from '../../../shared/lines/kept.js';
import { type SourceLayout, sourceLayout } from '../../../shared/lines/layout.js';
import type { PackedLines } from '../../../shared/lines/packed.js';
import type { Mapping } from '../../../shared/mapping/mapping.js';
import { countSource, rowsByText, rowsByUuid, type SourceRows, scanText } from '../../../shared/store/source.js';
import type { TextRows } from '../../../shared/warehouse/port/text-rows.js';
import type { ArrayRow, ColumnInfo, Warehouse } from '../../../shared/warehouse/port/warehouse.js';
import type { HashLists } from './unknown-names.js';

/** ORDERS_UNIFIED, or the view in its place: read, never written. */
export class Source {
  readonly #warehouse: Warehouse;
  readonly #rows: SourceRows;
  readonly layout: SourceLayout;
  /** Hashes a row by the columns of the mapping in use. */
  readonly hashRow: Hasher<ArrayRow>;
  /** Hashers of a scanned row, one per column list. */
  readonly hashers: readonly TextHasher[];

  /** @throws FixFirstError when the table lacks a column that the mapping needs. */
  constructor(
    warehouse: Warehouse,
    table: string,
    columns: readonly ColumnInfo[],
    mapping: Mapping,
    { lists }: HashLists,
  ) {
    this.#warehouse = warehouse;
    this.layout = sourceLayout(mapping, columns, lists.slice(1).flat());
    this.#rows = { table, live: columns, layout: this.layout };
    this.hashRow = compileHasher(this.layout, lists[0]);
    this.hashers = lists.map((columns) => compileTextHasher(this.layout, columns));
  }

  count(): Promise<number> {
    return countSource(this.#warehouse, this.#rows.table);
  }

  scan(): AsyncIterable<TextRows> {
    return scanText(this.#warehouse, this.#rows);
  }

  byUuids(uuids: readonly string[]): AsyncIterable<ArrayRow[]> {
    return rowsByUuid(this.#warehouse, this.#rows, uuids);
  }

  byTexts(column: string, texts: readonly string[]): AsyncIterable<ArrayRow[]> {
    return rowsByText(this.#warehouse, { ...this.#rows, column }, texts);
  }
}

/** Flag of a source line: the mapping's scope rule holds for it. */
export const IN_SCOPE = 1;
/** The number of the unknown name or word that keeps a source line out of scope; the bits above it. */
const UNKNOWN_SHIFT = 1;

/** Flags of a known line. */
export const UNACKNOWLEDGED = 1;
/** An earlier run missed the line. */
export const MISSED = 2;
/** An earlier run missed the line long enough ago. */
export const MISSED_LONG = 4;
/** Must not be touched in this run: a row with an unsound uuid may be this line. */
export const FROZEN = 8;
/** Acknowledged under another mapping than the one in use. */
export const OTHER_MAPPING = 16;
/** Which hash of a source line a known line compares with; the bits above it. */
const HASH_SHIFT = 5;
/** Bits 5 to 14. */
export const MOST_HASHES = 1_024;

/** Rows of ORDERS_UNIFIED: uuid, one hash per hashed column list, customer, scope. */
export interface SourceLines {
  readonly lines: PackedLines;
}

/** Lines of the snapshot by their present uuid, live ones first, then tombstones. */
export interface KnownLines {
  readonly lines: PackedLines;
  /** Line keys, under the same ordinals. */
  readonly keys: PackedLines;
  /** The number of live ones; from this ordinal on they are tombstones. */
  readonly live: number;
}

/** What a run compares. Customer numbers of both sides are of the same `names`. */
export interface Sides {
  readonly source: SourceLines;
  readonly known: KnownLines;
  readonly names: Names;
}

export function withUnknownNumber(flags: number, unknown: number): number {
  return flags | (unknown << UNKNOWN_SHIFT);
}

/** 0 for a line in scope, and for one that is out of it by what the mapping says. Bits 1 to 14. */
export function unknownNumberOf(flags: number): number {
  return (flags >> UNKNOWN_SHIFT) & 0x3fff;
}

export function withHashNumber(flags: number, which: number): number {
  return flags | (which << HASH_SHIFT);
}

export function hashNumberOf(flags: number): number {
  return (flags >> HASH_SHIFT) & (MOST_HASHES - 1);
}
