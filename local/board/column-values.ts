import { ApiError, badValue } from './api-error.js';
import { writeValue } from './column-types.js';
import { labelOfText, madeText, newLabel } from './labels.js';
import type { Board, Column, ItemValues, StoredLabel } from './model.js';

const NAME_LENGTH = 255;
const TAG = /<\/?[a-z][^<>]*>/gi;
/** Documented as "about 64 KB" for all the values of an item. */
const VALUES_BYTES = 64 * 1024;

/** A checked set of values with the labels that have to be created for them. */
export interface CheckedValues {
  values: ItemValues;
  /** The new name, when `name` was among the values. */
  name: string | null;
  labels: { columnId: string; label: StoredLabel }[];
}

export interface Checking {
  board: Board;
  previous: ItemValues;
  createLabels: boolean;
  simple: boolean;
  /** True: the values are those of a new item. */
  fresh: boolean;
  now: string;
}

/** The decoded `column_values` of a mutation; they must come as a JSON text. */
export function parseColumnValues(json: unknown): Record<string, unknown> {
  try {
    const parsed: unknown = typeof json === 'string' ? JSON.parse(json) : undefined;
    if (typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed))
      return parsed as Record<string, unknown>;
  } catch {
    // Answered below, as any other value that is not a JSON object.
  }
  throw new ApiError('JsonParseException', 'column_values must be a JSON object, serialised to a string.', {
    status_code: 200,
  });
}

/** The name as the API keeps it: tags of HTML are cut out. Its length is counted in UTF-16 units. */
export function checkName(given: string): string {
  const name = given.replace(TAG, '');
  if (name.length === 0) throw new ApiError('InvalidArgumentException', 'An item needs a name.');
  if (name.length > NAME_LENGTH) {
    throw new ApiError('ItemNameTooLongException', `An item name has at most ${NAME_LENGTH} characters.`);
  }
  return name;
}

/** Checks every value before anything is written: one bad value rejects them all. */
export function checkValues(given: Record<string, unknown>, checking: Checking): CheckedValues {
  const checked: CheckedValues = { values: {}, name: null, labels: [] };
  for (const [columnId, input] of Object.entries(given)) {
    const column = checking.board.columns.get(columnId);
    if (column === undefined || column.archived) {
      throw new ApiError('InvalidColumnIdException', `Column not found: ${columnId}`, {
        error_data: { column_id: columnId },
      });
    }
    if (column.type === 'name') {
      checked.name = checkName(String(input));
      continue;
    }
    // A quirk of the real one: relations of a new item are dropped without a word.
    if (column.type === 'board_relation' && checking.fresh) continue;
    checked.values[columnId] = writeValue(input, {
      column,
      previous: checking.previous[columnId] ?? null,
      simple: checking.simple,
      fresh: checking.fresh,
      now: checking.now,
      label: (text) => findOrCreateLabel(column, text, checking.createLabels, checked),
    });
  }
  if (JSON.stringify({ ...checking.previous, ...checked.values }).length > VALUES_BYTES) {
    throw badValue('item', 'The column values of one item have at most 64 KB.');
  }
  return checked;
}

function findOrCreateLabel(column: Column, text: string, create: boolean, checked: CheckedValues): StoredLabel {
  const pending = checked.labels.filter((each) => each.columnId === column.id).map((each) => each.label);
  const known = [...column.labels, ...pending];
  const found = labelOfText(known, text);
  if (found !== undefined) return found;
  if (!create || column.managed === true) throw unknownLabel(column, text);
  // A text that loses its emoji may be that of a label which is there.
  const made = labelOfText(known, madeText(text));
  if (made !== undefined) return made;
  const label = newLabel(column, known, text);
  checked.labels.push({ columnId: column.id, label });
  return label;
}

function unknownLabel(column: Column, text: string): ApiError {
  const listed = column.labels.map(({ id, label }) => `${id}: ${label ?? ''}`).join(', ');
  if (column.type === 'status') {
    const message = `This status label doesn't exist, possible statuses are: {${listed}}`;
    const error_data = { column_validation_error_code: 'missingLabel' };
    return new ApiError('ColumnValueException', message, { error_data });
  }
  const message = `The dropdown label '${text}' does not exist, possible labels are: {${listed}}`;
  // Not JSON: the real one shows the value in the notation of its own language.
  const error_data = { column_value: `{"labels"=>[${JSON.stringify(text)}]}` };
  return new ApiError('ColumnValueException', message, { error_data });
}
