import { spawn } from 'node:child_process';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

/** The folder of the bundle: this file is in it, whatever chunk it ended up in. */
const DIST = join(dirname(fileURLToPath(import.meta.url)).replace(/([\\/])dist[\\/].*$/, '$1dist'));

export interface TaskResult {
  exitCode: number;
  outputs: Record<string, unknown>;
  /** What the task said, for the case that it failed. */
  lines: string[];
}

export const executable = (name: string): string => join(DIST, name, 'index.js');

/** Runs one executable to its end as a container would: argv, environment, outputs read from its stdout. */
export async function runExecutable(
  name: string,
  args: readonly string[],
  env: Record<string, string>,
): Promise<TaskResult> {
  const child = spawn(process.execPath, [executable(name), ...args], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const result: TaskResult = { exitCode: -1, outputs: {}, lines: [] };
  for (const stream of [child.stdout, child.stderr]) {
    createInterface({ input: stream }).on('line', (line) => {
      const outputs = outputsOf(line);
      if (outputs) Object.assign(result.outputs, outputs);
      else if (!line.startsWith('::')) result.lines.push(line);
    });
  }
  result.exitCode = await new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve(code ?? -1));
  });
  return result;
}

/** The outputs in a line `::{"outputs":{…}}::`, as Kestra reads them. */
export function outputsOf(line: string): Record<string, unknown> | undefined {
  const json = /^::(\{.*})::$/.exec(line)?.[1];
  if (json === undefined) return undefined;
  const content = JSON.parse(json) as { outputs?: Record<string, unknown> };
  return content.outputs;
}
