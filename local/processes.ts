import { spawn } from 'node:child_process';
import { dirname, join, sep } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { jsonText } from '../shared/ground/parsing.js';

/** The folder of the bundle: this file is in it, whatever chunk it ended up in. */
const DIST = foldersTo('dist', dirname(fileURLToPath(import.meta.url)));

export interface TaskResult {
  exitCode: number;
  outputs: Record<string, unknown>;
  /** What the task said, for the case that it failed. */
  lines: string[];
}

function foldersTo(name: string, path: string): string {
  const folders = path.split(sep);
  const at = folders.lastIndexOf(name);
  return at < 0 ? path : folders.slice(0, at + 1).join(sep);
}

export const executable = (name: string): string => join(DIST, name, 'index.js');

export interface ProcessOptions {
  /** Beside the environment of this process. */
  env: Readonly<Record<string, string>>;
  signal?: AbortSignal;
  /** Hears each line while the executable runs, outputs left out. */
  onLine?: (line: string) => void;
}

/**
 * Runs one executable to its end as a container would: argv, environment, outputs read from its stdout. When the signal
 * aborts, it is asked to stop, and the signal's reason is thrown once it has ended. It is in a process group of its own,
 * so that Ctrl-C in a terminal reaches it through this signal alone: a second signal would end it at once.
 */
export async function runExecutable(
  name: string,
  args: readonly string[],
  { env, signal, onLine }: ProcessOptions,
): Promise<TaskResult> {
  signal?.throwIfAborted();
  const child = spawn(process.execPath, [executable(name), ...args], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: process.platform !== 'win32',
  });
  const result: TaskResult = { exitCode: -1, outputs: {}, lines: [] };
  for (const stream of [child.stdout, child.stderr]) {
    createInterface({ input: stream }).on('line', (line) => {
      const outputs = outputsOf(line);
      if (outputs) Object.assign(result.outputs, outputs);
      else if (!line.startsWith('::')) {
        result.lines.push(line);
        onLine?.(line);
      }
    });
  }
  const stop = () => void child.kill('SIGTERM');
  signal?.addEventListener('abort', stop, { once: true });
  try {
    result.exitCode = await new Promise((resolve, reject) => {
      child.once('error', reject);
      child.once('close', (code) => resolve(code ?? -1));
    });
  } finally {
    signal?.removeEventListener('abort', stop);
  }
  signal?.throwIfAborted();
  return result;
}

const outputLine = jsonText(z.object({ outputs: z.record(z.string(), z.unknown()) }));

/** The outputs in a line `::{"outputs":{…}}::`, as Kestra reads them. */
export function outputsOf(line: string): Record<string, unknown> | undefined {
  const json = /^::(\{.*})::$/.exec(line)?.[1];
  return json === undefined ? undefined : outputLine.safeParse(json).data?.outputs;
}
