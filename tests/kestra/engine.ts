import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { filesBelow } from './files.js';
import { findJdk } from './programs.js';
import { type BriefExecution, type Execution, foundSchema, listSchema, validationSchema } from './views.js';

const PROJECT = 'tests/kestra/engine';
const STARTED_WITHIN_MS = 120_000;
/** Notices a dead process in less than a minute, yet does not take a busy machine for one. */
const FAST_LIVENESS = {
  'kestra.server.liveness.timeout': '20s',
  'kestra.server.liveness.interval': '2s',
  'kestra.server.liveness.initial-delay': '3s',
  'kestra.server.liveness.heartbeat-interval': '1s',
  'kestra.server.worker-task-restart-strategy': 'IMMEDIATELY',
  'kestra.server.termination-grace-period': '10s',
};

export interface EngineOptions {
  /** Values of Kestra's secrets, by name. */
  secrets: Readonly<Record<string, string>>;
  /** What flows read as `envs.name`, by upper-case name. */
  envs: Readonly<Record<string, string>>;
}

/** A Kestra engine in a process of its own, with a database and a storage that outlive `kill`. */
export class Engine {
  readonly #data = mkdtempSync(join(tmpdir(), 'kestra-'));
  readonly #options: EngineOptions;
  #process: ChildProcess | undefined;
  #url = '';

  constructor(options: EngineOptions) {
    this.#options = options;
  }

