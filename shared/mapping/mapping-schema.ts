import { z } from 'zod';
import {
  COLUMN_TYPE_FACTS,
  COLUMN_TYPES,
  type ColumnType,
  LAST_CHANGE_TYPES,
  SIZE_COLUMN_TYPES,
} from './column-types.js';
import { DATE_ORDERS } from './dates.js';
import { anyText, blankWord, count, explained, names, text, yesOrNo } from './forms.js';
import { groupSchema } from './group-schema.js';
import { DECIMAL_SIGNS } from './numbers.js';
import { ruleSchema } from './rule-schema.js';
import { ALL_CUSTOMERS, NAME_LENGTH, NO_LINE } from './rules.js';
import { sourceSchema } from './source-schema.js';

/** How a source text becomes the text that is sent; values.ts carries them out. */
export const VALUE_RULES = ['trim', 'trim_and_clean', 'label', 'number', 'date', 'customer'] as const;
export type ValueRule = (typeof VALUE_RULES)[number];

/** One of some types, with what an editor says of each. */
function oneOfTypes<const Types extends readonly [ColumnType, ...ColumnType[]]>(types: Types) {
  return z.enum(types).meta({ enumDescriptions: types.map((type) => COLUMN_TYPE_FACTS[type]) });
}

/** What becomes of a line whose required column is empty: it is rejected, or it goes on with a warning. */
export const REQUIRED = ['reject', 'warn'] as const;

const labelsFlag = explained(
  yesOrNo.default(false),
  'Whether push makes a label that the column lacks. Only for dropdown and status.',
  true,
);

const countryCode = z.string().regex(/^[A-Z]{2}$/, 'must be the two capital letters of a country');

// What create_column accepts as an id of the caller's choosing.
const keyId = z
  .string()
  .regex(/^[a-z_][a-z0-9_]{0,23}$/, 'must be 1 to 24 of a-z, 0-9 and _, not beginning with a digit');

function keyColumn(description: string) {
  return explained(
    z.strictObject({
      id: explained(keyId, 'Its id on the board: 1 to 24 of a-z, 0-9 and _, not beginning with a digit.', 'line_key'),
      title: explained(text, 'Its title, where `doctor --fix` makes it.', 'line_key'),
      others: explained(
        z.array(keyId).default([]),
        'Key columns of other pipelines that write to the same board. An item that has a key there and none in this column is theirs: no audit, check or adoption speaks of it.',
        ['invoice_key'],
      ),
    }),
    description,
    { id: 'line_key', title: 'line_key' },
  );
}

const itemColumn = z
  .strictObject({
    id: explained(text, 'Its id on the board, which identifies it.', 'text_mkr5wya6'),
    title: explained(
      text,
      'Its title: the name of the column in our production tables, and in messages.',
      'AAG SEASON',
    ),
    type: explained(oneOfTypes(COLUMN_TYPES), 'Its type on the board.', 'dropdown'),
    source: explained(text, 'The source column whose text it shows.', 'AAG SEASON'),
    until: explained(
      text.optional(),
      'Of a timeline column with rule date: the source column of the last day. The first stands in `source`; where only one of the two has a day, the value cannot be read.',
      'CANCEL DATE',
    ),
    rule: explained(z.enum(VALUE_RULES), 'How the text of the source becomes the value.', 'label'),
    required: explained(
      z.enum(REQUIRED).optional(),
      'What becomes of a line of which this is empty: it is rejected, or goes on with a warning. Without it the column is cleared, silently.',
      'warn',
    ),
    max_length: explained(
      count.optional(),
      'The most characters. A long text is cut; any other longer text cannot be read. A long_text has 2000 at most, which is also its default.',
      200,
    ),
    values: explained(
      z.record(anyText, anyText).default({}),
      'Whole source texts and what stands for them, before the rule; compared folded. A blank word stands for every blank that is not listed itself.',
      { ACTIVE: 'RECEIVED', TRUE: '0' },
    ),
    create_labels: labelsFlag,
    country: explained(
      countryCode.optional(),
      'Of a phone column: the country of numbers that do not say it, by its two letters. Without it, only numbers with + and the code of one country can be read.',
      'US',
    ),
  })
  .transform(({ max_length, create_labels, values, ...column }) => ({
    ...column,
    maxLength: max_length,
    createLabels: create_labels,
    values: Object.entries(values),
  }));

