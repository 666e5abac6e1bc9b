import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import type { Clock } from '../../../shared/ground/clock.js';
import { type Log, silentLog } from '../../../shared/ground/errors.js';
import { readFlags } from '../../../shared/runtime/flag-values.js';
import { readSettings } from '../../../shared/runtime/settings.js';
import type { Outcome } from '../../../shared/runtime/task.js';
import { probeCommand } from '../../../tasks/probe/commands.js';
import { runProbe } from '../../../tasks/probe/run.js';
import { ITEMS } from '../../local/board/board.js';

export const TOKEN = 'a-token-of-the-test';

/** Waits take no time, but the time passes. */
export function passingClock(): Clock & { waitedMs: number } {
  return {
    waitedMs: 0,
    now() {
      return new Date(Date.now() + this.waitedMs);
    },
    async wait(ms, signal) {
      signal?.throwIfAborted();
      this.waitedMs += ms;
    },
    random: () => 0.5,
  };
}

const factsSchema = z.object({
  about: z.string(),
  entries: z.array(
    z.looseObject({
      id: z.string(),
      source: z.looseObject({ kind: z.string() }),
      assumed: z.record(z.string(), z.unknown()),
      answered: z.record(z.string(), z.unknown()).optional(),
      differs: z.array(z.string()).default([]),
      not_measured: z.string().optional(),
      calls: z.number(),
      mutations: z.number(),
    }),
  ),
});

export interface Probed {
  outcome: Outcome;
  /** What was told to people. */
  said: string;
  /** The file as it was written. */
  text: string;
  facts: z.output<typeof factsSchema>;
}

/** Runs the probe in this process on the board behind an address. */
export async function probeBoard(
  url: string,
  flags: {
    board?: string;
    dryRun?: boolean;
    cleanUp?: boolean;
    yes?: boolean;
    only?: readonly string[];
    out?: string;
  } = {},
  given: { env?: Record<string, string>; signal?: AbortSignal; clock?: Clock; log?: Log } = {},
): Promise<Probed> {
  const out = join(mkdtempSync(join(tmpdir(), 'probe-')), 'facts.json');
  const settings = {
    ...readSettings([...probeCommand.settings, 'MONDAY_API_TOKEN'], {
      MONDAY_API_URL: `${url}/v2`,
      MONDAY_API_TOKEN: TOKEN,
      ...given.env,
    }),
    ...readSettings([], given.env ?? {}, ['MONDAY_BOARD_ID']),
  };
  const context = {
    settings,
    log: given.log ?? silentLog,
    clock: given.clock ?? passingClock(),
    signal: given.signal ?? new AbortController().signal,
    warehouse: () => Promise.reject(new Error('A probe has no warehouse.')),
    emitMetrics: () => undefined,
  };
  const options = await readFlags(probeCommand, { board: ITEMS, yes: true, out, ...flags });
  const said: string[] = [];
  const outcome = await runProbe(context, options, (lines) => said.push(...lines));
  const text = options.dryRun || options.cleanUp ? '{"about":"","entries":[]}' : readFileSync(options.out, 'utf8');
  return { outcome, said: said.join('\n'), text, facts: factsSchema.parse(JSON.parse(text)) };
}
