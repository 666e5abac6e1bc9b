import { z } from 'zod';
import { DATE_ORDERS } from './dates.js';
import { DECIMAL_SIGNS } from './numbers.js';
import { ruleSchema } from './rules.js';

/** Types of the board's columns that a value can be written to. */
export const COLUMN_TYPES = [
  'text',
  'long_text',
  'numbers',
  'date',
  'dropdown',
  'status',
  'timeline',
  'checkbox',
] as const;
export type ColumnType = (typeof COLUMN_TYPES)[number];

/** Types of the column that says what was changed last. */
export const LAST_CHANGE_TYPES = ['long_text', 'text'] as const satisfies readonly ColumnType[];

/** How a source text becomes the text that is sent; values.ts carries them out. */
export const VALUE_RULES = ['trim', 'trim_and_clean', 'label', 'number', 'date', 'customer'] as const;
export type ValueRule = (typeof VALUE_RULES)[number];

/** What becomes of a line whose required column is empty: it is rejected, or it goes on with a warning. */
export const REQUIRED = ['reject', 'warn'] as const;

const text = z.string().regex(/\S/, 'must not be empty');
const names = z.array(text).min(1, 'at least one name is needed');
// Every YAML scalar arrives as text, so that 28, yes or 1.10 are never turned into something else.
const flag = z.enum(['true', 'false']).transform((value) => value === 'true');
const count = z
  .string()
  .regex(/^[1-9]\d{0,8}$/, 'must be a whole number from 1 to 999999999')
  .transform(Number);

/** An object that names its allowed keys when it meets another one. */
function closed<Shape extends z.ZodRawShape>(shape: Shape) {
  return z.strictObject(shape, {
    error: (issue) =>
      issue.code === 'unrecognized_keys'
        ? `unknown: ${issue.keys.join(', ')}; allowed are ${Object.keys(shape).join(', ')}`
        : undefined,
  });
}

// What create_column accepts as an id of the caller's choosing.
const keyId = z
  .string()
  .regex(/^[a-z_][a-z0-9_]{0,23}$/, 'must be 1 to 24 of a-z, 0-9 and _, not beginning with a digit');
const keyColumn = closed({ id: keyId, title: text });

const itemColumn = closed({
  id: text,
  title: text,
  type: z.enum(COLUMN_TYPES),
  source: text,
  rule: z.enum(VALUE_RULES),
  required: z.enum(REQUIRED).optional(),
  max_length: count.optional(),
  values: z.record(z.string(), z.string()).default({}),
  create_labels: flag.default(false),
}).transform(({ max_length, create_labels, values, ...column }) => ({
  ...column,
  maxLength: max_length,
  createLabels: create_labels,
  values: Object.entries(values),
}));

/** Where push says in words what a send changed; not a value of the line: neither hashed nor compared. */
const lastChange = closed({ id: text, title: text, type: z.enum(LAST_CHANGE_TYPES) });

const subitemColumn = closed({
  id: text,
  title: text,
  type: z.enum(COLUMN_TYPES),
  value: z.enum(['label', 'quantity']),
  create_labels: flag.default(false),
}).transform(({ create_labels, ...column }) => ({ ...column, createLabels: create_labels }));

const source = closed({
  uuid: text,
  customer: text,
  order_number: text,
  purchase_order: names,
  business_key: names,
  personal: z.array(text).default([]),
}).transform(({ order_number, purchase_order, business_key, ...rest }) => ({
  ...rest,
  orderNumber: order_number,
  purchaseOrder: purchase_order,
  businessKey: business_key,
}));

const itemName = closed({ parts: names, separator: z.string(), max_length: count }).transform(
  ({ max_length, ...name }) => ({
    ...name,
    maxLength: max_length,
  }),
);

const group = closed({
  title: z.string().regex(/\{season\}/, 'must contain {season}'),
  season: names,
  fallback: text,
  max_length: count,
}).transform(({ max_length, ...rest }) => ({ ...rest, maxLength: max_length }));

export const mappingSchema = closed({
  blank: z.array(text).default([]),
  numbers: closed({ decimal: z.enum(DECIMAL_SIGNS).default('.') }).default({ decimal: '.' }),
  dates: closed({ order: z.enum(DATE_ORDERS).default('mdy') }).default({ order: 'mdy' }),
  source,
  scope: ruleSchema,
  out_of_scope: z.array(z.string()).default([]),
  cancelled: ruleSchema,
  sizes: closed({ after: text, before: text, except: z.array(text).default([]), total: text, maximum: count }),
  item: closed({
    key: keyColumn,
    name: itemName,
    group,
    columns: z.array(itemColumn).min(1),
    last_change: lastChange.optional(),
  }).transform(({ last_change, ...item }) => ({ ...item, lastChange: last_change })),
  subitem: closed({
    key: keyColumn,
    name: z.string().regex(/\{label\}/, 'must contain {label}'),
    columns: z.array(subitemColumn).min(1),
  }),
  customers: z
    .record(z.string(), z.array(text))
    .transform((customers) => Object.entries(customers).map(([name, spellings]) => ({ name, spellings }))),
}).transform(({ out_of_scope, ...mapping }) => ({ ...mapping, outOfScope: out_of_scope }));

/** The mapping as the file states it, before it is checked as a whole and given its version. */
export type MappingText = z.output<typeof mappingSchema>;
export type ItemColumn = MappingText['item']['columns'][number];
export type SubitemColumn = MappingText['subitem']['columns'][number];
