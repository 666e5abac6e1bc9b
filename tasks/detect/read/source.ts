import { compileHasher, compileTextHasher, type Hasher, type TextHasher } from '../../../shared/lines/hash.js';
import { type SourceLayout, sourceLayout } from '../../../shared/lines/layout.js';
import type { Mapping } from '../../../shared/mapping/mapping.js';
import { countSource, rowsByText, rowsByUuid, type SourceSelection, scanText } from '../../../shared/store/source.js';
import type { TextRows } from '../../../shared/warehouse/port/text-rows.js';
import type { ArrayRow, ColumnInfo, Warehouse } from '../../../shared/warehouse/port/warehouse.js';
import type { HashLists } from './mappings.js';

/** ORDERS_UNIFIED, or the view that stands for it: read, never written. */
export class Source {
  readonly #warehouse: Warehouse;
  readonly #selection: SourceSelection;
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
    this.#selection = { table, live: columns, select: this.layout.select };
    this.hashRow = compileHasher(this.layout, lists[0]);
    this.hashers = lists.map((columns) => compileTextHasher(this.layout, columns));
  }

  count(): Promise<number> {
    return countSource(this.#warehouse, this.#selection.table);
  }

  scan(): AsyncIterable<TextRows> {
    return scanText(this.#warehouse, this.#selection);
  }

  byUuids(uuids: readonly string[]): AsyncIterable<ArrayRow[]> {
    return rowsByUuid(this.#warehouse, { ...this.#selection, uuid: this.layout.uuidColumn }, uuids);
  }

  byTexts(column: string, texts: readonly string[]): AsyncIterable<ArrayRow[]> {
    return rowsByText(this.#warehouse, { ...this.#selection, column }, texts);
  }
}
