import { labelsOf } from '../../../shared/monday/label-settings.js';
import type { MutationField } from '../../../shared/monday/operations.js';
import { type Exchange, pointsEach, verdict } from '../calls.js';
import { idOf, type Lab } from '../lab.js';
import { MARK, NotMeasured } from '../measure.js';
import { freshColumn, labelValue, setLabels } from './labels.js';
import { makeParent } from './subitems.js';

const TEN = Array.from({ length: 10 }, (_, place) => `n${place}`);

/** In which order the aliases of a request take effect. */
export async function aliasOrder(lab: Lab) {
  const made = await lab.send(TEN.map((alias) => lab.newItem({ alias, what: `order ${alias}` })));
  const ids = TEN.map((alias) => idOf(made, alias));
  const growing = ids.every((id, place) => place === 0 || BigInt(id) > BigInt(ids[place - 1] ?? id));
  const onBoard = (await lab.items()).map(({ id }) => id).filter((id) => ids.includes(id));
  return { answered: { idsGrow: growing, standInOrder: onBoard.join() === ids.join() } };
}

/** Where a new group stands, and whether two may have one title. */
export async function groups(lab: Lab) {
  const title = `${MARK} twin groups`;
  const variables = { boardId: lab.boardId, title };
  const made = await lab.send([
    { alias: 'one', operation: 'createGroup', variables },
    { alias: 'other', operation: 'createGroup', variables },
  ]);
  const last = (await lab.shape())?.groups.at(-1);
  return {
    answered: {
      sameTitleTwice: verdict(made, 'other'),
      standsLast: last?.id === idOf(made, 'other'),
      title: last?.title === title ? 'kept' : 'changed',
    },
  };
}

const point = (exchange: Exchange, alias: string): number => {
  if (verdict(exchange, alias) !== 'accepted')
    throw new NotMeasured(`a mutation was refused: ${verdict(exchange, alias)}`);
  if (exchange.answer.complexity === undefined) throw new NotMeasured('the answers do not tell their complexity');
  return pointsEach(exchange);
};

/** What each mutation that push sends costs, in points of complexity. */
export async function costs(lab: Lab) {
  const dropdown = await freshColumn(lab, 'dropdown', 'costs dropdown');
  const status = await freshColumn(lab, 'status', 'costs status');
  const text = await lab.column('text');
  const { boardId } = lab;
  const one = async (field: MutationField): Promise<[number, Exchange]> => {
    const exchange = await lab.send([field]);
    return [point(exchange, field.alias), exchange];
  };
  const [createItem, made] = await one(lab.newItem({ alias: 'item', what: 'costs', values: { [text]: 'x' } }));
  const ten = await lab.send(TEN.map((alias) => lab.newItem({ alias, what: `costs ${alias}` })));
  const value = { [dropdown.id]: labelValue('dropdown', 'Probe cost') };
  const [withLabel] = await one(
    lab.newItem({ alias: 'label', what: 'costs label', values: value, createLabels: true }),
  );
  const itemId = idOf(made, 'item');
  const [changeValues] = await one(lab.change('change', itemId, { [text]: 'y' }));
  const [createGroup, group] = await one({
    alias: 'group',
    operation: 'createGroup',
    variables: { boardId, title: `${MARK} costs` },
  });
  const groupId = idOf(group, 'group');
  const [moveItem] = await one({ alias: 'move', operation: 'moveItemToGroup', variables: { itemId, groupId } });
  const [archiveItem] = await one({ alias: 'archive', operation: 'archiveItem', variables: { itemId } });
  const [createColumn] = await one(lab.newColumn('column', 'costs column', 'text'));
  const labels = await setLabels(lab, status, labelsOf(status), ['Probe cost']);
  return {
    answered: {
      createItem,
      createItemOfTen: point(ten, 'n0'),
      createItemWithNewLabel: withLabel,
      changeValues,
      createGroup,
      moveItem,
      archiveItem,
      createColumn,
      updateStatusLabels: point(labels.exchange, 'labels'),
    },
    notes: { millisecondsOfOneItem: made.answer.latencyMs, millisecondsOfTenItems: ten.answer.latencyMs },
  };
}

/** What a subitem costs, and the list of a dropdown. */
export async function moreCosts(lab: Lab) {
  const dropdown = await freshColumn(lab, 'dropdown', 'more costs dropdown');
  const labels = await setLabels(lab, dropdown, [], ['Probe cost']);
  const parent = await makeParent(lab, 'costs of subitems');
  const subitem = await lab.send([lab.newSubitem('subitem', parent, 'costs of a subitem')]);
  return {
    answered: {
      createSubitem: point(subitem, 'subitem'),
      updateDropdownLabels: point(labels.exchange, 'labels'),
    },
  };
}
