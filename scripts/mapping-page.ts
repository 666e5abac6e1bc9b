import { groupParts } from '../shared/mapping/group-parts.js';
import type { GroupPart, ItemColumn, Mapping, ValueRule } from '../shared/mapping/mapping.js';
import { hashedColumns, identityColumns, sourcesOf } from '../shared/mapping/mapping-version.js';
import type { Rule } from '../shared/mapping/rules.js';
import {
  BLANK_EXAMPLES,
  COMMA_EXAMPLES,
  DATE_EXAMPLES,
  DAY_FIRST_EXAMPLES,
  type Example,
  NUMBER_EXAMPLES,
  QUANTITY_EXAMPLES,
} from './value-grammar.js';

/** What a rule makes of a text. */
export const RULES: Record<ValueRule, string> = {
  trim: 'the text without leading and trailing white space',
  trim_and_clean: 'as `trim`; line breaks, control characters and repeated spaces become one space',
  label: 'one label, cleaned; a blank word is empty; commas stay in the label',
  number: 'an exact decimal number, see [Numbers](#numbers); a blank word is empty',
  date: 'a day, see [Dates](#dates); a blank word is empty',
  customer: 'the canonical name of the customer, found by any of its spellings',
};

/** docs/mapping.md: the mapping as a person reads it. */
export function mappingPage(mapping: Mapping): string {
  return `${[
    '# Mapping',
    'Generated from `sql/mappings/customer-orders.yaml` by `npm run docs`; change that file, not this one.',
    `Version \`${mapping.version}\`: a hash of everything in the file that may change what the board shows. It is kept with every acknowledged line.`,
    ...sourceSection(mapping),
    ...itemSection(mapping),
    ...subitemSection(mapping),
    ...customerSection(mapping),
    ...RULES_SECTION,
    ...GRAMMAR_SECTION,
    ...LINE_RULES_SECTION,
  ].join('\n\n')}\n`;
}

function sourceSection(mapping: Mapping): string[] {
  const { source } = mapping;
  return [
    '## Source columns',
    table(
      ['Use', 'Columns'],
      [
        [
          'column' in source.uuid ? 'uuid' : 'key, of which the uuid is made',
          identityColumns(source).map(code).join(', '),
        ],
        [
          'customer',
          'column' in source.customer ? code(source.customer.column) : `${source.customer.constant}, in all lines`,
        ],
        ['order number', code(source.orderNumber)],
        ...listRow('purchase order', source.purchaseOrder),
        ...listRow('business key, which matches lines after a reload', source.businessKey),
        ...listRow('names of people, never read', source.personal),
        ...sizeRows(mapping),
        ['hashed, in addition to the sizes', hashedColumns(mapping).map(code).join(', ')],
      ],
    ),
    `**In scope**: ${describeRule(mapping.scope)}.`,
    `**Deliberately out of scope**: ${mapping.outOfScope.length === 0 ? 'nothing' : mapping.outOfScope.map(code).join(', ')}.`,
    `**Cancelled**: ${describeRule(mapping.cancelled)}. The item stays${mapping.sizes === undefined ? '' : ', its sizes go to 0'}.`,
    `**Blank** is an empty text or one of ${mapping.blank.map(code).join(', ')} after folding, see [Blank words](#blank-words).`,
  ];
}

function listRow(use: string, columns: readonly string[]): string[][] {
  return columns.length === 0 ? [] : [[use, columns.map(code).join(', ')]];
}

function sizeRows({ sizes }: Mapping): string[][] {
  if (sizes === undefined) return [];
  const { after, before, except, maximum, total } = sizes;
  const without = except.length === 0 ? '' : `, without ${except.map(code).join(', ')}`;
  return [
    ['sizes', `between ${code(after)} and ${code(before)}${without}; 1 to ${maximum}`],
    ...(total === undefined ? [] : [['sum of the sizes', code(total)]]),
  ];
}

