import { existsSync } from 'node:fs';
import { basename, dirname, join, relative, resolve, sep } from 'node:path';

export type Task = 'detect' | 'batch' | 'stage' | 'push' | 'promote' | 'archive' | 'migrate' | 'doctor';

/** Where this process was started; tests pass another place. */
export interface Place {
  /** The file passed to node. */
  entry: string;
  folder: string;
}

const here = (): Place => ({ entry: process.argv[1] ?? '', folder: process.cwd() });

/**
 * The command that calls a task from where this process was started: next to its own file in a checkout, or the runbook's `co`
 * if the tasks are images. Words are quoted for a POSIX shell.
 */
export function taskCall(task: Task, words: readonly string[], place = here()): string {
  const bundle = bundleOf(place);
  if (bundle === undefined) return ['co', task, ...words].map(quoted).join(' ');
  return ['node', join(bundle, 'tasks', task, 'index.js'), ...words].map(quoted).join(' ');
}

/** The command for a whole run of these customers; undefined if the tasks are images and a flow makes the runs. */
export function syncCall(words: readonly string[], place = here()): string | undefined {
  const bundle = bundleOf(place);
  if (bundle === undefined || !existsSync(resolve(place.folder, bundle, 'local', 'sync', 'index.js'))) return undefined;
  const inCheckout = bundle === 'dist' && existsSync(resolve(place.folder, 'package.json'));
  const call = inCheckout
    ? ['npm', 'run', 'sync', ...(words.length > 0 ? ['--'] : [])]
    : ['node', join(bundle, 'local', 'sync', 'index.js')];
  return [...call, ...words].map(quoted).join(' ');
}

/** The command that carries changes anew with these flags of detect and batch: a whole run, or detect and its batches. */
export function carryCall(ofDetect: readonly string[], ofBatch: readonly string[] = []): string {
  const whole = syncCall([...ofDetect, ...ofBatch]);
  return whole ?? `${taskCall('detect', ofDetect)} && ${taskCall('batch', ['--run-id', 'latest', ...ofBatch])}`;
}

/**
 * The command that tries a customer's refused lines again. That takes a new run: nothing is added to a batch once it is
 * staged.
 */
export function retryCall(customer: string): string {
  return carryCall(['--customer', customer], ['--retry-failed']);
}

/** The command that takes back what a restore has left: what the board refused of it, and what changed since. */
export function restoreCall(archiveId: number): string {
  return taskCall('archive', ['restore', '--archive-id', String(archiveId)]);
}

/** The folder with `tasks/` and `local/`, relative to the working directory. */
function bundleOf({ entry, folder }: Place): string | undefined {
  const file = resolve(folder, entry);
  const top = dirname(dirname(file));
  if (basename(file) !== 'index.js' || !['tasks', 'local'].includes(basename(top))) return undefined;
  const path = relative(folder, dirname(top));
  return path.startsWith(`..${sep}..${sep}..`) ? dirname(top) : path;
}

function quoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
