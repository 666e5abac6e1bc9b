import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { runProgram } from './program.js';

/** A mapping without a fault; the rows below change one thing of it. */
const SOUND = `blank: [none]
numbers: { decimal: "." }
source:
  uuid: ID
  customer: CUSTOMER
  order_number: ORDER
  purchase_order: [PO]
  business_key: [ORDER, STYLE]
  personal: [PLANNER]
scope:
  all:
    - customer: mapped
    - { column: KIND, in: [ACTIVE] }
out_of_scope: []
cancelled: { column: KIND, in: [CANCELLED] }
sizes:
  after: UNIT
  before: TOTAL
  except: [PACK]
  total: TOTAL
  maximum: 99
item:
  key: { id: line_key, title: Key }
  name: { parts: [STYLE, ORDER], separator: " ", max_length: 255 }
  group: { title: "{customer} {season}", season: [SEASON], fallback: NONE, max_length: 255 }
  columns:
    - { id: kind, title: Kind, type: status, source: KIND, rule: label, values: { ACTIVE: OPEN } }
    - { id: price, title: Price, type: numbers, source: PRICE, rule: number, values: { FREE: 0 } }
    - { id: due, title: Due, type: date, source: DUE, rule: date }
    - { id: notes, title: Notes, type: long_text, source: NOTES, rule: trim, max_length: 500 }
subitem:
  key: { id: line_key, title: Key }
  name: "Size {label}"
  columns:
    - { id: size, title: Size, type: dropdown, value: label, create_labels: true }
    - { id: quantity, title: Quantity, type: numbers, value: quantity }
customers:
  GREYSON: [GREYSON CLOTHIERS]
  RHONE: []
`;

type Change = readonly [from: string, to: string];
/** What is wrong, what is changed for it, and what is told of it to the letter. */
type Row = readonly [kind: string, change: Change, told: string];

/** Longer than the name of any column may be. */
const LONG = 'D'.repeat(129);
const FORMS =
  'a rule is one of all: [rules], any: [rules], not: rule, customer: mapped | unmapped, column: NAME with a test';

