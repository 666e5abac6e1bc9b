import { FixFirstError } from '../ground/errors.js';
import type { BoardColumn } from './board-replies.js';
import { activeLabelIds, LABEL_LIMITS, type Label, labelsOf, STATUS_LABEL_LENGTH } from './label-settings.js';
import type { MutationField } from './operations.js';
import { idOfColour, nextStatusPlace } from './status-colours.js';

/** If so many labels in a row are refused and none accepted, the column accepts none, and the others are not tried. */
const REFUSED_IN_A_ROW = 20;

/** Letters, digits and ASCII punctuation with single blanks: texts that the API was never seen to change. */
const PLAIN = /^[\p{L}\p{N}!-/:-@[-`{-~]+(?: [\p{L}\p{N}!-/:-@[-`{-~]+)*$/u;

/** One mutation that replaces a column's list by the current labels plus added or activated ones. */
export interface LabelDraft {
  field: MutationField;
  added: readonly { text: string; color?: string }[];
  activated: readonly Label[];
}

/**
 * Rule 20: the labels still to be added to one column, list by list. A text that may come back changed is a list of its
 * own, so that what comes back is known to be its label; a refused list is halved until the refused label is alone.
 */
export class LabelLists {
  readonly columnId: string;
  /** Why the board refuses a label, by its text. */
  readonly refused = new Map<string, string>();
  /** Labels that came back with another text, by the text that was sent. */
  readonly changed = new Map<string, Label>();
  readonly #lists: (readonly string[])[];
  #column: BoardColumn | undefined;
  #labels: readonly Label[] = [];
  #refusedInARow = 0;
  #tries = 0;
  /** A text that was sent alone and whose creation is unknown, with the column's labels before. */
  #unread: { text: string; known: ReadonlySet<number> } | undefined;

  constructor(columnId: string, wanted: Iterable<string>) {
    this.columnId = columnId;
    const texts = [...new Set(wanted)].filter((text) => text !== '');
    const plain = texts.filter((text) => PLAIN.test(text));
    this.#lists = [plain, ...texts.filter((text) => !PLAIN.test(text)).map((text) => [text])];
  }

  /** All labels of the column, as last read. */
  get labels(): readonly Label[] {
    return this.#labels;
  }

  /** The label for a text, whatever its own text. */
  labelOf(text: string): Label | undefined {
    return this.changed.get(text) ?? this.#labels.find(({ active, label }) => active && label === text);
  }

  /** How often the draft has been sent without a verdict. */
  get tries(): number {
    return this.#tries;
  }

  /** The column has to be read before anything else. */
  get isStale(): boolean {
    return this.#column === undefined;
  }

  /** Takes over the current state of the column. */
  read(column: BoardColumn): void {
    this.#column = column;
    this.#labels = labelsOf(column);
    if (this.#unread === undefined) return;
    const { text, known } = this.#unread;
    const own = comeBack(text, known, this.#labels);
    if (own !== undefined) {
      this.changed.set(text, own);
      this.refused.delete(text);
    }
    this.#unread = undefined;
  }

  /** The next list to send; undefined if nothing is left. */
  draft(boardId: string, alias: string): LabelDraft | undefined {
    const column = this.#column;
    if (column === undefined) return undefined;
    for (let list = this.#lists[0]; list !== undefined; list = this.#lists[0]) {
      const draft = draftOf(boardId, column, this.#labels, this.#lacking(list), alias);
      if (typeof draft === 'string') for (const text of this.#lacking(list)) this.refused.set(text, draft);
      else if (draft !== undefined) return draft;
      this.#lists.shift();
    }
    return undefined;
  }

  /** The board has answered with the column's new list. */
  done({ added, activated }: LabelDraft, { labels, revision }: { labels: readonly Label[]; revision: string }): void {
    const before = new Set(this.#labels.map(({ id }) => id));
    if (this.#column !== undefined) this.#column = { ...this.#column, revision };
    this.#labels = labels;
    const known = activeLabelIds(this.#labels);
    const unmatched = added.filter(({ text }) => !known.has(text));
    const strange = this.#labels.filter(
      ({ id, active, label }) => active && !before.has(id) && !added.some(({ text }) => text === label),
    );
    this.#lists.shift();
    this.#refusedInARow = 0;
    this.#tries = 0;
    for (const { text, color } of unmatched) {
      const label = color === undefined ? undefined : strange.find(({ id }) => id === idOfColour(color));
      const only = unmatched.length === 1 && strange.length === 1 ? strange[0] : undefined;
      const own = label ?? only;
      if (own !== undefined) this.changed.set(text, own);
      else if (added.length > 1 && strange.length === 0) this.#lists.unshift([text]);
      else this.refused.set(text, 'the board answered that it was made, and shows no label that is known to be it');
    }
    for (const { label } of activated)
      if (!known.has(label)) this.refused.set(label, 'it is deactivated, and the board does not activate it again');
  }

  /** The outcome of the draft is unknown: the column is read again. */
  unread({ added }: LabelDraft): void {
    this.#column = undefined;
    this.#tries += 1;
    const [only, ...others] = added;
    if (only !== undefined && others.length === 0)
      this.#unread = { text: only.text, known: new Set(this.#labels.map(({ id }) => id)) };
  }

  /** The board refuses the draft. The column is read again, because what it shows takes precedence. */
  refuse({ added, activated }: LabelDraft, why: string): void {
    this.#column = undefined;
    this.#tries = 0;
    const texts = [...activated.map(({ label }) => label), ...added.map(({ text }) => text)];
    this.#lists.shift();
    const [only, ...others] = texts;
    if (only === undefined) return;
    if (others.length > 0) {
      const half = Math.ceil(texts.length / 2);
      this.#lists.unshift(texts.slice(0, half), texts.slice(half));
      return;
    }
    this.refused.set(only, why);
    this.#refusedInARow += 1;
    if (this.#refusedInARow < REFUSED_IN_A_ROW) return;
    for (const text of this.#lists.splice(0).flat()) this.refused.set(text, why);
  }

  #lacking(list: readonly string[]): string[] {
    const known = activeLabelIds(this.#labels);
    return list.filter((text) => !known.has(text) && !this.changed.has(text) && !this.refused.has(text));
  }
}

/**
 * The label that was requested by a text, came back with another one, and whose answer was not read: the only one that
 * is new in the column and can be the remainder of the text.
 */
export function comeBack(text: string, known: ReadonlySet<number>, labels: readonly Label[]): Label | undefined {
  const fresh = labels.filter(({ id, active, label }) => active && !known.has(id) && isLeftOf(label, text));
  return fresh.length === 1 && fresh[0]?.label !== text ? fresh[0] : undefined;
}

/** Whether `rest` can result from removing characters from `text`. */
function isLeftOf(rest: string, text: string): boolean {
  const characters = [...rest.toLowerCase()];
  for (const character of text.toLowerCase()) if (character === characters[0]) characters.shift();
  return rest !== '' && characters.length === 0;
}

function kindOf(column: BoardColumn): keyof typeof LABEL_LIMITS {
  if (column.type === 'dropdown' || column.type === 'status') return column.type;
  throw new FixFirstError(
    'BOARD_COLUMN_TYPE',
    `Column "${column.title}" is of type ${column.type}, which has no labels.`,
  );
}

/** A draft, undefined if there is nothing to send, or the reason why none is possible. */
function draftOf(
  boardId: string,
  column: BoardColumn,
  labels: readonly Label[],
  texts: readonly string[],
  alias: string,
): LabelDraft | string | undefined {
  const kind = kindOf(column);
  const activated = labels.filter(({ active, label }) => !active && texts.includes(label));
  const dormant = new Set(activated.map(({ label }) => label));
  const fresh = texts.filter(
    (text) => !dormant.has(text) && (kind === 'dropdown' || text.length <= STATUS_LABEL_LENGTH),
  );
  const added: { text: string; color?: string; index?: number }[] = [];
  const places = [...labels.map(({ id, index, color }) => ({ id, index, color }))];
  for (const text of fresh.slice(0, Math.max(0, LABEL_LIMITS[kind] - labels.length))) {
    if (kind === 'dropdown') added.push({ text });
    else {
      const place = nextStatusPlace(places);
      if (place === undefined) break;
      places.push({ ...place, id: idOfColour(place.color) ?? 0 });
      added.push({ text, ...place });
    }
  }
  if (added.length === 0 && activated.length === 0) return undefined;
  if (kind === 'status' && labels.some(({ color, index }) => color === undefined || index === undefined))
    return 'the board does not say which places and colours its labels have, so that it has to be added by hand';
  const kept = labels.map((label) => keptLabel(kind, label, label.active || activated.includes(label)));
  const field: MutationField = {
    alias,
    operation: kind === 'status' ? 'updateStatusLabels' : 'updateDropdownLabels',
    variables: {
      boardId,
      columnId: column.id,
      revision: column.revision,
      labels: [...kept, ...added.map(({ text, ...place }) => ({ label: text, ...place }))],
    },
  };
  return { field, added, activated };
}

/** The API clears omitted parts of a status label. */
function keptLabel(kind: keyof typeof LABEL_LIMITS, each: Label, active: boolean): Record<string, unknown> {
  const label = { id: each.id, label: each.label, ...(each.active ? {} : { is_deactivated: !active }) };
  if (kind === 'dropdown') return label;
  return {
    ...label,
    color: each.color,
    index: each.index,
    ...(each.done === undefined ? {} : { is_done: each.done }),
    ...(each.description === undefined ? {} : { description: each.description }),
  };
}
