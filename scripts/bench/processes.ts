import { spawn } from 'node:child_process';
import { z } from 'zod';

/** What a process took: seconds of wall time, and of its and its children's processor time. */
export interface Took {
  wall: number;
  cpu: number;
  printed: string;
}

interface Given {
  input?: string;
  env?: NodeJS.ProcessEnv;
}

/** Runs a program to its end. `times` of the shell tells its processor time, whatever it is written in. @throws Error when it fails. */
export async function timed(
  command: string,
  args: readonly string[],
  { input = '', env = {} }: Given = {},
): Promise<Took> {
  const startedAt = performance.now();
  const child = spawn('sh', ['-c', '"$@"; code=$?; times >&2; exit $code', 'sh', command, ...args], {
    env: { ...process.env, ...env },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  let [printed, said] = ['', ''];
  child.stdout.on('data', (part) => {
    printed += part;
  });
  child.stderr.on('data', (part) => {
    said += part;
  });
  child.stdin.on('error', () => undefined);
  child.stdin.end(input);
  const exitCode = await new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  const wall = (performance.now() - startedAt) / 1_000;
  if (exitCode !== 0)
    throw new Error(`${command} ${args.join(' ')} ended with exit code ${exitCode}:\n${said}${printed}`);
  return { wall, cpu: processorTime(said), printed };
}

/** Of the two lines of `times`, the second is about the children of the shell. */
function processorTime(said: string): number {
  const [user, system] = [...said.matchAll(/(\d+)m([\d.]+)s/g)].slice(-2);
  const secondsOf = (match: RegExpMatchArray | undefined) => Number(match?.[1]) * 60 + Number(match?.[2]);
  return secondsOf(user) + secondsOf(system);
}

const batchesSchema = z.array(z.object({ batchId: z.string() }));

/** The ids of the batches that batch tells of in its outputs. */
export function batchIdsOf(outputs: Record<string, unknown> | undefined): string[] {
  return batchesSchema.parse(outputs?.['batches']).map(({ batchId }) => batchId);
}
