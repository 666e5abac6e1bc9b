import type { Entry } from '../../../shared/ledger/entry.js';
import { UNKNOWN_ENTRY } from '../../../shared/ledger/entry.js';
import { subitemKey } from '../../../shared/mapper/sizes.js';
import { type LedgerPlace, placeKey } from '../../../shared/store/ledger-rows.js';
import type { Left, LeftOutReason } from './adoption.js';
import type { StrangeItem } from './items.js';
import type { KeyedLine } from './known-lines.js';
import { pairItems } from './pair.js';

/** An item and the line that it shows, with what the ledger has of both. */
export interface AdoptionPair {
  item: StrangeItem;
  line: KeyedLine;
  places: readonly { place: LedgerPlace; itemId: string; stored: Entry }[];
}

export interface AdoptionInput {
  /** What the ledger has, by `placeKey`. */
  entries: ReadonlyMap<string, Entry>;
  /** Line keys that an active item carries. */
  shownKeys: ReadonlySet<string>;
  /** Ids of the active items. */
  activeIds: ReadonlySet<string>;
  sizes: ReadonlySet<string>;
  /** Whose each order number is, in comparable form. */
  owners: ReadonlyMap<string, string>;
}

/** Which items are which lines, and why the others are left. */
export function planAdoption(
  items: readonly StrangeItem[],
  lines: readonly KeyedLine[],
  circumstances: AdoptionInput,
): { pairs: AdoptionPair[]; left: Left[] } {
  const { owners } = circumstances;
  const pairs: AdoptionPair[] = [];
  const left: Left[] = [];
  const leave = (item: StrangeItem, reason: LeftOutReason, candidates: readonly KeyedLine[]) =>
    left.push({
      itemId: item.id,
      order: item.order,
      customer: owners.get(item.orderMark) ?? null,
      reason,
      lineKeys: candidates.map(({ lineKey }) => lineKey),
    });
  const ordered = items.filter(({ orderMark }) => orderMark !== '');
  for (const item of items.filter(({ orderMark }) => orderMark === '')) leave(item, 'NO_ORDER', []);
  const pairing = pairItems(ordered, lines);
  for (const { item, reason, lines: candidates } of pairing.rest) leave(item, reason, candidates);
  for (const { item, line } of pairing.pairs) {
    const reason = line.problem ?? itemProblem(item, line, circumstances) ?? lineProblem(item, line, circumstances);
    if (reason === undefined) pairs.push({ item, line, places: placesOf(item, line, circumstances.entries) });
    else leave(item, reason, [line]);
  }
  return { pairs, left };
}

/** Sizes are adopted with their item or not at all: one that is left out would be made a second time. */
function itemProblem(item: StrangeItem, line: KeyedLine, { sizes }: AdoptionInput): LeftOutReason | undefined {
  const labels = item.itemSizes.map(({ label }) => label);
  if (labels.some((label) => !sizes.has(label))) return 'SIZE_UNKNOWN';
  if (new Set(labels).size < labels.length) return 'SIZE_REPEATED';
  const taken = item.itemSizes.some(({ key, label }) => key !== '' && key !== subitemKey(line.lineKey, label));
  return taken ? 'SIZE_TAKEN' : undefined;
}

function lineProblem(
  item: StrangeItem,
  line: KeyedLine,
  { entries, shownKeys, activeIds }: AdoptionInput,
): LeftOutReason | undefined {
  if (shownKeys.has(line.lineKey)) return 'LINE_HAS_ITEM';
  const known = entries.get(placeKey({ kind: 'item', key: line.lineKey, size: '' }));
  if (known?.id != null && known.id !== item.id && activeIds.has(known.id)) return 'LINE_HAS_ITEM';
  const open = placesOf(item, line, entries).some(
    ({ stored }) => stored.operation !== null || stored.attempt !== null || stored.unreadAt !== null,
  );
  return open ? 'SEND_OPEN' : undefined;
}

function placesOf(item: StrangeItem, line: KeyedLine, entries: AdoptionInput['entries']): AdoptionPair['places'] {
  const places = [
    { place: { kind: 'item', key: line.lineKey, size: '' } as const, itemId: item.id },
    ...item.itemSizes.map(({ id, label }) => ({
      place: { kind: 'size', key: line.lineKey, size: label } as const,
      itemId: id,
    })),
  ];
  return places.map((each) => ({ ...each, stored: entries.get(placeKey(each.place)) ?? UNKNOWN_ENTRY }));
}
