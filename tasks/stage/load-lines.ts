import type { Kept } from '../../shared/lines/kept.js';
import type { MappedLine } from '../../shared/mapper/map-line.js';
import type { Mapping } from '../../shared/mapping/mapping.js';
import { type FailureOrigin, type LineFailure, recordFailures } from '../../shared/store/failures.js';
import type { StagedChange } from '../../shared/store/lines-of-changes.js';
import type { NewStagedItem, NewStagedSize, StagedLoad } from '../../shared/store/staged-load.js';
import type { Change, RowState } from '../../shared/store/states.js';
import type { Queryable } from '../../shared/warehouse/port/warehouse.js';
import { ReadAhead } from './read-ahead.js';

/** Rule 2: what is staged of one change is what was hashed. `mapped` and `kept` are there when the source has the line. */
export interface StagedLine {
  change: StagedChange;
  as: Change;
  status: RowState;
  error: string | null;
  hash: string;
  mapped?: MappedLine;
  kept?: Kept;
  /** Its faults, warnings included. */
  failures?: readonly LineFailure[];
}

export function stagedItem({ item: { columns } }: Mapping, line: StagedLine): NewStagedItem {
  const { change, mapped } = line;
  return {
    lineKey: change.lineKey,
    status: line.status,
    change: line.as,
    reason: change.reason,
    cancelled: mapped?.cancelled ?? false,
    error: line.error,
    recordUuid: change.recordUuid,
    oldUuid: change.oldUuid,
    rowHash: line.hash,
    group: mapped?.group ?? null,
    title: mapped?.itemName ?? null,
    absentColumns: mapped
      ? columns.filter((_, place) => mapped.values.texts[place] === undefined).map(({ title }) => title)
      : [],
    absentSizes: mapped?.absentSizes ?? [],
    values: columns.map((_, place) => mapped?.values.texts[place] ?? null),
    kept: line.kept ?? null,
  };
}

/** Rule 22: a cancelled line wants no size; those it has on the board go to 0 in push. */
export function stagedSizes({ status, as, change, mapped }: StagedLine): NewStagedSize[] {
  if (status !== 'PENDING' || as === 'REKEYED' || !mapped || mapped.cancelled) return [];
  return mapped.sizes.map(({ label, quantity, ordinal }) => ({
    lineKey: change.lineKey,
    size: label,
    quantity,
    order: ordinal,
  }));
}

/**
 * Lines of one load, or a few more. Their items go to the database as they come; only their subitems, some 2 MB, wait for them. Each load
 * costs SQL Server a twentieth of a second; with 1,000 a stage takes half as long again, and with 8,000 a tenth.
 */
const CHUNK = 5_000;
/**
 * Lines read and mapped while the database checks subitems, some 15 MB; only a few while it takes items, so that it gets
 * work as soon as there is any.
 */
const AHEAD = 4_000;
const FEW = 100;

/** Failures that are recorded at once: more than one statement takes are not kept. */
const FAILURES = 2_000;

/** Where and how lines are loaded. */
export interface Loading {
  transaction: Queryable;
  mapping: Mapping;
  load: StagedLoad;
  /** Who recorded their failures, and when. */
  origin: FailureOrigin;
}

/** What is loaded of some lines. */
interface Loadable {
  /** Lines. */
  size: number;
  items: readonly NewStagedItem[];
  sizes: readonly NewStagedSize[];
  failures: readonly LineFailure[];
}

/** Loads the items, subitems and failures of chunks of lines while more are read. Returns the number of lines. */
export async function loadLines(loading: Loading, chunks: AsyncIterable<readonly StagedLine[]>): Promise<number> {
  const source = new ReadAhead(loadable(loading.mapping, chunks), FEW);
  const failures: LineFailure[] = [];
  try {
    for (let total = 0; ; ) {
      const count = await loadChunk(loading, source, failures);
      total += count;
      const last = count < CHUNK;
      if (last || failures.length >= FAILURES)
        await recordFailures(loading.transaction, failures.splice(0), loading.origin);
      if (last) return total;
    }
  } finally {
    // It is the source's own error that comes here, if any: what ended the load goes before it.
    await source.parts.return(undefined).catch(() => undefined);
  }
}

async function* loadable(mapping: Mapping, chunks: AsyncIterable<readonly StagedLine[]>): AsyncGenerator<Loadable> {
  for await (const lines of chunks)
    yield {
      size: lines.length,
      items: lines.map((line) => stagedItem(mapping, line)),
      sizes: lines.flatMap(stagedSizes),
      failures: lines.flatMap((line) => line.failures ?? []),
    };
}

async function loadChunk(
  { transaction, load }: Loading,
  source: ReadAhead<Loadable>,
  failures: LineFailure[],
): Promise<number> {
  const sizes: NewStagedSize[] = [];
  let count = 0;
  async function* items(): AsyncGenerator<readonly NewStagedItem[]> {
    while (count < CHUNK) {
      const { done, value } = await source.parts.next();
      if (done) return;
      count += value.size;
      sizes.push(...value.sizes);
      failures.push(...value.failures);
      yield value.items;
    }
  }
  // A subitem refers to its item, which goes first.
  await load.items(transaction, items());
  source.limit = AHEAD;
  await load.sizes(transaction, sizes);
  source.limit = FEW;
  return count;
}
