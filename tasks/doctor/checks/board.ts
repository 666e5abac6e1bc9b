import { FixFirstError } from '../../../shared/ground/errors.js';
import { refuseOtherBoard } from '../../../shared/store/boards.js';
import type { Check } from '../finding.js';
import { type Found, found } from '../finding.js';
import type { Site } from '../site.js';

/** The board itself: there, active, with a place for sizes, and the one that the ledger belongs to. */
export const board: Check = {
  name: 'board',
  async run(site) {
    const { items, subitems } = await site.boards.get();
    const { id, name, state, hierarchy } = items;
    const problems: Found[] = [];
    if (state !== 'active')
      problems.push(found('BOARD_INACTIVE', { subject: id, what: `The board "${name}" is ${state}.` }));
    const mapping = await site.mapping.ifThere();
    const withSizes = mapping === undefined || mapping.sizes !== undefined;
    if (subitems === undefined && withSizes)
      problems.push(found('SUBITEMS_MISSING', { subject: id, what: `The board "${name}" has no subitems column.` }));
    const sizes = subitems === undefined ? 'no subitems' : `subitems on ${subitems.id}`;
    return {
      summary: [`"${name}" (${id})`, hierarchy, ...(withSizes ? [sizes] : [])].join(', '),
      found: [...problems, ...(await otherBoard(site, id))],
    };
  },
};

async function otherBoard(site: Site, boardId: string): Promise<Found[]> {
  const database = await site.pipeline.ifThere();
  if (database === undefined) return [];
  try {
    await refuseOtherBoard(database, boardId);
    return [];
  } catch (error) {
    if (!(error instanceof FixFirstError)) throw error;
    return [found('BOARD_OTHER', { subject: boardId, what: error.message })];
  }
}
