import { FixFirstError } from '../../../shared/ground/errors.js';
import type { Mapping } from '../../../shared/mapping/mapping.js';

/** Ids of the board's columns by which items and lines are compared. */
export interface ComparedColumns {
  order: string;
  /** Order number, style and colour. */
  key: readonly string[];
  purchaseOrder: readonly string[];
  sizeLabel: string;
  sizeQuantity: string;
}

/** @throws FixFirstError when the board shows no order numbers. */
export function comparedColumns(mapping: Mapping): ComparedColumns {
  const { orderNumber, businessKey, purchaseOrder } = mapping.source;
  const idsOf = (sources: readonly string[]) =>
    mapping.item.columns.filter(({ source }) => sources.includes(source)).map(({ id }) => id);
  const [order] = idsOf([orderNumber]);
  if (order === undefined)
    throw new FixFirstError(
      'MAPPING_INVALID',
      `The mapping has no board column for ${orderNumber}: nothing can be adopted without it.`,
    );
  const sizeColumn = (value: 'label' | 'quantity') =>
    mapping.subitem.columns.find((column) => column.value === value)?.id ?? '';
  return {
    order,
    key: idsOf([orderNumber, ...businessKey]),
    purchaseOrder: idsOf(purchaseOrder),
    sizeLabel: sizeColumn('label'),
    sizeQuantity: sizeColumn('quantity'),
  };
}
