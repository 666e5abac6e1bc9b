import { expect, it } from '@jest/globals';
import { itemField, subitemField, TestBoard } from './board.js';

it('creates 2,000 items and 8,000 subitems in a few seconds under raised limits', async () => {
  const board = await TestBoard.start({ limits: 'raised' });
  const started = performance.now();
  const parents: string[] = [];
  for (let first = 0; first < 2000; first += 50) {
    const fields = Array.from({ length: 50 }, (_, i) =>
      itemField(`a${i}`, `line ${first + i}`, { line_key: `key-${first + i}`, text_mkr5wya6: 'GRE-1' }),
    );
    const { json } = await board.push(fields);
    for (const { alias } of fields) parents.push(json.data[alias].id);
  }
  for (let first = 0; first < 8000; first += 50) {
    const fields = Array.from({ length: 50 }, (_, i) => {
      const n = first + i;
      const values = { line_key: `key-${n}`, numeric_mkra7j8e: String(n % 90) };
      return subitemField(`a${i}`, parents[Math.floor(n / 4)] ?? '', `Size ${n % 4}`, values);
    });
    expect((await board.push(fields)).status).toBe(200);
  }
  expect((performance.now() - started) / 1000).toBeLessThan(20);
  expect(await board.idsByKey('KEY-1234')).toEqual([parents[1234]]);
  expect((await board.dump()).items).toHaveLength(2000);
  await board.close();
});
