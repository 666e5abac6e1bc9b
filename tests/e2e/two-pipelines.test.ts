import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { shapeOf } from '../../local/board/mapping-shape.js';
import { type RunningBoard, startBoard } from '../../local/board/server.js';
import { ITEMS_BOARD } from '../../local/board/shape.js';
import { loadMapping, readMapping } from '../../shared/mapping/mapping.js';
import { customerLock } from '../../shared/store/locks.js';
import { ENGINE, patience } from '../helpers/engine.js';
import { control, readBoard } from './board-view.js';
import type { Environment, LocalProgram, Task } from './program.js';
import { TOKEN, World } from './world.js';

const SCHEMA = 'resale';
/** The customer whose name both pipelines know. */
const SHARED = 'TITLE NINE';
const RESALE = `
source:
  uuid: sale_id
  customer: shop
  order_number: sale
  purchase_order: [ticket]
  business_key: [sale, article]
scope: { customer: mapped }
cancelled: { column: state, in: [VOID] }
sizes: { after: article, before: pieces, total: pieces, maximum: 1000 }
item:
  key: KEY
  name: { parts: [article], separator: " ", max_length: 255 }
  group: { title: "{customer} {season}", season: [state], fallback: OPEN, max_length: 255 }
  columns:
    - { id: ORDER, title: SALE, type: text, source: sale, rule: trim }
    - { id: article, title: ARTICLE, type: text, source: article, rule: trim }
subitem:
  key: KEY
  name: "Size {label}"
  columns:
    - { id: size, title: Size, type: dropdown, value: label, create_labels: true }
    - { id: qty, title: Qty, type: numbers, value: quantity }
customers:
  ${SHARED}: [TITLE 9]
`;

/** The mapping of the second pipeline on a board of its own, or beside the shipped one on the same board. */
const alone = RESALE.replaceAll('KEY', '{ id: line_key, title: line_key }').replace('ORDER,', 'sale,');
const beside = RESALE.replaceAll('KEY', '{ id: sale_key, title: sale_key, others: [line_key] }').replace(
  'ORDER,',
  'text_mkr5wya6,',
);

let world: World;
let board: RunningBoard;
let folder: string;
jest.setTimeout(patience(120_000));

beforeAll(async () => {
  world = await World.open(['TITLE 9']);
  folder = mkdtempSync(join(tmpdir(), 'two-pipelines-'));
  writeFileSync(join(folder, 'resale.yaml'), alone);
  writeFileSync(join(folder, 'beside.yaml'), beside);
  writeFileSync(
    join(folder, 'orders.yaml'),
    readMapping('sql/mappings/customer-orders.yaml').replaceAll(
      'key: { id: line_key, title: line_key }',
      'key: { id: line_key, title: line_key, others: [sale_key] }',
    ),
  );
  board = await startBoard({
    token: TOKEN,
    limits: 'raised',
    shape: shapeOf(loadMapping(join(folder, 'resale.yaml')), 'resale.yaml'),
  });
});

afterAll(async () => {
  rmSync(folder, { recursive: true, force: true });
  await board?.close();
  await world.close();
});

/** The settings of the second pipeline: the same databases, schemas and a board of its own. */
const resale = (): Environment => ({
  WAREHOUSE_SCHEMA: SCHEMA,
  ARCHIVE_SCHEMA: SCHEMA,
  SOURCE_TABLE: 'sales',
  MAPPING_FILE: join(folder, 'resale.yaml'),
  MONDAY_API_URL: `${board.url}/v2`,
  MONDAY_BOARD_ID: ITEMS_BOARD,
});

const run = (task: Task | LocalProgram, args: readonly string[], env: Environment = {}) =>
  world.run(task, args, { ...world.env('push'), ...world.env('archive'), ...env });

const archivesIn = async (schema: string) =>
  Number((await world.archiveSql(`SELECT COUNT(*) AS n FROM "${schema}"."snapshot_archive"`))[0]?.['n']);

