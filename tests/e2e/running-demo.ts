import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { findPostmaster } from '../../local/database/cluster.js';
import { fallbackFor } from '../../local/database/place.js';
import { isAlive } from '../../local/database/program.js';
import { sampleOrders } from '../../local/orders/sample.js';
import { SETTINGS } from '../../shared/runtime/settings.js';
import { csvLine } from '../local/orders/csv-line.js';
import { until } from './until.js';

/** The environment of this process without settings: what a shell of a newcomer has. */
export const withoutSettings = (): NodeJS.ProcessEnv =>
  Object.fromEntries(Object.entries(process.env).filter(([name]) => !(name.replace(/_FILE$/, '') in SETTINGS)));

/** The sample's lines of some customers, as a CSV file. */
export function ordersOf(customers: readonly string[]): string {
  const { columns, rows } = sampleOrders({ lines: 300 });
  const customer = columns.findIndex(({ name }) => name === 'CUSTOMER NAME');
  const chosen = [...rows()].filter((row) => customers.includes(String(row[customer])));
  return [columns.map(({ name }) => name), ...chosen].map(csvLine).join('');
}

/** The demo as a terminal runs it: a process group of its own, in a folder where nothing else is. */
export class RunningDemo {
  readonly folder = mkdtempSync(join(tmpdir(), 'running-demo-'));
  readonly #child: ChildProcess;
  #stdout = '';
  #stderr = '';

  /** `orders` is in the file orders.csv before it starts. */
  constructor(args: readonly string[], orders?: string) {
    if (orders !== undefined) writeFileSync(join(this.folder, 'orders.csv'), orders);
    const child = spawn(process.execPath, [resolve('dist/local/demo/index.js'), ...args], {
      cwd: this.folder,
      env: withoutSettings(),
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
    });
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      this.#stdout += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      this.#stderr += text;
    });
    this.#child = child;
  }

  get stdout(): string {
    return this.#stdout;
  }

  /** What is meant for people; with --json that is on stderr. */
  get stderr(): string {
    return this.#stderr;
  }

  /** Waits until it has said this; what it said instead is told where it ends before. */
  async said(text: string, patienceMs?: number): Promise<void> {
    const happened = () => `${this.#stdout}${this.#stderr}`.includes(text) || this.#child.exitCode !== null;
    await until(`the demo says "${text}"`, happened, patienceMs);
    if (!`${this.#stdout}${this.#stderr}`.includes(text))
      throw new Error(`The demo ended before it said "${text}":\n${this.#stdout}${this.#stderr}`);
  }

  /** Presses Ctrl-C so many times, and gives the exit code and which of its processes and folders are left. */
  async interrupt(times = 1): Promise<{ code: number | null; left: string[] }> {
    const wanted = join(this.folder, '.local', 'demo', 'database');
    const places = [wanted, fallbackFor(wanted)];
    const ended = this.#child.exitCode === null ? once(this.#child, 'exit') : Promise.resolve();
    const ours = this.#processes(places);
    for (let time = 0; time < times; time += 1) process.kill(-(this.#child.pid ?? 0), 'SIGINT');
    await ended;
    // A server that has let go of its folder ends a moment later.
    const running = () => ours.filter((pid) => isAlive(pid) && !isZombie(pid));
    await until('its processes are gone', () => running().length === 0).catch(() => undefined);
    const alive = running().map((pid) => `process ${pid}`);
    const folders = [...places, ...places.map(dirname), join(this.folder, '.local')].filter((path) => existsSync(path));
    return { code: this.#child.exitCode, left: [...alive, ...folders] };
  }

  /** What is in its folder now. */
  files(): string[] {
    return readdirSync(this.folder).sort();
  }

  clear(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** The demo, all that it has started and that still runs below it, and the server of its database. */
  #processes(places: readonly string[]): number[] {
    const parents = new Map(
      readdirSync('/proc')
        .filter((name) => /^\d+$/.test(name))
        .map((pid) => [Number(pid), parentOf(pid)]),
    );
    const found = new Set([this.#child.pid ?? 0]);
    for (let size = 0; size < found.size; ) {
      size = found.size;
      for (const [pid, parent] of parents) if (found.has(parent)) found.add(pid);
    }
    const servers = places.flatMap((place) => findPostmaster(place) ?? []);
    return [...found, ...servers.map(({ pid }) => pid)];
  }
}

const parentOf = (pid: string): number => Number(/\) \S (\d+)/.exec(statOf(pid))?.[1] ?? 0);
/** It has ended, and nobody has asked how: the first process of a container may never do. */
const isZombie = (pid: number): boolean => /\) Z /.test(statOf(String(pid)));

function statOf(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/stat`, 'utf8');
  } catch {
    return '';
  }
}
