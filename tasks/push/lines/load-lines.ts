import type { Entry } from '../../../shared/ledger/entry.js';
import { UNKNOWN_ENTRY } from '../../../shared/ledger/entry.js';
import { takeOver } from '../../../shared/ledger/transitions.js';
import type { Mapping } from '../../../shared/mapping/mapping.js';
import type { Ledger } from '../../../shared/store/ledger.js';
import { placeKey } from '../../../shared/store/ledger-rows.js';
import { openStagedItems, type StagedItem, type StagedSize, stagedSizes } from '../../../shared/store/staging.js';
import type { RowState } from '../../../shared/store/states.js';
import type { Queryable } from '../../../shared/warehouse/port/warehouse.js';
import { type Line, newUnit, type Unit } from '../model/unit.js';
import { type DeletePolicy, removedSize, UNREAD_SIZE, wantedItem, wantedSize } from '../model/wanted.js';

export interface LoadOptions {
  batchId: string;
  mapping: Mapping;
  policy: DeletePolicy;
  ledger: Ledger;
  now: Date;
}

export interface LoadedLines {
  lines: Line[];
  /** Sizes that the ledger knows and stage does not: to be staged before anything is sent. */
  further: Unit[];
}

/** Reads the unsettled lines of a batch with what the ledger knows of them. */
export async function loadLines(queryable: Queryable, options: LoadOptions): Promise<LoadedLines> {
  const { batchId, mapping, ledger, now } = options;
  const titles = mapping.item.columns.map(({ title }) => title);
  const items = await openStagedItems(queryable, batchId, titles);
  if (items.length === 0) return { lines: [], further: [] };
  const sizes = await stagedSizes(queryable, batchId);
  const lineKeys = items.map(({ lineKey }) => lineKey);
  // What a killed push has sent is still begun where a dry run reads it, which writes nothing.
  const entries = (await ledger.ofLines(queryable, lineKeys)).map(({ place, entry }) => ({
    place,
    entry: takeOver(entry, now),
  }));
  const known = new Map(entries.map(({ place, entry }) => [placeKey(place), entry]));
  const lines = new Map(items.map((item) => [item.lineKey, loadItem(item, known, options)]));
  for (const size of sizes) loadSize(size, lines, known, options);
  const further = entries.flatMap(({ place, entry }) => {
    const line = place.kind === 'size' ? lines.get(place.key) : undefined;
    if (line === undefined || line.unwanted.kind === 'kept') return [];
    const mayBeThere = entry.id !== null || entry.operation !== null;
    if (!mayBeThere || line.sizes.some((size) => size.place.size === place.size)) return [];
    return [addFurtherSize(line, place.size, { entry })];
  });
  return { lines: [...lines.values()], further };
}

/** Puts a size that is on the board and not staged under its line: it is no longer wanted, or could not be read. */
export function addFurtherSize(line: Line, size: string, known: Parameters<typeof newUnit>[2]): Unit {
  const wanted = line.unread.has(size) ? UNREAD_SIZE : line.unwanted;
  const unit = newUnit({ kind: 'size', key: line.key, size }, wanted, { ...known, item: line.item });
  line.sizes.push(unit);
  return unit;
}

function loadItem(staged: StagedItem, known: ReadonlyMap<string, Entry>, { mapping, policy }: LoadOptions): Line {
  const { lineKey, status, change, cancelled, action, recordUuid, rowHash, mappingVersion } = staged;
  const place = { kind: 'item', key: lineKey, size: '' } as const;
  const item = newUnit(place, wantedItem(mapping, staged, policy), {
    entry: known.get(placeKey(place)) ?? UNKNOWN_ENTRY,
    action,
    // Open through one of its sizes only, the item is still verified and compared again.
    settled: status === 'API_FAILED' ? 'failed' : null,
  });
  return {
    key: lineKey,
    change,
    cancelled,
    // Rule 22: a size that is not ordered any more stays with quantity 0; those of a deleted line follow the policy.
    unwanted: item.wanted.kind === 'present' || policy === 'zero' ? removedSize(mapping) : item.wanted,
    // Whatever it says, a cancelled line wants none.
    unread: new Set(cancelled ? [] : staged.absentSizes),
    recordUuid,
    rowHash,
    mappingVersion,
    item,
    sizes: [],
  };
}

function loadSize(
  { lineKey, size, quantity, status, action }: StagedSize,
  lines: ReadonlyMap<string, Line>,
  known: ReadonlyMap<string, Entry>,
  { mapping }: LoadOptions,
): void {
  const line = lines.get(lineKey);
  if (line === undefined) return;
  const place = { kind: 'size', key: lineKey, size } as const;
  const ordered = quantity > 0 && !line.cancelled && line.item.wanted.kind === 'present';
  const wanted = line.unread.has(size)
    ? UNREAD_SIZE
    : ordered && mapping.subitem !== undefined
      ? wantedSize(mapping.subitem, lineKey, size, quantity)
      : line.unwanted;
  line.sizes.push(
    newUnit(place, wanted, {
      entry: known.get(placeKey(place)) ?? UNKNOWN_ENTRY,
      action,
      settled: settledAs(status),
      item: line.item,
    }),
  );
}

function settledAs(status: RowState): Unit['settled'] {
  if (status === 'API_SUCCESS') return 'landed';
  return status === 'API_FAILED' ? 'failed' : null;
}