const active = async (of: { board: { url: string } }) =>
  (await readBoard(of)).filter(({ state }) => state === 'active');

// One story: each test starts where the one before it ended.
(ENGINE === 'postgres' ? describe : describe.skip)('two pipelines in schemas of one database', () => {
  it('are made side by side', async () => {
    await world.sql(`CREATE SCHEMA "${SCHEMA}"`);
    await world.sql(
      `CREATE TABLE "${SCHEMA}"."sales" (sale_id uuid, shop text, sale text, ticket text, state text, article text, "S" int, "M" int, pieces int)`,
    );
    await world.sql(
      `INSERT INTO "${SCHEMA}"."sales" SELECT gen_random_uuid(), 'TITLE 9', 'SALE ' || n, 'T' || n, 'OPEN', 'ARTICLE ' || n, n, 1, n + 1 FROM generate_series(1, 3) n`,
    );
    const { code, said } = await run('migrate', [], resale());
    expect({ code, said }).toEqual({ code: 0, said: expect.any(String) });
  });

  it('run at once, each to its own board and archives', async () => {
    const [orders, sales] = await Promise.all([run('local/sync', []), run('local/sync', [], resale())]);
    expect(orders.said).toContain('Done: 4 lines of 1 customer are on the board.');
    expect(sales.said).toContain('Done: 3 lines of 1 customer are on the board.');
    expect([orders.code, sales.code]).toEqual([0, 0]);
    expect([(await readBoard(world)).length, (await readBoard({ board })).length]).toEqual([4, 3]);
    expect([await archivesIn('public'), await archivesIn(SCHEMA)]).toEqual([1, 1]);
  });

  it('do not wait for a customer of the other one', async () => {
    await world.sql(`UPDATE "${SCHEMA}"."sales" SET article = article || ' RED'`);
    await world.sql(`UPDATE dbo."ORDERS_UNIFIED" SET "PO NUMBER" = 'PO 1'`);
    for (const [schema, env, lines] of [
      ['dbo', resale(), 3],
      [SCHEMA, {}, 4],
    ] as const) {
      const held = await world.warehouse.lock(customerLock({ schema }, SHARED), 0);
      const { code, said } = await run('local/sync', [], { ...env, LOCK_WAIT: '0s' });
      await held?.release();
      expect({ code, said }).toEqual({ code: 0, said: expect.stringContaining(`Done: ${lines} lines of 1 customer`) });
    }
  });

  it.each(['orders', 'sales'])('have nothing to say of each other: %s', async (pipeline) => {
    const env = pipeline === 'sales' ? resale() : {};
    const audit = await run('push', ['--audit'], env);
    expect({ code: audit.code, said: audit.said }).toEqual({
      code: 0,
      said: expect.stringContaining('The board shows what the ledger says.'),
    });
    const status = await run('batch', ['status'], env);
    expect(status.said).not.toContain(pipeline === 'sales' ? 'GREYSON' : 'sales');
    const doctor = await run('doctor', [], env);
    expect(doctor.said).not.toMatch(/KEY_FOREIGN|KEY_REPEATED|ITEMS_UNKEYED|BOARD_OTHER/);
    expect(doctor.code).toBe(0);
  });

  it('restore from their own archives', async () => {
    const list = await run('archive', ['list'], resale());
    expect(list.said.match(/TITLE NINE/g)).toHaveLength(2);
    const [first] = await world.archiveSql(`SELECT MIN("id") AS id FROM "${SCHEMA}"."snapshot_archive"`);
    const { code, outputs } = await run('archive', ['restore', '--archive-id', String(first?.['id'])], resale());
    expect({ code, outputs }).toMatchObject({ code: 0, outputs: { lines: 3 } });
    expect((await run('local/sync', ['--resume'], resale())).code).toBe(0);
    expect((await readBoard({ board })).map(({ name }) => name)).toEqual(
      expect.arrayContaining(['ARTICLE 1', 'ARTICLE 2', 'ARTICLE 3']),
    );
  });
});