/** Kinds of faults that do not keep the rest of the file from being looked at. */
const FAULTS: readonly Row[] = [
  [
    'an unknown key',
    ['except: [PACK]', 'exept: [PACK]'],
    'sizes.exept: is not known; the keys here are after, before, except, total, maximum (line 19, column 3). Did you mean except? For example: except: [INFOR COLOUR CODE]',
  ],
  [
    'a key that is like no other',
    ['blank: [none]', 'blank: [none]\ncolours: red'],
    'colours: is not known; the keys here are blank, numbers, dates, source, scope, out_of_scope, cancelled, sizes, item, subitem, customers (line 2, column 1).',
  ],
  [
    'an unknown key of a column',
    ['rule: date }', 'rule: date, requird: warn }'],
    'item.columns[2].requird: is not known; the keys here are id, title, type, source, until, rule, required, max_length, values, create_labels, country (line 29, column 67). Did you mean required? For example: required: warn',
  ],
  [
    'a key that is missing',
    ['  customer: CUSTOMER\n', ''],
    'source.customer: is missing; it must be the name of a column, or constant: NAME for a table of one customer (line 3, column 1). For example: customer: CUSTOMER NAME',
  ],
  [
    'a part that is missing',
    ['customers:\n  GREYSON: [GREYSON CLOTHIERS]\n  RHONE: []\n', ''],
    'customers: is missing; it must be a map of canonical names to lists of their other spellings, or all (line 1, column 1). For example: customers: { GREYSON: [GREYSON CLOTHIERS], CUTS CLOTHING: [] }',
  ],
  [
    'a key there twice',
    ['  uuid: ID\n', '  uuid: ID\n  uuid: ID2\n'],
    'source.uuid: appears twice, first at line 4, column 3 (line 5, column 3). Keep one of the two. For example: uuid: record_uuid',
  ],
  [
    'a customer there twice',
    ['  RHONE: []', '  RHONE: []\n  RHONE: [R]'],
    'customers.RHONE: appears twice, first at line 39, column 3 (line 40, column 3). Keep one of the two. For example: customers: { GREYSON: [GREYSON CLOTHIERS], CUTS CLOTHING: [] }',
  ],
  [
    'a text for a list',
    ['purchase_order: [PO]', 'purchase_order: PO'],
    'source.purchase_order: must be a list, not a text (line 7, column 3). For example: purchase_order: [PO NUMBER, CUSTOMER ALT PO]',
  ],
  [
    'a list for a map',
    ['numbers: { decimal: "." }', 'numbers: ["."]'],
    'numbers: must be a map, not a list (line 2, column 1). For example: numbers: { decimal: "," }',
  ],
  [
    'a map for a text',
    ['uuid: ID', 'uuid: { column: ID }'],
    'source.uuid: must be the name of a column of uuids, or a list of the columns of a key (line 4, column 3). For example: uuid: record_uuid',
  ],
  [
    'nothing for a list',
    ['  RHONE: []', '  RHONE:'],
    'customers.RHONE: must be a list, not empty (line 39, column 3). For example: customers: { GREYSON: [GREYSON CLOTHIERS], CUTS CLOTHING: [] }',
  ],
  [
    'an empty list',
    ['business_key: [ORDER, STYLE]', 'business_key: []'],
    'source.business_key: at least one name is needed (line 8, column 3). For example: business_key: [AAG ORDER NUMBER, CUSTOMER STYLE]',
  ],
  [
    'a name of nothing',
    ['order_number: ORDER', 'order_number: " "'],
    'source.order_number: must not be empty (line 6, column 3). For example: order_number: AAG ORDER NUMBER',
  ],
  [
    'a word that is none of those allowed',
    ['rule: date }', 'rule: dat }'],
    'item.columns[2].rule: must be one of trim, trim_and_clean, label, number, date, customer, not "dat" (line 29, column 55). Did you mean date? For example: rule: date',
  ],
  [
    'an unknown type of column',
    ['type: status', 'type: state'],
    'item.columns[0].type: must be one of text, long_text, numbers, date, dropdown, status, timeline, checkbox, email, phone, link, country, rating, hour, not "state" (line 27, column 32). For example: type: dropdown',
  ],
  [
    'a flag that is yes',
    ['create_labels: true', 'create_labels: yes'],
    'subitem.columns[0].create_labels: must be one of true, false, not "yes" (line 35, column 62). For example: create_labels: true',
  ],
  [
    'a number that is a word',
    ['maximum: 99', 'maximum: plenty'],
    'sizes.maximum: must be a whole number from 1 to 999999999, not "plenty" (line 21, column 3). For example: maximum: 999999',
  ],
  [
    'a number of zero',
    ['max_length: 500', 'max_length: 0'],
    'item.columns[3].max_length: must be a whole number from 1 to 999999999, not "0" (line 30, column 78). For example: max_length: 200',
  ],
  [
    'an id that cannot be chosen',
    ['key: { id: line_key, title: Key }\n  name: {', 'key: { id: Line-Key, title: Key }\n  name: {'],
    'item.key.id: must be 1 to 24 of a-z, 0-9 and _, not beginning with a digit, not "Line-Key" (line 23, column 10). For example: id: line_key',
  ],
  [
    'a group without its season',
    ['"{customer} {season}"', '"{customer}"'],
    'item.group.title: must contain {season}, because season says what stands for it (line 25, column 12). For example: title: "{customer} {season}"',
  ],
  [
    "a slip in a group's title",
    ['"{customer} {season}"', '"{custmer} {season}"'],
    'item.group.title: {custmer} stands for nothing; {customer}, {season} can, and what placeholders declares (line 25, column 12). Did you mean {customer}? For example: title: "{customer} {season}"',
  ],
  [
    'a subitem without its label',
    ['"Size {label}"', '"Size"'],
    'subitem.name: must contain {label}, not "Size" (line 33, column 3). For example: name: "Size {label}"',
  ],
  [
    'a rule of no form',
    ['- customer: mapped', '- custmer: mapped'],
    `scope.all[0]: ${FORMS} (line 12, column 7). Did you mean customer? For example: all: [{ customer: mapped }, { column: ORDER TYPE, in: [ACTIVE] }]`,
  ],
  [
    'a rule that names no column',
    ['- { column: KIND, in: [ACTIVE] }', '- { in: [ACTIVE] }'],
    `scope.all[1]: ${FORMS} (line 13, column 7). For example: all: [{ customer: mapped }, { column: ORDER TYPE, in: [ACTIVE] }]`,
  ],
  [
    'a rule without a test',
    ['- { column: KIND, in: [ACTIVE] }', '- { column: KIND }'],
    'scope.all[1]: a column needs a test: in, not_in, blank, after or before (line 13, column 7). For example: all: [{ customer: mapped }, { column: ORDER TYPE, in: [ACTIVE] }]',
  ],
  [
    'a rule of two forms',
    ['- customer: mapped', '- { customer: mapped, blank: true }'],
    'scope.all[0].blank: is not known; the keys here are customer (line 12, column 27). For example: all: [{ customer: mapped }, { column: ORDER TYPE, in: [ACTIVE] }]',
  ],
  [
    'a rule that is a text',
    ['cancelled: { column: KIND, in: [CANCELLED] }', 'cancelled: KIND'],
    `cancelled: ${FORMS} (line 15, column 1). For example: cancelled: { column: ORDER TYPE, in: [CANCELLED] }`,
  ],
  [
    'a rule with an unknown test',
    ['in: [CANCELLED] }', 'in: [CANCELLED], befor: 2025-01-01 }'],
    'cancelled.befor: is not known; the keys here are column, in, not_in, blank, after, before (line 15, column 45). Did you mean before? For example: before: 2026-01-01',
  ],
  [
    'a day that is none',
    ['in: [CANCELLED] }', 'after: 2025-02-30 }'],
    'cancelled.after: must be a day, written YYYY-MM-DD, not "2025-02-30" (line 15, column 28). For example: after: 2025-01-01',
  ],
  [
    'days in the wrong order',
    ['in: [CANCELLED] }', 'after: 2025-02-01, before: 2025-01-01 }'],
    'cancelled.before: no day is after 2025-02-01 and before 2025-01-01 (line 15, column 47). For example: before: 2026-01-01',
  ],
  [
    'an alias',
    ['blank: [none]', 'blank: [&a none, *a]'],
    'blank[1]: the alias *a is not allowed; write out what it stands for (line 1, column 18). For example: blank: [nan, none, "null"]',
  ],
  [
    'a tag',
    ['uuid: ID', 'uuid: !text ID'],
    'Unresolved tag: !text (line 4, column 9). Leave tags out: each value is read as text, for example: maximum: 999999',
  ],
  [
    'a key that is a list',
    ['blank: [none]', '? [a, b]\n: c\nblank: [none]'],
    'a key must be a text, not a list or a map (line 1, column 3).',
  ],
  [
    'a name that JavaScript keeps',
    ['  RHONE: []', '  constructor: []'],
    'customers: the name constructor cannot be used (line 39, column 3). For example: customers: { GREYSON: [GREYSON CLOTHIERS], CUTS CLOTHING: [] }',
  ],
  [
    'a text with NUL',
    ['  RHONE: []', '  "RH\\0ONE": []'],
    'customers.RH\u0000ONE: holds the character NUL, which no text of a table or board can hold (line 39, column 3). Type it anew. For example: customers: { GREYSON: [GREYSON CLOTHIERS], CUTS CLOTHING: [] }',
  ],
  [
    'a text with half a character',
    ['blank: [none]', 'blank: ["\\ud83d"]'],
    'blank[0]: holds half of a character, as \\ud83d stands for (line 1, column 9). Type it anew. For example: blank: [nan, none, "null"]',
  ],
  [
    'an unknown directive',
    ['blank: [none]', '%NAME x\n---\nblank: [none]'],
    'Unknown directive %NAME (line 1, column 1).',
  ],
  [
    'a rule that does not fit the type',
    ['rule: number', 'rule: label'],
    'item.columns[1].rule: rule label does not fit type numbers; allowed are number (line 28, column 64). For example: rule: number',
  ],
  [
    'labels where there are none',
    ['rule: date }', 'rule: date, create_labels: true }'],
    'item.columns[2].create_labels: create_labels is for dropdown and status only, and the type is date (line 29, column 67). For example: create_labels: false',
  ],
  [
    'a longer name than the board takes',
    ['separator: " ", max_length: 255', 'separator: " ", max_length: 256'],
    'item.name.max_length: max_length is 256; the board takes at most 255 (line 24, column 50). For example: max_length: 255',
  ],
  [
    'a longer text than the board takes',
    ['max_length: 500', 'max_length: 2001'],
    'item.columns[3].max_length: max_length is 2001; the board takes at most 2000 (line 30, column 78). For example: max_length: 2000',
  ],
  [
    'a title that no table takes',
    ['title: Due', `title: ${LONG}`],
    `item.columns[2].title: "${LONG}" has 129 bytes; a column of the warehouse can have a name of at most 63 (line 29, column 18). For example: title: AAG SEASON`,
  ],
  [
    'a column that no table takes',
    ['source: DUE', `source: ${LONG.slice(4)}`],
    `item.columns[2].source: "${LONG.slice(4)}" has 125 bytes; a column of the warehouse can have a name of at most 59 (line 29, column 42). For example: source: AAG SEASON`,
  ],
  [
    'a label that is too long',
    ['{ ACTIVE: OPEN }', `{ ACTIVE: ${'O'.repeat(31)} }`],
    'item.columns[0].values: "OOOOOOOOOOOOOOOOOOOO…" has 31 characters; at most 30 can be kept (line 27, column 73). For example: values: { ACTIVE: RECEIVED, "TRUE": "0" }',
  ],
  [
    'a column id there twice',
    ['id: due', 'id: price'],
    'item.columns[2].id: the id price is used twice, first by item.columns[1] (line 29, column 9). For example: id: price_2',
  ],
  [
    'a column that has the id of the key',
    ['id: due', 'id: line_key'],
    'item.columns[2].id: the id line_key is used twice, first by item.key (line 29, column 9). For example: id: line_key_2',
  ],
  [
    'a title there twice',
    ['title: Due', 'title: Price'],
    'item.columns[2].title: the title Price is used twice, first by item.columns[1] (line 29, column 18). For example: title: Price_2',
  ],
  [
    'no column of the quantity',
    ['    - { id: quantity, title: Quantity, type: numbers, value: quantity }\n', ''],
    'subitem.columns: exactly one column has value: quantity, and here none does (line 34, column 3). For example: columns: [{ id: dropdown_mkrak7qp, title: Size, type: dropdown, value: label, create_labels: true }, { id: numeric_mkra7j8e, title: Order Qty, type: numbers, value: quantity }]',
  ],
  [
    'a value that is no number',
    ['{ FREE: 0 }', '{ FREE: nothing }'],
    'item.columns[1].values.FREE: "nothing" is not a number, which rule number needs (line 28, column 88). For example: FREE: "0"',
  ],
  [
    'a value that the type of the column cannot show',
    ['type: date, source: DUE, rule: date }', 'type: hour, source: DUE, rule: trim, values: { NOON: noon } }'],
    'item.columns[2].values.NOON: "noon" is not a time of day in hours and minutes (line 29, column 77). For example: NOON: 14:30',
  ],
  [
    'a value that is no rating',
    ['type: numbers, source: PRICE', 'type: rating, source: PRICE'],
    'item.columns[1].values.FREE: "0" is not a whole number from 1 to 5 (line 28, column 87). For example: FREE: "5"',
  ],
  [
    'a rule that does not fit a type',
    ['type: date, source: DUE, rule: date', 'type: email, source: DUE, rule: date'],
    'item.columns[2].rule: rule date does not fit type email; allowed are trim (line 29, column 56). For example: rule: trim',
  ],
  [
    'a country that there is none of',
    ['type: date, source: DUE, rule: date', 'type: phone, source: DUE, rule: trim, country: UK'],
    'item.columns[2].country: no phone numbers are known of a country UK (line 29, column 68). For example: country: GB',
  ],
  [
    'a country by its name',
    ['type: date, source: DUE, rule: date', 'type: phone, source: DUE, rule: trim, country: Germany'],
    'item.columns[2].country: must be the two capital letters of a country, not "Germany" (line 29, column 68). For example: country: US',
  ],
  [
    'a last day of a column without a first',
    ['type: date, source: DUE, rule: date', 'type: date, source: DUE, rule: date, until: CANCEL'],
    'item.columns[2].until: until is for timeline with rule date only, and the type is date with rule date (line 29, column 67). Leave it out. For example: rule: date',
  ],
  [
    'a last day that is the first',
    ['type: date, source: DUE, rule: date', 'type: timeline, source: DUE, until: DUE, rule: date'],
    'item.columns[2].until: DUE is the column of the first day, too; for a period of one day, leave until out (line 29, column 59). For example: until: CANCEL DATE',
  ],
  [
    'a country of a column without phone numbers',
    ['type: date, source: DUE, rule: date', 'type: date, source: DUE, rule: date, country: US'],
    'item.columns[2].country: country is for phone only, and the type is date (line 29, column 67). Leave it out. For example: type: phone',
  ],
  [
    'a type of a subitem that shows no size',
    ['title: Size, type: dropdown', 'title: Size, type: date'],
    'subitem.columns[0].type: must be one of text, long_text, numbers, dropdown, status, not "date" (line 35, column 32). For example: type: dropdown',
  ],
  [
    'two values that are one when compared',
    ['{ ACTIVE: OPEN }', '{ ACTIVE: OPEN, active: SHUT }'],
    'item.columns[0].values.active: "ACTIVE" and "active" are the same when compared, and become two texts (line 27, column 97). For example: values: { ACTIVE: RECEIVED, "TRUE": "0" }',
  ],
  [
    'a column that names people',
    ['source: NOTES', 'source: PLANNER'],
    'item.columns[3].source: PLANNER names people, as source.personal says, and must not be read (line 30, column 51). Name another column, or take it out of source.personal. For example: source: AAG SEASON',
  ],
  [
    'people in a rule',
    ['column: KIND, in: [CANCELLED]', 'column: PLANNER, in: [CANCELLED]'],
    'cancelled.column: PLANNER names people, as source.personal says, and must not be read (line 15, column 14). Name another column, or take it out of source.personal. For example: column: ORDER TYPE',
  ],
  [
    'sizes between one column',
    ['before: TOTAL', 'before: UNIT'],
    'sizes.before: after and before are the same column; no size lies between them (line 18, column 3). For example: before: TOTAL QTY',
  ],
  [
    'an end that is left out of the sizes',
    ['except: [PACK]', 'except: [TOTAL]'],
    'sizes.except[0]: TOTAL is the end of the sizes and never one; leave it out (line 19, column 12). For example: except: [INFOR COLOUR CODE]',
  ],
  [
    'a spelling of two customers',
    ['  RHONE: []', '  RHONE: [greyson  clothiers]'],
    'customers.RHONE[0]: GREYSON CLOTHIERS belongs to GREYSON and to RHONE; a spelling has one customer (line 39, column 11). For example: RHONE: []',
  ],
  [
    'a customer that counts as blank',
    ['  RHONE: []', '  None: []'],
    'customers.None: "None" counts as blank and cannot name a customer (line 39, column 3). For example: customers: { GREYSON: [GREYSON CLOTHIERS], CUTS CLOTHING: [] }',
  ],
  [
    'a spelling that counts as blank',
    ['  RHONE: []', '  RHONE: [none]'],
    'customers.RHONE[0]: "none" counts as blank and cannot name a customer (line 39, column 11). For example: customers: { GREYSON: [GREYSON CLOTHIERS], CUTS CLOTHING: [] }',
  ],
  [
    'a key without a column',
    ['uuid: ID', 'uuid: []'],
    'source.uuid: at least one name is needed (line 4, column 3). For example: uuid: record_uuid',
  ],
  [
    'a column that the key has twice',
    ['uuid: ID', 'uuid: [ORDER, LINE, ORDER]'],
    'source.uuid[2]: ORDER is in the key already (line 4, column 23). For example: uuid: [ORDER, LINE]',
  ],
  [
    'a key with a column of people',
    ['uuid: ID', 'uuid: [ORDER, PLANNER]'],
    'source.uuid[1]: PLANNER names people, as source.personal says, and must not be read (line 4, column 17). Name another column, or take it out of source.personal. For example: uuid: record_uuid',
  ],
  [
    'a customer of all lines that none of the customers is',
    ['customer: CUSTOMER', 'customer: { constant: RHONE APPAREL }'],
    'source.customer.constant: RHONE APPAREL is none of customers, so that no line would belong on the board (line 5, column 15). Add it there. For example: customers: { RHONE APPAREL: [] }',
  ],
  [
    'a slip in the customer of all lines',
    ['customer: CUSTOMER', 'customer: { constant: RHOEN }'],
    'source.customer.constant: RHOEN is none of customers, so that no line would belong on the board (line 5, column 15). Did you mean RHONE? For example: customer: { constant: RHONE }',
  ],
  [
    'a slip in the key for a customer of all lines',
    ['customer: CUSTOMER', 'customer: { constnat: RHONE, constant: RHONE }'],
    'source.customer.constnat: is not known; the keys here are constant (line 5, column 15). Did you mean constant? For example: constant: RHONE',
  ],
  [
    'a list of customer columns',
    ['customer: CUSTOMER', 'customer: [CUSTOMER]'],
    'source.customer: must be the name of a column, or constant: NAME for a table of one customer (line 5, column 3). For example: customer: CUSTOMER NAME',
  ],
  [
    'a customer that is meant to stay out',
    ['out_of_scope: []', 'out_of_scope: [Rhone]'],
    'out_of_scope[0]: Rhone is a spelling of the customer RHONE (line 14, column 16). Take it out of one of the two. For example: out_of_scope: []',
  ],
];

