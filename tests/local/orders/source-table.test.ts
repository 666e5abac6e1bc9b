import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { applyEdits, countEdits } from '../../../local/orders/command.js';
import { sampleOrders } from '../../../local/orders/sample.js';
import { createSourceTable, loadOrders } from '../../../local/orders/source-table.js';
import { parseStatement, quoteColumns } from '../../../shared/warehouse/port/statements.js';
import type { ArrayRow, Row, Warehouse } from '../../../shared/warehouse/port/warehouse.js';
import type { TestDatabase } from '../../helpers/database.js';
import { createWarehouseDatabase, openWarehouseAt } from '../../helpers/engine.js';

let database: TestDatabase;
let warehouse: Warehouse;

beforeAll(async () => {
  database = await createWarehouseDatabase();
  warehouse = await openWarehouseAt(database.url);
});

afterAll(async () => {
  await warehouse.close();
  await database.drop();
});

const query = (text: string): Promise<Row[]> => warehouse.query(parseStatement('test', text));

async function readAll(columns: readonly string[]): Promise<ArrayRow[]> {
  const rows: ArrayRow[] = [];
  const statement = parseStatement('test', `SELECT ${quoteColumns(columns)} FROM dbo."ORDERS_UNIFIED"`);
  for await (const chunk of warehouse.stream(statement)) rows.push(...chunk);
  return rows;
}

/** Every line by its uuid, as a record of texts. */
async function linesByUuid(): Promise<Map<string, Record<string, unknown>>> {
  const names = (await warehouse.columns('ORDERS_UNIFIED')).map(({ name }) => name);
  const rows = await readAll(names);
  return new Map(
    rows.map((row) => [String(row.at(-1)), Object.fromEntries(names.map((name, index) => [name, row[index]]))]),
  );
}

describe('loadOrders', () => {
  it('creates the table without keys and stores every value unchanged', async () => {
    const sample = sampleOrders({ lines: 300 });
    expect(await loadOrders(warehouse, sample)).toBe(300);
    const columns = await warehouse.columns('ORDERS_UNIFIED');
    expect(columns.map(({ name }) => name)).toEqual(sample.columns.map(({ name }) => name));
    const stored = await readAll(columns.map(({ name }) => name));
    const texts = (rows: Iterable<ArrayRow>): string[] =>
      [...rows].map((row) => JSON.stringify(row.map((value) => (value === null ? null : String(value)))));
    expect(texts(stored)).toEqual(texts(sample.rows()));
    const keys = await query(`SELECT 1 AS n FROM INFORMATION_SCHEMA.TABLE_CONSTRAINTS
      WHERE TABLE_NAME = 'ORDERS_UNIFIED' AND CONSTRAINT_TYPE IN ('PRIMARY KEY', 'UNIQUE')`);
    expect(keys).toEqual([]);
  });

  it('replaces rows only when told to', async () => {
    const other = sampleOrders({ lines: 120, sizes: 161 });
    await expect(loadOrders(warehouse, other)).rejects.toThrow(/holds rows already. Pass --replace/);
    expect(await loadOrders(warehouse, other, { replace: true })).toBe(120);
    expect(await warehouse.columns('ORDERS_UNIFIED')).toHaveLength(268);
  });

  it('keeps the old rows when the new ones cannot be read', async () => {
    const whole = sampleOrders();
    const broken = {
      columns: whole.columns,
      *rows(): Generator<ArrayRow> {
        for (const row of whole.rows()) if (row[0] !== 'JOO-00505') yield row;
        throw new Error('the file ends here');
      },
    };
    await expect(loadOrders(warehouse, broken, { replace: true })).rejects.toThrow('the file ends here');
    const [left] = await query('SELECT count(*) AS n FROM dbo."ORDERS_UNIFIED"');
    expect(Number(left?.['n'])).toBe(120);
  });

  it('creates an empty table on request', async () => {
    await createSourceTable(warehouse, sampleOrders().columns, 'EMPTY');
    expect(await warehouse.columns('EMPTY')).toHaveLength(383);
  });
});

