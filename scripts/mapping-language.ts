import { COLUMN_TYPE_FACTS, COLUMN_TYPES, type ColumnType } from '../shared/mapping/column-types.js';
import { type Grammar, innerForm, mappingGrammar } from '../shared/mapping/grammar.js';
import { RULES_OF_TYPE } from '../shared/mapping/mapping-checks.js';
import { flow } from '../shared/mapping/mapping-faults.js';
import type { ValueRule } from '../shared/mapping/mapping-schema.js';
import { table } from './mapping-page.js';

/** docs/mapping-language.md: every key of a mapping, from the schema that the tasks parse it with. */
export function mappingLanguagePage(): string {
  const grammar = mappingGrammar();
  const keys = keysOf(grammar);
  return `${[
    '# The mapping language',
    'Generated from `shared/mapping/mapping-schema.ts` by `npm run docs`; change that file, or `scripts/mapping-language.ts`, not this page.',
    ...INTRODUCTION,
    '## Keys',
    `Each key is listed under its path; \`[]\` stands for each part of a list. A key that is not listed is refused. ${requiredKeys(keys)}`,
    ...keys.flatMap(keySection),
    '## Rules for lines',
    '`scope` and `cancelled` are rules. A rule has one of five forms: `all`, `any`, `not`, `customer`, or `column` with at least one test. Rules nest to any depth. All tests of one column must hold: tests that no text passes together are refused.',
    ...ruleKeysOf(grammar).flatMap(keySection),
    ...VALUES_SECTION,
    ...LEAST_SECTION,
    ...KEY_SECTION,
    ...WHOLE_SECTION,
  ].join('\n\n')}\n`;
}

const INTRODUCTION = [
  'A mapping is one YAML file. It says which columns of the source go to which columns of the board, and how. [mapping.md](mapping.md) shows the shipped one as tables, with the grammar of numbers, dates and names.',
  [
    '- **Every value is read as text.** `28`, `yes`, `1.10` and `null` stay as they are written; write `true` or `false` where a key asks for one of them.',
    '- **Nothing else of YAML is used.** Aliases, tags, directives and repeated keys are refused.',
    '- **Editors check it while you type.** The first line names the JSON Schema, `sql/mappings/mapping.schema.json`; in a copy elsewhere, give the path or address of that file. Editors with a YAML language server (VS Code with the YAML extension, Neovim, JetBrains) then complete keys and mark mistakes.',
    '- **Every mistake is reported at once**, with its path, line and column, the nearest known word, and an example of what is right. No task starts with a mapping that has one.',
  ].join('\n'),
  ['```yaml', '# yaml-language-server: $schema=mapping.schema.json', '```'].join('\n'),
  [
    '`doctor mapping check` says what is wrong with a file, and then, where the settings lead to them, what does not fit between it, the live table and the board: columns that are missing with the nearest name, types, labels, customers that no name matches, and values of a sample of real rows that the rules do not read ([doctor.md](doctor.md)). It writes nothing. `doctor mapping diff` says what a change of a mapping would touch: which lines show something else, and what sending that takes. `doctor mapping propose` writes a first mapping of another table to another board.',
    '',
    '```sh',
    'node dist/tasks/doctor/index.js mapping check own.yaml                  # 1,000 rows in scope',
    'node dist/tasks/doctor/index.js mapping check own.yaml --sample 20000   # more of them',
    'node dist/tasks/doctor/index.js mapping diff old.yaml new.yaml',
    'node dist/tasks/doctor/index.js mapping propose > proposed.yaml',
    '```',
  ].join('\n'),
  'Set `MAPPING_FILE` to use a file of your own ([settings.md](settings.md)). What a change of a mapping does to the board is in [upgrade.md](upgrade.md).',
];

/** A key as the page explains it. */
export interface Key {
  /** `item.columns[].rule` */
  name: string;
  part: Grammar;
  required: boolean;
  /** A piece of a mapping that states it. */
  example: string | undefined;
}

type Path = readonly (string | number)[];

/** Every key of a grammar, from the outside in and in its order; those of rules apart. */
export function keysOf(grammar: Grammar, path: Path = []): Key[] {
  const { properties = {}, required = [] } = grammar;
  return Object.entries(properties).flatMap(([key, part]) => {
    if (typeof part !== 'object') return [];
    const own = [...path, key];
    const [example] = part.examples ?? [];
    const inside =
      part.type === 'array' && isMap(part.items)
        ? keysOf(part.items, [...own, 0])
        : keysOf(innerForm(part) ?? part, own);
    return [
      {
        name: nameOf(own),
        part,
        required: required.includes(key),
        example: example === undefined ? undefined : block(own, example),
      },
      ...inside,
    ];
  });
}

