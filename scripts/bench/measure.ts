import { spawnSync } from 'node:child_process';

/** Seconds that some work takes. */
export async function seconds(work: () => Promise<unknown>): Promise<number> {
  const startedAt = performance.now();
  await work();
  return (performance.now() - startedAt) / 1_000;
}

/** The middle one of an odd number of figures. */
export function median(numbers: readonly number[]): number {
  return [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? Number.NaN;
}

/** Peak megabytes of a process that does nothing but run this script with these arguments; the script prints them last. */
export function peakMegabytesOf(script: string, args: readonly string[]): number {
  const { stdout, stderr, status } = spawnSync(process.execPath, ['scripts/run.js', script, ...args], {
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`The memory measurement failed: ${stderr}`);
  return Number(stdout);
}

/** What such a process prints in the end. */
export function printPeak(): void {
  process.stdout.write(`${process.resourceUsage().maxRSS / 1_000}\n`);
}
