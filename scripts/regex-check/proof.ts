import { checkSync } from 'recheck';

/** Long enough on a busy machine; what takes longer is too large to be proven, and is written in a simpler way. */
const PATIENCE_MS = 60_000;

/** What keeps a regular expression from being linear; undefined when it is proven to be. */
export function whyNotLinear(pattern: string, flags: string): string | undefined {
  // The analyser in JavaScript, which is the same on every platform, instead of a program for one of them.
  process.env['RECHECK_BACKEND'] = 'pure';
  // By automata alone: that proves it, where trying texts could only fail to find a bad one.
  const result = checkSync(pattern, flags, { checker: 'automaton', timeout: PATIENCE_MS });
  if (result.status === 'safe') return undefined;
  if (result.status === 'vulnerable') return `takes ${result.complexity.summary} time, as on ${result.attack.pattern}`;
  const { error } = result;
  return `cannot be proven to take linear time: ${'message' in error ? error.message : error.kind}`;
}
