import { hashedColumns, type ItemColumn, type Mapping, type ValueRule } from '../shared/mapping/mapping.js';
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

const RULES: Record<ValueRule, string> = {
  trim: 'the text without space at either end',
  trim_and_clean: 'as `trim`; line breaks, control characters and runs of space become one space',
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
  const { source, sizes } = mapping;
  return [
    '## What is read',
    table(
      ['What', 'Columns'],
      [
        ['uuid', code(source.uuid)],
        ['customer', code(source.customer)],
        ['order number', code(source.orderNumber)],
        ['purchase order', source.purchaseOrder.map(code).join(', ')],
        ['business key, which pairs lines after a reload', source.businessKey.map(code).join(', ')],
        ['names of people, never read', source.personal.map(code).join(', ')],
        [
          'sizes',
          `between ${code(sizes.after)} and ${code(sizes.before)}, without ${sizes.except.map(code).join(', ')}; 1 to ${sizes.maximum}`,
        ],
        ['sum of the sizes', code(sizes.total)],
        ['hashed, beside the sizes', hashedColumns(mapping).map(code).join(', ')],
      ],
    ),
    `**In scope**: ${describeRule(mapping.scope)}.`,
    `**Meant to stay out**: ${mapping.outOfScope.length === 0 ? 'nothing' : mapping.outOfScope.map(code).join(', ')}.`,
    `**Cancelled**: ${describeRule(mapping.cancelled)}. The item stays, its sizes go to 0.`,
    `**Blank** is an empty text or one of ${mapping.blank.map(code).join(', ')} after folding, see [Blank words](#blank-words).`,
  ];
}

function itemSection(mapping: Mapping): string[] {
  const { name, group, key, columns } = mapping.item;
  const separator = name.separator === '' ? 'without a separator' : `joined by ${code(name.separator)}`;
  return [
    '## Item',
    `**Name**: ${name.parts.map(code).join(', ')} ${separator}, empty parts skipped, at most ${name.maxLength} characters.`,
    `**Group**: ${code(group.title)}; the season is the first of ${group.season.map(code).join(', ')} that is not blank, else \`${group.fallback}\`.`,
    `**Key column**: ${code(key.id)}, the line key.`,
    table(['Board column', 'Id', 'Type', 'Source column', 'Rule', 'Limits', 'Labels'], columns.map(itemRow)),
    ...lastChangeSection(mapping),
  ];
}

function lastChangeSection({ item: { lastChange } }: Mapping): string[] {
  const here = lastChange === undefined ? 'this mapping has none' : code(lastChange.id);
  return [
    '### The last change, in words',
    `\`item.last_change: { id: last_change, title: LAST CHANGE, type: long_text }\` names a column in which push tells planners what it changed (${here}). \`type\` is \`long_text\` or \`text\`; \`doctor --fix\` makes the column where its id may be chosen (a-z, 0-9 and _, at most 24).`,
    'It begins with the day (UTC) on which the batch was made; behind it stands `PO NUMBER: 4755 → 4756` for each value and size that changes, one below the other, in a text column with semicolons between, or `new` where nothing of the line was sent before. A long value is cut at 100 characters, the whole at 2,000, in a text column at 255.',
    'It goes out in the same mutation as the other values of the item, never by itself: a line of which only sizes or the group change keeps the text that it has. It is neither hashed nor compared: an edit by hand in it is neither told nor put back, and adding the key to a mapping sends nothing.',
  ];
}

function itemRow(column: ItemColumn): string[] {
  const limits = [
    column.required === 'reject' ? 'required' : '',
    column.required === 'warn' ? 'required, else a warning' : '',
    column.maxLength === undefined ? '' : `${column.maxLength} characters`,
  ];
  const values = column.values.map(([from, to]) => `${code(from)} → ${code(to)}`);
  return [
    column.title,
    code(column.id),
    column.type,
    column.source === column.title ? 'the same' : column.source,
    [code(column.rule), ...values].join('; '),
    limits.filter((limit) => limit !== '').join('; '),
    labelPolicy(column),
  ];
}

function subitemSection(mapping: Mapping): string[] {
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
  return createLabels ? 'made when missing' : 'must be on the board';
}

function customerSection(mapping: Mapping): string[] {
  const spelled = mapping.customers.map(({ name, spellings }) => [name, spellings.join('; ')]);
  return [
    '## Customers',
    `${mapping.customers.length} customers. The canonical name is always accepted, spellings are compared folded, and never by a part of them.`,
    table(['Canonical name', 'Other spellings in the source'], spelled),
  ];
}

/** Examples of what folds to one text; a test folds them. */
export const FOLDED: readonly (readonly [string, string])[] = [
  ['`GREYSON CLOTHIERS`, `Greyson  Clothiers`', 'case and runs of blanks make no difference'],
  ['`BANDIT RUNNING`, `BANDIT\\u00a0RUNNING`', 'a no-break space is white space'],
  ['`TELFAR`, `TEL\\u200bFAR`', 'a zero-width space shows as nothing'],
  ["`B'HOOD`, `B’HOOD`, `B´HOOD`", 'apostrophes are alike'],
  ['`30-32L`, `30–32L`, `30−32L`', 'dashes are alike'],
  ['`THE "A" LINE`, `THE “A” LINE`', 'quotes are alike'],
  ['`ASRV`, `ＡＳＲＶ`', 'wide letters are letters'],
  ['`CAFÉ`, `CAFE\\u0301`', 'a letter and its accent are one'],
];

