import type { CustomerProfile } from './customers.js';
import type { Size } from './size-families.js';

export type SampleValue = string | number | null;

/** One order line: the columns that are filled, and the non-zero sizes. Whatever is not named here is null. */
export interface SampleLine {
  readonly values: Readonly<Record<string, SampleValue>>;
  readonly sizes: readonly Size[];
  /** Sizes of the same family that the order list writes as 0 instead of leaving them empty. */
  readonly zeros?: readonly string[];
}

export const totalOf = (sizes: readonly Size[]): number => sizes.reduce((sum, [, quantity]) => sum + quantity, 0);

/** The columns every order list has, for lines that are written out by hand. */
export function plainLine(
  customer: Pick<CustomerProfile, 'source'>,
  values: SampleLine['values'],
  sizes: readonly Size[],
): SampleLine {
  const total = totalOf(sizes);
  return {
    values: {
      'CUSTOMER NAME': customer.source,
      'ORDER DATE PO RECEIVED': '2025-03-14',
      'EX FACTORY DATE': '2025-08-15',
      'UNIT OF MEASURE': 'PCE',
      'ORDER TYPE': 'ACTIVE',
      'DELIVERY TERMS': 'FOB',
      DESTINATION: 'USA',
      'TOTAL QTY': total === 0 ? null : total,
      ...values,
    },
    sizes,
  };
}
