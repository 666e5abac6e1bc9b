import { z } from 'zod';
import { outcomeOfAlias } from '../../../shared/monday/answer.js';
import { type BoardColumn, decoded } from '../../../shared/monday/board-replies.js';
import { type Label, labelsOf } from '../../../shared/monday/label-settings.js';
import type { MutationField } from '../../../shared/monday/operations.js';
import { idOfColour, nextStatusPlace } from '../../../shared/monday/status-colours.js';
import { type Exchange, fateOf, verdict } from '../calls.js';
import { idOf, type Lab } from '../lab.js';
import { type Fact, type Measured, NotMeasured } from '../measure.js';

type LabelType = 'dropdown' | 'status';

/** Texts whose spelling a board might change; each has a word of its own, so that none is a twin of another. */
const TEXTS = {
  blankAtEnd: 'Probe One ',
  blankAtBeginning: ' Probe Two',
  twoBlanks: 'Probe  Three',
  noBreakSpaceAtEnd: 'Probe Four\u00a0',
  fullWidth: 'Probe \uff26\uff49\uff56\uff45',
  emoji: 'Probe Six \u{1f525}',
} as const;
type Aspect = keyof typeof TEXTS;
const ASPECTS = Object.keys(TEXTS) as Aspect[];

export const labelValue = (type: LabelType, text: string) => (type === 'status' ? { label: text } : { labels: [text] });
/** One length above what the vendor names for a status label. */
const LONG_LABEL = 'x'.repeat(31);

/** What has become of labels that were made by writing values with `create_labels_if_missing`. */
export async function labelsByValue(lab: Lab, type: LabelType) {
  const column = await lab.column(type);
  const texts = { ...TEXTS, thirtyOneCharacters: LONG_LABEL };
  const made = await lab.send(
    Object.entries(texts).map(([alias, text]) =>
      lab.newItem({ alias, what: alias, values: { [column]: labelValue(type, text) }, createLabels: true }),
    ),
  );
  const answered = await readBack(lab, made, texts, column);
  return { answered };
}

/** For each text under its alias: what the cell of the item made with it shows, or the code of its refusal. */
export async function readBack<Name extends string>(
  lab: Lab,
  made: Exchange,
  texts: Readonly<Record<Name, string>>,
  column: string,
): Promise<Record<Name, string>> {
  const names = Object.keys(texts) as Name[];
  const done = names.filter((name) => verdict(made, name) === 'accepted');
  const items = await lab.itemsById(
    done.map((name) => idOf(made, name)),
    [column],
  );
  const fates = names.map((name): [Name, string] => {
    if (!done.includes(name)) return [name, verdict(made, name)];
    return [name, fateOf(texts[name], items.get(idOf(made, name))?.values.get(column)?.text)];
  });
  return Object.fromEntries(fates) as Record<Name, string>;
}

/** What has become of dropdown labels that were set as a list. */
export async function labelsByList(lab: Lab) {
  const column = await freshColumn(lab, 'dropdown', 'dropdown list');
  const texts = ASPECTS.map((aspect) => TEXTS[aspect]);
  const set = await setLabels(lab, column, [], texts);
  const back = set.labels.map(({ label }) => label);
  const fate = (aspect: Aspect): string => {
    if (set.verdict !== 'accepted') return set.verdict;
    return fateOf(TEXTS[aspect], back.length === ASPECTS.length ? back[ASPECTS.indexOf(aspect)] : undefined);
  };
  return { answered: Object.fromEntries(ASPECTS.map((aspect) => [aspect, fate(aspect)])) as Record<Aspect, string> };
}

/** Which labels a column holds apart that differ in a little. */
export async function labelTwins(lab: Lab, type: LabelType) {
  const column = await freshColumn(lab, type, `${type} twins`);
  const texts = { first: 'Probe Twin', otherCase: 'PROBE TWIN', blankAtEnd: 'Probe Twin ', twoBlanks: 'Probe  Twin' };
  const write = (create: boolean) =>
    lab.send(
      Object.entries(texts).map(([alias, text]) =>
        lab.newItem({ alias, what: alias, values: { [column.id]: labelValue(type, text) }, createLabels: create }),
      ),
    );
  await lab.send([
    lab.newItem({
      alias: 'only',
      what: 'first twin',
      values: { [column.id]: labelValue(type, texts.first) },
      createLabels: true,
    }),
  ]);
  const chosen = await write(false);
  await write(true);
  const count = labelsOf(await columnNow(lab, column.id)).filter(({ label }) => label !== '').length;
  return {
    answered: {
      otherCaseChosen: verdict(chosen, 'otherCase'),
      blankAtEndChosen: verdict(chosen, 'blankAtEnd'),
      twoBlanksChosen: verdict(chosen, 'twoBlanks'),
    },
    notes: { labelsAfterAllWereMade: count },
  };
}

