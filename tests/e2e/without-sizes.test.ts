import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { patience } from '../helpers/engine.js';
import { uuid } from '../helpers/warehouse.js';
import { COLUMN, lastRequest, readBoard, requestsAfter } from './board-view.js';
import { ServiceOrders, SHOWN_IN, serviceOrder } from './service-orders.js';
import { World } from './world.js';

const MAPPING = `
source:
  uuid: ID
  customer: CLIENT
  order_number: NUMBER
item:
  key: { id: line_key, title: Line key }
  name: { parts: [NUMBER, SUBJECT], separator: " / ", max_length: 255 }
  group: { title: "{customer} {season}", season: [AREA], fallback: ELSEWHERE }
  columns:
    - { id: ${SHOWN_IN.number}, title: Number, type: text, source: NUMBER, rule: trim, required: reject }
    - { id: ${SHOWN_IN.due}, title: Due, type: date, source: DUE, rule: date }
    - { id: ${SHOWN_IN.price}, title: Price, type: numbers, source: PRICE, rule: number }
customers: { NORDWERK: [] }
`;
const SPEAKS_OF_SIZES = /\bsizes?\b|\bsubitems?\b/i;
const PATIENCE_MS = patience(240_000);

const folder = mkdtempSync(join(tmpdir(), 'without-sizes-'));
let orders: ServiceOrders;

beforeAll(async () => {
  orders = await ServiceOrders.open(MAPPING);
  await orders.insert(serviceOrder(1), serviceOrder(2, { AREA: null }), serviceOrder(3));
});
afterAll(async () => {
  rmSync(folder, { recursive: true, force: true });
  await orders.close();
});

const shown = async () =>
  (await readBoard(orders.world)).map(({ name, group, state, values, subitems }) => ({
    name,
    group,
    state,
    price: values[SHOWN_IN.price],
    subitems,
  }));

const one = (outputs: unknown): string => {
  const [first, ...others] = outputs as { batchId: string }[];
  if (first === undefined || others.length > 0) throw new Error(`not one batch: ${JSON.stringify(outputs)}`);
  return first.batchId;
};

