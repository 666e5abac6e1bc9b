import { type KnownValues, knownValues, readKnownValues } from '../../shared/lines/known-values.js';
import type { Names } from '../../shared/lines/names.js';
import { PackedLines } from '../../shared/lines/packed.js';
import { hashedColumns, type Mapping } from '../../shared/mapping/mapping.js';
import { loadStatement, quoteColumns, quoteIdentifier, type Statement } from '../../shared/warehouse/statements.js';
import { textAt } from '../../shared/warehouse/text-rows.js';
import type { Rows, Warehouse } from '../../shared/warehouse/warehouse.js';
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

  /** Reads identity and hash of every line. Lines missed before `missedBefore` may be deleted; about `expected` are there. */
  async read(lists: HashLists, names: Names, missedBefore: Date, expected: number): Promise<KnownLines> {
    const [lines, keys] = [new PackedLines(1, expected), new PackedLines(0, expected)];
    const add = async (which: string): Promise<void> => {
      for await (const rows of this.#warehouse.streamText(loadStatement('detect/scan-snapshot').with({ which }))) {
        for (let row = 0; row < rows.count; row++) {
          const text = (column: number): string => textAt(rows, row, column) ?? '';
          const [uuid, ownKey, hash, version] = [text(0), text(1), text(2), text(3)];
          const list = lists.listOf(version);
          const acknowledged = hash !== '' && list !== undefined;
          let flags = acknowledged ? withHashNumber(0, list) : UNACKNOWLEDGED;
          if (version !== this.#mapping.version) flags |= OTHER_MAPPING;
          lines.add(uuid, [acknowledged ? Buffer.from(hash, 'hex') : null], names.numberOf(text(4)), flags);
          keys.add(ownKey === '' ? uuid : ownKey, []);
        }
      }
    };
    // Live ones first, so that a uuid is found there before it is found on a tombstone.
    await add('s."deleted_at" IS NULL');
    const live = lines.size;
    await add('s."deleted_at" IS NOT NULL');
    await this.#flagMissed(lines, missedBefore);
    return { lines, keys, live };
  }

  async #flagMissed(lines: PackedLines, missedBefore: Date): Promise<void> {
    const statement = loadStatement('detect/select-missed-lines');
    for await (const chunk of this.#warehouse.stream(statement, { missed_before: missedBefore })) {
      for (const [uuid, longAgo] of chunk) {
        const line = lines.find(String(uuid));
        // A customer whose lock is another's may have changed since the scan.
        if (line >= 0) lines.setFlags(line, Number(longAgo) === 1 ? MISSED | MISSED_LONG : MISSED);
      }
    }
  }

  valuesOf(lineKeys: readonly string[]): AsyncIterable<KnownValues[]> {
    return readKnownValues(this.#warehouse, this.columns, lineKeys);
  }

  /** Values of the lines that have one of `texts` in `column`. */
  valuesWith(column: string, texts: readonly string[]): AsyncIterable<KnownValues[]> {
    const statement = this.#statement('detect/select-snapshot-by-text').with({ column: quoteIdentifier(column) });
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
