import { HASH_BYTES } from '../../../shared/lines/hash.js';
import type { Names } from '../../../shared/lines/names.js';
import { PackedLines } from '../../../shared/lines/packed.js';
import { writeHex } from '../../../shared/lines/uuid-bytes.js';
import { hashedColumns, type Mapping } from '../../../shared/mapping/mapping.js';
import { type KnownValues, knownValues, readKnownValues } from '../../../shared/store/known-values.js';
import {
  loadStatement,
  quoteColumns,
  quoteIdentifier,
  type Statement,
} from '../../../shared/warehouse/port/statements.js';
import { ColumnTexts, type Field, fieldAt, type TextRows } from '../../../shared/warehouse/port/text-rows.js';
import type { Rows, Warehouse } from '../../../shared/warehouse/port/warehouse.js';
import { type KnownLines, MISSED, MISSED_LONG, OTHER_MAPPING, UNACKNOWLEDGED, withHashNumber } from './lines.js';
import type { HashLists } from './mappings.js';

const CHUNK = 5_000;

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

  /** Reads identity and hash of every line. Lines missed before `missedBefore` may be deleted. */
  async read(lists: HashLists, names: Names, missedBefore: Date): Promise<KnownLines> {
    const packer = new KnownPacker(this.#mapping, lists, names);
    const scan = async (which: string): Promise<void> => {
      const statement = loadStatement('snapshot/scan-snapshot').with({ which });
      for await (const rows of this.#warehouse.streamText(statement, { missed_before: missedBefore })) packer.add(rows);
    };
    // Live ones first, so that a uuid is found there before it is found on a tombstone.
    await scan('s."deleted_at" IS NULL');
    const live = packer.lines.size;
    await scan('s."deleted_at" IS NOT NULL');
    return { lines: packer.lines, keys: packer.keys, live };
  }

  valuesOf(lineKeys: readonly string[]): AsyncIterable<KnownValues[]> {
    return readKnownValues(this.#warehouse, this.columns, lineKeys);
  }

  /** Values of the lines that have one of `texts` in `column`. */
  valuesWith(column: string, texts: readonly string[]): AsyncIterable<KnownValues[]> {
    const statement = this.#statement('snapshot/select-snapshot-by-text').with({ column: quoteIdentifier(column) });
    return this.#inChunks(
      statement,
      texts.map((value) => ({ text: value })),
    );
  }

  async *#inChunks(statement: Statement, rows: Rows): AsyncGenerator<KnownValues[]> {
    for (let start = 0; start < rows.length; start += CHUNK) {
      const part = { rows: rows.slice(start, start + CHUNK) };
      for await (const chunk of this.#warehouse.stream(statement, part)) yield chunk.map(knownValues);
    }
  }

  #statement(name: string): Statement {
    return loadStatement(name).with({ columns: quoteColumns(this.columns, 's') });
  }
}

/** Columns of snapshot/scan-snapshot. */
const [UUID, OWN_KEY, HASH, VERSION, CUSTOMER, LONG_AGO] = [0, 1, 2, 3, 4, 5];
const NOWHERE: Field = [0, 0];

/** Packs scanned lines of the snapshot. */
class KnownPacker {
  readonly #mapping: Mapping;
  readonly #lists: HashLists;
  readonly #names: Names;
  readonly #version = new ColumnTexts(VERSION);
  readonly #customer = new ColumnTexts(CUSTOMER);
  readonly #longAgo = new ColumnTexts(LONG_AGO);
  readonly #hash = Buffer.alloc(HASH_BYTES);
  readonly lines = new PackedLines(1);
  readonly keys = new PackedLines(0);

  constructor(mapping: Mapping, lists: HashLists, names: Names) {
    this.#mapping = mapping;
    this.#lists = lists;
    this.#names = names;
  }

  add(rows: TextRows): void {
    for (let row = 0; row < rows.count; row++) {
      const uuid = fieldAt(rows, row, UUID) ?? NOWHERE;
      const version = this.#version.at(rows, row) ?? '';
      const list = this.#readHash(rows, row) ? this.#lists.listOf(version) : undefined;
      let flags = list === undefined ? UNACKNOWLEDGED : withHashNumber(0, list);
      if (version !== this.#mapping.version) flags |= OTHER_MAPPING;
      const longAgo = this.#longAgo.at(rows, row);
      if (longAgo !== null) flags |= longAgo === '1' ? MISSED | MISSED_LONG : MISSED;
      const customer = this.#names.numberOf(this.#customer.at(rows, row) ?? '');
      this.lines.addText(rows.bytes, uuid, [list === undefined ? null : this.#hash], customer, flags);
      this.keys.addText(rows.bytes, fieldAt(rows, row, OWN_KEY) ?? uuid, []);
    }
  }

  #readHash(rows: TextRows, row: number): boolean {
    const field = fieldAt(rows, row, HASH);
    if (field === undefined || field[1] - field[0] !== 2 * HASH_BYTES) return false;
    return writeHex(rows.bytes, field[0], this.#hash, 0, HASH_BYTES);
  }
}
