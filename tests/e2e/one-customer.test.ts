import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { patience } from '../helpers/engine.js';
import { readBoard } from './board-view.js';
import { ServiceOrders, SHOWN_IN, serviceOrder } from './service-orders.js';

/** CLIENT is a column of the table like any other here, and its texts differ. */
const mappingWith = (customer: string, customers: string): string => `
source:
  uuid: ID
  customer: ${customer}
  order_number: NUMBER
item:
  key: { id: line_key, title: Line key }
  name: { parts: [NUMBER], separator: "" }
  group: { title: "{customer} {season}", season: [AREA], fallback: ELSEWHERE }
  columns:
    - { id: ${SHOWN_IN.number}, title: Number, type: text, source: NUMBER, rule: trim }
    - { id: ${SHOWN_IN.price}, title: Price, type: numbers, source: PRICE, rule: number }
customers: ${customers}
`;
const PATIENCE_MS = patience(240_000);

let orders: ServiceOrders;
beforeAll(async () => {
  orders = await ServiceOrders.open(mappingWith('{ constant: Nordwerk Pumps }', '{ NORDWERK: [NORDWERK PUMPS] }'));
  await orders.insert(serviceOrder(1, { CLIENT: 'A' }), serviceOrder(2, { CLIENT: null }), serviceOrder(3));
});
afterAll(() => orders.close());

const groups = async () => (await readBoard(orders.world)).map(({ name, group }) => `${name}: ${group}`);

describe('a table without a column of customers', () => {
  it(
    'belongs to one customer, whatever the lines say, from its load to its archive',
    async () => {
      const { pushed, detected } = await orders.carry();
      expect(pushed).toMatchObject({ NORDWERK: { itemsCreated: 3, newFailures: 0 } });
      expect(detected).toMatchObject({ customers: ['NORDWERK'], unmapped: [] });
      expect(await groups()).toEqual(['SO-1: NORDWERK NORTH', 'SO-2: NORDWERK NORTH', 'SO-3: NORDWERK NORTH']);
    },
    PATIENCE_MS,
  );

  it(
    'is edited and audited as any other, and a column that the mapping does not name changes nothing',
    async () => {
      await orders.update(1, 'PRICE', '130');
      await orders.update(2, 'CLIENT', 'B');
      const { detected, pushed } = await orders.carry('--customer', 'nordwerk pumps');
      expect(detected).toMatchObject({ changed: 1, unchanged: 2 });
      expect(pushed).toMatchObject({ NORDWERK: { itemsUpdated: 1 } });
      expect((await orders.expect('push', '--audit')).outputs).toMatchObject({ edited: 0, differing: 0, missing: 0 });
    },
    PATIENCE_MS,
  );

  it(
    'is listed and explained under that customer',
    async () => {
      expect((await orders.expect('detect', '--list-customers')).said).toContain('3  NORDWERK  Nordwerk Pumps');
      expect((await orders.expect('detect', '--explain', 'SO-2')).said).toContain('order: NORDWERK, NUMBER SO-2');
    },
    PATIENCE_MS,
  );

  it(
    'becomes a customer of its own name under customers: all',
    async () => {
      await orders.use(mappingWith('{ constant: Nordwerk Pumps }', 'all'));
      const { pushed } = await orders.carry('--full');
      expect(Object.keys(pushed)).toEqual(['NORDWERK PUMPS']);
      expect((await groups())[0]).toBe('SO-1: NORDWERK PUMPS NORTH');
    },
    PATIENCE_MS,
  );
});