/** Texts that are no YAML: nothing else of them is looked at. */
const NO_YAML: readonly Row[] = [
  [
    'a tab',
    ['  uuid: ID', '	uuid: ID'],
    'Tabs are not allowed as indentation (line 4, column 1). Indent with blanks, for example: "  uuid: record_uuid" below "source:".',
  ],
  [
    'a bracket that is not closed',
    ['purchase_order: [PO]', 'purchase_order: [PO'],
    'Flow sequence in block collection must be sufficiently indented and end with a ] (line 8, column 3). Close each bracket, and indent the parts of a map or list alike, for example: blank: [nan, none]',
  ],
  [
    'a quote that is not closed',
    ['"Size {label}"', '"Size {label}'],
    'Missing closing "quote (line 40, column 1). Close each bracket and quote, for example: purchase_order: [PO NUMBER, "A, B"]',
  ],
  [
    'a colon in a text',
    ['order_number: ORDER', 'order_number: ORDER: NO'],
    'Nested mappings are not allowed in compact mappings (line 6, column 17). Put a text that holds ": " into quotes, for example: separator: " : "',
  ],
  [
    'a list in the line of its key',
    ['order_number: ORDER', 'order_number: - ORDER'],
    'Unexpected block-seq-ind on same line with key (line 6, column 17). Put a text that holds signs of YAML into quotes, for example: separator: " - "',
  ],
  [
    'two documents',
    ['customers:', '---\ncustomers:'],
    'a mapping is one document (line 37, column 1). Keep one of the documents, and no line of --- between them.',
  ],
  [
    'a list that is indented askew',
    ['    - { id: price,', '   - { id: price,'],
    'A block sequence may not be used as an implicit map key (line 28, column 1). Put a text that holds ": " into quotes, for example: separator: " : "',
  ],
];

