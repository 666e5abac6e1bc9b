import { type Entry, GROUP, NAME, SHOWN_NAME } from '../../../shared/ledger/entry.js';
import { isOfOther } from '../../../shared/mapper/other-pipelines.js';
import { sameValue } from '../../../shared/mapper/read-back.js';
import { subitemKey } from '../../../shared/mapper/sizes.js';
import type { UnreadItem } from '../../../shared/monday/board.js';
import type { BoardItem } from '../../../shared/monday/board-replies.js';
import type { LedgerPlace } from '../../../shared/store/ledger-rows.js';
import type { LiveColumn } from '../model/board-state.js';

/**
 * - missing: the ledger has it, the board does not show it.
 * - surplus: a second copy that one of our own sends may have made.
 * - differing: the board shows another value in a column whose last send was never answered.
 * - edited: the board shows another value than was answered: changed by hand.
 * - unread: the board refuses to return it; nothing is concluded from it.
 * - foreign: it carries our key, or none, and no send of ours can have created it.
 */
export const FINDING_KINDS = ['missing', 'surplus', 'differing', 'edited', 'foreign', 'unread'] as const;
export type FindingKind = (typeof FINDING_KINDS)[number];

export interface AuditFinding {
  kind: FindingKind;
  place: LedgerPlace | null;
  itemId: string | null;
  columns: readonly { column: string; ledger: string | null; board: string | null }[];
}

export function countFindings(findings: readonly AuditFinding[]): Record<FindingKind, number> {
  const counts = { missing: 0, surplus: 0, differing: 0, edited: 0, foreign: 0, unread: 0 };
  for (const { kind } of findings) counts[kind] += 1;
  return counts;
}

export interface AuditedEntry {
  place: LedgerPlace;
  entry: Entry;
}

/** What the board shows of one kind, items or sizes. */
export interface ShownBoard {
  items: readonly BoardItem[];
  unread: readonly UnreadItem[];
  columns: ReadonlyMap<string, LiveColumn>;
  /** The key column, and those of other pipelines. */
  key: { id: string; others: readonly string[] };
}

/** The text of the key column. */
export function keyOf({ key, size }: LedgerPlace): string {
  return size === '' ? key : subitemKey(key, size);
}

/** Compares the ledger with what the board shows; which copies are surplus, the suspects' audit tells. */
export function compare(
  entries: readonly AuditedEntry[],
  shown: ShownBoard,
  surplus: ReadonlySet<string>,
): AuditFinding[] {
  const byKey = new Map(entries.map((audited) => [keyOf(audited.place), audited]));
  const byId = new Map(shown.items.map((item) => [item.id, item]));
  const unread = new Set(shown.unread.map(({ id }) => id));
  const findings: AuditFinding[] = [];
  for (const { place, entry } of entries) {
    if (entry.id === null) continue;
    const item = byId.get(entry.id);
    const absent = unread.has(entry.id) ? 'unread' : 'missing';
    if (item === undefined) findings.push({ kind: absent, place, itemId: entry.id, columns: [] });
    else findings.push(...changed(place, entry, item, shown));
  }
  const recorded = new Set(entries.map(({ entry }) => entry.id));
  for (const item of shown.items) {
    // Ours by its id, whatever key stands in it by now.
    if (recorded.has(item.id) || isOfOther(shown.key, item)) continue;
    const known = byKey.get(item.values.get(shown.key.id)?.text ?? '');
    const kind = surplus.has(item.id) ? 'surplus' : 'foreign';
    findings.push({ kind, place: known?.place ?? null, itemId: item.id, columns: [] });
  }
  const strangers = [...unread].filter((id) => !recorded.has(id));
  return [
    ...findings,
    ...strangers.map((itemId): AuditFinding => ({ kind: 'unread', place: null, itemId, columns: [] })),
  ];
}

function changed(place: LedgerPlace, entry: Entry, item: BoardItem, { columns }: ShownBoard): AuditFinding[] {
  const kinds = { differing: [] as AuditFinding['columns'][number][], edited: [] as AuditFinding['columns'][number][] };
  for (const [column, ledger] of Object.entries(entry.answered)) {
    const live = columns.get(column);
    if (column === GROUP || (live === undefined && column !== NAME)) continue;
    const board = column === NAME ? item.name : (item.values.get(column)?.text ?? null);
    const same =
      live === undefined
        ? board === ledger || board === entry.answered[SHOWN_NAME]
        : sameValue(live.type, ledger, item.values.get(column), live.shown);
    if (!same) kinds[entry.since.includes(column) ? 'differing' : 'edited'].push({ column, ledger, board });
  }
  return (['differing', 'edited'] as const)
    .filter((kind) => kinds[kind].length > 0)
    .map((kind) => ({ kind, place, itemId: item.id, columns: kinds[kind] }));
}
