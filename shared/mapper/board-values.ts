import { linkOf } from '../mapping/addresses.js';
import { countryName, readCountry } from '../mapping/countries.js';
import type { ColumnType } from '../mapping/mapping.js';
import { phoneOf } from '../mapping/phones.js';

/** The form of a value in column_values; null clears a column of any type. */
export type ColumnValue = string | null | Readonly<Record<string, string | number | readonly (string | number)[]>>;

/** The current labels of a dropdown or status column on the board, with their ids. */
export type LabelIds = ReadonlyMap<string, number>;

/** One value to write: the live type of the column and the canonical text, null for empty. */
export interface BoardValue {
  readonly id: string;
  readonly type: ColumnType;
  readonly text: string | null;
  readonly labels?: LabelIds | undefined;
}

/** column_values of a create: empty columns are omitted. */
export function createValues(values: Iterable<BoardValue>): Record<string, ColumnValue> {
  return updateValues([...values].filter((value) => value.text !== null));
}

/** column_values of an update: an empty column is cleared. */
export function updateValues(values: Iterable<BoardValue>): Record<string, ColumnValue> {
  return Object.fromEntries([...values].map(({ id, type, text, labels }) => [id, toColumnValue(type, text, labels)]));
}

/**
 * A canonical text in the form of the column's live type. With `labels`, a known label is sent by its id; without, or
 * for a label that does not exist yet, by the object form: a plain text of digits would be read as an id.
 */
export function toColumnValue(type: ColumnType, text: string | null, labels?: LabelIds): ColumnValue {
  // For numbers "" would write 0, and "false" does not reliably clear a checkbox; null clears every type.
  if (text === null) return null;
  switch (type) {
    case 'text':
    case 'numbers':
      return text;
    case 'long_text':
      return { text };
    case 'date':
      return { date: text };
    case 'dropdown': {
      const id = labels?.get(text);
      return id === undefined ? { labels: [text] } : { ids: [id] };
    }
    case 'status': {
      const id = labels?.get(text);
      return id === undefined ? { label: text } : { index: id };
    }
    case 'timeline': {
      const [from = '', to = from] = text.split(' - ');
      return { from, to };
    }
    case 'checkbox':
      return isChecked(text) ? { checked: 'true' } : null;
    case 'email':
      // Both are needed; without words of its own, the board too shows the address.
      return { email: text, text };
    case 'link': {
      const { url, words } = linkOf(text);
      return { url, text: words };
    }
    case 'phone': {
      const { number, country } = phoneOf(text);
      return { phone: number, countryShortName: country };
    }
    case 'country': {
      const code = readCountry(text) ?? text;
      return { countryCode: code, countryName: countryName(code) ?? text };
    }
    case 'rating':
      return { rating: wholeNumber(text) };
    case 'hour': {
      const [hour = '', minute = ''] = text.split(':');
      return { hour: wholeNumber(hour), minute: wholeNumber(minute) };
    }
  }
}

/** A text that is no number stays one: the board refuses it, where it would take NaN for nothing. */
function wholeNumber(text: string): string | number {
  return /^\d+$/.test(text) ? Number(text) : text;
}

/** Texts that tick a checkbox; every other leaves it clear. */
export function isChecked(text: string): boolean {
  return /^(?:true|yes|y|v|x|1)$/i.test(text);
}

export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