describe('a table without sizes, on a board without subitems', () => {
  it(
    'is carried to the board, kept and archived',
    async () => {
      const before = await lastRequest(orders.world);
      const { pushed } = await orders.carry();
      expect(pushed).toMatchObject({ NORDWERK: { itemsCreated: 3, subitemsCreated: 0, newFailures: 0 } });
      expect(await shown()).toEqual([
        { name: 'SO-1 / Pump 1', group: 'NORDWERK NORTH', state: 'active', price: '100', subitems: 0 },
        { name: 'SO-2 / Pump 2', group: 'NORDWERK ELSEWHERE', state: 'active', price: '100', subitems: 0 },
        { name: 'SO-3 / Pump 3', group: 'NORDWERK NORTH', state: 'active', price: '100', subitems: 0 },
      ]);
      const asked = (await requestsAfter(orders.world, before)).flatMap(({ operations }) => operations);
      expect(asked).not.toContain('create_subitem');
      expect(await orders.world.sql('SELECT "line_key" FROM dbo."MON_CustMasterSchedule_Subitems"')).toEqual([]);
    },
    PATIENCE_MS,
  );

  it(
    'has changes and deletions forecast and carried out, and nothing is said of sizes',
    async () => {
      await orders.update(1, 'PRICE', '120');
      await orders.remove(3);
      await orders.expect('detect');
      const { batches, detected } = await orders.batches();
      const batchId = one(batches);
      expect(detected).toMatchObject({ changed: 1 });
      const staged = await orders.expect('stage', '--batch-id', batchId);
      const forecast = await orders.expect('push', '--batch-id', batchId, '--dry-run');
      const explained = await orders.expect('detect', '--explain', uuid(1));
      expect((await orders.expect('detect', '--explain', 'SO-1')).said).toContain('120');
      for (const { said } of [staged, forecast, explained]) expect(withoutOutputs(said)).not.toMatch(SPEAKS_OF_SIZES);
      expect(forecast.said).toContain('items     0 to create');
      await orders.finish(batchId);
      expect((await shown()).map(({ price }) => price)).toEqual(['120', '100', '100']);
    },
    PATIENCE_MS,
  );

  it(
    'is audited, and is taken back from its archive',
    async () => {
      expect((await orders.expect('push', '--audit')).outputs).toMatchObject({ missing: 0, edited: 0, foreign: 0 });
      const [first] = await orders.world.archiveSql('SELECT min("id") AS "id" FROM "snapshot_archive"');
      const restored = await orders.expect('archive', 'restore', '--archive-id', String(first?.['id']));
      await orders.finish(String(restored.outputs['batchId']));
      expect((await shown()).map(({ price }) => price)).toEqual(['100', '100', '100']);
      expect((await orders.expect('push', '--audit')).outputs).toMatchObject({ missing: 0, edited: 0, foreign: 0 });
    },
    PATIENCE_MS,
  );

  it(
    'has pages of its runs that do not speak of sizes, also where a line was refused',
    async () => {
      await orders.update(1, 'NUMBER', null);
      await orders.run('detect');
      await orders.insert({ ...serviceOrder(9), NUMBER: null });
      const { batches } = await orders.batches('--allow-large-change');
      await orders.run('stage', ['--batch-id', one(batches)]);
      for (const task of ['push', 'promote', 'archive'] as const) await orders.run(task, ['--batch-id', one(batches)]);
      const pages = join(folder, 'pages');
      await orders.expect('batch', 'report', '--runs', '--output', pages);
      const index = readFileSync(join(pages, 'index.html'), 'utf8');
      expect(index).toContain('Errors of lines, by reason.');
      expect(index.replace(/<style>[\s\S]*?<\/style>|<script>[\s\S]*?<\/script>/g, '')).not.toMatch(SPEAKS_OF_SIZES);
      await orders.world.sql('DELETE FROM dbo."SERVICE_ORDERS" WHERE "NUMBER" IS NULL');
      await orders.insert(serviceOrder(1, { PRICE: '100' }));
    },
    PATIENCE_MS,
  );

  it(
    'is as doctor and report want it, which do not speak of sizes either',
    async () => {
      const doctor = await orders.run('doctor');
      expect(doctor.outputs).toMatchObject({ errors: 0 });
      expect(withoutOutputs(doctor.said)).not.toMatch(SPEAKS_OF_SIZES);
    },
    PATIENCE_MS,
  );
});

describe('a table of which nothing but uuid and order number is said', () => {
  it(
    'has lines whose uuid is renewed told by their content, and otherwise as deleted and new',
    async () => {
      const renewed = (n: number, id: number) => orders.update(n, 'ID', uuid(id));
      await orders.carry('--allow-large-change');
      await renewed(1, 101);
      // One that is missing stands on the board again since the restore.
      expect((await orders.carry()).detected).toMatchObject({ rekeyed: 1, new: 0, pendingDeletes: 1 });
      await renewed(1, 102);
      await orders.update(1, 'PRICE', '140');
      expect((await orders.batches()).detected).toMatchObject({ rekeyed: 0, new: 1, pendingDeletes: 2 });
    },
    PATIENCE_MS,
  );
});