function itemSection(mapping: Mapping): string[] {
  const { name, group, key, columns } = mapping.item;
  const separator = name.separator === '' ? 'without a separator' : `joined by ${code(name.separator)}`;
  return [
    '## Item',
    `**Name**: ${name.parts.map(code).join(', ')} ${separator}, empty parts skipped, at most ${name.maxLength} characters.`,
    `**Group**: ${group === undefined ? 'the top group of the board' : [code(group.title), ...groupParts(group).map(groupPart)].join('; ')}.`,
    `**Key column**: ${code(key.id)}, the line key.`,
    table(['Board column', 'Id', 'Type', 'Source column', 'Rule', 'Limits', 'Labels'], columns.map(itemRow)),
    ...lastChangeSection(mapping),
  ];
}

function groupPart({ name, columns, fallback }: GroupPart): string {
  return `the ${name} is the first of ${columns.map(code).join(', ')} that is not blank, otherwise \`${fallback}\``;
}

function lastChangeSection({ item: { lastChange } }: Mapping): string[] {
  const here = lastChange === undefined ? 'this mapping has none' : code(lastChange.id);
  return [
    '### The last change, in words',
    `\`item.last_change: { id: last_change, title: LAST CHANGE, type: long_text }\` names a column in which push tells planners what it changed (${here}). \`type\` is \`long_text\` or \`text\`; \`doctor --fix\` creates the column if its id may be chosen (a-z, 0-9 and _, at most 24).`,
    'The text begins with the day (UTC) on which the batch was created. After it comes `PO NUMBER: 4755 → 4756` for each value and size that changes, one per line, or separated by semicolons in a text column; or `new` if nothing of the line was sent before. A long value is cut at 100 characters, the whole text at 2,000, in a text column at 255.',
    'It is sent in the same mutation as the other values of the item, never alone: when only sizes or the group of a line change, its text stays. It is neither hashed nor compared: an edit by hand is neither reported nor undone, and adding the key to a mapping sends nothing.',
  ];
}

function itemRow(column: ItemColumn): string[] {
  const limits = [
    column.required === 'reject' ? 'required' : '',
    column.required === 'warn' ? 'required, otherwise a warning' : '',
    column.maxLength === undefined ? '' : `${column.maxLength} characters`,
  ];
  const values = column.values.map(([from, to]) => `${code(from)} → ${code(to)}`);
  return [
    column.title,
    code(column.id),
    column.type,
    column.source === column.title && column.until === undefined ? 'the same' : sourcesOf(column).join(' to '),
    [code(column.rule), ...values].join('; '),
    limits.filter((limit) => limit !== '').join('; '),
    labelPolicy(column),
  ];
}

function subitemSection(mapping: Mapping): string[] {
  if (mapping.subitem === undefined) return [];
  const { name, key, columns } = mapping.subitem;
  return [
    '## Subitem',
    `**Name**: ${code(name)}. **Key column**: ${code(key.id)}, \`<line key>|<size>\`.`,
    table(
      ['Board column', 'Id', 'Type', 'Value', 'Labels'],
      columns.map((column) => [column.title, code(column.id), column.type, column.value, labelPolicy(column)]),
    ),
  ];
}

function labelPolicy({ type, createLabels }: { type: string; createLabels: boolean }): string {
  if (type !== 'dropdown' && type !== 'status') return '';
  return createLabels ? 'created when missing' : 'must be on the board';
}

function customerSection(mapping: Mapping): string[] {
  if (mapping.everyCustomer) return ['## Customers', 'Every text that is not blank, under its folded form.'];
  const spelled = mapping.customers.map(({ name, spellings }) => [name, spellings.join('; ')]);
  return [
    '## Customers',
    `${mapping.customers.length} customers. The canonical name is always accepted. Spellings are compared folded, and only as a whole.`,
    table(['Canonical name', 'Other spellings in the source'], spelled),
  ];
}

