import { z } from 'zod';
import { compileHasher, compileTextHasher, type Hasher, type TextHasher } from '../../shared/lines/hash.js';
import { type SourceLayout, sourceLayout } from '../../shared/lines/layout.js';
import type { Mapping } from '../../shared/mapping/mapping.js';
import {
  loadStatement,
  quoteIdentifier,
  type Statement,
  selectExactly,
} from '../../shared/warehouse/port/statements.js';
import type { TextRows } from '../../shared/warehouse/port/text-rows.js';
import type { ArrayRow, ColumnInfo, Rows, Warehouse } from '../../shared/warehouse/port/warehouse.js';
import type { HashLists } from './mappings.js';

const CHUNK = 5_000;
const countRow = z.object({ rows: z.coerce.number() });

/** ORDERS_UNIFIED, or the view that stands for it: read, never written. */
export class Source {
  readonly #warehouse: Warehouse;
  readonly #table: string;
  readonly #columns: readonly ColumnInfo[];
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
    this.#table = table;
    this.#columns = columns;
    this.layout = sourceLayout(mapping, columns, lists.slice(1).flat());
    this.hashRow = compileHasher(this.layout, lists[0]);
    this.hashers = lists.map((columns) => compileTextHasher(this.layout, columns));
  }

  async count(): Promise<number> {
    const [row] = await this.#warehouse.query(this.#statement('source/count-source'));
    return countRow.parse(row).rows;
  }

  scan(): AsyncIterable<TextRows> {
    return this.#warehouse.streamText(this.#statement('source/scan-source'));
  }

  byUuids(uuids: readonly string[]): AsyncIterable<ArrayRow[]> {
    const rows = uuids.map((uuid) => ({ record_uuid: uuid }));
    return this.#inChunks(this.#statement('source/select-source-by-uuid'), rows);
  }

  byTexts(column: string, texts: readonly string[]): AsyncIterable<ArrayRow[]> {
    const statement = this.#statement('source/select-source-by-text').with({ column: quoteIdentifier(column) });
    return this.#inChunks(
      statement,
      texts.map((text) => ({ text })),
    );
  }

  async *#inChunks(statement: Statement, rows: Rows): AsyncGenerator<ArrayRow[]> {
    for (let start = 0; start < rows.length; start += CHUNK)
      yield* this.#warehouse.stream(statement, { rows: rows.slice(start, start + CHUNK) });
  }

  #statement(name: string): Statement {
    return loadStatement(name).with({
      columns: selectExactly(this.#columns, this.layout.select, 's'),
      table: quoteIdentifier(this.#table),
      uuid: quoteIdentifier(this.layout.uuidColumn),
    });
  }
}