/** The keys of every form of a rule, with the column beside a test. */
export function ruleKeysOf(grammar: Grammar): Key[] {
  const forms = Object.entries((grammar['definitions'] ?? {}) as Record<string, Grammar>);
  return forms.flatMap(([form, { properties = {}, required = [] }]) =>
    Object.entries(properties).flatMap(([key, part]) => {
      if (typeof part !== 'object') return [];
      const stated = { [key]: part.examples?.[0] };
      const column =
        form === 'rule-column' ? { column: 'ORDER TYPE', ...(key === 'column' ? { blank: false } : {}) } : {};
      const example = block(['scope'], { ...column, ...stated });
      return [{ name: `rule.${key}`, part, required: required.includes(key), example }];
    }),
  );
}

function isMap(part: Grammar['items']): part is Grammar {
  return typeof part === 'object' && !Array.isArray(part) && part.properties !== undefined;
}

function nameOf(path: Path): string {
  return path
    .map((step) => (typeof step === 'number' ? '[]' : `.${step}`))
    .join('')
    .replace(/^\./, '');
}

/** A value at its place, with the keys around it. */
function block(path: Path, value: unknown): string {
  const lines: string[] = [];
  let indent = '';
  let bullet = '';
  for (const [index, step] of path.entries()) {
    if (typeof step === 'number') {
      bullet = '- ';
      continue;
    }
    lines.push(`${indent}${bullet}${step}:${index === path.length - 1 ? ` ${flow(value)}` : ''}`);
    indent += bullet === '' ? '  ' : '    ';
    bullet = '';
  }
  return lines.join('\n');
}

function keySection({ name, part, required, example }: Key): string[] {
  const absent = required
    ? 'Required.'
    : `Optional${part.default === undefined ? '' : `, by default \`${flow(part.default)}\``}.`;
  return [
    `### \`${name}\``,
    `${kindOf(part)} ${absent} ${part.description ?? ''}`,
    ...(example === undefined ? [] : [`\`\`\`yaml\n${example}\n\`\`\``]),
  ];
}

/** What kind of value a key takes, as a sentence. */
function kindOf(part: Grammar): string {
  const { type, items, properties, additionalProperties, enum: words, anyOf: forms = [] } = part;
  const word = forms.find(({ const: only }) => only !== undefined)?.const;
  if (word !== undefined) return `The word \`${word}\`, or a map of names to lists of texts.`;
  const inner = innerForm(part)?.type;
  if (inner !== undefined) return inner === 'array' ? 'A text, or a list of texts.' : 'A text, or a map.';
  if (words !== undefined) {
    const texts = [...new Set(words.map(String))];
    return `One of ${texts.map((word) => `\`${word}\``).join(', ')}.`;
  }
  if (part.minimum !== undefined) return `A whole number from ${part.minimum} to ${part.maximum}.`;
  if (part.format === 'date') return 'A day, written `YYYY-MM-DD`.';
  if (part.allOf !== undefined || part.$ref !== undefined) return 'A rule.';
  if (type === 'array') {
    if (isMap(items)) return 'A list of maps.';
    return typeof items === 'object' && ('$ref' in items || 'allOf' in items) ? 'A list of rules.' : 'A list of texts.';
  }
  if (properties !== undefined) return 'A map.';
  if (typeof additionalProperties === 'object' && additionalProperties.properties !== undefined) {
    const keys = Object.keys(additionalProperties.properties).map((key) => `\`${key}\``);
    return `A map of names to maps of ${keys.join(' and ')}.`;
  }
  if (typeof additionalProperties === 'object')
    return additionalProperties.type === 'array' ? 'A map of names to lists of texts.' : 'A map of texts to texts.';
  return 'A text.';
}