/** Examples of what folds to one text; a test folds them. */
export const FOLDED: readonly (readonly [string, string])[] = [
  ['`GREYSON CLOTHIERS`, `Greyson  Clothiers`', 'case and repeated blanks make no difference'],
  ['`BANDIT RUNNING`, `BANDIT\\u00a0RUNNING`', 'a no-break space is white space'],
  ['`TELFAR`, `TEL\\u200bFAR`', 'a zero-width space is invisible'],
  ["`B'HOOD`, `B’HOOD`, `B´HOOD`", 'apostrophes are alike'],
  ['`30-32L`, `30–32L`, `30−32L`', 'dashes are alike'],
  ['`THE "A" LINE`, `THE “A” LINE`', 'quotes are alike'],
  ['`ASRV`, `ＡＳＲＶ`', 'full-width letters are letters'],
  ['`CAFÉ`, `CAFE\\u0301`', 'a letter with a combining accent equals the accented letter'],
];

const RULES_SECTION = [
  '## Value rules',
  table(
    ['Rule', 'Result'],
    Object.entries(RULES).map(([rule, gives]) => [code(rule), gives]),
  ),
  [
    '`values` replaces whole source texts first; they are compared folded.',
    'A value that cannot be read leaves the board and the production tables unchanged and is recorded as a warning. In a column with `required: reject` the line is rejected; with `required: warn` it is not.',
    'In a timeline column, `trim` gives one day, or two separated by ` - ` or, as ISO 8601 has it, by `/`; in a checkbox column, `true`, `yes`, `y`, `v`, `x` or `1` is ticked and `false`, `no`, `n` or `0` is not. Everything else cannot be read. [The mapping language](mapping-language.md#types-and-rules) says what columns of the other types show.',
    'A long text above its limit is cut, with a warning. Any other text above its limit counts as unreadable, because a truncated order number is a different order number.',
    'A size whose text is not a whole number above zero keeps its quantity on the board, and is not created if the board lacks it; a warning reports it. A quantity above the maximum rejects the line.',
    'A warning quotes a text only if it has at most 40 characters and no word of more than three letters. Otherwise it gives the length, because a cell can hold anything, even names of people.',
  ].join('\n'),
];

const GRAMMAR_SECTION = [
  '## Numbers',
  [
    'Prices, quantities, totals and sizes follow one grammar. A number consists of these parts, in this order and without blanks:',
    '',
    '- an optional sign, an optional `$`;',
    '- digits, plain or in groups of three separated by `,`: one to three digits, the first of which is not 0, then a comma and three digits, as often as needed;',
    '- optionally `.` and digits; optionally `e` or `E`, an optional sign and digits; optionally `%`, which is dropped.',
    '',
    'Before that, full-width digits and signs become plain ones, all dashes become one, and invisible characters and white space at the ends are removed. Everything else is not a number (NOT_A_NUMBER, SIZE_NOT_A_NUMBER): it is never repaired or read as another number. A number has at most 20 digits before and 18 after the point, and all of them are kept. A column that is numeric in the database is read with a point, whatever the mapping says.',
  ].join('\n'),
  examples(NUMBER_EXAMPLES, 'no number'),
  'With `numbers: { decimal: "," }` in the mapping, comma and point swap roles:',
  examples(COMMA_EXAMPLES, 'no number'),
  'Quantities of sizes follow the same grammar, and must be whole and above zero:',
  examples(QUANTITY_EXAMPLES, 'no quantity'),
  '## Dates',
  [
    'A date is the day as written; a time and a zone after it are checked but do not shift the day. The day is written as one of:',
    '',
    '- `YYYY-MM-DD`, `YYYY/MM/DD`;',
    '- `M/D/YYYY`; with `dates: { order: dmy }` in the mapping `D/M/YYYY` and `D.M.YYYY` instead;',
    '- `D Month YYYY`, `D-Month-YYYY`, `Month D YYYY`, `Month D, YYYY`: an English name, in full or its first three letters (or `Sept`), in any case.',
    '',
    'Month and day have one or two digits, the year four. Optionally there follow `T` or a blank, hours and minutes, seconds, a fraction of seconds, `AM` or `PM`, and a zone: an offset such as `+02:00`, `Z`, or a common abbreviation such as `EST`. Everything else, and a day that does not exist, is not a date (NOT_A_DATE). DATETIMEOFFSET gives the day in its own offset; `timestamp with time zone`, which stores no zone, gives the day in UTC.',
  ].join('\n'),
  examples(DATE_EXAMPLES, 'no date'),
  'With `dates: { order: dmy }`:',
  examples(DAY_FIRST_EXAMPLES, 'no date'),
  '## Blank words',
  [
    'A null, a text without visible characters, and the words of `blank` in the mapping all mean that there is no value: no label, number, date, size, season, customer or part of a business key; a rule with `blank: true` holds. Words are compared [folded](#names-and-words), and as a whole. Text columns with the rules `trim` and `trim_and_clean` show such a word unchanged.',
    'The examples are JSON strings, with invisible characters escaped:',
  ].join('\n'),
  examples(BLANK_EXAMPLES, 'a text'),
];

