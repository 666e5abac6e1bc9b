import { differencesOf } from '../../shared/lines/differences.js';
import type { Kept } from '../../shared/lines/kept.js';
import { hashedColumns } from '../../shared/mapping/mapping.js';
import { noteDifferences } from '../../shared/store/changes.js';
import { readKnownValues } from '../../shared/store/snapshot-lines.js';
import type { Queryable } from '../../shared/warehouse/port/warehouse.js';
import type { Reading } from './read-lines.js';
import type { StagedLine } from './staged-rows.js';

const CHUNK = 2_000;

/** Rule 10: notes on the way what each changed line had and will have, for `detect --explain`, where detect has not done so. */
export class DifferencesFinder {
  readonly #reading: Reading;
  readonly #columns: readonly string[];
  readonly #rows: { lineKey: string; differences: string }[] = [];
  #waiting = new Map<string, Kept>();

  constructor(reading: Reading) {
    this.#reading = reading;
    this.#columns = hashedColumns(reading.mapping);
  }

  async *watch(lines: AsyncIterable<StagedLine>): AsyncGenerator<StagedLine> {
    for await (const line of lines) {
      const { change, as, kept } = line;
      if (kept && as === 'CHANGED' && !change.explained) this.#waiting.set(change.lineKey, kept);
      if (this.#waiting.size === CHUNK) await this.#compare();
      yield line;
    }
    await this.#compare();
  }

  /** Call it after the last line, in the transaction that stages them. */
  async record(transaction: Queryable): Promise<void> {
    for (let start = 0; start < this.#rows.length; start += CHUNK)
      await noteDifferences(transaction, this.#reading.batch.runId, this.#rows.slice(start, start + CHUNK));
  }

  async #compare(): Promise<void> {
    const waiting = this.#waiting;
    this.#waiting = new Map();
    for await (const chunk of readKnownValues(this.#reading.warehouse, this.#columns, [...waiting.keys()])) {
      for (const { lineKey, kept: before } of chunk) {
        const after = waiting.get(lineKey);
        if (!after) continue;
        const differences = differencesOf(this.#columns, before, after);
        if (differences.length > 0) this.#rows.push({ lineKey, differences: JSON.stringify(differences) });
      }
    }
  }
}
