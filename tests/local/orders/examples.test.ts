import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { arranged } from '../../../local/orders/arranged.js';
import { chooseOrders } from '../../../local/orders/choose.js';
import { compileMapping, type MappedLine } from '../../../shared/mapper/map-line.js';

const FOLDER = 'sql/mappings/examples';
const EXAMPLES = readdirSync(FOLDER).filter((file) => file.endsWith('.yaml'));

async function linesOf(file: string): Promise<MappedLine[]> {
  const { mapping, orders } = await chooseOrders({ mapping: join(FOLDER, file) });
  const { layout, arrange } = arranged(mapping, orders.columns);
  const read = compileMapping(mapping, layout);
  const lines: MappedLine[] = [];
  for await (const row of orders.rows()) lines.push(read(arrange(row)));
  return lines;
}

describe('the mappings shipped as examples', () => {
  it('are there', () => {
    expect(EXAMPLES).not.toEqual([]);
  });

  it.each(EXAMPLES)('%s reads its own sample: almost every line is in scope, and few values are odd', async (file) => {
    const lines = await linesOf(file);
    expect(lines.length).toBeGreaterThan(100);
    expect(lines.flatMap(({ rejections }) => rejections)).toEqual([]);
    const left = lines.filter(({ inScope }) => !inScope).length;
    expect(left).toBeGreaterThan(0);
    expect(left).toBeLessThan(lines.length / 10);
    const warned = lines.flatMap(({ warnings }) => warnings.map(({ reason }) => reason));
    expect(new Set(warned)).toEqual(new Set(['NOT_A_NUMBER']));
    expect(warned.length).toBeLessThan(5);
    expect(lines.some(({ cancelled }) => cancelled)).toBe(true);
  });
});
