import { z } from 'zod';
import { ApiError, badValue } from './api-error.js';
import type { Column, Item, StoredLabel } from './model.js';
import coloursFile from './recorded/colours.json' with { type: 'json' };

export const LABEL_LIMITS = { dropdown: 500, status: 40 } as const;
const STATUS_LABEL_LENGTH = 30;
const LAST_INDEX = 39;
/** The id of the grey label that every status column has in reserve: it keeps its colour and cannot be deleted. */
export const GREY = 5;

const { colours } = z
  .object({ colours: z.array(z.object({ number: z.number().int(), name: z.string(), hex: z.string() })) })
  .parse(coloursFile);
const hexOf = new Map(colours.map(({ number, hex }) => [number, hex]));
const nameOf = new Map(colours.map(({ number, name }) => [number, name]));
const numberOf = new Map(colours.map(({ number, name }) => [name, number]));

/** A label as a mutation gives it; status labels name their colour. */
export interface GivenLabel {
  id?: number | null;
  label: string;
  color?: string;
  index?: number;
  is_done?: boolean | null;
  description?: string | null;
  is_deactivated?: boolean | null;
}

/** An emoji as it is drawn, with the blank after it. */
const EMOJI = /(?:\p{Emoji_Presentation}|\p{Extended_Pictographic}\ufe0f|\p{Emoji_Modifier}|\u200d|\ufe0f)+ ?/gu;

/** The ids of the labels that an item has in a column. */
export function labelIdsOf(item: Pick<Item, 'values'>, columnId: string): number[] {
  const stored = item.values[columnId] as { ids?: number[]; index?: number } | null | undefined;
  return stored?.ids ?? (stored?.index === undefined ? [] : [stored.index]);
}

/** A label's text as the API makes it: the emoji go, and the blank that one leaves behind at an end. */
export function madeText(text: string): string {
  const made = text.replace(EMOJI, '');
  return made === text ? text : made.trim();
}

/** The label of a text, which is compared with case and blanks; deactivated ones are not found. */
export function labelOfText(labels: readonly StoredLabel[], text: string): StoredLabel | undefined {
  return labels.find((each) => each.label === text && each.is_deactivated !== true);
}

/** The label that a value makes, beside those that are known. */
export function newLabel(column: Column, known: readonly StoredLabel[], sent: string): StoredLabel {
  const status = column.type === 'status';
  const limit = LABEL_LIMITS[status ? 'status' : 'dropdown'];
  if (known.length >= limit) throw badValue(column.type, `The column ${column.title} already has ${limit} labels.`);
  const text = madeText(sent);
  if (text === '' || (status && text.length > STATUS_LABEL_LENGTH)) {
    throw badValue(column.type, `The label of the column ${column.title} is empty or too long.`);
  }
  return status ? newStatusLabel(known, text) : newDropdownLabel(known, text);
}

export function newDropdownLabel(known: readonly StoredLabel[], label: string | null): StoredLabel {
  return { id: Math.max(0, ...known.map(({ id }) => id)) + 1, label, is_deactivated: false };
}

/** A free colour gives the id; the place is the first behind all others, or any that is free. */
export function newStatusLabel(known: readonly StoredLabel[], label: string | null): StoredLabel {
  const ids = new Set(known.map(({ id }) => id));
  const indexes = new Set(known.map(({ index }) => index));
  const id = colours.find(({ number }) => number !== GREY && !ids.has(number))?.number ?? GREY;
  const last = Math.max(-1, ...[...indexes].map((index) => index ?? -1));
  let index = Math.min(last + 1, LAST_INDEX);
  while (indexes.has(index) && index > 0) index -= 1;
  return { id, label, index, color: id, is_done: false, is_deactivated: false };
}

const invalidInput = (reason: string) => new ApiError('INVALID_INPUT', undefined, { errors: [reason] });

/** The list of labels after a mutation that replaces it whole; `inUse` are the ids that values refer to. */
export function replacedLabels(
  column: Column,
  given: readonly GivenLabel[],
  inUse: ReadonlySet<number>,
): StoredLabel[] {
  const kind = column.type === 'status' ? 'status' : 'dropdown';
  const unknown = given.find(({ id }) => id != null && !column.labels.some((label) => label.id === id));
  if (unknown !== undefined) throw invalidInput(`There is no label with the id ${String(unknown.id)}`);
  const texts = given.map(({ id, label }) => (id == null ? madeText(label) : label));
  if (new Set(texts).size !== texts.length) throw invalidInput('Labels should be unique');
  if (given.some(({ id }, place) => id == null && texts[place] === '')) throw invalidInput('A label needs a text');
  if (given.length > LABEL_LIMITS[kind]) throw invalidInput(`At most ${LABEL_LIMITS[kind]} labels are allowed`);
  checkDeletions(column, given, inUse);
  return kind === 'status' ? statusLabels(column, given) : dropdownLabels(column, given);
}