/** Where push says in words what a send changed; not a value of the line: neither hashed nor compared. */
const lastChange = z.strictObject({
  id: explained(text, 'Its id on the board.', 'last_change'),
  title: explained(text, 'Its title.', 'LAST CHANGE'),
  type: explained(
    oneOfTypes(LAST_CHANGE_TYPES),
    'Its type: 2000 characters of long_text, or 255 of text.',
    'long_text',
  ),
});

const subitemColumn = z
  .strictObject({
    id: explained(text, 'Its id on the board of the subitems.', 'dropdown_mkrak7qp'),
    title: explained(text, 'Its title.', 'Size'),
    type: explained(oneOfTypes(SIZE_COLUMN_TYPES), 'Its type on the board.', 'dropdown'),
    value: explained(
      z.enum(['label', 'quantity']),
      'Whether it shows the name of the size or how many are ordered. Each stands in exactly one column.',
      'label',
    ),
    create_labels: labelsFlag,
  })
  .transform(({ create_labels, ...column }) => ({ ...column, createLabels: create_labels }));

const sizes = z.strictObject({
  after: explained(text, 'The column of the source before the first size.', 'UNIT OF MEASURE'),
  before: explained(text, 'The column of the source behind the last size.', 'TOTAL QTY'),
  except: explained(
    z.array(text).default([]),
    'Columns between the two that are no sizes. One that the table lacks is refused where a similar name would become a size.',
    ['INFOR COLOUR CODE'],
  ),
  total: explained(
    text.optional(),
    'The column with the sum of the sizes. A line whose sizes do not add up to it has a warning. Without it nothing is checked.',
    'TOTAL QTY',
  ),
  maximum: explained(count, 'The largest quantity of a size. A larger one rejects the line.', 999999),
});

const itemName = z
  .strictObject({
    parts: explained(names, 'Source columns whose texts make the name, in this order. Empty ones are left out.', [
      'CUSTOMER STYLE',
      'AAG ORDER NUMBER',
    ]),
    separator: explained(anyText, 'What stands between them; may be empty.', ' / '),
    max_length: explained(
      count.default(NAME_LENGTH),
      'The most characters, 255 at most. A longer name is cut, with a warning.',
      255,
    ),
  })
  .transform(({ max_length, ...name }) => ({ ...name, maxLength: max_length }));

const item = z
  .strictObject({
    key: keyColumn('The column of the items that holds the key of the line. It is a text column.'),
    name: explained(itemName, 'The name of an item.', {
      parts: ['CUSTOMER STYLE', 'AAG ORDER NUMBER'],
      separator: ' / ',
      max_length: 255,
    }),
    group: explained(
      groupSchema.optional(),
      'The group of the board that an item stands in. Without it items are made in the top group of the board and stay where planners move them.',
      { title: '{customer} {season}', season: ['CUSTOMER SEASON'], fallback: 'UNKNOWN SEASON' },
    ),
    columns: explained(
      z.array(itemColumn).min(1, 'at least one column is needed'),
      'The columns of an item, each from one column of the source.',
      [{ id: 'text_mkr5wya6', title: 'AAG ORDER NUMBER', type: 'text', source: 'AAG ORDER NUMBER', rule: 'trim' }],
    ),
    last_change: explained(
      lastChange.optional(),
      'A column in which push says in words what it has changed. It is neither hashed nor compared.',
      { id: 'last_change', title: 'LAST CHANGE', type: 'long_text' },
    ),
  })
  .transform(({ last_change, ...rest }) => ({ ...rest, lastChange: last_change }));

const subitem = z.strictObject({
  key: keyColumn('The column of the subitems that holds the key of the size. It is a text column.'),
  name: explained(
    z.string().regex(/\{label\}/, 'must contain {label}'),
    'The name of a subitem; `{label}` is the name of the size column.',
    'Size {label}',
  ),
  columns: explained(
    z.array(subitemColumn).min(1, 'at least one column is needed'),
    'The columns of a subitem: one for the size, one for its quantity.',
    [
      { id: 'dropdown_mkrak7qp', title: 'Size', type: 'dropdown', value: 'label', create_labels: true },
      { id: 'numeric_mkra7j8e', title: 'Order Qty', type: 'numbers', value: 'quantity' },
    ],
  ),
});

/** Sizes show in subitems, and nothing else does; told beside whatever else is wrong. */
const withSizes = {
  sizes: {
    path: ['sizes'],
    error: 'is missing, and subitem is given: a subitem shows a size, so that a mapping has both or neither',
    when: () => true,
  },
  subitem: {
    path: ['subitem'],
    error: 'is missing, and sizes is given: sizes show in subitems, so that a mapping has both or neither',
    when: () => true,
  },
};