const LINE_RULES_SECTION = [
  '## Rules for lines',
  [
    '`scope` and `cancelled` consist of these, nested to any depth:',
    '',
    '```yaml',
    'all: [rule, …]      any: [rule, …]      not: rule      customer: mapped | unmapped',
    '{ column: NAME, in: [texts] }           { column: NAME, not_in: [texts] }        # compared folded',
    '{ column: NAME, blank: true | false }   { column: NAME, after: 2025-01-01, before: 2026-01-01 }',
    '```',
    '',
    '`not_in` holds for a blank column. `after` and `before` exclude the day they name, and do not hold for a text that is not a date.',
    'Every scalar in the file is read as text: `28`, `yes` and `1.10` stay as written.',
  ].join('\n'),
  '## Names and words',
  [
    'Customer names, the words of rules, of `values` and of `blank`, and the flag `--customer` are compared *folded*: normalized to Unicode’s NFKC, without control and invisible characters, with repeated white space as one blank, trimmed, with one form of apostrophe, quote and dash, and regardless of case.',
    'Two customers whose names fold to the same text are refused. The hash covers the text as written: another spelling is a change of the line, but changes nothing on the board.',
  ].join('\n'),
  table(['Read as the same', 'Because'], FOLDED),
  [
    'A name or word that keeps lines out of scope is reported with the number of such lines, how many of them the board shows, and the nearest known name: in the outputs of detect (`unmapped`), its log, the report, `batch watch` and `doctor`. The mapping knows a word when `scope`, `cancelled` or the `values` of that column names it, and a blank when a rule tests for `blank`.',
    'List names and words that are meant to stay out, and they are no longer reported:',
    '',
    '```yaml',
    'out_of_scope: [NORTHWIND ATHLETICS, SAMPLE]     # customers and words; UNKNOWN for lines without a customer, "" for a blank',
    '```',
    '',
    'The list does not change which lines are in scope, nor the version of the mapping.',
  ].join('\n'),
];

function describeRule(rule: Rule): string {
  switch (rule.kind) {
    case 'all':
      return rule.rules.map(describePart).join(' and ');
    case 'any':
      return rule.rules.length === 0 ? 'no line' : rule.rules.map(describePart).join(' or ');
    case 'not':
      return `not ${describePart(rule.rule)}`;
    case 'customer':
      return `the customer is ${rule.mapped ? 'in the table below' : 'not in the table below'}`;
    case 'column': {
      const tests = [
        rule.in && `is one of ${rule.in.map(code).join(', ')}`,
        rule.notIn && `is none of ${rule.notIn.map(code).join(', ')}`,
        rule.blank === undefined ? undefined : rule.blank ? 'is blank' : 'is not blank',
        rule.after && `is after ${rule.after}`,
        rule.before && `is before ${rule.before}`,
      ];
      return `${code(rule.column)} ${tests.filter((test) => test !== undefined).join(' and ')}`;
    }
  }
}

function describePart(rule: Rule): string {
  const text = describeRule(rule);
  return (rule.kind === 'all' || rule.kind === 'any') && rule.rules.length > 1 ? `(${text})` : text;
}

function examples(rows: readonly Example[], refused: string): string {
  return table(
    ['Text', 'Is', ''],
    rows.map(([text, gives, why]) => [code(text), gives === undefined ? refused : gives && code(gives), why ?? '']),
  );
}

function code(text: string): string {
  return `\`${text}\``;
}

export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}
