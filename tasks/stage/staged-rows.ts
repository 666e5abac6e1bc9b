import type { Kept } from '../../shared/lines/kept.js';
import type { MappedLine } from '../../shared/mapper/map-line.js';
import type { Mapping } from '../../shared/mapping/mapping.js';
import type { LineFailure } from '../../shared/store/failures.js';
import type { StagedChange } from '../../shared/store/lines-of-changes.js';
import type { NewStagedItem, NewStagedSize } from '../../shared/store/staged-load.js';
import type { Change, RowState } from '../../shared/store/states.js';

/** Rule 2: what is staged of one change is what was hashed. `mapped` and `kept` are there when the source has the line. */
export interface StagedLine {
  change: StagedChange;
  as: Change;
  status: RowState;
  error: string | null;
  hash: string;
  mapped?: MappedLine;
  kept?: Kept;
  /** What is wrong with it, warnings included. */
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
    absentColumns: mapped ? columns.filter(({ id }) => !mapped.values.has(id)).map(({ title }) => title) : [],
    absentSizes: mapped?.absentSizes ?? [],
    values: columns.map(({ id }) => mapped?.values.get(id) ?? null),
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
