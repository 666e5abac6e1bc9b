import { compileHasher, compileTextHasher, type Hasher, type TextHasher } from '../../../shared/lines/hash.js';
import type { Names } from '../../../shared/lines/kept.js';
import { type SourceLayout, sourceLayout } from '../../../shared/lines/layout.js';
import type { PackedLines } from '../../../shared/lines/packed.js';
import type { Mapping } from '../../../shared/mapping/mapping.js';
import { countSource, rowsByText, rowsByUuid, type SourceRows, scanText } from '../../../shared/store/source.js';
import type { TextRows } from '../../../shared/warehouse/port/text-rows.js';
import type { ArrayRow, ColumnInfo, Warehouse } from '../../../shared/warehouse/port/warehouse.js';
import type { HashLists } from './hash-lists.js';
import type { KnownLines } from './known-lines.js';

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

/** Rows of ORDERS_UNIFIED: uuid, one hash per hashed column list, customer, scope. */
export interface SourceLines {
  readonly lines: PackedLines;
}

/** What a run compares. Customer numbers of both sides are of the same `names`. */
export interface Sides {
  readonly source: SourceLines;
  readonly known: KnownLines;
  readonly names: Names;
  /** Column lists of other mappings of which the source lacks a column: what was hashed by them compares with nothing. */
  readonly incomplete?: ReadonlySet<number>;
}
