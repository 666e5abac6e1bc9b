import type { Check } from '../finding.js';
import { found } from '../finding.js';

const NEARLY_FULL_FROM = 0.9;

/** How many items the board holds, and how many it can. */
export const room: Check = {
  name: 'room',
  async run(site) {
    const { id, itemsCount, itemsLimit } = (await site.boards.get()).items;
    if (itemsCount === undefined || itemsLimit === undefined)
      return { summary: 'the board does not say how many items it can hold', found: [] };
    const summary = `${itemsCount} of ${itemsLimit} items`;
    if (itemsCount < NEARLY_FULL_FROM * itemsLimit) return { summary, found: [] };
    const code = itemsCount >= itemsLimit ? 'BOARD_FULL' : 'BOARD_NEARLY_FULL';
    return { summary, found: [found(code, { subject: id, what: `The board holds ${summary}.` })] };
  },
};
