import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import pg from 'pg';
import type { Clock } from '../../shared/ground/clock.js';
import { FixFirstError, messageOf, TryAgainError } from '../../shared/ground/errors.js';
import { clusterOf, findPostmaster, logFileOf, passwordFileOf, removeStalePidFile, USER } from './cluster.js';
import type { Program } from './program.js';

/** Launches that may fail before we give up: each may lose its port to another program. */
const LAUNCHES = 5;
const PATIENCE_MS = 60_000;
const PAUSE_MS = 50;

/**
 * Sees to it that the folder's server runs, and returns its port. Whoever finds none launches one; of two launched at
 * once PostgreSQL lets only one live, and both callers end up connected to it.
 */
export async function ensureServer(folder: string, pgCtl: Program, fsync: boolean, clock: Clock): Promise<number> {
  const giveUp = clock.now().getTime() + PATIENCE_MS;
  let refused = 'no connection was tried';
  for (let launches = 0; launches < LAUNCHES && clock.now().getTime() < giveUp; await clock.wait(PAUSE_MS)) {
    if (!findPostmaster(folder)) {
      removeStalePidFile(folder);
      if (!(await launch(folder, pgCtl, fsync))) launches += 1;
    }
    const port = findPostmaster(folder)?.port;
    if (port === undefined) continue;
    const refusal = await refusalOf(urlOf(folder, port, 'postgres'));
    if (refusal === undefined) return port;
    refused = refusal;
  }
  throw startError(folder, refused);
}

/**
 * Stops the folder's server, if one runs. True when one did. A folder that is then thrown away needs no last checkpoint,
 * which takes more than a minute where the disk is busy.
 */
export async function stopServer(folder: string, pgCtl: Program, thrownAway: boolean): Promise<boolean> {
  if (!findPostmaster(folder)) return false;
  const mode = thrownAway ? 'immediate' : 'fast';
  const { output } = await pgCtl(['stop', `--pgdata=${clusterOf(folder)}`, `--mode=${mode}`, '--wait', '--timeout=60']);
  if (!findPostmaster(folder)) return true;
  throw new TryAgainError(
    'EMBEDDED_DATABASE_FAILED',
    `The embedded PostgreSQL in ${folder} does not stop: ${output.trim()}`,
  );
}

export function urlOf(folder: string, port: number, database: string): string {
  const password = readFileSync(passwordFileOf(folder), 'utf8');
  return `postgres://${USER}:${password}@127.0.0.1:${port}/${encodeURIComponent(database)}`;
}

async function launch(folder: string, pgCtl: Program, fsync: boolean): Promise<boolean> {
  const { code } = await pgCtl([
    'start',
    `--pgdata=${clusterOf(folder)}`,
    `--log=${logFileOf(folder)}`,
    `--options=-p ${await freePort()}${fsync ? '' : ' -F'}`,
    '--wait',
    '--timeout=60',
  ]);
  return code === 0;
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.on('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
}

/**
 * What the server says to a connection; undefined when it lets us in. Any fault may pass: the server is starting, or
 * the port that it has announced went to another program, whose password is another.
 */
async function refusalOf(url: string): Promise<string | undefined> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 5_000 });
  client.on('error', () => undefined);
  try {
    await client.connect();
    return undefined;
  } catch (error) {
    return messageOf(error);
  } finally {
    await client.end().catch(() => undefined);
  }
}

function startError(folder: string, refused: string): FixFirstError | TryAgainError {
  const lines = readLog(folder).trimEnd().split('\n').slice(-5).join('\n');
  const message = `The embedded PostgreSQL in ${folder} does not start (${refused}). The end of its log ${logFileOf(folder)}:\n${lines}`;
  return lines.includes('incompatible')
    ? new FixFirstError(
        'EMBEDDED_DATABASE_UNUSABLE',
        `${message}\nThe folder is of another PostgreSQL version: begin anew with --fresh.`,
      )
    : new TryAgainError('EMBEDDED_DATABASE_FAILED', message);
}

function readLog(folder: string): string {
  try {
    return readFileSync(logFileOf(folder), 'utf8');
  } catch {
    return '(no log)';
  }
}
