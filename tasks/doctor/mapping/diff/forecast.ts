import { roundTo } from '../../../../shared/ground/numbers.js';
import type { MutationName } from '../../../../shared/monday/operations.js';
import type { Pace } from '../../../../shared/monday/pace.js';
import { pushCost, sumOf } from '../../../../shared/monday/push-cost.js';
import type { DiffForecast } from './report.js';
import type { CustomerSends } from './tally.js';

/** What a run with `--full` sends, one push for each customer, if the board shows what the old mapping says. */
export function forecastDiff(
  sends: ReadonlyMap<string, CustomerSends>,
  pace: Pace,
  { dailyCalls, mutationMs }: { dailyCalls: number | undefined; mutationMs: number | undefined },
): DiffForecast {
  const all = [...sends.values()];
  const count = (of: 'items' | 'subitems', operation: MutationName): number =>
    all.reduce((sum, customer) => sum + (customer[of].get(operation) ?? 0), 0);
  const { requests, points, minutes } = sumOf(
    all.map((customer) => pushCost(customer, customer.lines, pace, mutationMs)),
  );
  return {
    lines: all.reduce((sum, { lines }) => sum + lines, 0),
    itemsToCreate: count('items', 'createItem'),
    itemsToUpdate: count('items', 'changeValues'),
    itemsToMove: count('items', 'moveItemToGroup'),
    subitemsToCreate: count('subitems', 'createSubitem'),
    subitemsToUpdate: count('subitems', 'changeValues'),
    requests,
    points,
    minutes: roundTo(minutes, 2),
    ...(dailyCalls === undefined || dailyCalls === 0 ? {} : { dailyShare: roundTo(requests / dailyCalls, 3) }),
  };
}
