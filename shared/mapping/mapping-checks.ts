import { didYouMean } from '../ground/text.js';
import { callingCodeOf } from './calling-codes.js';
import type { ColumnType } from './column-types.js';
import { readCountry } from './countries.js';
import { customerContradictions } from './customer-checks.js';
import { readDate } from './dates.js';
import { fold } from './fold.js';
import { PLACEHOLDER } from './group-schema.js';
import { flow } from './mapping-faults.js';
import { type MappingFault, type MappingPath, pathText } from './mapping-file.js';
import { sourceColumnPlaces } from './mapping-limits.js';
import type { ItemColumn, MappingText, ValueRule } from './mapping-schema.js';
import { isRating, readNumber } from './numbers.js';
import { ruleFaults } from './rule-checks.js';
import { LONG_TEXT_LENGTH, NAME_LENGTH } from './rules.js';
import { typedText } from './typed-texts.js';

/** The kinds of value a rule makes that a column type can show: a number in a date column is a slip in the file. */
export const RULES_OF_TYPE: Record<ColumnType, readonly ValueRule[]> = {
  text: ['trim', 'trim_and_clean', 'label', 'number', 'date', 'customer'],
  long_text: ['trim', 'trim_and_clean', 'label', 'number', 'date', 'customer'],
  numbers: ['number'],
  date: ['date'],
  dropdown: ['trim', 'trim_and_clean', 'label', 'number', 'date', 'customer'],
  status: ['trim', 'trim_and_clean', 'label', 'number', 'date', 'customer'],
  timeline: ['trim', 'date'],
  checkbox: ['trim'],
  email: ['trim'],
  phone: ['trim'],
  country: ['trim'],
  link: ['trim'],
  rating: ['number'],
  hour: ['trim'],
};

/** What contradicts itself in a mapping whose every part is well-formed. */
export function contradictionsOf(mapping: MappingText): MappingFault[] {
  return [
    ...personalFaults(mapping),
    ...keyFaults(mapping),
    ...ruleFaults(mapping),
    ...sizeFaults(mapping),
    ...mapping.item.columns.flatMap((column, index) => columnFaults(mapping, column, ['item', 'columns', index])),
    ...groupFaults(mapping),
    ...subitemFaults(mapping),
    ...lengthFaults(mapping),
    ...repetitions(mapping),
    ...customerContradictions(mapping),
  ];
}

/** Rule 29: columns with people's names are read nowhere. */
function personalFaults(mapping: MappingText): MappingFault[] {
  const personal = new Set(mapping.source.personal);
  const identities = new Set(['source.uuid', 'sizes.after', 'sizes.before']);
  return sourceColumnPlaces(mapping)
    .filter(([path, column]) => personal.has(column) && !identities.has(path.join('.')))
    .map(([path, column]) => ({
      path,
      message: `${column} names people, as source.personal says, and must not be read`,
      hint: ' Name another column, or take it out of source.personal.',
      also: [['source', 'personal']],
    }));
}

/** A column that a key has twice tells no two lines apart that it does not tell apart alone. */
function keyFaults({ source: { uuid } }: MappingText): MappingFault[] {
  if ('column' in uuid) return [];
  return uuid.key.flatMap((column, index) => {
    const first = uuid.key.indexOf(column);
    const message = `${column} is in the key already`;
    const example = `uuid: ${flow([...new Set(uuid.key)])}`;
    const path = ['source', 'uuid', index];
    return first === index ? [] : [{ path, message, hint: '', example, also: [['source', 'uuid', first]] }];
  });
}

function sizeFaults({ sizes }: MappingText): MappingFault[] {
  if (sizes === undefined) return [];
  const { after, before, except } = sizes;
  const [from, to, out] = [
    ['sizes', 'after'],
    ['sizes', 'before'],
    ['sizes', 'except'],
  ];
  const same = 'after and before are the same column; no size lies between them';
  return [
    ...(after === before ? [{ path: to, message: same, also: [from] }] : []),
    ...except.flatMap((column, index) =>
      column === after || column === before
        ? [
            {
              path: [...out, index],
              message: `${column} is the end of the sizes and never one; leave it out`,
              also: [from, to],
            },
          ]
        : [],
    ),
  ];
}

function columnFaults(mapping: MappingText, column: ItemColumn, path: MappingPath): MappingFault[] {
  const { type, rule, createLabels } = column;
  const allowed = RULES_OF_TYPE[type];
  const [first = ''] = allowed;
  return [
    ...(allowed.includes(rule)
      ? []
      : [
          {
            path: [...path, 'rule'],
            message: `rule ${rule} does not fit type ${type}; allowed are ${allowed.join(', ')}`,
            example: `rule: ${first}`,
            also: [[...path, 'type']],
          },
        ]),
    ...labelFaults(type, createLabels, path),
    ...countryFaults(column, path),
    ...untilFaults(column, path),
    ...valueFaults(mapping, column, [...path, 'values']),
  ];
}

