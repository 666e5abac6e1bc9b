import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { compileHasher, compileKeptHasher } from '../../../shared/lines/hash.js';
import { compileKept } from '../../../shared/lines/kept.js';
import { sourceLayout } from '../../../shared/lines/layout.js';
import { makeRow, mapping, sourceColumns } from './source-rows.js';

const cells = z.array(z.tuple([z.string(), z.union([z.string(), z.number(), z.null()])]));
const vectors = z
  .array(z.object({ line: z.string(), columns: cells, sizes: cells, hash: z.string() }))
  .parse(JSON.parse(/```json\n(.*?)```/s.exec(readFileSync('docs/hash.md', 'utf8'))?.[1] ?? ''));

describe('the published test vectors', () => {
  it.each(vectors)('hold for $line', (vector) => {
    const columns = vector.columns.map(([name]) => name);
    const live = sourceColumns(vector.sizes.length > 0 ? vector.sizes.map(([name]) => name) : ['S']);
    const layout = sourceLayout(mapping, live, columns);
    const row = makeRow([...vector.columns, ...vector.sizes], layout);
    expect(compileHasher(layout, columns)(row).toString('hex')).toBe(vector.hash);
    const kept = compileKept(layout, columns)(row);
    expect(compileKeptHasher(columns)(kept).toString('hex')).toBe(vector.hash);
  });
});
