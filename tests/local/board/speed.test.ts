import { expect, it } from '@jest/globals';
import { itemField, subitemField, TestBoard } from './board.js';

it('the simulator takes no longer for the last of 2,000 items and 8,000 subitems than for the first', async () => {
  const board = await TestBoard.start({ limits: 'raised' });
  const times: number[] = [];
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
    const started = performance.now();
    expect((await board.push(fields)).status).toBe(200);
    times.push(performance.now() - started);
  }
  // A request of the end is compared with one of the beginning, whatever else the machine is doing.
  expect(median(times.slice(-40))).toBeLessThan(4 * median(times.slice(0, 40)));
  expect(await board.idsByKey('KEY-1234')).toEqual([parents[1234]]);
  expect((await board.dump()).items).toHaveLength(2000);
  await board.close();
});

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}
