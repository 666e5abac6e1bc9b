import type { Column, Stored } from './model.js';

/** A cell as `column_values` shows it: the same fields as the type of that name in the schema. */
export interface Cell {
  __typename: string;
  id: string;
  type: string;
  text: string | null;
  value: string | null;
  column: Column;
  [field: string]: unknown;
}

const EMPTY_IS_NULL = new Set(['dropdown', 'status', 'mirror', 'formula', 'board_relation']);

function part(stored: Stored, name: string): unknown {
  return typeof stored === 'object' && stored !== null ? stored[name] : undefined;
}

function labelTexts(column: Column, stored: Stored): { id: number; label: string }[] {
  const ids = part(stored, 'ids');
  const wanted = Array.isArray(ids) ? ids.map(Number) : [Number(part(stored, 'index'))];
  return wanted.flatMap((id) => column.labels.filter((label) => label.id === id));
}

function numberText(column: Column, stored: Stored): string {
  const places = column.settings['decimal_places'];
  return typeof places === 'number' ? Number(stored).toFixed(places) : String(stored);
}

/** The `text` of a cell that holds something. */
function textOf(column: Column, stored: Exclude<Stored, null>): string {
  switch (column.type) {
    case 'long_text':
      return String(part(stored, 'text'));
    case 'link':
      return [part(stored, 'text'), part(stored, 'url')].filter(Boolean).join(' - ');
    case 'numbers':
      return numberText(column, stored);
    case 'date':
      return [part(stored, 'date'), part(stored, 'time')].filter(Boolean).join(' ').slice(0, 16);
    case 'timeline':
      return `${String(part(stored, 'from'))} - ${String(part(stored, 'to'))}`;
    case 'checkbox':
      return 'v';
    case 'status':
    case 'dropdown':
      return labelTexts(column, stored)
        .map(({ label }) => label)
        .join(', ');
    default:
      return typeof stored === 'string' ? stored : JSON.stringify(stored);
  }
}

/** The text of a cell: empty is `""` or null, depending on the type. */
export function cellText(column: Column, stored: Stored): string | null {
  return stored === null ? (EMPTY_IS_NULL.has(column.type) ? null : '') : textOf(column, stored);
}

/** The `value` of a cell, a JSON text inside the answer's JSON. */
export function cellValue(column: Column, stored: Stored): string | null {
  if (stored === null) return null;
  return JSON.stringify(column.type === 'numbers' ? numberText(column, stored) : stored);
}

function ownFields(column: Column, stored: Stored): Record<string, unknown> {
  switch (column.type) {
    case 'text':
      return { __typename: 'TextValue' };
    case 'long_text':
      return { __typename: 'LongTextValue' };
    case 'numbers':
      return { __typename: 'NumbersValue', number: stored === null ? null : Number(stored) };
    case 'date':
      return { __typename: 'DateValue', date: part(stored, 'date') ?? '', time: part(stored, 'time') ?? '' };
    case 'timeline':
      return { __typename: 'TimelineValue', from: momentOf(part(stored, 'from')), to: momentOf(part(stored, 'to')) };
    case 'checkbox':
      return { __typename: 'CheckboxValue', checked: part(stored, 'checked') ?? null };
    case 'dropdown':
      return { __typename: 'DropdownValue', values: labelTexts(column, stored) };
    case 'status':
      return {
        __typename: 'StatusValue',
        index: part(stored, 'index') ?? null,
        label: labelTexts(column, stored)[0]?.label ?? null,
      };
    default:
      return { __typename: 'UnsupportedValue' };
  }
}

function momentOf(day: unknown): string | null {
  return typeof day === 'string' ? `${day}T00:00:00+00:00` : null;
}

export function cellOf(column: Column, stored: Stored): Cell {
  return {
    __typename: 'UnsupportedValue',
    ...ownFields(column, stored),
    id: column.id,
    type: column.type,
    text: cellText(column, stored),
    value: cellValue(column, stored),
    column,
  };
}
