import { trimEndOf } from '../../shared/ground/text.js';
import type { ColumnType } from '../../shared/mapping/column-types.js';
import { ApiError, badValue } from './api-error.js';
import { writeCountry, writeEmail, writeHour, writeLink, writePhone, writeRating } from './contact-types.js';
import type { BoardColumnType, Column, Stored, StoredLabel } from './model.js';
import { isRecord, type Write, type Writing } from './writing.js';

const LONG_TEXT_LIMIT = 2000;

function writeText(input: unknown, { column }: Writing): Stored {
  if (typeof input !== 'string') throw badValue(column.type, 'The value of a text column must be a string.');
  return input === '' ? null : input;
}

function writeLongText(input: unknown, { column, now }: Writing): Stored {
  const text = isRecord(input) ? input['text'] : input;
  if (typeof text !== 'string') throw badValue(column.type, 'The value of a long text column must hold a text.');
  if (text.length > LONG_TEXT_LIMIT)
    throw badValue('long-text', `A long text has at most ${LONG_TEXT_LIMIT} characters.`);
  return text === '' ? null : { text, changed_at: now };
}

/** A decimal number without leading or trailing zeros, exact to the last digit. */
export function canonicalNumber(text: string): string | undefined {
  const parts = /^([+-]?)(\d*)(?:\.(\d*))?$/.exec(text.trim());
  if (parts === null || !/\d/.test(text)) return undefined;
  const [, sign, before = '', behind = ''] = parts;
  const [whole, fraction] = [before.replace(/^0+/, ''), trimEndOf(behind, '0')];
  const digits = `${whole || '0'}${fraction ? `.${fraction}` : ''}`;
  return sign === '-' && digits !== '0' ? `-${digits}` : digits;
}

function writeNumber(input: unknown, { column, simple }: Writing): Stored {
  // Not a mistake: an empty string means nothing to the simple form, and zero to all others.
  if (input === '') return simple ? null : '0';
  const number = typeof input === 'string' || typeof input === 'number' ? canonicalNumber(String(input)) : undefined;
  if (number === undefined) throw badValue(column.type, 'The value of a numbers column must be a number.');
  return number;
}

function isDay(day: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(day)) return false;
  const time = Date.parse(`${day}T00:00:00Z`);
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(day);
}

function writeDate(input: unknown, { column, now }: Writing): Stored {
  const [date, time] = isRecord(input) ? [input['date'], input['time']] : String(input).split(' ');
  const timeIsValid = time === undefined || time === null || /^([01]\d|2[0-3]):[0-5]\d(:[0-5]\d)?$/.test(String(time));
  if (typeof date !== 'string' || !isDay(date) || !timeIsValid) {
    throw badValue(
      column.type,
      'The value of a date column must be a date like 2026-11-23, with a time like 13:30:00.',
    );
  }
  return { date, ...(typeof time === 'string' ? { time } : {}), icon: null, changed_at: now };
}

function writeTimeline(input: unknown, { column, simple, fresh, now }: Writing): Stored {
  const { from, to } = isRecord(input) ? input : {};
  if (simple || typeof from !== 'string' || typeof to !== 'string' || !isDay(from) || !isDay(to) || from > to) {
    throw badValue(column.type, 'The value of a timeline column must be an object with the dates from and to.');
  }
  return fresh ? { from, to } : { to, from, changed_at: now };
}

function writeCheckbox(input: unknown, { column, previous, now }: Writing): Stored {
  const checked = isRecord(input) ? String(input['checked']) : '';
  // A quirk of the real one: false is accepted and leaves the box as it was; only null clears.
  if (checked === 'false') return previous;
  if (checked !== 'true')
    throw badValue(column.type, 'The value of a checkbox column must be {"checked": "true"} or null.');
  return { checked: true, changed_at: now };
}

function labelOfId(column: Column, id: unknown): StoredLabel {
  const label = column.labels.find((each) => each.id === Number(id) && !each.is_deactivated);
  if (label !== undefined) return label;
  throw badValue(column.type, `There is no label with the id ${String(id)} in the column ${column.title}.`);
}

function writeStatus(input: unknown, { column, label, fresh, now }: Writing): Stored {
  const given = isRecord(input) ? (input['label'] ?? input['index']) : input;
  const byId = typeof given === 'number' || (typeof given === 'string' && /^\d+$/.test(given) && !isNamed(input));
  if (!byId && (typeof given !== 'string' || given === '')) {
    throw badValue('color', 'The value of a status column must hold a label or an index.');
  }
  const { id } = byId ? labelOfId(column, given) : label(String(given));
  return fresh ? { index: id } : { index: id, post_id: null, changed_at: now };
}

/** Digits are an index as a bare string, but a text when they stand under `label`. */
function isNamed(input: unknown): boolean {
  return isRecord(input) && input['label'] !== undefined;
}

function writeDropdown(input: unknown, { column, label, fresh, now }: Writing): Stored {
  // A quirk of the real one: the value of a status column is taken, and leaves the cell empty.
  if (isRecord(input) && 'label' in input) return null;
  const { labels, ids } = isRecord(input) ? input : splitDropdown(String(input));
  if ((labels === undefined) === (ids === undefined)) {
    throw badValue(column.type, 'The value of a dropdown column must hold either labels or ids.');
  }
  const listed: unknown = labels ?? ids;
  if (!Array.isArray(listed)) throw badValue(column.type, 'The labels of a dropdown column must be a list.');
  const chosen =
    labels === undefined ? listed.map((id) => labelOfId(column, id)) : listed.map((text) => label(String(text)));
  if (chosen.length === 0) return null;
  const held = { ids: [...new Set(chosen.map(({ id }) => id))] };
  return fresh ? held : { ...held, changed_at: now, override_all_ids: 'true' };
}

function splitDropdown(text: string): { labels?: string[]; ids?: string[] } {
  const parts = text.split(',').map((part) => part.trim());
  return parts.every((part) => /^\d+$/.test(part)) ? { ids: parts } : { labels: parts };
}

/** Every type that a mapping may write to is among them. */
const WRITES: Record<ColumnType, Write> & Partial<Record<BoardColumnType, Write>> = {
  // Taken, and read back as nothing: the other board is not simulated.
  board_relation: () => null,
  text: writeText,
  country: writeCountry,
  email: writeEmail,
  hour: writeHour,
  link: writeLink,
  long_text: writeLongText,
  numbers: writeNumber,
  phone: writePhone,
  rating: writeRating,
  date: writeDate,
  timeline: writeTimeline,
  checkbox: writeCheckbox,
  status: writeStatus,
  dropdown: writeDropdown,
};

const CLEARED_BY_AN_OBJECT: ReadonlySet<BoardColumnType> = new Set(['status', 'timeline', 'rating']);

/** Which inputs mean "no value": null everywhere, the empty string of the simple form, the empty object of some types. */
function clears(input: unknown, { column, simple }: Writing): boolean {
  if (input === null || (simple && input === '')) return true;
  return CLEARED_BY_AN_OBJECT.has(column.type) && isRecord(input) && Object.keys(input).length === 0;
}

/** The stored form of what was sent for a column, or the error the API answers with. */
export function writeValue(input: unknown, writing: Writing): Stored {
  const write = WRITES[writing.column.type];
  if (write === undefined) {
    throw new ApiError('InvalidColumnTypeException', `The column ${writing.column.title} is read only.`);
  }
  return clears(input, writing) ? null : write(input, writing);
}
