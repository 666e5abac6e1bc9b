import { ApiError, badValue } from './api-error.js';
import { writeValue } from './column-types.js';
import type { Board, Column, Label, Values } from './model.js';

export const LABEL_LIMITS = { dropdown: 500, status: 40 } as const;
const STATUS_LABEL_LENGTH = 30;
const NAME_LENGTH = 255;
/** Documented as "about 64 KB" for all the values of an item. */
const VALUES_BYTES = 64 * 1024;

/** A checked set of values with the labels that have to be created for them. */
export interface CheckedValues {
  values: Values;
  /** The new name, when `name` was among the values. */
  name: string | null;
  labels: { columnId: string; label: Label }[];
}

export interface Checking {
  board: Board;
  previous: Values;
  createLabels: boolean;
  simple: boolean;
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

export function checkName(name: string): string {
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
    checked.values[columnId] = writeValue(input, {
      column,
      previous: checking.previous[columnId] ?? null,
      simple: checking.simple,
      now: checking.now,
      label: (text) => findOrCreateLabel(column, text, checking.createLabels, checked),
    });
  }
  if (JSON.stringify({ ...checking.previous, ...checked.values }).length > VALUES_BYTES) {
    throw badValue('item', 'The column values of one item have at most 64 KB.');
  }
  return checked;
}

function findOrCreateLabel(column: Column, text: string, create: boolean, checked: CheckedValues): Label {
  const pending = checked.labels.filter((each) => each.columnId === column.id).map((each) => each.label);
  const known = [...column.labels, ...pending];
  const found = known.find((each) => each.label === text && !each.is_deactivated);
  if (found !== undefined) return found;
  if (!create) throw unknownLabel(column, text);
  const label = newLabel(column, known, text);
  checked.labels.push({ columnId: column.id, label });
  return label;
}

function unknownLabel(column: Column, text: string): ApiError {
  const listed = column.labels.map(({ id, label }) => `${id}: ${label}`).join(', ');
  return column.type === 'status'
    ? badValue('color', `This status label doesn't exist, possible statuses are: {${listed}}`)
    : badValue('dropdown', `The dropdown label '${text}' does not exist, possible labels are: {${listed}}`);
}

function newLabel(column: Column, known: readonly Label[], text: string): Label {
  const status = column.type === 'status';
  const limit = LABEL_LIMITS[status ? 'status' : 'dropdown'];
  if (known.length >= limit) throw badValue(column.type, `The column ${column.title} already has ${limit} labels.`);
  if (text === '' || (status && text.length > STATUS_LABEL_LENGTH)) {
    throw badValue(column.type, `The label of the column ${column.title} is empty or too long.`);
  }
  const id = Math.max(0, ...known.map((label) => label.id)) + 1;
  const label: Label = { id, label: text, is_deactivated: false };
  return status ? { ...label, index: known.length, color: 'bright_blue' } : label;
}
