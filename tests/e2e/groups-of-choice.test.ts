import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ITEMS_BOARD } from '../../local/board/shape.js';
import { patience } from '../helpers/engine.js';
import { control, lastRequest, mutationsAfter, readBoard } from './board-view.js';
import { ServiceOrders, SHOWN_IN, serviceOrder } from './service-orders.js';

const mappingWith = (group: string): string => `
source:
  uuid: ID
  customer: CLIENT
  order_number: NUMBER
  purchase_order: [NUMBER]
  business_key: [NUMBER]
scope: { customer: mapped }
cancelled: { column: STATE, in: [CANCELLED] }
item:
  key: { id: line_key, title: Line key }
  name: { parts: [NUMBER], separator: "" }
  ${group}
  columns:
    - { id: ${SHOWN_IN.number}, title: Number, type: text, source: NUMBER, rule: trim }
    - { id: ${SHOWN_IN.price}, title: Price, type: numbers, source: PRICE, rule: number }
customers: all
`;
const PATIENCE_MS = patience(180_000);

let orders: ServiceOrders;

beforeAll(async () => {
  orders = await ServiceOrders.open(mappingWith(''));
  await orders.insert(serviceOrder(1), serviceOrder(2, { AREA: null, CLIENT: ' Nordwerk ' }));
});
afterAll(() => orders.close());

const groups = async () => (await readBoard(orders.world)).map(({ name, group }) => `${name}: ${group}`);

describe('groups of a board', () => {
  it(
    'without any in the mapping, items are made in the top one and stay where a planner moves them',
    async () => {
      await orders.carry();
      expect(await groups()).toEqual(['SO-1: Group Title', 'SO-2: Group Title']);
      const [first] = await readBoard(orders.world);
      await control(orders.world, '/_edit', { createGroup: 'Urgent' });
      const { groups: all } = orders.world.board.account.store.state.board(ITEMS_BOARD);
      const urgent = all.find(({ title }) => title === 'Urgent');
      await control(orders.world, '/_edit', { move: first?.id, group: urgent?.id });
      const request = await lastRequest(orders.world);
      await orders.update(1, 'PRICE', '130');
      await orders.carry();
      expect(await groups()).toEqual(['SO-1: Urgent', 'SO-2: Group Title']);
      expect(await mutationsAfter(orders.world, request)).toEqual(['change_multiple_column_values']);
      expect((await orders.expect('push', '--audit')).outputs).toMatchObject({ edited: 0, differing: 0, missing: 0 });
    },
    PATIENCE_MS,
  );

  it(
    'may be one for all lines',
    async () => {
      await orders.use(mappingWith('group: { title: ALL ORDERS }'));
      await orders.carry('--full');
      expect(await groups()).toEqual(['SO-1: ALL ORDERS', 'SO-2: ALL ORDERS']);
    },
    PATIENCE_MS,
  );

  it(
    'may be made of any columns',
    async () => {
      const parts = 'placeholders: { area: { columns: [AREA], fallback: ELSEWHERE } }';
      await orders.use(mappingWith(`group: { title: "{area} / {customer}", ${parts} }`));
      await orders.carry('--full');
      expect(await groups()).toEqual(['SO-1: NORTH / NORDWERK', 'SO-2: ELSEWHERE / NORDWERK']);
    },
    PATIENCE_MS,
  );
});

describe('all customers of a table', () => {
  it(
    'have a batch each, whatever their spelling, and none is unknown',
    async () => {
      await orders.insert(serviceOrder(3, { CLIENT: 'Küste & Co' }), serviceOrder(4, { CLIENT: 'küste  & co' }));
      const { pushed, said, detected } = await orders.carry();
      expect(pushed).toMatchObject({ 'KÜSTE & CO': { itemsCreated: 2 } });
      expect(detected).toMatchObject({ unmapped: [] });
      expect(said).not.toContain('nearest');
      expect((await groups()).slice(2)).toEqual(['SO-3: NORTH / KÜSTE & CO', 'SO-4: NORTH / KÜSTE & CO']);
    },
    PATIENCE_MS,
  );
});