const SALES = 'sales_beside';

// One story: each test starts where the one before it ended.
(ENGINE === 'postgres' ? describe : describe.skip)('two pipelines on one board', () => {
  const orders = (): Environment => ({ MAPPING_FILE: join(folder, 'orders.yaml') });
  const sales = (): Environment => ({
    WAREHOUSE_SCHEMA: SALES,
    ARCHIVE_SCHEMA: SALES,
    SOURCE_TABLE: 'sales',
    MAPPING_FILE: join(folder, 'beside.yaml'),
  });

  it('need a key column each, which doctor makes', async () => {
    const before = await run('doctor', [], orders());
    expect(before.said).toContain('[OTHER_KEY_MISSING]');
    await world.sql(`CREATE SCHEMA "${SALES}"`);
    await world.sql(
      `CREATE TABLE "${SALES}"."sales" (sale_id uuid, shop text, sale text, ticket text, state text, article text, "S" int, "M" int, pieces int)`,
    );
    // The other pipeline's order numbers: they alone would look like orders that somebody else has loaded.
    await world.sql(
      `INSERT INTO "${SALES}"."sales" SELECT gen_random_uuid(), 'TITLE 9', "AAG ORDER NUMBER", 'T', 'OPEN', 'SALE OF ' || "AAG ORDER NUMBER", 2, 1, 3 FROM dbo."ORDERS_UNIFIED" WHERE "CUSTOMER NAME" = 'TITLE 9'`,
    );
    expect((await run('migrate', [], sales())).code).toBe(0);
    const fixed = await run('doctor', ['--fix'], sales());
    expect({ code: fixed.code, said: fixed.said }).toEqual({ code: 0, said: expect.stringContaining('"sale_key"') });
    expect((await run('doctor', [], orders())).said).not.toContain('[OTHER_KEY_MISSING]');
  });

  it('run at once', async () => {
    await world.sql(`UPDATE dbo."ORDERS_UNIFIED" SET "PO NUMBER" = 'PO 2'`);
    const [ordered, sold] = await Promise.all([run('local/sync', [], orders()), run('local/sync', [], sales())]);
    expect({ code: ordered.code, said: ordered.said }).toEqual({ code: 0, said: expect.stringContaining('Done: 4') });
    expect({ code: sold.code, said: sold.said }).toEqual({ code: 0, said: expect.stringContaining('Done: 4') });
    const names = (await active(world)).map(({ name }) => name);
    expect(names.filter((name) => name.startsWith('SALE OF'))).toHaveLength(4);
    expect(names).toHaveLength(8);
  });

  it.each(['orders', 'sales'])('have nothing to say of each other: %s', async (pipeline) => {
    const env = pipeline === 'orders' ? orders() : sales();
    const audit = await run('push', ['--audit'], env);
    expect(audit.said).toContain('The board shows what the ledger says.');
    const adopt = await run('doctor', ['--adopt'], env);
    expect({ code: adopt.code, said: adopt.said }).toEqual({
      code: 0,
      said: expect.not.stringMatching(/SALE OF|pairs? /),
    });
    const doctor = await run('doctor', [], env);
    expect(doctor.said).not.toMatch(/\[(KEY_|ITEMS_|ORDERS_|OTHER_)/);
    expect(doctor.code).toBe(0);
  });

  it("still tell of an item that is neither's", async () => {
    await control(world, '/_edit', { create: { name: 'Call the mill' } });
    for (const env of [orders(), sales()]) {
      expect((await run('push', ['--audit'], env)).outputs).toMatchObject({ foreign: 1, missing: 0, edited: 0 });
      expect((await run('doctor', [], env)).said).toContain('1 items have no key');
    }
  });
});
