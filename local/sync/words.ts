import { plural } from '../../shared/ground/plural.js';
import type { CarriedBatch } from './batches.js';

/** What reached the board, without what did not happen. */
export function pushedWords({ lines, pushed, refused = 0 }: CarriedBatch, dry: boolean): string {
  if (dry) return `${plural(lines, 'line')} looked at, nothing sent`;
  if (pushed === undefined) return plural(lines, 'line');
  const parts = [
    ...effect('items', pushed.itemsCreated, pushed.itemsUpdated, pushed.itemsArchived),
    ...effect('sizes', pushed.subitemsCreated, pushed.subitemsUpdated, pushed.subitemsArchived),
    ...(refused > 0 ? [`${refused} refused`] : []),
    ...(pushed.pending > 0 ? [`${pushed.pending} pending`] : []),
  ];
  return `${plural(lines, 'line')}; ${parts.length === 0 ? 'the board had it already' : parts.join(', ')}`;
}

function effect(kind: string, created: number, updated: number, archived: number): string[] {
  const counts = Object.entries({ created, updated, archived }).filter(([, count]) => count > 0);
  return counts.map(([what, count]) => `${count} ${kind} ${what}`);
}
