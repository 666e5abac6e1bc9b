import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { bundleInto } from '../../helpers/bundle.js';

/** Rows that pass through a queue: some 60 MB live at any moment, and a row lives long enough to be taken for a lasting one. */
const PASS_ROWS = `
  const queue = [];
  for (let row = 0; row < 300_000; row += 1) {
    queue.push(Array.from({ length: 100 }, (_, column) => row * 1.5 + column));
    if (queue.length > 60_000) queue.splice(0, 20_000);
  }
  console.log(process.resourceUsage().maxRSS / 1_000);`;

let folder: string;
let heap: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'heap-'));
  heap = pathToFileURL(await bundleInto(folder, 'shared/runtime/heap.ts', [])).href;
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

function peakMegabytes(before: string): number {
  // With one thread the collector is never late: on a busy machine its helpers would be, and the heap the larger.
  const args = ['--single-threaded', '--input-type=module', '--eval', before + PASS_ROWS];
  const { stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8', env: {} });
  expect(stderr).toBe('');
  return Number(stdout);
}

describe('a heap that is kept small', () => {
  it('peaks well below an unlimited one', () => {
    const small = peakMegabytes(`import { keepHeapSmall } from '${heap}'; keepHeapSmall();`);
    const alone = peakMegabytes('');
    expect(small).toBeGreaterThan(0);
    expect(small).toBeLessThan(alone * 0.85);
  });
});
