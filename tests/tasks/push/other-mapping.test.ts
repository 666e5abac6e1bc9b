import { readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { systemClock } from '../../../shared/ground/clock.js';
import { compileKeptHasher } from '../../../shared/lines/hash.js';
import { loadMapping } from '../../../shared/mapping/mapping.js';
import { hashedColumns } from '../../../shared/mapping/mapping-version.js';
import { migrate } from '../../../shared/store/schema/migrate.js';
import { promoteCommand } from '../../../tasks/promote/commands.js';
import { runPromote } from '../../../tasks/promote/run.js';
import { taskContext } from '../../helpers/task-context.js';
import { insertLines, line, sql, updateLine, uuid } from '../../helpers/warehouse.js';
import { Pushing } from './pushing.js';

let pushing: Pushing;
beforeEach(async () => {
  pushing = await Pushing.open();
});
afterEach(() => pushing.close());

/** Stages a change by the shipped mapping; pushes and promotes by an edited one. */
async function carryUnder(first: object, then: object, from: RegExp, to: string): Promise<void> {
  const { warehouse } = pushing.test;
  await insertLines(warehouse, [line(1, { XS: 1, ...first })]);
  await pushing.carry([{ line: 1, change: 'NEW' }]);
  await updateLine(warehouse, 1, { ...then });
  const batchId = await pushing.stage([{ line: 1, change: 'CHANGED' }]);
  const MAPPING_FILE = join(tmpdir(), `other-mapping-${process.pid}.yaml`);
  writeFileSync(MAPPING_FILE, readFileSync('sql/mappings/customer-orders.yaml', 'utf8').replace(from, to));
  const patience = { waitMs: 10_000, signal: new AbortController().signal };
  await migrate(warehouse, loadMapping(MAPPING_FILE), systemClock(), patience);
  const context = taskContext(promoteCommand.settings, { warehouse, clock: pushing.clock, env: { MAPPING_FILE } });
  await expect(pushing.push(batchId, { env: { MAPPING_FILE } })).rejects.toMatchObject({ code: 'MAPPING_CHANGED' });
  await expect(runPromote(context, { batchId })).rejects.toMatchObject({ code: 'MAPPING_CHANGED' });
}

describe('a batch that was staged by another mapping', () => {
  it('clears nothing where a title was renamed', async () => {
    await carryUnder({ 'PO NUMBER': '4755' }, { NOTES: 'x' }, /title: PO NUMBER(?=,)/, 'title: PURCHASE ORDER');
    expect((await pushing.itemOf(uuid(1))).values['text_mkr5ej2x']?.text).toBe('4755');
  });

  it('keeps values that have their row hash where a column has left the mapping', async () => {
    await carryUnder({ 'PATTERN ID': 'first' }, { 'PATTERN ID': 'second' }, /\n.*text_mkr5cz8m.*/, '');
    const [row] = await sql(pushing.test.warehouse, 'SELECT * FROM dbo."ORDERS_UNIFIED_SNAPSHOT"');
    const columns = hashedColumns(loadMapping());
    const values = columns.map((name) => row?.[name] as string | null);
    const kept = compileKeptHasher(columns)({ values, sizes: String(row?.['sizes']) }).toString('hex');
    expect([null, kept]).toContain(row?.['row_hash']);
  });
});
