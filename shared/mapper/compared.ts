import type { SourceLayout } from '../lines/layout.js';
import { linkOf } from '../mapping/addresses.js';
import { readCountry } from '../mapping/countries.js';
import { readHour } from '../mapping/hours.js';
import type { ItemColumn, Mapping } from '../mapping/mapping.js';
import { canonicalDecimal } from '../mapping/numbers.js';
import { phoneForm, phoneOf } from '../mapping/phones.js';
import { trimAndClean } from '../mapping/rules.js';
import type { ArrayRow } from '../warehouse/port/warehouse.js';
import { isChecked } from './board-values.js';
import { compileColumn } from './map-line.js';
import { type ReadBack, shownCountry, shownDay, shownHour, shownValueOf } from './read-back.js';

/** An item as a read of the board gives it. */
interface ShownItem {
  readonly values: ReadonlyMap<string, { readonly text: string | null; readonly value: unknown }>;
}

/**
 * A column by which items of another program are told to be lines of ours. Rule 24: doctor, an adoption and push compare
 * by it, so that what one of them finds on the board no other one overlooks.
 */
export interface ComparedColumn {
  readonly id: string;
  readonly column: ItemColumn;
  /** A text of ours as the mapping makes it, in the form that is compared; '' for an empty one. */
  own(text: string | null | undefined): string;
  /** What an item shows in the column, in the same form; '' for an empty cell. */
  shown(item: ShownItem): string;
}

/** The column that shows order numbers; without one nothing tells whose an item is. */
export function orderColumn({ source, item }: Mapping): ItemColumn | undefined {
  return item.columns.find((column) => column.source === source.orderNumber);
}

/** `liveType`: what the column is on the board, which may be another type than the mapping says. */
export function comparedColumn(column: ItemColumn, liveType: string = column.type): ComparedColumn {
  const { id, rule } = column;
  const isNumber = rule === 'number' || liveType === 'numbers';
  const compared = (text: string): string => comparable(isNumber ? plainNumber(text) : text);
  return {
    id,
    column,
    own: (text) => (text === null || text === undefined ? '' : compared(formOfText(liveType, text))),
    shown: ({ values }) => {
      const cell = values.get(id);
      return cell === undefined || cell.value === null ? '' : compared(formOfCell(liveType, cell));
    },
  };
}

/** Compiles the function that gives what the board would show of a row, as it is compared; '' where that cannot be read. */
export function compileOwn(
  mapping: Mapping,
  layout: SourceLayout,
  { column, own }: ComparedColumn,
): (row: ArrayRow) => string {
  const read = compileColumn(mapping, column, layout);
  return (row) => {
    const value = read(row);
    return 'unfit' in value ? '' : own(value.text);
  };
}

/** Case and blanks make no difference. */
function comparable(text: string): string {
  return trimAndClean(text).toUpperCase();
}

/** The same number of digits before it or behind the point; a text that is no number stays as it is. */
function plainNumber(text: string): string {
  return canonicalDecimal(text.replace(/[,\s]/g, '')) ?? text;
}

function formOfText(type: string, text: string): string {
  switch (type) {
    case 'checkbox':
      return ticked(isChecked(text));
    case 'link':
      return address(linkOf(text).url);
    case 'phone':
      return phoneForm(phoneOf(text));
    case 'country':
      return readCountry(text) ?? text;
    case 'hour':
      return readHour(text) ?? text;
    default:
      return text;
  }
}

/** The cell without what a type shows beside the value: words for an address, a time beside a day. */
function formOfCell(type: string, cell: ReadBack): string {
  const value = shownValueOf(cell);
  const text = cell.text ?? '';
  switch (type) {
    case 'checkbox':
      return ticked(text !== '');
    case 'date':
      return shownDay(cell) ?? text;
    case 'timeline':
      return value.from && value.to ? `${value.from} - ${value.to}` : text;
    case 'email':
      return value.email || text;
    case 'link':
      return address(value.url || text);
    case 'phone':
      return phoneForm({ number: value.phone || text, country: (value.countryShortName ?? '').toUpperCase() });
    case 'country':
      return shownCountry(cell) ?? text;
    case 'hour':
      return shownHour(cell) ?? text;
    default:
      return text;
  }
}

const ticked = (is: boolean): string => (is ? 'v' : '');

function address(url: string): string {
  return URL.canParse(url) ? new URL(url).href : url;
}

/** The text that a column shows, '' when it is empty: an empty status cell may read as the text of its default label. */
export function textIn({ values }: ShownItem, column: string): string {
  const cell = values.get(column);
  return cell === undefined || cell.value === null ? '' : (cell.text?.trim() ?? '');
}
