import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { docker } from './programs.js';

export const TASKS = ['detect', 'batch', 'stage', 'push', 'promote', 'archive', 'doctor'] as const;
export type TaskName = (typeof TASKS)[number];

export interface Call {
  task: TaskName;
  argv: string[];
  env: Record<string, string>;
}

export interface Answer {
  exitCode?: number;
  outputs?: Record<string, unknown>;
  metrics?: object[];
  logs?: { level: string; message: string }[];
  log?: string;
}

/** Plays a task; a promise that never settles is a task that hangs. */
export type Player = (call: Call) => Answer | Promise<Answer>;

/** Builds an image for each task under the tag `stand-in`, all of the same small program that asks `Players`. */
export async function buildStandIns(): Promise<void> {
  for (const task of TASKS) {
    const image = `customer-orders/${task}:stand-in`;
    await docker('build', '--quiet', '--build-arg', `TASK=${task}`, '--tag', image, 'tests/kestra/stand-in');
  }
}

/** The test's side of the stand-in images: decides what each task does, and remembers who called. */
export class Players {
  readonly calls: Call[] = [];
  readonly alerts: Record<string, unknown>[] = [];
  #players: Partial<Record<TaskName, Player>> = {};
  readonly #server: Server = createServer((request, response) => {
    void this.#answer(request).then((answer) => response.end(JSON.stringify(answer)));
  });

  async listen(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  close(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }

  /** Forgets earlier calls; tasks that are not given succeed without outputs. */
  play(players: Partial<Record<TaskName, Player>>): void {
    this.calls.length = 0;
    this.alerts.length = 0;
    this.#players = players;
  }

  /** The tasks called, in order, with the sub-command, or the batch or customer each was called for. */
  get order(): string[] {
    const subjectOf = ([first = '', second]: readonly string[]): string =>
      first.startsWith('--') ? (second ?? first) : first;
    return this.calls.map(({ task, argv }) => `${task} ${subjectOf(argv)}`.trim());
  }

  argvOf(task: TaskName): string[][] {
    return this.calls.filter((call) => call.task === task).map(({ argv }) => argv);
  }

  async #answer(request: IncomingMessage): Promise<Answer> {
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part as Buffer);
    const body: unknown = JSON.parse(Buffer.concat(parts).toString());
    if (request.url === '/alert') {
      this.alerts.push(body as Record<string, unknown>);
      return {};
    }
    const call = body as Call;
    this.calls.push(call);
    return { exitCode: 0, outputs: {}, ...(await this.#players[call.task]?.(call)) };
  }
}
