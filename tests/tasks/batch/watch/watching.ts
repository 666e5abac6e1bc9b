import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll } from '@jest/globals';
import { systemClock } from '../../../../shared/ground/clock.js';
import { silentLog } from '../../../../shared/ground/errors.js';
import { readSettings } from '../../../../shared/runtime/settings.js';
import { watchCommand } from '../../../../tasks/batch/commands.js';
import { watchRun } from '../../../../tasks/batch/watch/run.js';
import { minutesAfter, RecordedRuns } from '../runs.js';

/** As the flow gives it. */
export const LINK = 'https://kestra.example/ui/executions/1';

export type Respond = (answer: (status: number) => void) => void;

/** A receiver of alerts on a port of its own. */
export class Hook {
  readonly posts: Record<string, unknown>[] = [];
  respond: Respond = (answer) => answer(200);
  readonly #server: Server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      this.posts.push(JSON.parse(Buffer.concat(parts).toString()) as Record<string, unknown>);
      this.respond((status) => response.writeHead(status).end('noted'));
    });
  });

  async listen(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/services/a-secret-path`;
  }

  close(): Promise<unknown> {
    this.#server.closeAllConnections();
    return new Promise((resolve) => this.#server.close(resolve));
  }
}

/** Recorded runs, a webhook, and `batch watch` of them ten minutes after START. */
export class Watching {
  readonly runs: RecordedRuns;
  readonly hook: Hook;
  readonly url: string;
  readonly warnings: string[] = [];

  private constructor(runs: RecordedRuns, hook: Hook, url: string) {
    this.runs = runs;
    this.hook = hook;
    this.url = url;
  }

  static async open(): Promise<Watching> {
    const hook = new Hook();
    return new Watching(await RecordedRuns.open(), hook, await hook.listen());
  }

  async clear(): Promise<void> {
    await this.runs.clear();
    this.hook.posts.length = 0;
    this.hook.respond = (answer) => answer(200);
    this.warnings.length = 0;
  }

  async close(): Promise<void> {
    await this.hook.close();
    await this.runs.test.drop();
  }

  /** With `link` as the flow calls it; without, as somebody does by hand. */
  async watch(runId: string | undefined, env: Record<string, string> = { ALERT_URL: this.url }, link?: string) {
    const { test } = this.runs;
    const given = { WAREHOUSE_URL: test.url, ARCHIVE_URL: test.archiveUrl, WATCH_MIN_LINES: '0', ...env };
    const { outputs, metrics } = await watchRun(
      {
        settings: readSettings(watchCommand.settings, given, ['ARCHIVE_URL', 'ALERT_URL']),
        log: { ...silentLog, warn: (message) => this.warnings.push(message) },
        clock: { ...systemClock(), now: () => minutesAfter(10) },
        signal: new AbortController().signal,
        warehouse: () => Promise.resolve(test.warehouse),
        emitMetrics: () => undefined,
      },
      { runId, link },
    );
    return { outputs: outputs ?? {}, metrics: metrics ?? [] };
  }
}

/** One for all tests of a file, each of which begins without runs and posts. */
export function useWatching(): Pick<Watching, 'runs' | 'hook' | 'url' | 'warnings' | 'watch'> {
  const used = {} as Watching;
  let opened: Watching;
  beforeAll(async () => {
    opened = await Watching.open();
    Object.assign(used, opened, { watch: opened.watch.bind(opened) });
  });
  afterEach(() => opened.clear());
  afterAll(() => opened.close());
  return used;
}
