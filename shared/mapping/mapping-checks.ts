import { fold } from './fold.js';
import { hashedColumns } from './mapping-file.js';
import type { ColumnType, MappingText, ValueRule } from './mapping-schema.js';
import { LONG_TEXT_LENGTH, NAME_LENGTH } from './rules.js';

/** The kinds of value a rule makes that a column type can show: a number in a date column is a slip in the file. */
const RULES_OF_TYPE: Record<ColumnType, readonly ValueRule[]> = {
  text: ['trim', 'trim_and_clean', 'label', 'number', 'date', 'customer'],
  long_text: ['trim', 'trim_and_clean', 'label', 'number', 'date', 'customer'],
  numbers: ['number'],
  date: ['date'],
  dropdown: ['trim', 'trim_and_clean', 'label', 'number', 'customer'],
  status: ['trim', 'trim_and_clean', 'label', 'customer'],
  timeline: ['trim'],
  checkbox: ['trim'],
};

/** What is wrong with a mapping whose every part is well-formed: one sentence a fault, with its path. */
export function faultsOf(mapping: MappingText): string[] {
  const { columns, lastChange } = mapping.item;
  const itemColumns = [...columns, ...(lastChange === undefined ? [] : [lastChange])];
  return [
    ...personalFaults(mapping),
    ...sizeFaults(mapping),
    ...columnFaults(mapping),
    ...lengthFaults(mapping),
    ...repeated('item.columns', 'id', [...itemColumns.map(({ id }) => id), mapping.item.key.id]),
    ...repeated(
      'item.columns',
      'title',
      itemColumns.map(({ title }) => title),
    ),
    ...repeated('subitem.columns', 'id', [
      ...mapping.subitem.columns.map((column) => column.id),
      mapping.subitem.key.id,
    ]),
    ...customerFaults(mapping),
    ...outOfScopeFaults(mapping),
  ];
}

/** Rule 29: columns with people's names are read nowhere. */
function personalFaults(mapping: MappingText): string[] {
  const personal = new Set(mapping.source.personal);
  return hashedColumns(mapping)
    .filter((column) => personal.has(column))
    .map(
      (column) =>
        `source.personal: ${column} names people and must not be read, but the mapping uses it. Take it out of scope, name, group, keys and item.columns.`,
    );
}

function sizeFaults(mapping: MappingText): string[] {
  const { after, before, except } = mapping.sizes;
  const faults = after === before ? ['sizes: after and before are the same column; no size lies between them.'] : [];
  return except.includes(after) || except.includes(before)
    ? [...faults, 'sizes.except: after and before are never sizes; leave them out.']
    : faults;
}

function columnFaults(mapping: MappingText): string[] {
  const itemFaults = mapping.item.columns.flatMap(({ title, type, rule, createLabels }) => {
    const allowed = RULES_OF_TYPE[type];
    const faults = allowed.includes(rule)
      ? []
      : [`item.columns (${title}): rule ${rule} does not fit type ${type}; allowed are ${allowed.join(', ')}.`];
    return createLabels && !hasLabels(type)
      ? [...faults, `item.columns (${title}): create_labels is for dropdown and status only.`]
      : faults;
  });
  const values = mapping.subitem.columns.map((column) => column.value);
  const subitemFaults = (['label', 'quantity'] as const)
    .filter((value) => values.filter((other) => other === value).length !== 1)
    .map((value) => `subitem.columns: exactly one column has value: ${value}.`);
  return [...itemFaults, ...subitemFaults];
}

/** Whatever the mapping says, the board takes no more; a longer text would fail its line instead of being cut. */
function lengthFaults(mapping: MappingText): string[] {
  const { name, group, columns } = mapping.item;
  const fault = (path: string, length: number | undefined, most: number): string[] =>
    length === undefined || length <= most
      ? []
      : [`${path}: max_length is ${length}; the board takes at most ${most}.`];
  return [
    ...fault('item.name', name.maxLength, NAME_LENGTH),
    ...fault('item.group', group.maxLength, NAME_LENGTH),
    ...columns
      .filter(({ type }) => type === 'long_text')
      .flatMap(({ title, maxLength }) => fault(`item.columns (${title})`, maxLength, LONG_TEXT_LENGTH)),
  ];
}

export function hasLabels(type: ColumnType): boolean {
  return type === 'dropdown' || type === 'status';
}

function repeated(path: string, what: string, texts: readonly string[]): string[] {
  const twice = new Set(texts.filter((text, index) => texts.indexOf(text) !== index));
  return [...twice].map((text) => `${path}: the ${what} ${text} is used twice.`);
}

/** A customer of the mapping cannot be meant to stay out: its lines would be known and unknown at once. */
function outOfScopeFaults({ outOfScope, customers }: MappingText): string[] {
  const owners = new Map(
    customers.flatMap(({ name, spellings }) => [name, ...spellings].map((each) => [fold(each), name])),
  );
  return outOfScope.flatMap((name) => {
    const owner = owners.get(fold(name));
    return owner === undefined
      ? []
      : [`out_of_scope: ${name} is a spelling of the customer ${owner}. Take it out of one of the two.`];
  });
}

function customerFaults(mapping: MappingText): string[] {
  const owners = new Map<string, string>();
  const faults: string[] = [];
  for (const { name, spellings } of mapping.customers) {
    for (const spelling of new Set([name, ...spellings].map(fold))) {
      const owner = owners.get(spelling);
      if (owner !== undefined)
        faults.push(`customers: ${spelling} belongs to ${owner} and to ${name}; a spelling has one customer.`);
      owners.set(spelling, name);
    }
  }
  return faults;
}

const LONGEST = 40;
/** A word that may be somebody's name, and signs that a line of ours must not have. */
const UNTOLD = /\p{L}{4}|[\p{C}\p{Zl}\p{Zp}]/u;

/**
 * A source text as a message may show it. Rule 29: a cell can hold anything, also who is to be asked, so that a text with
 * a word of more than three letters is not repeated. Of such a text the length is told.
 */
export function quotable(text: string): string {
  const trimmed = text.trim();
  const told = trimmed.length <= LONGEST && !UNTOLD.test(trimmed);
  return told ? `"${trimmed}"` : `a text of ${text.length} characters`;
}