/** Faults of all kinds: as YAML, against the grammar, contradictions, and names that a table has no room for. */
const TOGETHER: readonly string[] = [
  'a tag',
  'an unknown key',
  'a key that is missing',
  'a text for a list',
  'an unknown type of column',
  'a number that is a word',
  'a rule of no form',
  "a slip in a group's title",
  'a value that is no number',
  'a title that no table takes',
  'a column that names people',
  'a subitem without its label',
  'labels where there are none',
  'a spelling of two customers',
];

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'mapping-faults-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function changed(text: string, [from, to]: Change): string {
  const after = text.replace(from, () => to);
  if (after === text) throw new Error(`Nothing to replace: ${from}`);
  return after;
}

/** The lines that a task says of a mapping before it does anything else, and what it calls them. */
async function told(text: string): Promise<{ code: number | null; head: string; faults: string[] }> {
  const file = join(folder, 'mapping.yaml');
  writeFileSync(file, text);
  const { code, said } = await runProgram('migrate', [], {
    MAPPING_FILE: file,
    WAREHOUSE_URL: 'postgres://nobody:secret@127.0.0.1:1/nowhere',
  });
  const line = said.split('\n').find((each) => each.includes('"MAPPING_INVALID"'));
  const message = line === undefined ? said : String(JSON.parse(line).message);
  const [head = '', ...faults] = message.replaceAll(file, 'mapping.yaml').split('\n');
  return { code, head, faults: faults.map((fault) => fault.replace(/^- /, '')) };
}

