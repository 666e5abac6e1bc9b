import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { uuidOfKey } from '../../shared/lines/line-uuid.js';
import type { BulkColumn } from '../../shared/warehouse/port/warehouse.js';
import { patience } from '../helpers/engine.js';
import { lastRequest, mutationsAfter, readBoard } from './board-view.js';
import { ServiceOrders, SHOWN_IN } from './service-orders.js';

const COLUMNS: readonly BulkColumn[] = [
  { name: 'NUMBER', type: 'text' },
  { name: 'POS', type: 'int' },
  { name: 'CLIENT', type: 'text' },
  { name: 'SUBJECT', type: 'text' },
  { name: 'PRICE', type: 'text' },
];
/** The number of the order is in the key and on the board, the position in the key alone. */
const mappingWith = (more = '', key = '[NUMBER, POS]'): string => `
source:
  uuid: ${key}
  customer: CLIENT
  order_number: NUMBER
  ${more}
item:
  key: { id: line_key, title: Line key }
  name: { parts: [NUMBER, SUBJECT], separator: " / " }
  columns:
    - { id: ${SHOWN_IN.number}, title: Number, type: text, source: NUMBER, rule: trim }
    - { id: ${SHOWN_IN.price}, title: Price, type: numbers, source: PRICE, rule: number }
customers: { NORDWERK: [] }
`;
const PATIENCE_MS = patience(240_000);
/** So many that two rows without a key of their own are no reason to refuse the table. */
const OTHERS = 250;

type Line = readonly [number: string | null, pos: number | null, subject: string];

let orders: ServiceOrders;
beforeAll(async () => {
  orders = await ServiceOrders.open(mappingWith(), COLUMNS);
  await load('NORDWERK', [
    ['SO-1', 1, 'Pump'],
    ['SO-1', 2, 'Valve'],
    ['SO-2', null, 'Filter'],
  ]);
  await load(
    'OTHER',
    Array.from({ length: OTHERS }, (_, n) => ['X', n, 'Not ours']),
  );
});
afterAll(() => orders.close());

const load = (client: string, lines: readonly Line[]) =>
  orders.world.warehouse.bulkLoad(
    'SERVICE_ORDERS',
    COLUMNS,
    lines.map(([number, pos, subject]) => [number, pos, client, subject, '100']),
  );
const change = (set: string, subject: string) =>
  orders.world.sql(`UPDATE dbo."SERVICE_ORDERS" SET ${set} WHERE "SUBJECT" = @subject`, { subject });
const keyOf = (number: string, pos: string | null) => uuidOfKey([number, pos]);

/** What the board shows, by the name of the item. */
const shown = async () =>
  Object.fromEntries(
    (await readBoard(orders.world))
      .filter(({ state }) => state === 'active')
      .map(({ id, name, key, values }) => [name, { id, key, price: values[SHOWN_IN.price] }]),
  );
const agrees = async () =>
  expect((await orders.expect('push', '--audit')).outputs).toMatchObject({
    entries: expect.any(Number),
    ...{ edited: 0, differing: 0, missing: 0, foreign: 0 },
  });

