import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { sourceColumns, sourceLayout } from '../../../shared/lines/layout.js';
import { readBatch } from '../../../shared/store/batches.js';
import { type ChangesOf, loadChanges } from '../../../shared/store/changes.js';
import { changesWithSource } from '../../../shared/store/lines-of-changes.js';
import { ROWS_CHUNK, type SourceRows } from '../../../shared/store/source.js';
import type { Statement } from '../../../shared/warehouse/port/statements.js';
import type { Warehouse } from '../../../shared/warehouse/port/warehouse.js';
import { makeBatch } from '../../helpers/batches.js';
import { insertLines, line, mapping, openTestWarehouse, type TestWarehouse, uuid } from '../../helpers/warehouse.js';

const SOURCE = 'ORDERS_UNIFIED';
const IN_SOURCE = [1, 2, 3];
/** More than the uuids that are looked up at once. */
const GONE = ROWS_CHUNK + 100;

let test: TestWarehouse;
let of: ChangesOf;
let from: SourceRows;

beforeAll(async () => {
  test = await openTestWarehouse();
  const { warehouse } = test;
  await insertLines(
    warehouse,
    IN_SOURCE.map((n) => line(n, { S: n })),
  );
  const batch = await readBatch(warehouse, await makeBatch(warehouse, [{ line: 1, change: 'NEW' }]));
  of = { runId: batch.runId, customer: batch.customer };
  const change = (n: number) => ({
    ...{ lineKey: uuid(n), recordUuid: uuid(n), customer: of.customer, oldCustomer: null, oldUuid: null },
    ...({ change: 'CHANGED', reason: 'CONTENT', rowHash: '0'.repeat(64), differences: null } as const),
  });
  const gone = Array.from({ length: GONE }, (_, n) => change(1_000 + n));
  await loadChanges(warehouse, of.runId, [[change(2)], gone, [{ ...change(3), lineKey: uuid(99_999) }]]);
  const live = await sourceColumns(warehouse, SOURCE);
  from = { table: SOURCE, live, layout: sourceLayout(mapping, live) };
});
afterAll(() => test.drop());

/** The same warehouse as if it were of that engine, and the statements that it is asked to stream. */
function as(engine: Warehouse['engine']): { warehouse: Warehouse; streamed: Statement[] } {
  const streamed: Statement[] = [];
  const warehouse = new Proxy(test.warehouse, {
    get: (target, name) => {
      if (name === 'engine') return engine;
      const value: unknown = Reflect.get(target, name);
      if (typeof value !== 'function') return value;
      return (...args: unknown[]): unknown => {
        if (name === 'stream') streamed.push(args[0] as Statement);
        return Reflect.apply(value, target, args);
      };
    },
  });
  return { warehouse, streamed };
}

/** By line key: the uuid of the row that the change came with. */
async function rowsOfChanges(warehouse: Warehouse): Promise<Map<string, string | null>> {
  const found = new Map<string, string | null>();
  for await (const chunk of changesWithSource(warehouse, of, from))
    for (const [{ lineKey }, row] of chunk) {
      expect(found.has(lineKey)).toBe(false);
      expect(row.length).toBeGreaterThanOrEqual(from.layout.select.length);
      found.set(lineKey.toLowerCase(), row[0] === null ? null : String(row[0]).toLowerCase());
    }
  return found;
}

describe('changes with their rows in the source', () => {
  it.each(['postgres', 'mssql'] as const)('are all there, each once, with its row or none, on %s', async (engine) => {
    const found = await rowsOfChanges(as(engine).warehouse);
    expect(found.size).toBe(3 + GONE);
    expect([...found].filter(([, row]) => row !== null)).toEqual(
      expect.arrayContaining([
        [uuid(1), uuid(1)],
        [uuid(2), uuid(2)],
        [uuid(99_999), uuid(3)],
      ]),
    );
    expect([...found.values()].filter((row) => row !== null)).toHaveLength(3);
  });

  it('are never joined with it on SQL Server, whose kept plan may be made for one change', async () => {
    const { warehouse, streamed } = as('mssql');
    await rowsOfChanges(warehouse);
    const texts = streamed.map(({ text }) => text);
    expect(texts.filter((text) => text.includes(`"${SOURCE}"`))).toHaveLength(2);
    for (const text of texts) expect(text.includes('"MON_Change"') && text.includes(`"${SOURCE}"`)).toBe(false);
  });
});
