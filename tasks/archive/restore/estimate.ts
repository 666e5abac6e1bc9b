import type { Clock } from '../../../shared/ground/clock.js';
import { parseSizes } from '../../../shared/lines/sizes-text.js';
import { type Cost, costOf } from '../../../shared/monday/forecast.js';
import type { MutationName } from '../../../shared/monday/operations.js';
import { Pace } from '../../../shared/monday/pace.js';
import type { PlannedLine } from './plan.js';

/**
 * What the mutations for these lines will take on the smallest account, counted from values alone. Push asks the board
 * and its own ledger first, in a few requests that are not counted here, and forecasts better.
 */
export function estimateCost(lines: readonly PlannedLine[], clock: Clock): Cost {
  const mutations = new Map<MutationName, number>();
  const add = (operation: MutationName, number: number): void => {
    if (number > 0) mutations.set(operation, (mutations.get(operation) ?? 0) + number);
  };
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
