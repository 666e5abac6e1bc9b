import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { insertLines, line, uuid } from '../../helpers/warehouse.js';
import { Pushing } from './pushing.js';

const UNIT = 'color_mkr5yf27';
let pushing: Pushing;
let directory: string;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'status-labels-'));
  const file = join(directory, 'mapping.yaml');
  const mapping = await readFile('sql/mappings/customer-orders.yaml', 'utf8');
  const changed = mapping.replace(/(title: UNIT OF MEASURE, .*create_labels: )false/, '$1true');
  expect(changed).not.toBe(mapping);
  await writeFile(file, changed);
  pushing = await Pushing.open(file);
});
afterAll(async () => {
  await pushing.close();
  await rm(directory, { recursive: true });
});

describe('status labels that the mapping may create', () => {
  it('are created, and one that the board refuses fails only its line', async () => {
    const units = ['SET', 'POISON', 'PAIR 🔥', 'PCE'];
    await insertLines(
      pushing.test.warehouse,
      units.map((unit, index) => line(index + 1, { OS: 1, 'UNIT OF MEASURE': unit })),
    );
    const fault = { operation: 'update_status_column', value: 'POISON', fault: 'error:INVALID_INPUT@field' };
    await pushing.board.control('POST', '/_faults', { script: [fault] });
    const load = (lines: number[]) => lines.map((n) => ({ line: n, change: 'NEW' as const }));
    expect(await pushing.carry(load([1, 2, 3, 4]))).toMatchObject({ itemsCreated: 3, itemsFailed: 1, newFailures: 1 });
    const unitOf = async (n: number) => (await pushing.itemOf(uuid(n))).values[UNIT]?.text;
    expect([await unitOf(1), await unitOf(3), await unitOf(4)]).toEqual(['SET', 'PAIR', 'PCE']);
    await pushing.board.control('DELETE', '/_faults');
    expect(await pushing.carry(load([2]))).toMatchObject({ itemsCreated: 1, itemsFailed: 0 });
    expect(await unitOf(2)).toBe('POISON');
  });
});
