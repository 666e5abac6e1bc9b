import { newUuid } from '../../../shared/ground/ids.js';
import { idOf, type Lab } from '../lab.js';
import { itemName, NotMeasured } from '../measure.js';
import { makeParent } from './subitems.js';

const seen = (seconds: number | undefined): boolean => seconds !== undefined;
const told = (seconds: number | undefined): number | string => seconds ?? 'never';

/** Until when filters and pages see what was written. Look-ups by id are not asked: they are how it is checked. */
export async function lag(lab: Lab) {
  const text = await lab.column('text');
  const mark = newUuid().slice(0, 8);
  const [first, second] = [`lag ${mark} one`, `lag ${mark} two`];
  const item = await lab.makeItem({ what: 'lag', values: { [text]: first } });
  const created = await lab.secondsUntil(async () => (await lab.find(text, [first])).includes(item));
  const paged = await lab.secondsUntil(async () => (await lab.items()).some(({ id }) => id === item));
  await lab.send([lab.change('change', item, { [text]: second })]);
  const changed = await lab.secondsUntil(async () => (await lab.find(text, [second])).includes(item));
  await lab.send([{ alias: 'archive', operation: 'archiveItem', variables: { itemId: item } }]);
  const archived = await lab.secondsUntil(async () => !(await lab.find(text, [second])).includes(item));
  return {
    answered: {
      creationSeenWithin70s: seen(created),
      creationInPageWithin70s: seen(paged),
      changeSeenWithin70s: seen(changed),
      archivedGoneWithin70s: seen(archived),
    },
    notes: {
      secondsUntilCreationSeen: told(created),
      secondsUntilInPage: told(paged),
      secondsUntilChangeSeen: told(changed),
      secondsUntilArchivedGone: told(archived),
    },
  };
}

/** How texts are compared that a filter is asked for. */
export async function texts(lab: Lab) {
  const text = await lab.column('text');
  const mark = newUuid().slice(0, 8);
  const written = {
    plain: `filter ${mark} Plain`,
    trailing: `filter ${mark} Trailing `,
    punctuated: `filter ${mark} "a", b|1`,
  };
  const made = await lab.send(
    Object.entries(written).map(([alias, value]) => lab.newItem({ alias, what: alias, values: { [text]: value } })),
  );
  const ids = { plain: idOf(made, 'plain'), trailing: idOf(made, 'trailing'), punctuated: idOf(made, 'punctuated') };
  const finds = async (wanted: readonly string[], id: string) => (await lab.find(text, wanted)).includes(id);
  const all = Object.values(written);
  const visible = await lab.secondsUntil(async () => {
    const found = await lab.find(text, all);
    return Object.values(ids).every((id) => found.includes(id));
  });
  if (visible === undefined) throw new NotMeasured('the filter did not see what was just written');
  const { plain } = written;
  const others = Array.from({ length: 99 }, (_, place) => `filter ${mark} no such ${place}`);
  return {
    answered: {
      otherCase: await finds([plain.toUpperCase()], ids.plain),
      blankAdded: await finds([`${plain} `], ids.plain),
      blankLeftOut: await finds([written.trailing.trim()], ids.trailing),
      blankDoubled: await finds([plain.replace(' ', '  ')], ids.plain),
      beginningOnly: await finds([plain.slice(0, -1)], ids.plain),
      oneOfHundred: await finds([...others, plain], ids.plain),
      punctuation: await finds([written.punctuated], ids.punctuated),
    },
  };
}

/** Whether the board of the subitems can be searched by its own id. */
export async function subitemsBoard(lab: Lab) {
  const parent = await makeParent(lab, 'searched subitems');
  const name = `searched ${newUuid()}`;
  const subitem = idOf(await lab.send([lab.newSubitem('subitem', parent, name)]), 'subitem');
  const boardId = (await lab.shape())?.subitemsBoardId;
  if (boardId === undefined) throw new NotMeasured('the board does not say where its subitems are');
  const found = await lab.secondsUntil(async () =>
    (await lab.find('name', [itemName(name)], boardId)).includes(subitem),
  );
  return { answered: { foundWithin70s: seen(found) }, notes: { secondsUntilSeen: told(found) } };
}
