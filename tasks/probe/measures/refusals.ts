import { failureOf, verdict } from '../calls.js';
import { idOf, type Lab } from '../lab.js';
import { itemName, NotMeasured } from '../measure.js';
import { labelValue } from './labels.js';

const UNKNOWN_LABEL = labelValue('dropdown', 'Probe no such label');

/** What a request of three creations leaves when the one in the middle is refused. */
export async function partlyRefused(lab: Lab) {
  const dropdown = await lab.column('dropdown');
  const made = await lab.send([
    lab.newItem({ alias: 'before', what: 'partly before' }),
    lab.newItem({ alias: 'refused', what: 'partly refused', values: { [dropdown]: UNKNOWN_LABEL } }),
    lab.newItem({ alias: 'after', what: 'partly after' }),
  ]);
  const left = (await lab.items()).some(({ name }) => name === itemName('partly refused'));
  const failure = failureOf(made, 'refused');
  return {
    answered: {
      before: verdict(made, 'before'),
      refused: verdict(made, 'refused'),
      after: verdict(made, 'after'),
      status: made.answer.status ?? 0,
      pathBeginsWithAlias: failure?.path?.[0] === 'refused',
      refusedItemOnBoard: left,
    },
  };
}

/** Whether a change of several columns that is refused for one of them has written the others. */
export async function refusedChange(lab: Lab) {
  const text = await lab.column('text');
  const numbers = await lab.column('numbers');
  const dropdown = await lab.column('dropdown');
  const aliases = ['badLast', 'badFirst', 'badNumber', 'renamed'] as const;
  const made = await lab.send(aliases.map((alias) => lab.newItem({ alias, what: alias, values: { [text]: 'old' } })));
  const changed = await lab.send([
    lab.change('badLast', idOf(made, 'badLast'), { [text]: 'new', [dropdown]: UNKNOWN_LABEL }),
    lab.change('badFirst', idOf(made, 'badFirst'), { [dropdown]: UNKNOWN_LABEL, [text]: 'new' }),
    lab.change('badNumber', idOf(made, 'badNumber'), { [text]: 'new', [numbers]: 'no number' }),
    lab.change('renamed', idOf(made, 'renamed'), { name: itemName('new name'), [dropdown]: UNKNOWN_LABEL }),
  ]);
  const ids = aliases.map((alias) => idOf(made, alias));
  const items = await lab.itemsById(ids, [text]);
  const item = (alias: (typeof aliases)[number]) => items.get(idOf(made, alias));
  const wrote = (alias: (typeof aliases)[number]) => item(alias)?.values.get(text)?.text !== 'old';
  return {
    answered: {
      unknownLabel: verdict(changed, 'badLast'),
      noNumber: verdict(changed, 'badNumber'),
      writtenBeforeTheBadOne: wrote('badLast'),
      writtenAfterTheBadOne: wrote('badFirst'),
      writtenBesideABadNumber: wrote('badNumber'),
      renamed: item('renamed')?.name !== itemName('renamed'),
    },
  };
}

/** What writing to items answers that are archived or deleted. */
export async function inactiveItems(lab: Lab) {
  const text = await lab.column('text');
  const made = await lab.send([
    lab.newItem({ alias: 'archived', what: 'to archive' }),
    lab.newItem({ alias: 'deleted', what: 'to delete' }),
  ]);
  const [archived, deleted] = [idOf(made, 'archived'), idOf(made, 'deleted')];
  const archive = { alias: 'again', operation: 'archiveItem', variables: { itemId: archived } } as const;
  await lab.send([archive]);
  await lab.send([{ alias: 'deleted', operation: 'deleteItem', variables: { itemId: deleted } }]);
  const again = await lab.send([archive]);
  const changed = await lab.send([
    lab.change('archived', archived, { [text]: 'new' }),
    lab.change('deleted', deleted, { [text]: 'new' }),
  ]);
  const items = await lab.itemsById([archived, deleted]);
  return {
    answered: {
      archivedAgain: verdict(again, 'again'),
      changeOfArchived: failureOf(changed, 'archived')?.reaction ?? 'accepted',
      changeOfDeleted: failureOf(changed, 'deleted')?.reaction ?? 'accepted',
      stateOfArchived: items.get(archived)?.state ?? 'not there',
    },
    notes: {
      codeOfArchived: verdict(changed, 'archived'),
      codeOfDeleted: verdict(changed, 'deleted'),
      stateOfDeleted: items.get(deleted)?.state ?? 'not there',
    },
  };
}

/** What a request answers that costs more than one request may: changes of one item of ours, to its own value. */
export async function tooExpensive(lab: Lab) {
  const text = await lab.column('text');
  const item = await lab.makeItem({ what: 'too expensive', values: { [text]: 'old' } });
  const changes = Array.from({ length: 170 }, (_, place) => lab.change(`c${place}`, item, { [text]: 'new' }));
  const sent = await lab.send(changes, { repeat: false });
  const refused = sent.answer.kind === 'answered' ? undefined : sent.answer.failure;
  if (refused?.reaction === 'retry') throw new NotMeasured(`a minute of the account holds less (${refused.code})`);
  const now = (await lab.itemsById([item], [text])).get(item)?.values.get(text)?.text;
  return {
    answered: {
      code: refused?.code ?? verdict(sent, 'c0'),
      status: sent.answer.status ?? 0,
      mostIsTold: refused?.maxPoints !== undefined,
      executed: now !== 'old',
    },
  };
}
