import { GREY } from './labels.js';
import type { Column, Stored, StoredLabel } from './model.js';

/** A cell as `column_values` shows it: the same fields as the type of that name in the schema. */
export interface ColumnAnswer {
  __typename: string;
  id: string;
  type: string;
  text: string | null;
  value: string | null;
  /** The column as the schema shows it: filled in by whoever shows the cell. */
  column?: unknown;
  [field: string]: unknown;
}

const EMPTY_IS_NULL = new Set(['dropdown', 'status', 'mirror', 'formula', 'board_relation']);

function part(stored: Stored, name: string): unknown {
  return typeof stored === 'object' && stored !== null ? stored[name] : undefined;
}

function labelTexts(column: Column, stored: Stored): StoredLabel[] {
  const ids = part(stored, 'ids');
  const wanted = Array.isArray(ids) ? ids.map(Number) : [Number(part(stored, 'index'))];
  return wanted.flatMap((id) => column.labels.filter((label) => label.id === id));
}

function numberText(column: Column, stored: Stored): string {
  const unit = column.settings['unit'];
  const places = typeof unit === 'object' && unit !== null && 'precision' in unit ? unit.precision : undefined;
  return typeof places === 'number' ? Number(stored).toFixed(places) : String(stored);
}

/** The `text` of a cell that holds something; null for a label without a text. */
function textOf(column: Column, stored: Exclude<Stored, null>, zone: number): string | null {
  switch (column.type) {
    case 'long_text':
      return String(part(stored, 'text'));
    case 'link':
      return `${String(part(stored, 'text'))} - ${String(part(stored, 'url'))}`;
    case 'email':
      return `${String(part(stored, 'text'))} - ${String(part(stored, 'email'))}`;
    case 'phone':
      return String(part(stored, 'phone'));
    case 'country':
      return String(part(stored, 'countryName'));
    case 'rating':
      return String(part(stored, 'rating'));
    case 'hour':
      return timeText(column, Number(part(stored, 'hour')), Number(part(stored, 'minute')));
    case 'numbers':
      return numberText(column, stored);
    case 'date': {
      const { date, time } = localDate(stored, zone);
      return [date, time].filter(Boolean).join(' ');
    }
    case 'timeline':
      return `${String(part(stored, 'from'))} - ${String(part(stored, 'to'))}`;
    case 'checkbox':
      return 'v';
    case 'status':
      return labelTexts(column, stored)[0]?.label ?? null;
    case 'dropdown':
      return labelTexts(column, stored)
        .map(({ label }) => label)
        .join(', ');
    default:
      return typeof stored === 'string' ? stored : JSON.stringify(stored);
  }
}

/** In 12 hours, unless the column's settings say 24. */
function timeText({ settings }: Column, hour: number, minute: number): string {
  const twoDigits = (number: number) => String(number).padStart(2, '0');
  if (settings['format'] === '24H') return `${twoDigits(hour)}:${twoDigits(minute)}`;
  return `${twoDigits(hour % 12 || 12)}:${twoDigits(minute)} ${hour < 12 ? 'AM' : 'PM'}`;
}

/**
 * The text of a cell: empty is `""` or null, depending on the type. Moments are shown in the zone of the token's user,
 * `zone` minutes ahead of UTC.
 */
export function cellText(column: Column, stored: Stored, zone = 0): string | null {
  if (stored !== null) return textOf(column, stored, zone);
  // An empty status cell shows what label 5 is called, where it is called anything.
  if (column.type === 'status') return greyText(column);
  return EMPTY_IS_NULL.has(column.type) ? null : '';
}

function greyText({ labels }: Column): string | null {
  const grey = labels.find(({ id, is_deactivated }) => id === GREY && is_deactivated !== true);
  return grey?.label || null;
}

/** Day and time of a date cell in the user's zone: with a time, it may be another day than in UTC. */
function localDate(stored: Stored, zone: number): { date: string; time: string } {
  const [date, time] = [String(part(stored, 'date') ?? ''), part(stored, 'time')];
  if (typeof time !== 'string') return { date, time: '' };
  const moment = new Date(Date.parse(`${date}T${time.padEnd(8, ':00')}Z`) + zone * 60_000).toISOString();
  return { date: moment.slice(0, 10), time: moment.slice(11, 16) };
}

/** The `value` of a cell, a JSON text inside the answer's JSON. */
export function cellValue(column: Column, stored: Stored): string | null {
  if (stored === null) return null;
  return JSON.stringify(column.type === 'numbers' ? numberText(column, stored) : stored);
}

function ownFields(column: Column, stored: Stored, zone: number): Record<string, unknown> {
  switch (column.type) {
    case 'text':
      return { __typename: 'TextValue' };
    case 'long_text':
      return { __typename: 'LongTextValue' };
    case 'numbers':
      return { __typename: 'NumbersValue', number: stored === null ? null : Number(stored) };
    case 'date':
      return { __typename: 'DateValue', ...localDate(stored, zone) };
    case 'timeline':
      return { __typename: 'TimelineValue', from: momentOf(part(stored, 'from')), to: momentOf(part(stored, 'to')) };
    case 'checkbox':
      return { __typename: 'CheckboxValue', checked: part(stored, 'checked') ?? null };
    case 'email':
      return { __typename: 'EmailValue', email: part(stored, 'email') ?? null, label: part(stored, 'text') ?? null };
    case 'link':
      return { __typename: 'LinkValue', url: part(stored, 'url') ?? null, url_text: part(stored, 'text') ?? null };
    case 'phone':
      return {
        __typename: 'PhoneValue',
        phone: part(stored, 'phone') ?? null,
        country_short_name: part(stored, 'countryShortName') ?? null,
      };
    case 'country': {
      const [code, name] = [part(stored, 'countryCode'), part(stored, 'countryName')];
      return { __typename: 'CountryValue', country: code === undefined ? null : { code, name } };
    }
    case 'rating':
      return { __typename: 'RatingValue', rating: part(stored, 'rating') ?? null };
    case 'hour':
      return { __typename: 'HourValue', hour: part(stored, 'hour') ?? null, minute: part(stored, 'minute') ?? null };
    case 'dropdown':
      return { __typename: 'DropdownValue', values: labelTexts(column, stored) };
    case 'status':
      return {
        __typename: 'StatusValue',
        index: part(stored, 'index') ?? null,
        label: stored === null ? greyText(column) : (labelTexts(column, stored)[0]?.label ?? null),
      };
    default:
      return { __typename: 'UnsupportedValue' };
  }
}

function momentOf(day: unknown): string | null {
  return typeof day === 'string' ? `${day}T00:00:00+00:00` : null;
}

export function cellOf(column: Column, stored: Stored, zone: number): ColumnAnswer {
  return {
    __typename: 'UnsupportedValue',
    ...ownFields(column, stored, zone),
    id: column.id,
    type: column.type,
    text: cellText(column, stored, zone),
    value: cellValue(column, stored),
  };
}