describe('a mapping that loses its sizes', () => {
  let world: World;
  const file = join(folder, 'bare.yaml');
  const bare = { MAPPING_FILE: file };

  beforeAll(async () => {
    const shipped = readFileSync('sql/mappings/customer-orders.yaml', 'utf8');
    writeFileSync(file, shipped.replace(/^(?:sizes|subitem):\n(?: .*\n)+/gm, ''));
    world = await World.open(['TITLE 9']);
    await world.carry();
  });
  afterAll(() => world.close());

  const carryBare = async (...flags: string[]) => {
    const detected = await world.run('detect', flags, bare);
    const batched = await world.run('batch', ['--run-id', String(detected.outputs['runId'])], bare);
    const batchId = one(batched.outputs['batches']);
    const codes: (number | null)[] = [];
    for (const task of ['stage', 'push', 'promote', 'archive'] as const)
      codes.push((await world.run(task, ['--batch-id', batchId], bare)).code);
    return codes;
  };
  const sizes = async () => (await readBoard(world)).map((item) => item.sizes);

  it(
    'is told, and once it is meant leaves what the board shows of sizes as it is',
    async () => {
      const before = await sizes();
      expect(before.filter((each) => Object.keys(each).length > 0).length).toBeGreaterThan(1);
      const refused = await world.run('detect', [], bare);
      expect(refused.code).toBe(2);
      expect(refused.said).toContain('The mapping no longer has sizes');
      const request = await lastRequest(world);
      expect(await carryBare('--allow-large-change')).toEqual([0, 0, 0, 0]);
      expect(await sizes()).toEqual(before);
      const asked = (await requestsAfter(world, request)).flatMap(({ operations }) => operations);
      expect(asked.filter((operation) => /^(create|change|move|archive)_/.test(operation))).toEqual([]);
      expect((await world.run('push', ['--audit'], bare)).outputs).toMatchObject({ missing: 0, edited: 0, foreign: 0 });
    },
    PATIENCE_MS,
  );

  it(
    'is taken back to an archive that has sizes, but for those',
    async () => {
      await world.sql(`UPDATE dbo."ORDERS_UNIFIED" SET "NOTES" = 'call first' WHERE "CUSTOMER NAME" = 'TITLE 9'`);
      const before = await sizes();
      expect(await carryBare('--allow-large-change')).toEqual([0, 0, 0, 0]);
      const [first] = await world.archiveSql('SELECT min("id") AS "id" FROM "snapshot_archive"');
      const restored = await world.run('archive', ['restore', '--archive-id', String(first?.['id'])], bare);
      const batchId = String(restored.outputs['batchId']);
      for (const task of ['stage', 'push', 'promote'] as const)
        expect([task, (await world.run(task, ['--batch-id', batchId], bare)).code]).toEqual([task, 0]);
      expect(await sizes()).toEqual(before);
      expect((await readBoard(world)).filter(({ values }) => values[COLUMN.notes] === 'call first')).toEqual([]);
      const [{ n } = { n: -1 }] = await world.sql(
        `SELECT count(*) AS n FROM dbo."ORDERS_UNIFIED_SNAPSHOT" WHERE "sizes" <> ''`,
      );
      expect(Number(n)).toBe(0);
    },
    PATIENCE_MS,
  );

  it(
    'lets a line go that still has sizes in the production tables',
    async () => {
      const left = () =>
        world.sql(
          `SELECT count(*) AS n FROM dbo."MON_CustMasterSchedule_Subitems" WHERE "line_key" NOT IN (SELECT "record_uuid" FROM dbo."ORDERS_UNIFIED")`,
        );
      const [first] = await world.sql(
        'SELECT "line_key" FROM dbo."MON_CustMasterSchedule_Subitems" ORDER BY "line_key"',
      );
      await world.sql(`DELETE FROM dbo."ORDERS_UNIFIED" WHERE "record_uuid" = '${String(first?.['line_key'])}'`);
      expect(Number((await left())[0]?.['n'])).toBeGreaterThan(0);
      expect(await carryBare('--confirm-deletes', '--allow-large-change')).toEqual([0, 0, 0, 0]);
      expect(Number((await left())[0]?.['n'])).toBe(0);
    },
    PATIENCE_MS,
  );
});

/** What people read: outputs have the same names for every mapping. */
function withoutOutputs(said: string): string {
  return said
    .split('\n')
    .filter((line) => !line.startsWith('::{'))
    .join('\n');
}