function requiredKeys(keys: readonly Key[]): string {
  const needed = keys.filter(({ name, required }) => required && !/[.[]/.test(name)).map(({ name }) => `\`${name}\``);
  return `A mapping needs ${needed.slice(0, -1).join(', ')} and ${needed.at(-1)}.`;
}

/** A text of the source in a column of a type with a rule, and what the board shows; null for nothing, undefined for a text that cannot be read. */
export type ValueExample = readonly [type: ColumnType, rule: ValueRule, text: string, shows: string | null | undefined];

/** At least one for each type with each of its rules; a test runs them. `none` is a blank word there, RHONE a customer. */
export const VALUE_EXAMPLES: readonly ValueExample[] = [
  ['text', 'trim', ' PO 4755 ', 'PO 4755'],
  ['text', 'trim', 'none', 'none'],
  ['text', 'trim_and_clean', 'JET  BLACK', 'JET BLACK'],
  ['text', 'label', 'none', null],
  ['text', 'number', '1,234.50', '1234.5'],
  ['text', 'number', 'many', undefined],
  ['text', 'date', 'Sep 30, 2025', '2025-09-30'],
  ['text', 'customer', 'rhone apparel', 'RHONE'],
  ['long_text', 'trim', ' ask first ', 'ask first'],
  ['long_text', 'trim_and_clean', 'ask  first', 'ask first'],
  ['long_text', 'label', 'none', null],
  ['long_text', 'number', '$5', '5'],
  ['long_text', 'date', '9/30/2025', '2025-09-30'],
  ['long_text', 'customer', 'RHONE', 'RHONE'],
  ['numbers', 'number', '75%', '75'],
  ['numbers', 'number', '12 pcs', undefined],
  ['date', 'date', '2025-09-30T08:00:00Z', '2025-09-30'],
  ['date', 'date', 'soon', undefined],
  ['dropdown', 'trim', 'FOB, CIF', 'FOB, CIF'],
  ['dropdown', 'trim_and_clean', 'JET  BLACK', 'JET BLACK'],
  ['dropdown', 'label', ' 2025 FALL', '2025 FALL'],
  ['dropdown', 'number', '007', '7'],
  ['dropdown', 'date', '30-Sep-2025', '2025-09-30'],
  ['dropdown', 'customer', 'RHONE APPAREL', 'RHONE'],
  ['status', 'trim', 'OPEN ', 'OPEN'],
  ['status', 'trim_and_clean', 'IN  WORK', 'IN WORK'],
  ['status', 'label', 'none', null],
  ['status', 'number', '2.50', '2.5'],
  ['status', 'date', '9/30/2025', '2025-09-30'],
  ['status', 'customer', 'Rhone', 'RHONE'],
  ['timeline', 'trim', '2025-09-01 - 2025-09-30', '2025-09-01 - 2025-09-30'],
  ['timeline', 'trim', '2025-09-01/2025-09-30', '2025-09-01 - 2025-09-30'],
  ['timeline', 'trim', '2025-09-30 - 2025-09-01', undefined],
  ['timeline', 'date', '9/30/2025', '2025-09-30 - 2025-09-30'],
  ['checkbox', 'trim', 'yes', 'true'],
  ['checkbox', 'trim', 'no', null],
  ['checkbox', 'trim', 'maybe', undefined],
  ['email', 'trim', ' orders@rhone.example ', 'orders@rhone.example'],
  ['email', 'trim', 'none', null],
  ['email', 'trim', 'orders@rhone.example; desk@rhone.example', undefined],
  ['link', 'trim', 'https://rhone.example/specs/4755', 'https://rhone.example/specs/4755'],
  ['link', 'trim', 'https://rhone.example/specs/4755 Spec sheet', 'https://rhone.example/specs/4755 Spec sheet'],
  ['link', 'trim', 'rhone.example/specs', undefined],
  ['phone', 'trim', '+1 (212) 555-0100', '+12125550100 US'],
  ['phone', 'trim', '+44 (0)20 7946 0990', '+442079460990 GB'],
  ['phone', 'trim', '212-555-0100', undefined],
  ['phone', 'trim', '+1 800 555 0100', undefined],
  ['country', 'trim', 'viet nam', 'VN'],
  ['country', 'trim', 'USA', 'US'],
  ['country', 'trim', 'Congo', undefined],
  ['rating', 'number', '4.0', '4'],
  ['rating', 'number', '6', undefined],
  ['hour', 'trim', '2:30 PM', '14:30'],
  ['hour', 'trim', '08:30:00.0000000', '08:30'],
  ['hour', 'trim', '08:30:15', undefined],
];

const shown = (shows: string | null | undefined): string =>
  shows === undefined ? 'cannot be read' : shows === null ? 'nothing' : `\`${shows}\``;

const VALUES_SECTION = [
  '## Types and rules',
  'Not every rule makes a value that a type of column can show:',
  table(
    ['Type', 'Shows', 'Rules'],
    COLUMN_TYPES.map((type) => [
      `\`${type}\``,
      COLUMN_TYPE_FACTS[type],
      RULES_OF_TYPE[type].map((rule) => `\`${rule}\``).join(', '),
    ]),
  ),
  'A value that becomes empty clears its cell, whatever the type. `push --audit` compares numbers as decimals, dates and hours as such whatever the form that the board shows, e-mail addresses without regard to case, links and e-mail addresses also by the words that stand for them, and everything else to the letter.',
  'A phone number with `+` says by its calling code of which country it is. Where several countries share a code, the digits behind it tell (`+1 416` is Canada, `+7 701` Kazakhstan); of a toll-free `+1 800` and of `+590` they do not, and only the `country` of the column can. Numbers without `+` are of that `country`, as people there write them. Blanks, dots, dashes, slashes and brackets between the digits are left out; a second number and an extension are refused.',
  'Columns of people and tags are left out on purpose: the board takes ids for them, which no table of orders has. Finding them would mean to look up people and tags by their names, which may change and need not be unique. Show such texts in a `text` or `dropdown` column.',
  'What the board shows of a text, where `none` is a blank word and `RHONE APPAREL` a spelling of the customer `RHONE`. A text that cannot be read leaves the board as it is, with a warning, or rejects the line where the column is `required: reject`.',
  table(
    ['Type', 'Rule', 'Text in the source', 'The board shows'],
    VALUE_EXAMPLES.map(([type, rule, text, shows]) => [`\`${type}\``, `\`${rule}\``, `\`${text}\``, shown(shows)]),
  ),
];

const WHOLE = `source:
  uuid: ID
  customer: CLIENT
  order_number: ORDER
  purchase_order: [PO]
  business_key: [ORDER, STYLE]
scope: { customer: mapped }
cancelled: { column: STATE, in: [CANCELLED] }
sizes: { after: UNIT, before: TOTAL, total: TOTAL, maximum: 9999 }
item:
  key: { id: line_key, title: Line key }
  name: { parts: [ORDER, STYLE], separator: " / ", max_length: 255 }
  group: { title: "{customer} {season}", season: [SEASON], fallback: NO SEASON, max_length: 255 }
  columns:
    - { id: client, title: Client, type: dropdown, source: CLIENT, rule: customer, required: reject, create_labels: true }
    - { id: state, title: State, type: status, source: STATE, rule: label, values: { CANCELLED: Stopped, NEW: Open } }
    - { id: due, title: Due, type: date, source: DUE, rule: date, required: warn }
    - { id: price, title: Price, type: numbers, source: PRICE, rule: number }
    - { id: notes, title: Notes, type: long_text, source: NOTES, rule: trim_and_clean, max_length: 500 }
subitem:
  key: { id: line_key, title: Line key }
  name: "Size {label}"
  columns:
    - { id: size, title: Size, type: dropdown, value: label, create_labels: true }
    - { id: quantity, title: Quantity, type: numbers, value: quantity }
customers:
  RHONE: [RHONE APPAREL]`;

/** A row of the table of the example, in the order of the table. */
export const ROW: Readonly<Record<string, string>> = {
  ID: '5f0c0b7a-0d0a-4b57-9a3e-2f5f0c0b7a11',
  CLIENT: 'Rhone Apparel',
  ORDER: 'RH-1042',
  STYLE: 'POLO',
  PO: '4755',
  STATE: 'new',
  SEASON: '2026 Spring',
  DUE: '30-Sep-2025',
  PRICE: '$1,240.50',
  NOTES: 'ask  first',
  UNIT: 'PCS',
  S: '12',
  M: '30',
  L: '',
  TOTAL: '42',
};

/** What the board shows of it. */
export const SHOWN: readonly (readonly [place: string, text: string])[] = [
  ['name of the item', 'RH-1042 / POLO'],
  ['group', 'RHONE 2026 Spring'],
  ['Client', 'RHONE'],
  ['State', 'Open'],
  ['Due', '2025-09-30'],
  ['Price', '1240.5'],
  ['Notes', 'ask first'],
  ['Size S', '12'],
  ['Size M', '30'],
];

const LEAST = `source: { uuid: ID, customer: CLIENT, order_number: ORDER }
item:
  key: { id: line_key, title: Line key }
  name: { parts: [ORDER], separator: "" }
  columns:
    - { id: due, title: Due, type: date, source: DUE, rule: date }
customers: { RHONE: [] }`;

const LEAST_SECTION = [
  '## What a table does not have',
  'A mapping leaves out what its table does not have. This one has nothing that is optional:',
  `\`\`\`yaml\n${LEAST}\n\`\`\``,
  table(
    ['Without', 'What happens'],
    [
      [
        '`sizes` and `subitem`',
        'No subitem is made, changed, asked for or reported, and the board needs no place for them. One without the other is refused.',
      ],
      ['`sizes.total`', 'Nothing checks whether the sizes add up.'],
      [
        '`item.group`',
        'Items are made in the top group of the board, and stay in the group that planners move them to.',
      ],
      ['`scope`', "All lines of the mapping's customers belong on the board."],
      ['`cancelled`', 'No line is cancelled.'],
      [
        '`source.purchase_order`',
        '`detect --explain` and reports do without it, and `doctor --adopt` leaves lines that only it tells apart.',
      ],
      ['`source.business_key`', 'See below.'],
      ['a column of uuids: `source.uuid: [COLUMN, COLUMN]`', 'See [A key of columns](#a-key-of-columns).'],
      [
        'a column of customers: `source.customer: { constant: NAME }`',
        'Every line is of that one customer. `customers` has it, by its name or a spelling, or is `all`. A title with `{customer}` shows its name; no column of the board can.',
      ],
      [
        'a list of customers: `customers: all`',
        'Every text that is not blank is a customer, under its folded form, so that spellings that fold alike are one. No name is unknown; `--customer` takes any.',
      ],
      ['`blank`', 'Only the empty text is blank.'],
    ],
  ),
  'A **business key** is what a line is known by when its uuid is not. Without one, two promises are weaker. A line whose uuid is renewed is known again only while its content is the same; with another value it is a new item, and the old one counts as deleted once it was missing twice. And a row that loses its uuid, or shares it with another row, no longer protects the line that it was: that line counts as missing. Both are told of in the run: as new and missing lines, and as rows with an unsound uuid. State a business key wherever the table has columns that name a line.',
];

/** tests/e2e/key-of-columns.test.ts and tests/shared/lines/line-uuid.test.ts hold what it says. */
const KEY_SECTION = [
  '## A key of columns',
  'A table need not have a column of uuids. `source.uuid` then lists the columns whose texts identify a line together; a column of numbers or codes that does so alone is a list of one:',
  '```yaml\nsource: { uuid: [AAG ORDER NUMBER, LINE NUMBER] }\n```',
  [
    '- **The uuid of a line is made from these texts**, in the order of the list, so that it is the same in every run and on every machine. [hash.md](hash.md#the-uuid-of-a-key) defines it. The order of the list counts, the names of the columns do not.',
    '- **Texts count to the letter.** `7` and `07` are two keys, and so are null and an empty text. Some columns of a key may be null. A row in which each is null or empty has no key, and is rejected as one without a uuid.',
    '- **Rows with the same key are rejected**, all of them, as rows with the same uuid are. The line stays on the board as it is.',
    '- **The columns of the key are not hashed**, unless the mapping uses them for something else as well.',
    '- **A correction in a column of the key is another uuid.** Two things can make the line known again, so that its item stays: its content, where nothing else of it has changed and the column is used for nothing else; or its business key, where the column is not part of that. In every other case the old line leaves and a new item is made: the run tells a new and a missing line, and deletes the missing one when it was missing twice.',
    '- **Other columns, or another order, in `source.uuid` are another uuid for every line.** All are known again by their content if nothing else changes with it, neither in the table nor in the mapping.',
    '- **Made uuids stand in no column.** A task that would ask the table for some lines by their uuid reads all of it instead, once for each batch.',
  ].join('\n'),
];

const WHOLE_SECTION = [
  '## A whole mapping',
  'For a table with these columns, of which one row is shown:',
  table(
    ['Column', 'Text'],
    Object.entries(ROW).map(([column, text]) => [`\`${column}\``, text === '' ? '' : `\`${text}\``]),
  ),
  `\`\`\`yaml\n${WHOLE}\n\`\`\``,
  'The board shows of it:',
  table(
    ['Where', 'Text'],
    SHOWN.map(([place, text]) => [place, `\`${text}\``]),
  ),
];