export const mappingSchema = z
  .strictObject({
    blank: explained(
      z.array(blankWord).default([]),
      'Words that say that nothing is there, beside the empty text; compared folded and as a whole.',
      ['nan', 'none', 'null'],
    ),
    numbers: explained(
      z
        .strictObject({
          decimal: explained(
            z.enum(DECIMAL_SIGNS).default('.'),
            'The sign before the fraction; the other one parts groups of three digits.',
            ',',
          ),
        })
        .default({ decimal: '.' }),
      'How the source writes numbers.',
      { decimal: ',' },
    ),
    dates: explained(
      z
        .strictObject({
          order: explained(
            z.enum(DATE_ORDERS).default('mdy'),
            'Which of month and day comes first in a date whose year comes last.',
            'dmy',
          ),
        })
        .default({ order: 'mdy' }),
      'How the source writes dates.',
      { order: 'dmy' },
    ),
    source: explained(sourceSchema, 'Which columns of the source say who and what a line is.', {
      uuid: 'record_uuid',
      customer: 'CUSTOMER NAME',
      order_number: 'AAG ORDER NUMBER',
      purchase_order: ['PO NUMBER'],
      business_key: ['AAG ORDER NUMBER', 'CUSTOMER STYLE'],
    }),
    scope: explained(
      ruleSchema.optional(),
      'Which lines belong on the board; without it those of all `customers`, as with `customer: mapped`, which is asked for in any case. A line that leaves scope stays there and is no longer updated.',
      {
        customer: 'mapped',
      },
    ),
    out_of_scope: explained(
      z.array(anyText).default([]),
      'Customers and words that are meant to stay out of scope. Others that keep lines out are reported in every run.',
      ['NORTHWIND ATHLETICS', 'SAMPLE'],
    ),
    cancelled: explained(
      ruleSchema.optional(),
      'Which lines are cancelled: their item stays, and every size on the board goes to 0. A line that scope leaves out is not. Without it none is.',
      {
        column: 'ORDER TYPE',
        in: ['CANCELLED'],
      },
    ),
    sizes: explained(
      sizes.optional(),
      'The sizes: the columns strictly between two columns, as the live table has them. A table without sizes has neither this nor `subitem`.',
      { after: 'UNIT OF MEASURE', before: 'TOTAL QTY', total: 'TOTAL QTY', maximum: 999999 },
    ),
    item: explained(item, 'What an item of the board shows of a line.'),
    subitem: explained(
      subitem.optional(),
      'What a subitem shows of a size that is ordered. It stands in a mapping that has `sizes`, and in no other.',
      {
        key: { id: 'line_key', title: 'line_key' },
        name: 'Size {label}',
        columns: [
          { id: 'dropdown_mkrak7qp', title: 'Size', type: 'dropdown', value: 'label', create_labels: true },
          { id: 'numeric_mkra7j8e', title: 'Order Qty', type: 'numbers', value: 'quantity' },
        ],
      },
    ),
    customers: explained(
      z.union([z.literal('all'), z.record(anyText, z.array(text))], {
        error: 'must be a map of canonical names to lists of their other spellings, or all',
      }),
      'Canonical names, each with its other spellings in the source; compared folded. The canonical name itself is always accepted. With `all` every text that is not blank is a customer, under its folded form.',
      { GREYSON: ['GREYSON CLOTHIERS'], 'CUTS CLOTHING': [] },
      'all',
    ),
  })
  .refine((mapping) => mapping?.subitem === undefined || mapping.sizes !== undefined, withSizes.sizes)
  .refine((mapping) => mapping?.sizes === undefined || mapping.subitem !== undefined, withSizes.subitem)
  .meta({ dependencies: { sizes: ['subitem'], subitem: ['sizes'] } })
  .transform(({ out_of_scope, scope = ALL_CUSTOMERS, cancelled = NO_LINE, customers, ...mapping }) => ({
    ...mapping,
    /** None where every text is a customer. */
    customers: customers === 'all' ? [] : Object.entries(customers).map(([name, spellings]) => ({ name, spellings })),
    everyCustomer: customers === 'all',
    scope,
    cancelled,
    outOfScope: out_of_scope,
  }));

/** The mapping as the file states it, before it is checked as a whole and given its version. */
export type MappingText = z.output<typeof mappingSchema>;
export type ItemColumn = MappingText['item']['columns'][number];
/** The sizes of a table that has some. */
export type Sizes = NonNullable<MappingText['sizes']>;
/** How a board that has subitems shows sizes. */
export type Subitem = NonNullable<MappingText['subitem']>;
