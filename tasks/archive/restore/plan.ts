import type { Clock } from '../../../shared/ground/clock.js';
import { addCount } from '../../../shared/ground/lists.js';
import { type Difference, differencesOf } from '../../../shared/lines/kept.js';
import { compileValueOf, parseSizes, restoredKept } from '../../../shared/lines/sizes-text.js';
import type { Mapping } from '../../../shared/mapping/mapping.js';
import { hashedColumns } from '../../../shared/mapping/mapping-version.js';
import type { MutationName } from '../../../shared/monday/operations.js';
import { Pace } from '../../../shared/monday/pace.js';
import { type Cost, costOf } from '../../../shared/monday/rate-limits.js';
import type { KnownLine } from '../../../shared/store/snapshot-lines.js';
import type { Change, Reason } from '../../../shared/store/states.js';
import type { ArchivedLine, ArchiveTable } from '../file/archive-table.js';

/** A line that a restore takes back. */
export interface PlannedLine {
  readonly archived: ArchivedLine & { readonly rowHash: string };
  /** The uuid it has now, so that detect finds it in the source afterwards; of a line that is gone, its last one. */
  readonly recordUuid: string;
  readonly change: Extract<Change, 'NEW' | 'CHANGED'>;
  readonly reason: Extract<Reason, 'CONTENT' | 'RETRY'>;
  /** From what the snapshot has to what the board shall have again. */
  readonly differences: readonly Difference[];
}

/** Why a line is left as it is. */
export const LEFT_ALONE = {
  NOT_IN_ARCHIVE: 'came after the archive',
  NOT_ACKNOWLEDGED: 'the archive does not know what the board held of it',
  OTHER_CUSTOMER: 'belongs to another customer now',
  UUID_TAKEN: 'another line has its record_uuid now',
} as const;

export interface LeftAlone {
  readonly lineKey: string;
  readonly why: keyof typeof LEFT_ALONE;
}

export interface RestorePlan {
  readonly lines: readonly PlannedLine[];
  readonly unchanged: number;
  readonly leftAlone: readonly LeftAlone[];
}

export interface PlanInput {
  readonly mapping: Mapping;
  readonly table: ArchiveTable;
  readonly archived: readonly ArchivedLine[];
  readonly known: ReadonlyMap<string, KnownLine>;
}

/** Rule 27: what it takes to bring the board from what the snapshot has back to what the archive has. */
export function planRestore({ mapping, table, archived, known }: PlanInput): RestorePlan {
  const columns = hashedColumns(mapping);
  const [archivedValues, knownValues] = [compileValueOf(table.keptColumns), compileValueOf(columns)];
  const hashedBy = heldColumns(table);
  const lines: PlannedLine[] = [];
  const leftAlone: LeftAlone[] = [];
  let unchanged = 0;
  const { customer } = table;
  for (const line of archived) {
    const now = known.get(line.lineKey);
    const { lineKey, rowHash } = line;
    if (rowHash === null) leftAlone.push({ lineKey, why: 'NOT_ACKNOWLEDGED' });
    else if (now !== undefined && !now.deleted && now.customer !== customer)
      leftAlone.push({ lineKey, why: 'OTHER_CUSTOMER' });
    else {
      const hashed = hashedBy.get(line.mappingVersion) ?? [];
      const content = restoredKept(
        columns,
        { hashed, valueOf: archivedValues(line.values), sizes: line.sizes, withSizes: mapping.sizes !== undefined },
        knownValues(now?.values ?? []),
      );
      const differences = differencesOf(columns, now ?? NOTHING, content);
      const live = now !== undefined && !now.deleted;
      if (live && now.acknowledged && differences.length === 0) unchanged++;
      else
        lines.push({
          archived: { ...line, rowHash },
          recordUuid: now?.recordUuid ?? line.recordUuid,
          change: live ? 'CHANGED' : 'NEW',
          reason: live && !now.acknowledged ? 'RETRY' : 'CONTENT',
          differences,
        });
    }
  }
  const inArchive = new Set(archived.map(({ lineKey }) => lineKey));
  for (const { lineKey, deleted, customer: owner } of known.values())
    if (!deleted && owner === customer && !inArchive.has(lineKey)) leftAlone.push({ lineKey, why: 'NOT_IN_ARCHIVE' });
  return { lines, unchanged, leftAlone };
}

const NOTHING = { values: [], sizes: '' };

/** The columns that the archive holds of a line, by the mapping version under which it was acknowledged. */
export function heldColumns(table: ArchiveTable): Map<string, readonly string[]> {
  const kept = new Set(table.keptColumns);
  return new Map(
    [...table.hashedColumns].map(([version, columns]) => [version, columns.filter((column) => kept.has(column))]),
  );
}

/** Takes lines out of the plan whose uuid another line has, in the snapshot or in the plan: two cannot share one. */
export function withoutTaken(plan: RestorePlan, taken: ReadonlySet<string>): RestorePlan {
  const lines: PlannedLine[] = [];
  const leftAlone = [...plan.leftAlone];
  const given = new Set<string>();
  for (const line of plan.lines) {
    const { lineKey } = line.archived;
    if (taken.has(lineKey) || given.has(line.recordUuid)) leftAlone.push({ lineKey, why: 'UUID_TAKEN' });
    else lines.push(line);
    given.add(line.recordUuid);
  }
  return { ...plan, lines, leftAlone };
}

export function countsOf({ lines, unchanged, leftAlone }: RestorePlan) {
  const created = lines.filter(({ change }) => change === 'NEW').length;
  return { lines: lines.length, new: created, changed: lines.length - created, unchanged, leftAlone: leftAlone.length };
}

/**
 * What the mutations for these lines will take on the smallest account, counted from values alone. Push asks the board
 * and its own ledger first, in a few requests that are not counted here, and forecasts better.
 */
export function estimateCost(lines: readonly PlannedLine[], clock: Clock): Cost {
  const mutations = new Map<MutationName, number>();
  const add = (operation: MutationName, number: number): void => addCount(mutations, operation, number);
  for (const { change, reason, differences, archived } of lines) {
    const sizes = parseSizes(archived.sizes).length;
    if (change === 'NEW') {
      add('createItem', 1);
      add('createSubitem', sizes);
    } else if (reason === 'RETRY') {
      add('changeValues', 1 + sizes);
    } else {
      const changed = differences.filter(({ kind }) => kind === 'size');
      add('changeValues', changed.length < differences.length ? 1 : 0);
      add('changeValues', changed.filter(({ before }) => before !== null).length);
      add('createSubitem', changed.filter(({ before }) => before === null).length);
    }
  }
  return costOf(mutations, new Pace({ clock }));
}
