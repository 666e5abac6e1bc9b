// Runs the benches one after the other, then prints each figure beside its reference.
// npm run bench [-- --python PATH --node PATH]; the node is the one that runs the tasks where they run as processes.

import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { RESULTS, tableOf } from './results.js';

const { values: flags } = parseArgs({
  options: { python: { type: 'string', default: 'python3' }, node: { type: 'string', default: process.execPath } },
});
const BENCHES = [
  ['readers/index.ts', '--python', flags.python, '--node', flags.node],
  ['detect.ts'],
  ['stage.ts'],
  ['promote.ts'],
  ['archive.ts'],
  ['start.ts', '--node', flags.node],
  ['pace.ts'],
  ['day.ts'],
] as const;

const folder = mkdtempSync(join(tmpdir(), 'bench-results-'));
const results = join(folder, 'results');
writeFileSync(results, '');
const failed: string[] = [];
try {
  for (const [script, ...args] of BENCHES) {
    const { status } = spawnSync(process.execPath, ['scripts/run.js', `scripts/bench/${script}`, ...args], {
      stdio: 'inherit',
      env: { ...process.env, [RESULTS]: results },
    });
    if (status !== 0) failed.push(script);
  }
  const [cpu] = cpus();
  process.stdout.write(
    `\n${new Date().toISOString().slice(0, 10)}, Node ${process.versions.node}, ${availableParallelism()} cores of ${cpu?.model ?? 'unknown'}\n\n${tableOf(readFileSync(results, 'utf8'))}\n`,
  );
} finally {
  rmSync(folder, { recursive: true });
}
if (failed.length > 0) {
  process.stderr.write(`Not measured: ${failed.join(', ')}. Read above what each said.\n`);
  process.exitCode = 1;
}