function labelFaults(type: ColumnType, createLabels: boolean, path: MappingPath): MappingFault[] {
  if (!createLabels || hasLabels(type)) return [];
  const message = `create_labels is for dropdown and status only, and the type is ${type}`;
  return [{ path: [...path, 'create_labels'], message, example: 'create_labels: false', also: [[...path, 'type']] }];
}

function countryFaults({ type, country }: ItemColumn, path: MappingPath): MappingFault[] {
  if (country === undefined) return [];
  const at = [...path, 'country'];
  if (type !== 'phone') {
    const message = `country is for phone only, and the type is ${type}`;
    return [{ path: at, message, hint: ' Leave it out.', example: 'type: phone', also: [[...path, 'type']] }];
  }
  if (callingCodeOf(country) !== undefined) return [];
  const meant = readCountry(country) ?? 'US';
  return [{ path: at, message: `no phone numbers are known of a country ${country}`, example: `country: ${meant}` }];
}

function untilFaults({ type, rule, source, until }: ItemColumn, path: MappingPath): MappingFault[] {
  if (until === undefined) return [];
  const at = [...path, 'until'];
  if (type !== 'timeline' || rule !== 'date') {
    const message = `until is for timeline with rule date only, and the type is ${type} with rule ${rule}`;
    return [
      {
        path: at,
        message,
        hint: ' Leave it out.',
        example: 'rule: date',
        also: [
          [...path, 'type'],
          [...path, 'rule'],
        ],
      },
    ];
  }
  const message = `${until} is the column of the first day, too; for a period of one day, leave until out`;
  return until === source ? [{ path: at, message, hint: '', also: [[...path, 'source']] }] : [];
}

/** What stands for a source text is read by the column's rule, and of two texts that fold alike only one can count. */
function valueFaults({ blank, dates, numbers }: MappingText, column: ItemColumn, path: MappingPath): MappingFault[] {
  const { type, rule, values } = column;
  const typed = rule === 'trim' ? typedText(column, dates) : undefined;
  const first = new Map<string, [string, string]>();
  const nothing = new Set(['', ...blank.map(fold)]);
  const own = path.slice(0, -1);
  const also = [[...own, 'rule'], [...own, 'type'], [...own, 'country'], ['blank'], ['numbers'], ['dates']];
  return values.flatMap(([from, to]): MappingFault[] => {
    const at = [...path, from];
    const [before, meant] = first.get(fold(from)) ?? [from, to];
    first.set(fold(from), [before, meant]);
    if (meant !== to)
      return [{ path: at, message: `"${before}" and "${from}" are the same when compared, and become two texts` }];
    if (nothing.has(fold(to))) return [];
    if (rule === 'number' && readNumber(to, numbers.decimal) === undefined)
      return [
        { path: at, message: `"${to}" is not a number, which rule number needs`, example: `${flow(from)}: "0"`, also },
      ];
    if (type === 'rating' && !isRating(readNumber(to, numbers.decimal)))
      return [{ path: at, message: `"${to}" is not a whole number from 1 to 5`, example: `${flow(from)}: "5"`, also }];
    if (typed !== undefined && typed.read(to) === undefined)
      return [{ path: at, message: `"${to}" ${typed.isNot}`, example: `${flow(from)}: ${flow(typed.example)}`, also }];
    if (rule === 'date' && readDate(to, dates.order) === undefined)
      return [
        {
          path: at,
          message: `"${to}" is not a date, which rule date needs`,
          example: `${flow(from)}: 2025-01-31`,
          also,
        },
      ];
    return [];
  });
}

/** Each word in braces stands for something, and everything that is declared stands in the title. */
function groupFaults({ item: { group } }: MappingText): MappingFault[] {
  if (group === undefined) return [];
  const declared = Object.keys(group.placeholders ?? {});
  const known = ['customer', 'season', ...declared].map((name) => `{${name}}`);
  const used = new Set(group.title.match(PLACEHOLDER));
  const path = ['item', 'group', 'placeholders'];
  const title = ['item', 'group', 'title'];
  return [
    ...[...used]
      .filter((word) => !known.includes(word))
      .map((word) => ({
        path: title,
        message: `${word} stands for nothing; ${known.join(', ')} can, and what placeholders declares`,
        hint: didYouMean(word, known),
        also: [path],
      })),
    ...declared.flatMap((name): MappingFault[] => {
      const at = [...path, name];
      if (name === 'customer' || name === 'season')
        return [{ path: at, message: `{${name}} has a meaning of its own, and cannot be declared` }];
      if (!`{${name}}`.match(PLACEHOLDER))
        return [{ path: at, message: `"${name}" cannot stand in braces: at least one sign, and no brace` }];
      const message = `{${name}} does not stand in the title`;
      return used.has(`{${name}}`) ? [] : [{ path: at, message, also: [title] }];
    }),
  ];
}

