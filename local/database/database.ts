import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import pg from 'pg';
import { type Clock, systemClock } from '../../shared/ground/clock.js';
import { type ServerAccount, serverAccount } from './account.js';
import { packagedBinaries, usableBinaries } from './binaries.js';
import { findPostmaster, makeCluster } from './cluster.js';
import { clearPlace, placeFor } from './place.js';
import { type Program, programOf } from './program.js';
import { ensureServer, stopServer, urlOf } from './server.js';

export interface DatabaseOptions {
  dataDir: string;
  /** Begin with nothing, and leave nothing behind at `stop`. */
  fresh?: boolean;
  /** False only where the data may be lost with the machine's power: tests. */
  fsync?: boolean;
  log?: (message: string) => void;
  clock?: Clock;
}

/** A running server. It outlives this process until someone stops it. */
export interface Database {
  readonly port: number;
  /** Where the data lies: not the folder asked for when the server's account cannot reach that one. */
  readonly dataDir: string;
  url(database?: string): string;
  /** Makes a database, a copy of `template` if one is named, and returns its URL. */
  createDatabase(name: string, template?: string): Promise<string>;
  /** Stops the server; nothing happens when it has stopped already. */
  stop(): Promise<void>;
}

/** Starts the server of a data folder, or joins the one that runs. */
export async function startDatabase(options: DatabaseOptions): Promise<Database> {
  const { fresh = false, fsync = true, log = () => undefined, clock = systemClock() } = options;
  if (fresh) await stopDatabase(options.dataDir, true);
  const { folder, account, initdb, pgCtl } = await install(options.dataDir);
  log(`Starting the database in ${folder}`);
  const port = await makeCluster(folder, initdb, account, fsync)
    .then(() => ensureServer(folder, pgCtl, fsync, clock))
    .catch(async (error: unknown) => {
      if (fresh) await clearPlace(folder);
      throw error;
    });
  log(`The database listens on 127.0.0.1:${port}`);
  return {
    ...accessTo(folder, port),
    stop: async () => {
      await stopServer(folder, pgCtl, fresh);
      if (fresh) await clearPlace(folder);
    },
  };
}

/** URL of the server of a data folder, if one runs. */
export async function runningUrl(dataDir: string): Promise<string | undefined> {
  const { folder } = await install(dataDir);
  const port = findPostmaster(folder)?.port;
  return port === undefined ? undefined : urlOf(folder, port, 'postgres');
}

/** Stops the server of a data folder; `fresh` removes the folder too. False when none ran. */
export async function stopDatabase(dataDir: string, fresh = false): Promise<boolean> {
  const installation = await install(dataDir);
  const stopped = await stopServer(installation.folder, installation.pgCtl, fresh);
  if (fresh) await clearPlace(installation.folder);
  return stopped;
}

/** Where a server's data lies and how its programs are run. */
interface Installation {
  folder: string;
  account: ServerAccount | undefined;
  initdb: Program;
  pgCtl: Program;
}

async function install(dataDir: string): Promise<Installation> {
  const account = serverAccount();
  const folder = placeFor(dataDir, account);
  const packaged = packagedBinaries();
  const manifest: { version: string } = JSON.parse(readFileSync(join(dirname(packaged), 'package.json'), 'utf8'));
  const binaries = await usableBinaries(packaged, `${folder}.postgres-${manifest.version}`, account);
  return {
    folder,
    account,
    initdb: programOf(binaries, 'initdb', account),
    pgCtl: programOf(binaries, 'pg_ctl', account),
  };
}

function accessTo(folder: string, port: number): Omit<Database, 'stop'> {
  const url = (database = 'postgres'): string => urlOf(folder, port, database);
  return {
    port,
    dataDir: folder,
    url,
    createDatabase: async (name, template) => {
      await createDatabase(url(), name, template);
      return url(name);
    },
  };
}

/** Makes a database on the server that `url` leads to. */
export async function createDatabase(url: string, name: string, template = 'template1'): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(
      `CREATE DATABASE ${client.escapeIdentifier(name)} TEMPLATE ${client.escapeIdentifier(template)}`,
    );
  } finally {
    await client.end();
  }
}