describe('a table whose lines are known by a key of columns', () => {
  it(
    'is loaded under uuids made from the texts of the key, one of which may be null',
    async () => {
      const { detected, pushed } = await orders.carry();
      expect(detected).toMatchObject({ new: 3, unsound: 0 });
      expect(pushed).toMatchObject({ NORDWERK: { itemsCreated: 3, newFailures: 0 } });
      expect(await shown()).toMatchObject({
        'SO-1 / Pump': { key: keyOf('SO-1', '1') },
        'SO-1 / Valve': { key: keyOf('SO-1', '2') },
        'SO-2 / Filter': { key: keyOf('SO-2', null) },
      });
      await agrees();
    },
    PATIENCE_MS,
  );

  it(
    'has an edit sent to the item of its line, and nothing where nothing changed',
    async () => {
      const before = await shown();
      await change(`"PRICE" = '120'`, 'Valve');
      expect((await orders.carry()).pushed).toMatchObject({ NORDWERK: { itemsUpdated: 1, itemsCreated: 0 } });
      expect(await shown()).toEqual({ ...before, 'SO-1 / Valve': { ...before['SO-1 / Valve'], price: '120' } });
      const request = await lastRequest(orders.world);
      expect((await orders.carry()).detected).toMatchObject({ new: 0, changed: 0, unchanged: 3 });
      expect(await mutationsAfter(orders.world, request)).toEqual([]);
    },
    PATIENCE_MS,
  );

  it(
    'has a line explained by its uuid and by its order number',
    async () => {
      for (const asked of [keyOf('SO-2', null) ?? '', 'SO-2'])
        expect((await orders.expect('detect', '--explain', asked)).said).toContain(
          'there, in scope, as the board has acknowledged it',
        );
    },
    PATIENCE_MS,
  );

  it(
    'keeps a line as it is while another row has its key, and rejects a row without one',
    async () => {
      const before = await shown();
      await load('NORDWERK', [['SO-1', 2, 'Valve, once more']]);
      const twice = await orders.run('detect');
      expect(twice.outputs).toMatchObject({ unsound: 2, newFailures: 2, new: 0, pendingDeletes: 0 });
      const refused = await orders.world.sql('SELECT "error_message" AS "m" FROM dbo."ERR_MON_CustMasterSchedule"');
      expect(refused.map(({ m }) => String(m))[0]).toContain(
        `a key (NUMBER, POS) that makes ${keyOf('SO-1', '2')}, which another row has too`,
      );
      await change('"NUMBER" = NULL, "POS" = NULL', 'Valve, once more');
      expect((await orders.run('detect')).outputs).toMatchObject({ unsound: 1, unchanged: 3 });
      await orders.world.sql(`DELETE FROM dbo."SERVICE_ORDERS" WHERE "SUBJECT" = 'Valve, once more'`);
      expect((await orders.carry()).detected).toMatchObject({ unsound: 0, newFailures: 0, unchanged: 3 });
      expect(await shown()).toEqual(before);
    },
    PATIENCE_MS,
  );

  it(
    'has a column of the key that nothing else uses corrected: the item stays',
    async () => {
      const before = await shown();
      const request = await lastRequest(orders.world);
      await change('"POS" = 7', 'Valve');
      expect((await orders.carry()).detected).toMatchObject({ rekeyed: 1, new: 0, pendingDeletes: 0 });
      expect(await mutationsAfter(orders.world, request)).toEqual([]);
      expect(await shown()).toEqual(before);
      expect((await orders.carry()).detected).toMatchObject({ rekeyed: 0, unchanged: 3 });
      await agrees();
    },
    PATIENCE_MS,
  );

  it(
    'has a column of the key that the board shows corrected: the line leaves, and a new item is made',
    async () => {
      const before = await shown();
      await change(`"NUMBER" = 'SO-3'`, 'Pump');
      const { detected, pushed } = await orders.carry('--confirm-deletes');
      expect(detected).toMatchObject({ new: 1, deleted: 1, rekeyed: 0, changed: 0 });
      expect(pushed).toMatchObject({ NORDWERK: { itemsCreated: 1 } });
      const after = await shown();
      expect(after['SO-3 / Pump']).toMatchObject({ key: keyOf('SO-3', '1') });
      expect(after['SO-3 / Pump']?.id).not.toBe(before['SO-1 / Pump']?.id);
      expect(Object.keys(after).sort()).toEqual(['SO-1 / Valve', 'SO-2 / Filter', 'SO-3 / Pump']);
      await agrees();
    },
    PATIENCE_MS,
  );

  it(
    'has a line deleted with its item, and taken back from an archive',
    async () => {
      await orders.world.sql(`DELETE FROM dbo."SERVICE_ORDERS" WHERE "SUBJECT" = 'Filter'`);
      expect((await orders.carry()).detected).toMatchObject({ deleted: 0, pendingDeletes: 1 });
      expect((await orders.carry('--confirm-deletes')).detected).toMatchObject({ deleted: 1 });
      expect(Object.keys(await shown()).sort()).toEqual(['SO-1 / Valve', 'SO-3 / Pump']);
      await agrees();
      const [first] = await orders.world.archiveSql('SELECT min("id") AS "id" FROM "snapshot_archive"');
      const restored = await orders.expect('archive', 'restore', '--archive-id', String(first?.['id']));
      await orders.finish(String(restored.outputs['batchId']));
      expect((await shown())['SO-1 / Valve']).toMatchObject({ price: '100' });
      await orders.carry('--allow-large-change', '--confirm-deletes');
      expect((await shown())['SO-1 / Valve']).toMatchObject({ price: '120' });
      await agrees();
    },
    PATIENCE_MS,
  );

  it(
    'has a corrected key known again by a business key that the corrected column is not in',
    async () => {
      await orders.use(mappingWith('business_key: [SUBJECT]'));
      await orders.carry('--full');
      const before = await shown();
      await change(`"NUMBER" = 'SO-9'`, 'Valve');
      expect((await orders.carry()).detected).toMatchObject({ changed: 1, new: 0, pendingDeletes: 0 });
      expect((await shown())['SO-9 / Valve']).toEqual(before['SO-1 / Valve']);
      await agrees();
    },
    PATIENCE_MS,
  );

  it(
    'has every line known again when the columns of the key change places, and nothing else does',
    async () => {
      const before = await shown();
      const request = await lastRequest(orders.world);
      await orders.use(mappingWith('business_key: [SUBJECT]', '[POS, NUMBER]'));
      expect((await orders.carry()).detected).toMatchObject({ rekeyed: 2, new: 0, changed: 0, pendingDeletes: 0 });
      expect(await mutationsAfter(orders.world, request)).toEqual([]);
      expect(await shown()).toEqual(before);
    },
    PATIENCE_MS,
  );

  it(
    'has no strange key for doctor',
    async () => {
      const doctor = await orders.run('doctor');
      expect(doctor.outputs).toMatchObject({ errors: 0 });
      expect(doctor.said).not.toContain('belongs to no line');
    },
    PATIENCE_MS,
  );
});