function subitemFaults({ subitem }: MappingText): MappingFault[] {
  if (subitem === undefined) return [];
  const { columns } = subitem;
  const path = ['subitem', 'columns'];
  const counts = (['label', 'quantity'] as const).flatMap((value) => {
    const count = columns.filter((column) => column.value === value).length;
    const message = `exactly one column has value: ${value}, and here ${count === 0 ? 'none does' : `${count} do`}`;
    return count === 1 ? [] : [{ path, message }];
  });
  return [
    ...counts,
    ...columns.flatMap(({ type, createLabels }, index) => labelFaults(type, createLabels, [...path, index])),
  ];
}

/** Whatever the mapping says, the board takes no more; a longer text would fail its line instead of being cut. */
function lengthFaults({ item: { name, group, columns } }: MappingText): MappingFault[] {
  const fault = (
    path: MappingPath,
    length: number | undefined,
    most: number,
    also: MappingPath[] = [],
  ): MappingFault[] =>
    length === undefined || length <= most
      ? []
      : [
          {
            path: [...path, 'max_length'],
            message: `max_length is ${length}; the board takes at most ${most}`,
            example: `max_length: ${most}`,
            also,
          },
        ];
  return [
    ...fault(['item', 'name'], name.maxLength, NAME_LENGTH),
    ...fault(['item', 'group'], group?.maxLength, NAME_LENGTH),
    ...columns.flatMap(({ type, maxLength }, index) => {
      const path = ['item', 'columns', index];
      return type === 'long_text' ? fault(path, maxLength, LONG_TEXT_LENGTH, [[...path, 'type']]) : [];
    }),
  ];
}

export function hasLabels(type: ColumnType): boolean {
  return type === 'dropdown' || type === 'status';
}

/** Ids and titles that two columns of a board have. */
function repetitions({ item, subitem }: MappingText): MappingFault[] {
  const places = (of: 'item' | 'subitem', what: 'id' | 'title', columns: readonly { id: string; title: string }[]) =>
    columns.map((column, index): [MappingPath, string] => [[of, 'columns', index, what], column[what]]);
  const last = (what: 'id' | 'title'): [MappingPath, string][] =>
    item.lastChange === undefined ? [] : [[['item', 'last_change', what], item.lastChange[what]]];
  const keys = (of: 'item' | 'subitem', { id, others }: MappingText['item']['key']): [MappingPath, string][] => [
    [[of, 'key', 'id'], id],
    ...others.map((other, index): [MappingPath, string] => [[of, 'key', 'others', index], other]),
  ];
  return [
    ...repeated('id', [...keys('item', item.key), ...places('item', 'id', item.columns), ...last('id')]),
    ...repeated('title', [...places('item', 'title', item.columns), ...last('title')]),
    ...(subitem === undefined
      ? []
      : repeated('id', [...keys('subitem', subitem.key), ...places('subitem', 'id', subitem.columns)])),
  ];
}

function repeated(what: string, places: readonly [MappingPath, string][]): MappingFault[] {
  return places.flatMap(([path, text], index) => {
    const first = places.findIndex(([, other]) => other === text);
    const [also = path] = places[first] ?? [];
    const message = `the ${what} ${text} is used twice, first by ${pathText(also.slice(0, -1))}`;
    return first === index ? [] : [{ path, message, example: `${what}: ${flow(`${text}_2`)}`, also: [also] }];
  });
}

const LONGEST = 40;
/** A word that may be somebody's name, and signs that a line of ours must not have. */
const UNTOLD = /\p{L}{4}|[\p{C}\p{Zl}\p{Zp}]/u;

/**
 * A source text as a message may show it. Rule 29: a cell can hold anything, a person's name too. A text with a word of
 * four or more letters is described by its length instead of being repeated.
 */
export function quotable(text: string): string {
  const trimmed = text.trim();
  const told = trimmed.length <= LONGEST && !UNTOLD.test(trimmed);
  return told ? `"${trimmed}"` : `a text of ${text.length} characters`;
}
