import type { Log } from '../../shared/ground/errors.js';
import { FixFirstError } from '../../shared/ground/errors.js';
import type { BoardItem, BoardShape } from '../../shared/monday/board-replies.js';
import type { MutationField } from '../../shared/monday/operations.js';
import { ACCEPTED, verdict } from './calls.js';
import type { Lab } from './lab.js';
import { isItemOfProbe, isMarked, tellsOfOwnSubitems } from './measure.js';

const ROUNDS = 3;

/** What a probe has made and the board still shows. */
interface Leftovers {
  columns: readonly { id: string }[];
  groups: readonly { id: string; title: string }[];
  /** Groups of ours that stay: somebody else has put something in them, or has subitems in the column they tell of. */
  shared: number;
  /** People have subitems by now in the column that a probe has made. */
  subitemsInUse: boolean;
}

export interface CleanedUp {
  deleted: number;
  left: number;
  subitemsInUse: boolean;
}

/**
 * Deletes what bears the mark of a probe, and looks again until nothing does. With `late`, requests without an answer may
 * still take effect: it looks once more after `settleMs`. Gives the number of groups and columns that are left.
 */
export async function cleanUp(
  lab: Lab,
  { late, settleMs, log }: { late: boolean; settleMs: number; log: Log },
): Promise<CleanedUp> {
  let deleted = 0;
  let waited = !late;
  for (let round = 1; round <= ROUNDS; round++) {
    const left = await leftovers(lab);
    const count = left.columns.length + left.groups.length;
    if (count === 0 && waited) return { deleted, left: left.shared, subitemsInUse: left.subitemsInUse };
    if (count === 0) {
      log.info(`Waiting ${settleMs / 1_000} s for requests whose answer was not read.`);
      await lab.clock.wait(settleMs);
      waited = true;
      continue;
    }
    deleted += await deleteAll(lab, left, log);
  }
  const { columns, groups, shared, subitemsInUse } = await leftovers(lab);
  return { deleted, left: columns.length + groups.length + shared, subitemsInUse };
}

async function leftovers(lab: Lab): Promise<Leftovers> {
  const shape = await lab.shape();
  if (shape === undefined) {
    throw new FixFirstError(
      'BOARD_NOT_FOUND',
      `Board ${lab.boardId} does not exist, or the token has no access to it: check --board and the token.`,
    );
  }
  return leftoversOn(lab, shape);
}

async function leftoversOn(lab: Lab, shape: BoardShape): Promise<Leftovers> {
  const marked = shape.groups.filter((group) => group.active && isMarked(group));
  // A deleted group takes its items with it: nothing is deleted before the last page of them is read.
  const items = marked.length === 0 ? [] : await lab.everyItem();
  const foreign = new Set(items.filter((item) => !isItemOfProbe(item)).map(({ groupId }) => groupId));
  const ownSubitems = marked.some(tellsOfOwnSubitems);
  const subitemsInUse = ownSubitems && (await peopleHaveSubitems(lab, shape, { marked, items }));
  const columns = shape.columns.filter(
    (column) => !column.archived && (isMarked(column) || (ownSubitems && !subitemsInUse && column.type === 'subtasks')),
  );
  const groups = marked.filter((group) => !foreign.has(group.id) && !(subitemsInUse && tellsOfOwnSubitems(group)));
  return { columns, groups, shared: marked.length - groups.length, subitemsInUse };
}

/** Whether an item that no probe has made has subitems: a deleted column takes them all with it. */
async function peopleHaveSubitems(
  lab: Lab,
  { columns, subitemsBoardId }: BoardShape,
  { marked, items }: { marked: readonly { id: string }[]; items: readonly BoardItem[] },
): Promise<boolean> {
  const groupIds = new Set(marked.map(({ id }) => id));
  const ofPeople = items.filter((item) => !isItemOfProbe(item) || !groupIds.has(item.groupId ?? ''));
  const isThere = columns.some(({ type, archived }) => type === 'subtasks' && !archived);
  if (!isThere || ofPeople.length === 0) return false;
  if (subitemsBoardId === undefined) return true;
  const parents = new Set(ofPeople.map(({ id }) => id));
  const subitems = await lab.everyItem(subitemsBoardId);
  return subitems.some(({ parentId }) => parentId !== undefined && parents.has(parentId));
}

/** Columns first: the group that tells whose the subitems column is has to outlive it. */
async function deleteAll(lab: Lab, { columns, groups }: Leftovers, log: Log): Promise<number> {
  const { boardId } = lab;
  const ofColumns = await deleteEach(
    lab,
    columns.map(({ id }, place) => ({
      alias: `column${place}`,
      operation: 'deleteColumn',
      variables: { boardId, columnId: id },
    })),
    log,
  );
  const free = ofColumns === columns.length ? groups : groups.filter((group) => !tellsOfOwnSubitems(group));
  const ofGroups = await deleteEach(
    lab,
    free.map(({ id }, place) => ({
      alias: `group${place}`,
      operation: 'deleteGroup',
      variables: { boardId, groupId: id },
    })),
    log,
  );
  return ofColumns + ofGroups;
}

async function deleteEach(lab: Lab, fields: readonly MutationField[], log: Log): Promise<number> {
  if (fields.length === 0) return 0;
  const sent = await lab.send(fields).catch((error: unknown) => {
    log.warn(`The answer to a request that deletes could not be read: ${String(error)}`);
    return undefined;
  });
  if (sent === undefined) return 0;
  const refused = fields.map(({ alias }) => verdict(sent, alias)).filter((each) => each !== ACCEPTED);
  if (refused.length > 0) log.warn(`The board refuses to delete: ${[...new Set(refused)].join(', ')}.`);
  return fields.length - refused.length;
}
