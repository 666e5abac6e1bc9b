import { fold } from './fold.js';
import type { MappingPath } from './mapping-file.js';
import type { MappingText } from './mapping-schema.js';
import { NAME_LENGTH } from './texts.js';

/** Something in a mapping that cannot work, and where. */
export interface MappingFault {
  path: MappingPath;
  message: string;
}

/** Characters of a column's name on SQL Server, and less by the mark that raw values have in the staging table. */
const COLUMN_LENGTH = 128;
const SOURCE_LENGTH = COLUMN_LENGTH - 4;
/** Characters that a status column takes as a label. */
const STATUS_LABEL_LENGTH = 30;

/** Names that our tables or the board do not take, and names that mean nothing. */
export function limitFaults(mapping: MappingText): MappingFault[] {
  return [...columnFaults(mapping), ...customerFaults(mapping), ...sourceFaults(mapping)];
}

function columnFaults({ item, subitem }: MappingText): MappingFault[] {
  const ofItems = item.columns.flatMap(({ title, type, values }, index) => {
    const path = ['item', 'columns', index];
    const labels = type === 'status' ? values.map(([, label]) => label) : [];
    return [
      ...(title.length > COLUMN_LENGTH ? [tooLong([...path, 'title'], title, COLUMN_LENGTH)] : []),
      ...labels
        .filter((label) => label.length > STATUS_LABEL_LENGTH)
        .map((label) => tooLong([...path, 'values'], label, STATUS_LABEL_LENGTH)),
    ];
  });
  const titles = [item.key, subitem.key].map(({ title }, index) => ({
    path: [index === 0 ? 'item' : 'subitem', 'key', 'title'],
    title,
  }));
  const more = subitem.columns.map(({ title }, index) => ({ path: ['subitem', 'columns', index, 'title'], title }));
  return [
    ...ofItems,
    ...[...titles, ...more]
      .filter(({ title }) => title.length > NAME_LENGTH)
      .map(({ path, title }) => tooLong(path, title, NAME_LENGTH)),
    ...(item.group.fallback.length > NAME_LENGTH
      ? [tooLong(['item', 'group', 'fallback'], item.group.fallback, NAME_LENGTH)]
      : []),
  ];
}

/** A customer under a name that counts as nothing would have no lines, or all that have none. */
function customerFaults({ customers, blank }: MappingText): MappingFault[] {
  const nothing = new Set(['', ...blank.map(fold)]);
  return customers.flatMap(({ name, spellings }) => {
    const path = ['customers', name];
    const empty = (text: string, at: MappingPath): MappingFault[] =>
      nothing.has(fold(text)) ? [{ path: at, message: `"${text}" counts as blank and cannot name a customer` }] : [];
    const long = [name, ...spellings].filter((text) => text.length > NAME_LENGTH);
    return [
      ...empty(name, path),
      ...spellings.flatMap((spelling, index) => empty(spelling, [...path, index])),
      ...long.map((text) => tooLong(path, text, NAME_LENGTH)),
    ];
  });
}

/** Columns of the source become columns of our tables. */
function sourceFaults({ source, sizes, item }: MappingText): MappingFault[] {
  const named: [MappingPath, string][] = [
    ...Object.entries({ uuid: source.uuid, customer: source.customer, order_number: source.orderNumber }).map(
      ([key, name]): [MappingPath, string] => [['source', key], name],
    ),
    ...source.purchaseOrder.map((name, index): [MappingPath, string] => [['source', 'purchase_order', index], name]),
    ...source.businessKey.map((name, index): [MappingPath, string] => [['source', 'business_key', index], name]),
    ...Object.entries({ after: sizes.after, before: sizes.before, total: sizes.total }).map(
      ([key, name]): [MappingPath, string] => [['sizes', key], name],
    ),
    ...item.name.parts.map((name, index): [MappingPath, string] => [['item', 'name', 'parts', index], name]),
    ...item.group.season.map((name, index): [MappingPath, string] => [['item', 'group', 'season', index], name]),
    ...item.columns.map((column, index): [MappingPath, string] => [
      ['item', 'columns', index, 'source'],
      column.source,
    ]),
  ];
  return named.flatMap(([path, name]) => (name.length > SOURCE_LENGTH ? [tooLong(path, name, SOURCE_LENGTH)] : []));
}

function tooLong(path: MappingPath, text: string, most: number): MappingFault {
  return { path, message: `"${text.slice(0, 20)}…" has ${text.length} characters; at most ${most} can be kept` };
}