describe('applyEdits', () => {
  it('changes the source as planned, and nothing else', async () => {
    await loadOrders(warehouse, sampleOrders(), { replace: true });
    const before = await linesByUuid();
    const edits = await applyEdits(warehouse);
    const after = await linesByUuid();

    const of = (kind: string): string[] => edits.filter((edit) => edit.kind === kind).map(({ uuid }) => uuid);
    const changed = (uuid: string): Record<string, unknown> => {
      const [old, now] = [before.get(uuid) ?? {}, after.get(uuid) ?? {}];
      return Object.fromEntries(
        Object.keys(now).flatMap((name) => (old[name] === now[name] ? [] : [[name, now[name]]])),
      );
    };
    for (const uuid of of('quantity changed')) expect(Object.keys(changed(uuid))).toHaveLength(2);
    for (const uuid of of('size added')) expect(Object.values(changed(uuid)).map(Number)).toContain(11);
    for (const uuid of of('size removed')) expect(Object.values(changed(uuid))).toContain(null);
    for (const uuid of of('line cancelled')) expect(changed(uuid)).toEqual({ 'ORDER TYPE': 'CANCELLED' });
    for (const uuid of of('text changed')) expect(changed(uuid)).toEqual({ NOTES: expect.any(String) });
    for (const uuid of of('text cleared')) expect(changed(uuid)).toEqual({ DESTINATION: null });
    for (const uuid of of('group changed')) expect(changed(uuid)).toEqual({ 'CUSTOMER SEASON': '2027 RESORT' });
    for (const uuid of of('number unreadable')) expect(changed(uuid)).toEqual({ 'CUSTOMER PRICE': '12,50 EUR' });
    for (const uuid of of('word unknown')) expect(changed(uuid)).toEqual({ 'ORDER TYPE': 'CANCELED' });
    for (const uuid of of('customer renamed'))
      expect(changed(uuid)).toEqual({ 'CUSTOMER NAME': expect.stringMatching(/ INTERNATIONAL$/) });
    for (const uuid of of('line deleted')) expect([before.has(uuid), after.has(uuid)]).toEqual([true, false]);
    for (const uuid of [...of('line added'), ...of('uuid renewed')]) {
      expect([before.has(uuid), after.has(uuid)]).toEqual([false, true]);
    }
    const touched = new Set(edits.map(({ uuid }) => uuid));
    const others = [...after].filter(([uuid]) => !touched.has(uuid));
    for (const [uuid, line] of others) expect(line).toEqual(before.get(uuid));
    expect(after.size).toBe(before.size + of('line added').length - of('line deleted').length);
  });

  it('counts two of each kind in two customers, one customer reloaded whole and one renamed', async () => {
    await loadOrders(warehouse, sampleOrders(), { replace: true });
    const counts = countEdits(await applyEdits(warehouse));
    const [reload] = counts.filter(({ kind }) => kind === 'uuid renewed');
    const single = counts.filter(({ kind }) => kind !== 'uuid renewed' && kind !== 'customer renamed');
    expect(single.map(({ lines }) => lines)).toEqual(Array(22).fill(2));
    expect(counts.filter(({ kind }) => kind === 'customer renamed')).toEqual([
      { customer: 'EQUINOX', kind: 'customer renamed', what: 'CUSTOMER NAME renamed', lines: expect.any(Number) },
    ]);
    expect(reload).toEqual({ customer: 'SUN DAY RED', kind: 'uuid renewed', what: 'record_uuid renewed', lines: 278 });
  });

  it('leaves GREYSON PO 4755 alone', async () => {
    const sizes = await query(`SELECT count(*) AS n, sum("TOTAL QTY") AS total FROM dbo."ORDERS_UNIFIED"
      WHERE "PO NUMBER" = '4755'`);
    await loadOrders(warehouse, sampleOrders(), { replace: true });
    const unedited = await query(`SELECT count(*) AS n, sum("TOTAL QTY") AS total FROM dbo."ORDERS_UNIFIED"
      WHERE "PO NUMBER" = '4755'`);
    expect(sizes).toEqual(unedited);
    expect(Number(sizes[0]?.['n'])).toBe(69);
  });
});
