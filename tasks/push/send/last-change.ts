import { type Entry, GROUP, NAME, SHOWN_NAME, type Values } from '../../../shared/ledger/entry.js';
import { quantityColumn, subitemName } from '../../../shared/mapper/sizes.js';
import type { Mapping } from '../../../shared/mapping/mapping.js';
import { cutAlike, cutText, LONG_TEXT_LENGTH, NAME_LENGTH } from '../../../shared/mapping/rules.js';
import type { Line, Sending, Unit } from '../model/unit.js';
import type { Recording } from '../write/recording.js';

/** A value among others: whoever wants the whole of a long one has it in its own column. */
const VALUE_LENGTH = 100;
/** The vendor names no limit for a text column: what names and titles may have is enough for a glance. */
const FORMS = { long_text: { most: LONG_TEXT_LENGTH, between: '\n' }, text: { most: NAME_LENGTH, between: '; ' } };

/**
 * The value of the mapping's column `item.last_change` that goes out with a create or change of an item, in its body and
 * never alone: the day (UTC) on which the batch was made, and old → new in words, sizes included. Neither ledger nor audit
 * know it. It follows from mapping, batch and ledger alone, so that the same send made again says the same.
 */
export function lastChange(
  { mapping, batch, lines }: Pick<Recording, 'mapping' | 'batch' | 'lines'>,
  { unit, send }: Sending,
): Values {
  const column = mapping.item.lastChange;
  const line = lines.get(unit.place.key);
  if (column === undefined || line === undefined || unit.place.kind !== 'item') return {};
  if (send.kind !== 'create' && send.kind !== 'change') return {};
  const { most, between } = FORMS[column.type];
  const words = isNew(mapping, unit.entry) ? ['new'] : wordsOf(mapping, line, send.values);
  const text = `${batch.startedAt.toISOString().slice(0, 10)}: ${words.join(between)}`;
  return { [column.id]: cutText(text, most) };
}

/** Nothing of its values was ever answered: a first load, whatever became of it, or an item that is made or taken over. */
function isNew({ item: { key } }: Mapping, { answered }: Entry): boolean {
  const apart = new Set([GROUP, SHOWN_NAME, key.id]);
  return Object.keys(answered).every((column) => apart.has(column));
}

function wordsOf(mapping: Mapping, { item, sizes }: Line, sent: Values): string[] {
  const titles = new Map([[NAME, 'Name'], ...mapping.item.columns.map(({ id, title }) => [id, title] as const)]);
  const values = [...titles].filter(([id]) => id in sent);
  const changed = values.flatMap(([id, title]) => arrow(title, item.entry.answered[id] ?? null, sent[id] ?? null));
  const { subitem } = mapping;
  const quantity = quantityColumn(subitem) ?? '';
  const resized =
    subitem === undefined
      ? []
      : sizes.flatMap((size) => sizeWords(subitemName(subitem, size.place.size), size, quantity));
  if (changed.length + resized.length > 0) return [...changed, ...resized];
  // Of a send without an answer, or a value that is put back: the board may have shown another one.
  const again = values.filter(([id]) => item.entry.since.includes(id));
  return again.length === 0 ? ['sent again'] : again.map(([id, title]) => `${title}: again ${shown(sent[id] ?? null)}`);
}

function sizeWords(title: string, { entry, wanted }: Unit, quantity: string): string[] {
  const after = wanted.kind === 'present' ? wanted.values[quantity] : undefined;
  // One that is not there is not made for being no longer wanted.
  if (after === undefined || (entry.id === null && after === '0')) return [];
  return arrow(title, entry.answered[quantity] ?? '0', after);
}

function arrow(title: string, before: string | null, after: string | null): string[] {
  if (before === after) return [];
  const [old, now] = cutAlike(oneLine(before ?? ''), oneLine(after ?? ''), VALUE_LENGTH);
  const orEmpty = (value: string | null, text: string) => (value === null ? '(empty)' : text);
  return [`${title}: ${orEmpty(before, old)} → ${orEmpty(after, now)}`];
}

function shown(value: string | null): string {
  return value === null ? '(empty)' : cutText(oneLine(value), VALUE_LENGTH);
}

const oneLine = (value: string): string => value.replace(/\s+/g, ' ').trim();
