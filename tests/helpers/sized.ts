import type { Mapping, Sizes, Subitem } from '../../shared/mapping/mapping.js';

/** The sizes of a mapping that has some, as the shipped one has. */
export function sizesOf({ sizes }: Pick<Mapping, 'sizes'>): Sizes {
  if (sizes === undefined) throw new Error('The mapping has no sizes.');
  return sizes;
}

/** How a mapping that has sizes shows them. */
export function subitemOf({ subitem }: Pick<Mapping, 'subitem'>): Subitem {
  if (subitem === undefined) throw new Error('The mapping has no subitem.');
  return subitem;
}