const RULES_SECTION = [
  '## Value rules',
  table(
    ['Rule', 'Gives'],
    Object.entries(RULES).map(([rule, gives]) => [code(rule), gives]),
  ),
  [
    '`values` replaces whole source texts first; they are compared folded.',
    'A value that cannot be read leaves the board, and the production tables, as they are and is recorded as a warning; in a column that is `required: reject` the line is rejected, in one that is `required: warn` it goes on.',
    'In a timeline column `trim` gives one day, or two with ` - ` between them; in a checkbox column `true`, `yes`, `y`, `v`, `x` or `1` ticks and `false`, `no`, `n` or `0` does not. Everything else cannot be read.',
    'A long text above its limit is cut, with a warning; any other text above its limit counts as one that cannot be read, because a cut order number is another order number.',
    'A size whose text is no whole number above zero is left as it is on the board, and is not made where it is not there; a warning tells it. A quantity above the maximum rejects the line.',
    'A warning quotes a text of at most 40 characters that has no word of more than three letters. Of others it tells the length: a cell can hold anything, names of people too.',
  ].join('\n'),
];

const GRAMMAR_SECTION = [
  '## Numbers',
  [
    'Prices, quantities, totals and sizes are read alike. A number is, in this order and without blanks between:',
    '',
    '- an optional sign, an optional `$`;',
    '- digits, plain or in groups of three parted by `,`: one to three digits of which the first is not 0, then a comma and three digits, as often as needed;',
    '- optionally `.` and digits; optionally `e` or `E`, an optional sign and digits; optionally `%`, which is dropped.',
    '',
    'First, digits and signs of other widths become the plain ones, dashes become alike, signs that cannot be seen go, and white space at the ends. Everything else is no number (NOT_A_NUMBER, SIZE_NOT_A_NUMBER): it is never repaired, and never another number. A number has at most 20 digits before and 18 behind the point, and all of them are kept. A column that the database itself holds as a number is read with a point, whatever the mapping says.',
  ].join('\n'),
  examples(NUMBER_EXAMPLES, 'no number'),
  'With `numbers: { decimal: "," }` in the mapping the two signs change places:',
  examples(COMMA_EXAMPLES, 'no number'),
  'Quantities of sizes are the same, then whole, and above zero:',
  examples(QUANTITY_EXAMPLES, 'no quantity'),
  '## Dates',
  [
    'A date is the day as it is written; a time and a zone behind it are checked and move nothing. The day is one of:',
    '',
    '- `YYYY-MM-DD`, `YYYY/MM/DD`;',
    '- `M/D/YYYY`; with `dates: { order: dmy }` in the mapping `D/M/YYYY` and `D.M.YYYY` instead;',
    '- `D Month YYYY`, `D-Month-YYYY`, `Month D YYYY`, `Month D, YYYY`: an English name, whole or its first three letters (or `Sept`), in any case.',
    '',
    'Month and day have one digit or two, the year four. Then optionally `T` or a blank, hours and minutes, seconds, a fraction of them, `AM` or `PM`, and a zone: an offset such as `+02:00`, `Z`, or a usual abbreviation such as `EST`. Everything else, and a day that the calendar lacks, is no date (NOT_A_DATE). DATETIMEOFFSET gives the day of its own clock; `timestamp with time zone`, which keeps no zone, that of UTC.',
  ].join('\n'),
  examples(DATE_EXAMPLES, 'no date'),
  'With `dates: { order: dmy }`:',
  examples(DAY_FIRST_EXAMPLES, 'no date'),
  '## Blank words',
  [
    'A null, a text of nothing that can be seen, and the words of `blank` in the mapping say that nothing is there: no label, no number, no date, no size, no season, no customer, no part of a business key; and a rule with `blank: true` holds. Words are compared [folded](#names-and-words), and as a whole. Columns of text with the rules `trim` and `trim_and_clean` show such a word as it stands.',
    'The examples are in quotes, with signs that cannot be seen as JSON writes them:',
  ].join('\n'),
  examples(BLANK_EXAMPLES, 'a text'),
];

const LINE_RULES_SECTION = [
  '## Rules for lines',
  [
    '`scope` and `cancelled` are made of these, in any depth:',
    '',
    '```yaml',
    'all: [rule, …]      any: [rule, …]      not: rule      customer: mapped | unmapped',
    '{ column: NAME, in: [texts] }           { column: NAME, not_in: [texts] }        # compared folded',
    '{ column: NAME, blank: true | false }   { column: NAME, after: 2025-01-01, before: 2026-01-01 }',
    '```',
    '',
    '`not_in` holds for a blank column, `after` and `before` exclude the day named and do not hold for what is no date.',
    'Every scalar of the file is read as text: `28`, `yes` and `1.10` stay what they are.',
  ].join('\n'),
  '## Names and words',
  [
    'Customer names, the words of rules, of `values` and of `blank`, and the flag `--customer` are compared *folded*: as Unicode’s NFKC, without control characters and without signs that show as nothing, every run of white space one blank, trimmed, all apostrophes alike, all quotes alike, all dashes alike, in any case.',
    'Two customers whose names fold to one text are refused. A hash is taken of the text as it stands: another spelling is a change of the line, which changes nothing on the board.',
  ].join('\n'),
  table(['Read as the same', 'Because'], FOLDED),
  [
    'A line that a name or word keeps out of scope is told of, with how many such lines there are, how many of them the board shows, and the nearest known name: in the outputs of detect (`unmapped`), its log, the report, `batch watch` and `doctor`. The mapping knows a word when `scope`, `cancelled` or the `values` of that column names it, and a blank when a rule asks for `blank`.',
    'Names and words that are meant to stay out are listed, and are then silent:',
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
      return rule.rules.map(describePart).join(' or ');
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

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}
