import type { Warehouse } from '../../../shared/warehouse/port/warehouse.js';

/** The same warehouse, dying at a statement. */
export function failing(warehouse: Warehouse, statement: string): Warehouse {
  return intercept(warehouse, {
    transaction: (work, options) =>
      warehouse.transaction(
        (transaction) =>
          work(
            intercept(transaction, {
              execute: (given, parameters) =>
                given.name === statement ? Promise.reject(new Error('killed')) : transaction.execute(given, parameters),
            }),
          ),
        options,
      ),
  });
}

/** The same warehouse, with something that happens once the source has been scanned. */
export function afterScan(warehouse: Warehouse, happen: () => Promise<void>): Warehouse {
  return intercept(warehouse, {
    streamText: async function* (statement, parameters) {
      yield* warehouse.streamText(statement, parameters);
      if (statement.name === 'source/scan-source') await happen();
    },
  });
}

/** The same object, with some methods of its own. */
export function intercept<T extends object>(target: T, own: Partial<T>): T {
  return new Proxy(target, {
    get(_target, property) {
      const value: unknown = Reflect.get(property in own ? own : target, property);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
}