describe('a task tells of a mapping with', () => {
  it.each(FAULTS)('%s', async (_, change, fault) => {
    expect(await told(changed(SOUND, change))).toEqual({
      code: 2,
      head: 'The mapping mapping.yaml cannot be used:',
      faults: [fault],
    });
  });

  it('many faults, of every one at once and in the order of the file', async () => {
    const rows = FAULTS.filter(([kind]) => TOGETHER.includes(kind));
    const text = rows.reduce((sound, [, change]) => changed(sound, change), SOUND);
    const { faults } = await told(text);
    const lineOf = (fault: string) => Number(/\(line (\d+)/.exec(fault)?.[1]);
    const withoutPlace = (fault: string) => fault.replace(/ \(line \d+, column \d+\)/g, '');
    expect(rows).toHaveLength(TOGETHER.length);
    expect(faults.map(withoutPlace).sort()).toEqual(rows.map(([, , fault]) => withoutPlace(fault)).sort());
    expect(faults.map(lineOf)).toEqual(faults.map(lineOf).sort((a, b) => a - b));
  });

  it.each(NO_YAML)('%s', async (_, change, fault) => {
    const { code, head, faults } = await told(changed(SOUND, change));
    expect({ code, first: faults[0] }).toEqual({ code: 2, first: fault });
    expect(head).toMatch(
      /^The mapping mapping.yaml is not valid YAML(; what stands below the first may come of it)?:$/,
    );
  });
});
