import { newUuid } from '../../shared/ground/ids.js';

/** How every group and column begins that a probe has made: what bears it may be deleted, nothing else. */
export const MARK = 'customer-orders probe';
/** How the names of its items begin. */
const ITEM_MARK = 'probe';
/** Said by the group of a probe that found no subitems column: the one that is there later is of its making. */
const SUBITEMS_ARE_OURS = 'made the subitems column';

export function groupTitle(hasSubitemsColumn: boolean): string {
  const run = newUuid().slice(0, 8);
  return hasSubitemsColumn ? `${MARK} ${run}` : `${MARK} ${run}, ${SUBITEMS_ARE_OURS}`;
}

export const columnTitle = (what: string): string => `${MARK} ${what}`;
export const itemName = (what: string): string => `${ITEM_MARK} ${what}`;

export function isMarked({ title }: { title: string }): boolean {
  return title.startsWith(MARK);
}

/** What the API does to names is one of the questions: blanks before the mark do not hide it. */
export function isItemOfProbe({ name }: { name: string }): boolean {
  return name.trimStart().startsWith(ITEM_MARK);
}

export function tellsOfOwnSubitems({ title }: { title: string }): boolean {
  return isMarked({ title }) && title.endsWith(SUBITEMS_ARE_OURS);
}
