import { z } from 'zod';
import type { Mapping } from '../mapping/mapping.js';
import { compileBlank } from '../mapping/texts.js';
import { quoteIdentifier } from '../warehouse/port/statements.js';
import { RAW_PREFIX } from './schema/table.js';

/** The names by which people know a line; null if the source has none, or nothing of the line is stored. */
export interface LineNames {
  orderNumber: string | null;
  purchaseOrder: string | null;
  /** The rest of its business key, such as style and colour. */
  described: string | null;
}

const text = z.string().nullable();
/** The columns of the place `{names}`. */
export const namesShape = { order_number: text, purchase_order: text, described: text };
const namesRow = z.object(namesShape);

export function lineNamesOf(row: z.infer<typeof namesRow>): LineNames {
  return { orderNumber: row.order_number, purchaseOrder: row.purchase_order, described: row.described };
}

const NOTHING = `CAST(NULL AS VARCHAR(1))`;
/** Used without a mapping. */
export const NO_NAMES = `${NOTHING} AS "order_number", ${NOTHING} AS "purchase_order", ${NOTHING} AS "described"`;

/** The place `{names}`: columns of the staged row `s`, or otherwise of the snapshot row `p`. */
export function selectNames({ source }: Mapping): string {
  const further = source.businessKey.filter((column) => column !== source.orderNumber);
  const described = further.map((column) => `COALESCE(${eitherOf(column)}, '')`).join(`, ' ', `);
  return [
    `${eitherOf(source.orderNumber)} AS "order_number"`,
    `${source.purchaseOrder.length > 0 ? `COALESCE(${source.purchaseOrder.map(eitherOf).join(', ')}, NULL)` : NOTHING} AS "purchase_order"`,
    `${further.length > 0 ? `CONCAT(${described}, '')` : NOTHING} AS "described"`,
  ].join(', ');
}

function eitherOf(column: string): string {
  const [staged, known] = [`s.${quoteIdentifier(RAW_PREFIX + column)}`, `p.${quoteIdentifier(column)}`];
  return `COALESCE(NULLIF(${staged}, ''), NULLIF(${known}, ''))`;
}

/** Parses them, blank words as null. */
export function compileNames(mapping: Mapping): (row: LineNames) => LineNames {
  const isBlank = compileBlank(mapping);
  const told = (value: string | null): string | null => (isBlank(value) ? null : (value?.trim() ?? null));
  return ({ orderNumber, purchaseOrder, described }) => ({
    orderNumber: told(orderNumber),
    purchaseOrder: told(purchaseOrder),
    described: told(described),
  });
}
