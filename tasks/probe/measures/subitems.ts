import { z } from 'zod';
import { ACCEPTED, verdict } from '../calls.js';
import { idOf, type Lab } from '../lab.js';
import { NotMeasured } from '../measure.js';

/** Makes the first subitem of the board; when it is refused, the column for them. */
async function makeFirst(lab: Lab): Promise<{ first: string; columnMade: string }> {
  const parent = await lab.makeItem({ what: 'first subitem' });
  const first = verdict(await lab.send([lab.newSubitem('first', parent, 'first subitem')]), 'first');
  const refused = first !== ACCEPTED;
  const made = refused ? await lab.send([lab.newColumn('column', 'subitems', 'subtasks')]) : undefined;
  lab.hasSubitemsColumn = true;
  return { first, columnMade: made === undefined ? 'not needed' : verdict(made, 'column') };
}

/** An item that can have subitems: the board has a column for them afterwards. */
export async function makeParent(lab: Lab, what: string): Promise<string> {
  if (!lab.hasSubitemsColumn) await makeFirst(lab);
  return lab.makeItem({ what });
}

/** What the first subitem of a board answers that has no column for them. */
export async function withoutColumn(lab: Lab) {
  if (lab.hasSubitemsColumn) throw new NotMeasured('the board has a subitems column already');
  const { first, columnMade } = await makeFirst(lab);
  const parent = await lab.makeItem({ what: 'second subitem' });
  const second = await lab.send([lab.newSubitem('second', parent, 'second subitem')]);
  return {
    answered: { firstSubitem: first },
    notes: { makingTheColumn: columnMade, nextSubitem: verdict(second, 'second') },
  };
}

const subitemsSchema = z.object({
  items: z.array(z.object({ subitems: z.array(z.object({ id: z.string(), state: z.string().nullish() })).nullish() })),
});

/** Whether states can be asked below `subitems`, where one is archived and one is deleted. */
export async function nestedStates(lab: Lab) {
  const parent = await makeParent(lab, 'states of subitems');
  const aliases = ['active', 'archived', 'deleted'] as const;
  const made = await lab.send(aliases.map((alias) => lab.newSubitem(alias, parent, `${alias} subitem`)));
  const [active, archived, deleted] = aliases.map((alias) => idOf(made, alias));
  await lab.send([
    { alias: 'archive', operation: 'archiveItem', variables: { itemId: archived } },
    { alias: 'delete', operation: 'deleteItem', variables: { itemId: deleted } },
  ]);
  const withState = await lab.read('getSubitemStates', { parentIds: [parent] });
  const read = await lab.data('getSubitems', { parentIds: [parent], columnIds: ['name'] }, subitemsSchema);
  const listed = (read.items[0]?.subitems ?? []).map(({ id }) => id);
  const byId = await lab.itemsById([archived ?? '', deleted ?? '']);
  return {
    answered: {
      withState: withState.answer.kind,
      activeListed: active !== undefined && listed.includes(active),
      archivedListed: archived !== undefined && listed.includes(archived),
      deletedListed: deleted !== undefined && listed.includes(deleted),
      archivedById: byId.get(archived ?? '')?.state ?? 'not there',
    },
    notes: { deletedById: byId.get(deleted ?? '')?.state ?? 'not there' },
  };
}

const MOST_SUBITEMS = 100;
/** As many as push packs into a request, where a minute's budget holds so many. */
const PER_REQUEST = 50;
const PLANNED_POINTS = 30_000;

/** What one subitem too many answers, if 101 are too many for the account, whether fifty aliases are taken, and in which order they stand. */
export async function tooMany(lab: Lab) {
  const parent = await makeParent(lab, 'many subitems');
  const perRequest = Math.max(1, Math.min(PER_REQUEST, Math.floor(lab.pointsPerMinute / PLANNED_POINTS)));
  const verdicts: string[] = [];
  const ids: string[] = [];
  for (let start = 0; start <= MOST_SUBITEMS; start += perRequest) {
    const aliases = Array.from({ length: Math.min(perRequest, MOST_SUBITEMS + 1 - start) }, (_, n) => `s${start + n}`);
    const made = await lab.send(aliases.map((alias) => lab.newSubitem(alias, parent, `subitem ${alias}`)));
    for (const alias of aliases) {
      verdicts.push(verdict(made, alias));
      if (verdict(made, alias) === ACCEPTED) ids.push(idOf(made, alias));
    }
  }
  const read = await lab.data('getSubitems', { parentIds: [parent], columnIds: ['name'] }, subitemsSchema);
  const listed = (read.items[0]?.subitems ?? []).map(({ id }) => id);
  return {
    answered: {
      fiftyInOneRequest:
        perRequest < PER_REQUEST
          ? undefined
          : (verdicts.slice(0, PER_REQUEST).find((each) => each !== ACCEPTED) ?? ACCEPTED),
      refusal: verdicts.find((each) => each !== ACCEPTED),
      standInOrder: listed.join() === ids.join(),
    },
    notes: { made: ids.length },
  };
}
