import { addCount } from '../../../shared/ground/lists.js';
import { roundTo } from '../../../shared/ground/numbers.js';
import { decide } from '../../../shared/ledger/decide.js';
import { underParent } from '../../../shared/ledger/transitions.js';
import type { MutationName } from '../../../shared/monday/operations.js';
import type { Pace } from '../../../shared/monday/pace.js';
import { pushCost } from '../../../shared/monday/push-cost.js';
import type { Cost } from '../../../shared/monday/rate-limits.js';
import type { Line, Unit } from '../model/unit.js';
import { operationOf } from '../model/unit.js';

/** What a push is expected to do and to cost. */
export interface Forecast extends Cost {
  itemsToCreate: number;
  itemsToUpdate: number;
  itemsToArchive: number;
  itemsUnchanged: number;
  subitemsToCreate: number;
  subitemsToUpdate: number;
  subitemsUnchanged: number;
  /** Share of the account's daily calls; absent if their number is unknown. */
  dailyShare?: number;
}

/** A sample of what would change, for a dry run. */
export interface ValueDifference {
  lineKey: string;
  size: string;
  column: string;
  before: string | null;
  after: string | null;
}

interface ForecastInput {
  now: Date;
  settleMs: number;
  pace: Pace;
  dailyCalls: number | undefined;
  /** What a mutation took in the last pushes; undefined before the first. */
  mutationMs?: number | undefined;
  /** How long the reads took that it begins with. */
  readMs?: number;
}

/** Rule 21: counted before the first write, from the ledger and from what the items' look-up has shown; what was read for it counts too. */
export function forecastOf(
  lines: readonly Line[],
  { now, settleMs, pace, dailyCalls, mutationMs, readMs = 0 }: ForecastInput,
): Forecast {
  const counts = { items: tally(), subitems: tally() };
  const fields = { items: new Map<MutationName, number>(), subitems: new Map<MutationName, number>() };
  for (const unit of lines.flatMap((line) => [line.item, ...line.sizes])) {
    if (unit.settled !== null) continue;
    const action = nextAction(unit, now, settleMs);
    const kind = unit.place.kind === 'item' ? 'items' : 'subitems';
    if (action.kind === 'none' || action.kind === 'wait' || action.kind === 'look-up') counts[kind].unchanged += 1;
    else {
      counts[kind][action.kind === 'move' ? 'change' : action.kind] += 1;
      const operation = operationOf({ unit, send: action });
      addCount(fields[kind], operation);
    }
  }
  const { requests, points, minutes } = pushCost(fields, lines.length, pace, mutationMs);
  const cost = {
    requests: pace.totals.requests + requests,
    points,
    minutes: roundTo(minutes + readMs / 60_000, 2),
  };
  return {
    itemsToCreate: counts.items.create,
    itemsToUpdate: counts.items.change,
    itemsToArchive: counts.items.archive,
    itemsUnchanged: counts.items.unchanged,
    subitemsToCreate: counts.subitems.create,
    subitemsToUpdate: counts.subitems.change,
    subitemsUnchanged: counts.subitems.unchanged,
    ...cost,
    ...(dailyCalls === undefined || dailyCalls === 0 ? {} : { dailyShare: roundTo(cost.requests / dailyCalls, 3) }),
  };
}

const tally = () => ({ create: 0, change: 0, archive: 0, unchanged: 0 });

/** Sizes are looked up only when their turn comes; until then the ledger's word is taken. */
function nextAction(unit: Unit, now: Date, settleMs: number) {
  const entry = unit.item === undefined ? unit.entry : underParent(unit.entry, unit.item.entry.id);
  return decide({ ...entry, unreadAt: null }, unit.wanted, { now, settleMs, looked: true });
}

/** The first differences that a push would send. */
export function sampleDifferences(
  lines: readonly Line[],
  now: Date,
  settleMs: number,
  most: number,
): ValueDifference[] {
  const sample: ValueDifference[] = [];
  for (const unit of lines.flatMap((line) => [line.item, ...line.sizes])) {
    if (unit.settled !== null) continue;
    const action = nextAction(unit, now, settleMs);
    if (action.kind !== 'change' && action.kind !== 'move') continue;
    for (const [column, after] of Object.entries(action.values)) {
      if (sample.length >= most) return sample;
      const { key, size } = unit.place;
      sample.push({ lineKey: key, size, column, before: unit.entry.answered[column] ?? null, after });
    }
  }
  return sample;
}
