import { nearest } from '../ground/text.js';
import { fold } from './fold.js';
import { flow } from './mapping-faults.js';
import type { MappingFault, MappingPath } from './mapping-file.js';
import type { MappingText } from './mapping-schema.js';

/** What contradicts itself in what a mapping says of customers. */
export function customerContradictions(mapping: MappingText): MappingFault[] {
  return [...spellingFaults(mapping), ...constantFaults(mapping), ...outOfScopeFaults(mapping)];
}

function spellingFaults({ customers }: MappingText): MappingFault[] {
  const owners = new Map<string, { name: string; path: MappingPath }>();
  return customers.flatMap(({ name, spellings }) => {
    const own = [name, ...spellings].map((text, index) => ({
      folded: fold(text),
      path: ['customers', name, ...(index === 0 ? [] : [index - 1])],
    }));
    return own.flatMap(({ folded, path }) => {
      const owner = owners.get(folded);
      owners.set(folded, owner ?? { name, path });
      if (owner === undefined || owner.name === name) return [];
      const message = `${folded} belongs to ${owner.name} and to ${name}; a spelling has one customer`;
      const others = spellings.filter((spelling) => fold(spelling) !== folded);
      return [{ path, message, example: `${flow(name)}: ${flow(others)}`, also: [owner.path] }];
    });
  });
}

/** A customer of all lines that the mapping does not know would keep each of them off the board. */
function constantFaults({ source, customers, everyCustomer }: MappingText): MappingFault[] {
  if (!('constant' in source.customer) || everyCustomer) return [];
  const { constant } = source.customer;
  const known = customers.flatMap(({ name, spellings }) => [name, ...spellings]);
  if (known.some((text) => fold(text) === fold(constant))) return [];
  const message = `${constant} is none of customers, so that no line would belong on the board`;
  const meant = nearest(constant, known);
  const hint = meant === undefined ? ' Add it there.' : ` Did you mean ${meant}?`;
  const example =
    meant === undefined ? `customers: ${flow({ [constant]: [] })}` : `customer: ${flow({ constant: meant })}`;
  return [{ path: ['source', 'customer', 'constant'], message, hint, example, also: [['customers']] }];
}

/** A customer of the mapping cannot be meant to stay out: its lines would be known and unknown at once. */
function outOfScopeFaults({ outOfScope, customers, source }: MappingText): MappingFault[] {
  const own = customers.flatMap(({ name, spellings }) =>
    [name, ...spellings].map((each) => [fold(each), name] as const),
  );
  const owners = new Map(
    'constant' in source.customer ? [[fold(source.customer.constant), source.customer.constant], ...own] : own,
  );
  return outOfScope.flatMap((name, index) => {
    const owner = owners.get(fold(name));
    const message = `${name} is a spelling of the customer ${owner}`;
    const path = ['out_of_scope', index];
    return owner === undefined
      ? []
      : [
          {
            path,
            message,
            hint: ' Take it out of one of the two.',
            example: `out_of_scope: ${flow(outOfScope.filter((each) => each !== name))}`,
            also: [['customers', owner]],
          },
        ];
  });
}