/** One call deletes at most one label and adds none with it; label 5, and one that a value has, stay. */
function checkDeletions(column: Column, given: readonly GivenLabel[], inUse: ReadonlySet<number>): void {
  const deleted = column.labels.filter(({ id }) => !given.some((label) => label.id === id)).map(({ id }) => id);
  const held = deleted.filter((id) => inUse.has(id) || (column.type === 'status' && id === GREY));
  if (held.length > 0) {
    throw invalidInput(`can't delete labels from column model, labels are in use, deleted ids: ${held.join(',')}`);
  }
  if (deleted.length > 1 || (deleted.length > 0 && given.some(({ id }) => id == null))) {
    throw invalidInput('One call deletes at most one label, and does not add others with it');
  }
}

function dropdownLabels(column: Column, given: readonly GivenLabel[]): StoredLabel[] {
  const labels: StoredLabel[] = [];
  for (const { id, label, is_deactivated } of given) {
    const fresh = newDropdownLabel([...column.labels, ...labels], madeText(label));
    const kept = id == null ? fresh : { id, label };
    labels.push({ ...kept, is_deactivated: is_deactivated ?? false });
  }
  return labels;
}

function statusLabels(column: Column, given: readonly GivenLabel[]): StoredLabel[] {
  const indexes = given.map(({ index }) => index);
  if (new Set(indexes).size !== indexes.length) throw invalidInput('Indexes should be unique');
  if (indexes.some((index) => index === undefined || index < 0 || index > LAST_INDEX)) {
    throw invalidInput(`Indexes should be from 0 to ${LAST_INDEX}`);
  }
  const colors = given.map(({ color }) => color);
  if (new Set(colors).size !== colors.length) throw invalidInput('Colors should be unique');
  return given.map((each) => statusLabel(column, each));
}

/** A new label has the number of its colour as id, whatever colour the label of that id has by now. */
function statusLabel(column: Column, given: GivenLabel): StoredLabel {
  const color = numberOf.get(given.color ?? '') ?? GREY;
  if (given.id == null && column.labels.some(({ id }) => id === color)) {
    throw new ApiError('INVALID_ARGUMENT_EXCEPTION', 'request to change default status label color');
  }
  const text = given.id == null ? madeText(given.label) : given.label;
  if (text.length > STATUS_LABEL_LENGTH) {
    throw invalidInput(`A label has at most ${STATUS_LABEL_LENGTH} characters`);
  }
  const id = given.id ?? color;
  return {
    id,
    label: text,
    index: given.index ?? 0,
    color: id === GREY ? GREY : color,
    is_done: given.is_done ?? false,
    is_deactivated: given.is_deactivated ?? false,
    ...(given.description == null ? {} : { description: given.description }),
  };
}

/** The labels as `settings` show them; `named`: colours by name, as the vendor's page has them. */
export function viewLabels({ type, labels }: Column, named = false): Record<string, unknown>[] {
  if (type !== 'status') {
    return labels.map(({ id, label, is_deactivated }) => ({ id, label, is_deactivated: is_deactivated ?? false }));
  }
  return [...labels]
    .sort((one, other) => one.id - other.id)
    .map(({ id, color = id, label, index, is_done = false, is_deactivated = false, description }) => ({
      id,
      color: named ? nameOf.get(color) : color,
      label,
      index,
      is_done,
      is_deactivated,
      hex: hexOf.get(color),
      ...(description === undefined ? {} : { description }),
    }));
}

/** The labels as the older `settings_str` has them: texts by id, places and colours beside them. */
export function oldSettings({ type, labels }: Column): Record<string, unknown> {
  if (type !== 'status') {
    const named = labels.map(({ id, label }) => ({ id, name: label }));
    return { labels: named, deactivated_labels: labels.filter((each) => each.is_deactivated).map(({ id }) => id) };
  }
  const byId = <T>(value: (label: StoredLabel) => T) =>
    Object.fromEntries(labels.map((label) => [label.id, value(label)]));
  return {
    done_colors: labels.filter((label) => label.is_done).map(({ id }) => id),
    labels: byId(({ label }) => label),
    labels_positions_v2: byId(({ index }) => index),
    labels_colors: byId(({ id, color = id }) => ({ color: hexOf.get(color) })),
  };
}
