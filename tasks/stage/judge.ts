import { chunks } from '../../shared/ground/lists.js';
import { differencesOf, type Kept } from '../../shared/lines/kept.js';
import { hashedColumns } from '../../shared/mapping/mapping-version.js';
import { noteDifferences } from '../../shared/store/changes.js';
import type { StagedChange } from '../../shared/store/lines-of-changes.js';
import { readKnownValues } from '../../shared/store/snapshot-lines.js';
import type { Change } from '../../shared/store/states.js';
import type { Queryable } from '../../shared/warehouse/port/warehouse.js';
import type { StagedLine } from './load-lines.js';
import type { Reading } from './read-lines.js';

/** What the source shows of a change's line when stage reads it. */
export interface FoundLine {
  customer: string;
  inScope: boolean;
  /** Hash of its content now, by the mapping in use. */
  hash: string;
}

/** A change that still holds, maybe as another one than detect found; or why it no longer does. */
export type ChangeJudgement = { change: Change } | { obsolete: string };

/**
 * Rule 13: whether a change still holds. `found` is the line as the source has it now, undefined when it is not there;
 * `returned` tells that a deleted line's business key is back under a new uuid.
 */
export function judge(
  change: StagedChange,
  found: FoundLine | undefined,
  context: { customer: string; mappingVersion: string; returned: boolean },
): ChangeJudgement {
  if (change.change === 'DELETED') {
    if (found) return { obsolete: 'the line is back in the source' };
    if (context.returned) return { obsolete: 'its business key is back under another record_uuid' };
    return { change: 'DELETED' };
  }
  if (!found) return { obsolete: 'the line has left the source since it was detected' };
  if (change.taken) return { obsolete: 'another live line has its record_uuid' };
  if (found.customer !== context.customer) return { obsolete: `the line has moved to ${found.customer}` };
  if (!found.inScope) return { obsolete: 'the line has left scope' };
  return judgeContent(change, found, context.mappingVersion);
}

function judgeContent(change: StagedChange, found: FoundLine, mappingVersion: string): ChangeJudgement {
  const asAcknowledged =
    change.acknowledgedHash !== null &&
    change.acknowledgedMapping === mappingVersion &&
    change.acknowledgedHash === found.hash;
  if (change.change === 'REKEYED') return { change: found.hash === change.foundHash ? 'REKEYED' : 'CHANGED' };
  if (!asAcknowledged || change.reason !== 'CONTENT') return { change: change.change };
  return change.oldUuid === null ? { obsolete: 'its content is back to what the board has' } : { change: 'REKEYED' };
}

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

  /** Passes chunks of lines on. */
  async *watch(chunks: AsyncIterable<readonly StagedLine[]>): AsyncGenerator<readonly StagedLine[]> {
    for await (const lines of chunks) {
      for (const { change, as, kept } of lines)
        if (kept && as === 'CHANGED' && !change.explained) this.#waiting.set(change.lineKey, kept);
      if (this.#waiting.size >= CHUNK) await this.#compare();
      yield lines;
    }
    await this.#compare();
  }

  /** Call it after the last line, in the transaction that stages them. */
  async record(transaction: Queryable): Promise<void> {
    for (const rows of chunks(this.#rows, CHUNK)) await noteDifferences(transaction, this.#reading.batch.runId, rows);
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
