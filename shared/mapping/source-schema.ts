import { z } from 'zod';
import { explained, names, text } from './forms.js';

type LineUuid = { readonly column: string } | { readonly key: readonly string[] };
/** What identifies a line: a uuid, or the texts of some columns, which need not be uuids. */
const lineUuid = z
  .union([text, names], { error: 'must be the name of a column of uuids, or a list of the columns of a key' })
  .transform((stated): LineUuid => (typeof stated === 'string' ? { column: stated } : { key: stated }));

/** Who a line is for: what a column of the source says, or the same for all of them. */
const lineCustomer = z
  .union(
    [
      text,
      z.strictObject({
        constant: explained(
          text,
          'The customer of every line: one of those under `customers`, by its name or a spelling.',
          'RHONE',
        ),
      }),
    ],
    { error: 'must be the name of a column, or constant: NAME for a table of one customer' },
  )
  .transform((stated) => (typeof stated === 'string' ? { column: stated } : stated));
export type LineCustomer = z.output<typeof lineCustomer>;

/** What the columns of the source are for that are no values on the board. */
export const sourceSchema = z
  .strictObject({
    uuid: explained(
      lineUuid,
      'The column that identifies a line: its uuid is the key on the board, and is not hashed. Or a list of columns whose texts identify it together, from which the uuid is made.',
      'record_uuid',
      ['AAG ORDER NUMBER', 'LINE NUMBER'],
    ),
    customer: explained(
      lineCustomer,
      "The column of the customer's name; or, where the table has none, the one customer that all its lines are of.",
      'CUSTOMER NAME',
      { constant: 'RHONE' },
    ),
    order_number: explained(text, 'The column of the order number.', 'AAG ORDER NUMBER'),
    purchase_order: explained(
      names.optional(),
      'Columns of the purchase order. `detect --explain` finds lines by them, and `doctor --adopt` tells lines of one order apart by them. Without it both do without.',
      ['PO NUMBER', 'CUSTOMER ALT PO'],
    ),
    business_key: explained(
      names.optional(),
      'Columns that together name a line. They pair lines whose uuid a reload has renewed. Without it such a line is known again only while nothing else of it has changed; otherwise it counts as deleted and new.',
      ['AAG ORDER NUMBER', 'CUSTOMER STYLE'],
    ),
    personal: explained(
      z.array(text).default([]),
      'Columns with names of people. They are never read: a mapping that uses one is refused.',
      ['PLANNER'],
    ),
  })
  .transform(({ order_number, purchase_order, business_key, ...rest }) => ({
    ...rest,
    orderNumber: order_number,
    purchaseOrder: purchase_order ?? [],
    businessKey: business_key ?? [],
  }));