/** What a deactivated label is to those who choose it and to those who make it anew. */
export async function deactivatedLabel(lab: Lab) {
  const column = await freshColumn(lab, 'dropdown', 'dropdown deactivated');
  const set = await setLabels(lab, column, [], ['Probe Gone', 'Probe Stays']);
  const revised = await columnNow(lab, column.id);
  const gone = set.labels.map((label) => (label.label === 'Probe Gone' ? { ...label, active: false } : label));
  const deactivated = await setLabels(lab, revised, gone, []);
  const value = { [column.id]: labelValue('dropdown', 'Probe Gone') };
  const chosen = await lab.send([lab.newItem({ alias: 'chosen', what: 'chosen', values: value })]);
  const anew = await lab.send([lab.newItem({ alias: 'anew', what: 'anew', values: value, createLabels: true })]);
  const labels = labelsOf(await columnNow(lab, column.id)).filter(({ label }) => label === 'Probe Gone');
  return {
    answered: {
      deactivating: deactivated.verdict,
      listedAsDeactivated: deactivated.labels.some(({ label, active }) => label === 'Probe Gone' && !active),
      chosen: verdict(chosen, 'chosen'),
      madeAnew: verdict(anew, 'anew'),
      ofThatTextAfterwards: labels.map(({ active }) => (active ? 'active' : 'deactivated')).join(', '),
    },
  };
}

/** What a list that is full answers. */
export async function fullList(lab: Lab, type: LabelType, most: number) {
  const column = await freshColumn(lab, type, `${type} full`);
  const own = labelsOf(column);
  const texts = Array.from({ length: most - own.length }, (_, place) => `Probe ${place}`);
  const full = await setLabels(lab, column, own, texts);
  if (full.verdict !== 'accepted') throw new NotMeasured(`the list could not be filled (${full.verdict})`);
  const value = { [column.id]: labelValue(type, 'Probe one more') };
  const byValue = await lab.send([lab.newItem({ alias: 'more', what: 'more', values: value, createLabels: true })]);
  const revised = await columnNow(lab, column.id);
  const byList = await setLabels(lab, revised, labelsOf(revised), ['Probe one more in the list']);
  return { answered: { oneMoreByValue: verdict(byValue, 'more'), oneMoreByList: byList.verdict } };
}

/** The labels that a new status column comes with: nothing is assumed about them, they are worth knowing. */
export async function newStatusColumn(lab: Lab): Promise<Measured<never>> {
  const column = await freshColumn(lab, 'status', 'status new');
  const labels = labelsOf(column);
  const notes: Record<string, Fact> = {
    labels: labels.map(({ id, label }) => `${id}: ${label}`).join(', '),
    withoutText: labels.filter(({ label }) => label === '').length,
  };
  return { answered: {}, notes };
}

/** A column of its own for a measurement that changes the list of labels. */
export async function freshColumn(lab: Lab, type: LabelType, what: string): Promise<BoardColumn> {
  return columnNow(lab, idOf(await lab.send([lab.newColumn('column', what, type)]), 'column'));
}

export async function columnNow(lab: Lab, id: string): Promise<BoardColumn> {
  const column = (await lab.shape())?.columns.find((each) => each.id === id);
  if (column === undefined) throw new NotMeasured('a column that was just made is not on the board');
  return column;
}

const changedSchema = z.object({ settings: z.unknown().transform(decoded) });

/** Sets the list of a column to these labels and new ones of these texts. */
export async function setLabels(
  lab: Lab,
  column: BoardColumn,
  kept: readonly Label[],
  added: readonly string[],
): Promise<{ verdict: string; labels: Label[]; exchange: Exchange }> {
  const exchange = await lab.send([listField(lab, column, kept, added)]);
  const outcome = outcomeOfAlias(exchange.answer, 'labels');
  const labels = outcome.kind === 'done' ? labelsOf({ ...column, ...changedSchema.parse(outcome.data) }) : [];
  return { verdict: verdict(exchange, 'labels'), labels, exchange };
}

function listField(lab: Lab, column: BoardColumn, kept: readonly Label[], added: readonly string[]): MutationField {
  const common = { boardId: lab.boardId, columnId: column.id, revision: column.revision };
  const old = kept.map(({ id, label, active }) => ({ id, label, ...(active ? {} : { is_deactivated: true }) }));
  if (column.type === 'dropdown') {
    const labels = [...old, ...added.map((label) => ({ label }))];
    return { alias: 'labels', operation: 'updateDropdownLabels', variables: { ...common, labels } };
  }
  const places = kept.map(({ id, color, index }) => ({ id, color, index }));
  if (places.some(({ color, index }) => color === undefined || index === undefined)) {
    throw new NotMeasured('the settings do not say which colours and places the labels have');
  }
  for (const _ of added) {
    // The last of forty gets the grey one's colour: the column is deleted afterwards.
    const place = nextStatusPlace(places) ?? { index: places.length, color: 'explosive' };
    places.push({ ...place, id: idOfColour(place.color) ?? 0 });
  }
  const texts = [...old, ...added.map((label) => ({ label }))];
  const labels = texts.map((each, place) => ({ color: places[place]?.color, index: places[place]?.index, ...each }));
  return { alias: 'labels', operation: 'updateStatusLabels', variables: { ...common, labels } };
}