  async start(): Promise<void> {
    const jdk = findJdk() ?? '';
    const classPath = compile(jdk);
    const properties = Object.entries({ ...FAST_LIVENESS, 'engine.data': this.#data, 'engine.scheduler': 'true' });
    const args = ['-Xmx768m', ...properties.map(([name, value]) => `-D${name}=${value}`), '-cp', classPath];
    const child = spawn(join(jdk, 'bin', 'java'), [...args, 'engine.Engine'], {
      env: { ...process.env, ...environment(this.#options) },
      stdio: ['pipe', 'pipe', process.env['KESTRA_LOG'] ? 'inherit' : 'ignore'],
    });
    this.#process = child;
    this.#url = `http://127.0.0.1:${await readyPort(child)}`;
  }

  /** As kill -9 does: nothing is finished, nothing is told. */
  async kill(): Promise<void> {
    const child = this.#process;
    if (child?.exitCode !== null || child.signalCode !== null) return;
    child.kill('SIGKILL');
    await once(child, 'exit');
  }

  async close(): Promise<void> {
    await this.kill();
    rmSync(this.#data, { recursive: true, force: true });
  }

  async validate(name: string, text: string) {
    return validationSchema.parse(await this.#post('/validate', { name, text }));
  }

  async load(text: string): Promise<void> {
    await this.#post('/load', { text });
  }

  /** Starts a flow as a person does in the UI, and waits for its end. */
  async run(flow: string, inputs: Readonly<Record<string, unknown>> = {}): Promise<Execution> {
    return this.wait(await this.begin(flow, inputs));
  }

  /** Starts a flow and gives the execution's id at once. */
  async begin(flow: string, inputs: Readonly<Record<string, unknown>> = {}): Promise<string> {
    return this.#command('/run', { flow, inputs });
  }

  /** Starts a flow and gives the sentences that its checks warn with before it begins. */
  async warningsOf(flow: string, inputs: Readonly<Record<string, unknown>>): Promise<string[]> {
    const { id, warnings } = z
      .object({ id: z.string(), warnings: z.array(z.string()) })
      .parse(await this.#post('/run', { flow, inputs }));
    await this.wait(id);
    return warnings;
  }

  /** Restart as the UI does it by default: the same execution, on its own revision of the flow. */
  async restart(id: string): Promise<Execution> {
    const before = await this.get(id);
    await this.#command('/restart', { id });
    return this.wait(id, before?.changes);
  }

  /** Restart on the latest revision of the flow, which Kestra carries out as a new execution. */
  async restartOnLatest(id: string): Promise<Execution> {
    const flow = (await this.get(id))?.flow ?? '';
    const known = new Set((await this.list(flow)).map((execution) => execution.id));
    await this.#command('/restart', { id, latest: true });
    for (const end = Date.now() + 30_000; Date.now() < end; await sleep(100)) {
      const started = (await this.list(flow)).find((execution) => !known.has(execution.id));
      if (started) return this.wait(started.id);
    }
    throw new Error(`no execution followed the restart of ${id}`);
  }

  async replay(id: string, task: string): Promise<Execution> {
    return this.wait(await this.#command('/replay', { id, task }));
  }

  /** The text of a file that a task has written into Kestra's storage. */
  file(uri: unknown): string {
    const { pathname } = new URL(z.string().parse(uri));
    return readFileSync(join(this.#data, 'storage', 'main', decodeURIComponent(pathname)), 'utf8');
  }

  async backfill(flow: string, trigger: string, start: string, end: string): Promise<void> {
    await this.#post('/backfill', { flow, trigger, start, end });
  }

  async get(id: string): Promise<Execution | undefined> {
    return foundSchema.parse(await this.#post('/get', { id }));
  }

  /** Executions of a flow, oldest first, without the iterations of loops. */
  async list(flow: string): Promise<BriefExecution[]> {
    return listSchema.parse(await this.#post('/list', { flow })).filter((execution) => !execution.loop);
  }

  /** Waits for the end of an execution that has been through more than `changes` states. */
  async wait(id: string, changes = 0, withinMs = 180_000): Promise<Execution> {
    for (const end = Date.now() + withinMs; Date.now() < end; await sleep(100)) {
      const execution = await this.get(id);
      if (!execution?.ended || execution.changes <= changes) continue;
      await sleep(500); // logs and metrics arrive a moment after the end
      return (await this.get(id)) ?? execution;
    }
    throw new Error(`${id} did not end within ${withinMs} ms: ${JSON.stringify(await this.get(id))}`);
  }

  async #command(path: string, request: object): Promise<string> {
    const { id } = (await this.#post(path, request)) as { id: string };
    return id;
  }

  async #post(path: string, request: object): Promise<unknown> {
    const response = await fetch(this.#url + path, { method: 'POST', body: JSON.stringify(request) });
    const answer: unknown = await response.json();
    if (!response.ok) throw new Error(`${path}: ${(answer as { error: string }).error}`);
    return answer;
  }
}

function environment({ secrets, envs }: EngineOptions): NodeJS.ProcessEnv {
  const encode = ([name, value]: [string, string]) => [`SECRET_${name}`, Buffer.from(value).toString('base64')];
  return {
    ...Object.fromEntries(Object.entries(secrets).map(encode)),
    ...Object.fromEntries(Object.entries(envs).map(([name, value]) => [`ENV_${name}`, value])),
  };
}

/** Compiles the engine where it is older than its sources, and gives the class path. */
function compile(jdk: string): string {
  const classPath = join(PROJECT, 'target', 'classpath');
  const sources = [join(PROJECT, 'pom.xml'), ...filesBelow(join(PROJECT, 'src'))];
  const newest = Math.max(...sources.map((file) => statSync(file).mtimeMs));
  if (!existsSync(classPath) || statSync(classPath).mtimeMs < newest) {
    const goals = ['compile', 'dependency:build-classpath', '-Dmdep.outputFile=target/classpath'];
    const env = { ...process.env, JAVA_HOME: jdk };
    execFileSync('mvn', ['-q', '-B', ...goals], { cwd: PROJECT, env, stdio: ['ignore', 'inherit', 'ignore'] });
  }
  return `${join(PROJECT, 'target', 'classes')}:${readFileSync(classPath, 'utf8')}`;
}

async function readyPort(child: ChildProcess): Promise<string> {
  if (!child.stdout) throw new Error('the engine has no stdout');
  const late = setTimeout(() => child.kill('SIGKILL'), STARTED_WITHIN_MS);
  try {
    for await (const line of createInterface({ input: child.stdout })) {
      const port = /^READY (\d+)$/.exec(line)?.[1];
      if (port === undefined) continue;
      child.stdout.resume();
      return port;
    }
  } finally {
    clearTimeout(late);
  }
  throw new Error('The engine ended, or was not ready in time; set KESTRA_LOG=1 to see why.');
}
