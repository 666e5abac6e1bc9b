import { type Entry, SHOWN_NAME } from '../../../shared/ledger/entry.js';
import type { Mapping } from '../../../shared/mapping/mapping.js';
import type { BoardItem } from '../../../shared/monday/board-replies.js';
import type { Suspect } from '../../../shared/store/ledger.js';
import type { LedgerKind } from '../../../shared/store/states.js';
import { byKey } from '../lines/look-up.js';
import { type AuditedEntry, keyOf } from './findings.js';

/** Rule 19: the board's verdict on a suspect. */
export type SuspectVerdict =
  /** Not certain yet: the board does not show what the ledger has, or the line's next push takes on what it shows. */
  | { kind: 'open' }
  /** No send of ours has left a copy. */
  | { kind: 'cleared' }
  /** These were created by sends of ours, and nothing is lost with them. */
  | { kind: 'surplus'; ids: readonly string[] }
  /** One that may be ours carries what nobody else has, or cannot be told from one made by hand. */
  | { kind: 'unaccounted'; ids: readonly string[] };

/**
 * From when on a suspect can be judged: once more the time in which an unread request lands, counted from its latest
 * send, so that the board shows whatever came before that one.
 */
export function dueAt({ suspicion, sentAt, unreadAt }: Entry, settleMs: number): number {
  const times = [suspicion?.until, sentAt, unreadAt].map((time) => time?.getTime() ?? 0);
  return Math.max(...times) + settleMs;
}

/** What is active on the board, as far as it was read. */
export interface Sight {
  mapping: Mapping;
  /** The ledger of the suspects' lines. */
  entries: readonly AuditedEntry[];
  items: readonly BoardItem[];
  subitemsOf(itemId: string): readonly BoardItem[];
  groupTitles: ReadonlyMap<string, string>;
}

export interface JudgedSuspect {
  suspect: Suspect;
  judgement: SuspectVerdict;
}

export function judgeSuspects(suspects: readonly Suspect[], sight: Sight): JudgedSuspect[] {
  const { mapping, entries, items, subitemsOf, groupTitles } = sight;
  const itemOf = new Map(entries.filter(ofKind('item')).map(({ place, entry }) => [place.key, entry]));
  const shownItems = byKey(items, mapping.item.key.id);
  const isAccountedFor = accountant(mapping, entries, subitemsOf);
  return suspects.map((suspect) => {
    const { place } = suspect;
    if (place.kind === 'item') {
      const shown = shownItems.get(place.key) ?? [];
      return { suspect, judgement: judge(suspect, shown, isAccountedFor) };
    }
    if (place.kind === 'group') return { suspect, judgement: judgeGroup(suspect, groupTitles) };
    if (mapping.subitem === undefined) return { suspect, judgement: { kind: 'open' } };
    const keyColumn = mapping.subitem.key.id;
    // Sizes of a line are under its item; sizes elsewhere are archived with the copy above them.
    const parent = itemOf.get(place.key)?.id ?? null;
    const shown = parent === null ? [] : subitemsOf(parent);
    const same = shown.filter(({ values }) => values.get(keyColumn)?.text === keyOf(place));
    return { suspect, judgement: judge(suspect, same, () => true) };
  });
}

export const ofKind =
  (kind: LedgerKind) =>
  ({ place }: AuditedEntry): boolean =>
    place.kind === kind;

/** `shown`: what is active on the board under the suspect's key. `isAccountedFor`: nothing is lost with this copy. */
function judge(
  { entry, gone }: Suspect,
  shown: readonly BoardItem[],
  isAccountedFor: (copy: BoardItem) => boolean,
): SuspectVerdict {
  if (entry.id !== null && !shown.some(({ id }) => id === entry.id)) return { kind: 'open' };
  const copies = shown.filter((item) => item.id !== entry.id && isOurCopy(entry, item));
  if (copies.length === 0) {
    // The clocks of board and ledger are not one: near the time of our send, a copy cannot be told from a planner's.
    const near = shown.filter((item) => item.id !== entry.id && isOurCopy(entry, item, CLOCKS_APART_MS));
    return near.length === 0 ? { kind: 'cleared' } : { kind: 'unaccounted', ids: near.map(({ id }) => id) };
  }
  if (entry.id === null && !gone) return { kind: 'open' };
  const ids = copies.map(({ id }) => id);
  return { kind: copies.every(isAccountedFor) ? 'surplus' : 'unaccounted', ids };
}

/**
 * Groups have no time of creation: which of two is ours cannot be told. The recorded one may have another title by now,
 * which a planner gave it; copies of ours have the one that was sent.
 */
function judgeGroup({ place, entry }: Suspect, groupTitles: ReadonlyMap<string, string>): SuspectVerdict {
  if (entry.id !== null && !groupTitles.has(entry.id)) return { kind: 'open' };
  const titles = [place.key, entry.answered[SHOWN_NAME]];
  const ids = [...groupTitles].filter(([id, title]) => id !== entry.id && titles.includes(title)).map(([id]) => id);
  // Without a recorded one, the next push takes on the only one of its title.
  if (ids.length <= (entry.id === null ? 1 : 0)) return { kind: 'cleared' };
  return { kind: 'unaccounted', ids };
}

/** A planner's Duplicate copies our key too: only what came into being inside one of our sends is ours. */
export function isOurCopy({ suspicion, operation }: Entry, { createdAt }: BoardItem, apartMs = 0): boolean {
  if (suspicion === null || operation !== null || createdAt === undefined) return false;
  const at = createdAt.getTime();
  return wholeSeconds(suspicion.since) - apartMs <= at && at <= suspicion.until.getTime() + apartMs;
}

/** So far the board's clock may be from that of the ledger. */
const CLOCKS_APART_MS = 60_000;

/** The board returns times of creation in whole seconds. */
const wholeSeconds = (time: Date): number => Math.floor(time.getTime() / 1_000) * 1_000;

/**
 * A copy is archived with its subitems: each of them has to be a size that the ledger has elsewhere, so that no size
 * that counts is lost, nor one that a planner has added.
 */
export function accountant(
  mapping: Mapping,
  entries: readonly AuditedEntry[],
  subitemsOf: (itemId: string) => readonly BoardItem[],
): (copy: BoardItem) => boolean {
  const sizes = entries.filter(ofKind('size'));
  const known = new Map(sizes.map(({ place, entry }) => [keyOf(place), entry.id]));
  return (copy) =>
    subitemsOf(copy.id).every(({ id, values }) => {
      const elsewhere = known.get(values.get(mapping.subitem?.key.id ?? '')?.text ?? '') ?? null;
      return elsewhere !== null && elsewhere !== id;
    });
}
