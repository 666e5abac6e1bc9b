import { createServer, type Server } from 'node:http';
import { type AddressInfo, createServer as createSilentServer, type Server as SilentServer } from 'node:net';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { ERROR_CODES, type ErrorCode } from '../../shared/ground/error-codes.js';
import { customerLock, migrateLock, pushLock } from '../../shared/store/locks.js';
import { ENGINE, patience } from '../helpers/engine.js';
import { IN_DBO } from '../helpers/warehouse.js';
import { everything } from './printed.js';
import { type Ended, type Environment, HURRY, type LocalProgram, type Task } from './program.js';
import { World } from './world.js';

/** Nobody listens there. */
const CLOSED = '127.0.0.1:20999';
const CALLS = {
  detect: ['detect', '--dry-run'],
  'detect --explain': ['detect', '--explain', 'TIT-00907'],
  batch: ['batch', '--run-id', 'latest'],
  'batch list': ['batch', 'list'],
  'batch status': ['batch', 'status'],
  'batch watch': ['batch', 'watch', '--run-id', 'latest'],
  stage: ['stage', '--batch-id', 'BATCH'],
  push: ['push', '--batch-id', 'BATCH'],
  'push --audit': ['push', '--audit'],
  promote: ['promote', '--batch-id', 'BATCH'],
  archive: ['archive', '--customer', 'TITLE NINE'],
  'archive list': ['archive', 'list'],
  doctor: ['doctor'],
  migrate: ['migrate', '--check'],
  'migrate for real': ['migrate'],
  sync: ['local/sync'],
  probe: ['probe', '--board', '77', '--yes'],
} as const satisfies Record<string, readonly [Task | LocalProgram, ...string[]]>;
type Call = keyof typeof CALLS;

const OF_WAREHOUSE = (Object.keys(CALLS) as Call[]).filter(
  (call) => !['archive list', 'migrate for real', 'probe'].includes(call),
);
const OF_BOARD: readonly Call[] = ['push', 'push --audit', 'doctor', 'sync', 'probe'];
const OF_MAPPING = OF_WAREHOUSE.filter((call) => !['batch', 'batch watch', 'batch list'].includes(call));

interface Fault {
  env: Environment;
  calls: readonly Call[];
  code: ErrorCode;
  /** What the sentence has to hold: where, how often, and what to do. */
  says: readonly (string | RegExp)[];
  /** What doctor calls it. */
  finding?: string;
}

let world: World;
let batchId: string;
const servers: (Server | SilentServer)[] = [];
jest.setTimeout(patience(180_000));

beforeAll(async () => {
  world = await World.open(['TITLE 9']);
});

afterAll(async () => {
  for (const server of servers) server.close();
  await world.close();
});

/** Where a server of the test listens. */
async function listen(server: Server | SilentServer): Promise<string> {
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const silent = () => listen(createSilentServer((socket) => socket.on('error', () => undefined).unref()));
const answering = (status: number, type: string, body: string) =>
  listen(createServer((_, response) => response.writeHead(status, { 'content-type': type }).end(body)));

/** The warehouse's URL with another host, user or database. */
function warehouseUrl(change: (url: URL) => void): string {
  const url = new URL(world.env('detect')['WAREHOUSE_URL'] ?? '');
  change(url);
  return url.href;
}
const addressOf = (url: string): string => new URL(url).host;

function run(call: Call, env: Environment): Promise<Ended> {
  const [program, ...args] = CALLS[call];
  return world.run(
    program,
    args.map((word) => (word === 'BATCH' ? batchId : word)),
    { ...everything(world), ...HURRY, ...env },
  );
}

/** What is wrong with what a call said of a fault; empty when nothing is. */
function faultsOf(call: Call, { code, said }: Ended, fault: Fault): string[] {
  const wrong: string[] = [];
  const expected = call === 'doctor' && ERROR_CODES[fault.code].exitCode === 2 ? 2 : ERROR_CODES[fault.code].exitCode;
  if (code !== expected) wrong.push(`ended with ${code}, not ${expected}`);
  if (/^\s+at \S+.*:\d+/m.test(said) || said.includes('"stack"')) wrong.push('tells a stack');
  if (/Unexpected|undefined|\[object/.test(said)) wrong.push('is a fault of the program');
  const errors = said.split('\n').filter((line) => isError(call, line));
  if (errors.length !== 1) wrong.push(`tells ${errors.length} errors`);
  for (const part of fault.says)
    if (!errors.some((line) => (typeof part === 'string' ? line.includes(part) : part.test(line))))
      wrong.push(`does not say ${String(part)}`);
  if (call !== 'doctor' && call !== 'sync' && !errors.some((line) => line.includes(`"code":"${fault.code}"`)))
    wrong.push(`has not the code ${fault.code}`);
  if (call === 'doctor' && !said.includes(`[${fault.finding}]`)) wrong.push(`does not find ${fault.finding}`);
  return wrong.length === 0 ? [] : [`${call}: ${wrong.join('; ')}\n${said}`];
}

/** What is wrong with what each call said; sync comes last, because it would take the batch over. */
async function wrongOf(fault: Fault): Promise<string> {
  const judge = async (call: Call) => faultsOf(call, await run(call, fault.env), fault);
  const wrong = await Promise.all(fault.calls.filter((call) => call !== 'sync').map(judge));
  if (fault.calls.includes('sync')) wrong.push(await judge('sync'));
  return wrong.flat().join('\n\n');
}

/** Does the work while the server refuses every write to our tables. */
async function refusingWrites<T>(words: string, condition: string, work: () => Promise<T>): Promise<T> {
  const ours = await world.sql(`SELECT tablename FROM pg_tables WHERE schemaname = 'dbo' AND tablename LIKE 'MON\\_%'`);
  await world.sql(
    `CREATE FUNCTION dbo.refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION '${words}' USING ERRCODE = '${condition}'; END $$`,
  );
  try {
    for (const { tablename } of ours)
      await world.sql(
        `CREATE TRIGGER refuse BEFORE INSERT OR UPDATE OR DELETE ON dbo."${String(tablename)}" FOR EACH STATEMENT EXECUTE FUNCTION dbo.refuse()`,
      );
    return await work();
  } finally {
    await world.sql('DROP FUNCTION dbo.refuse() CASCADE');
  }
}

function isError(call: Call, line: string): boolean {
  if (call === 'doctor') return /^(error|warning) /.test(line);
  if (call === 'sync') return /^(Failed: |The settings )/.test(line) || line.includes('"level":"error"');
  return line.includes('"level":"error"');
}

const MESSAGES: Readonly<Record<string, () => Promise<Fault> | Fault>> = {
  'a database that is down': () => ({
    env: { WAREHOUSE_URL: warehouseUrl((url) => (url.host = CLOSED)) },
    calls: OF_WAREHOUSE,
    code: 'DATABASE_UNREACHABLE',
    says: [CLOSED, /tried 5 times in \d/, 'Check host and port in WAREHOUSE_URL'],
    finding: 'WAREHOUSE_UNREACHABLE',
  }),
  'a database whose host is unknown': () => ({
    env: { WAREHOUSE_URL: warehouseUrl((url) => (url.host = 'nowhere.invalid:5432')) },
    calls: OF_WAREHOUSE,
    code: 'DATABASE_URL_INVALID',
    says: ['nowhere.invalid:5432', 'There is no such host: correct its name in WAREHOUSE_URL'],
    finding: 'WAREHOUSE_UNREACHABLE',
  }),
  'a database that refuses the login': () => {
    const url = warehouseUrl((each) => (each.password = 'another'));
    return {
      env: { WAREHOUSE_URL: url },
      calls: OF_WAREHOUSE,
      code: 'DATABASE_LOGIN_REFUSED',
      says: [addressOf(url), /[Cc]orrect user and password in WAREHOUSE_URL/],
      finding: 'WAREHOUSE_UNREACHABLE',
    };
  },
  'a database that does not answer': async () => {
    const address = await silent();
    return {
      env: {
        WAREHOUSE_URL: warehouseUrl((url) => {
          url.host = address;
          url.search = '?connect_timeout=1';
        }),
      },
      calls: ['detect', 'batch status', 'push', 'doctor', 'migrate', 'sync'],
      code: 'DATABASE_UNREACHABLE',
      says: [address, /tried 5 times in \d/, 'Check that host and port in WAREHOUSE_URL'],
      finding: 'WAREHOUSE_UNREACHABLE',
    };
  },
  'a schema that is not there': () => ({
    env: { WAREHOUSE_SCHEMA: 'nowhere' },
    calls: OF_WAREHOUSE.filter((call) => !['migrate', 'doctor'].includes(call)),
    code: 'TABLE_MISSING',
    says: [/nowhere/, 'WAREHOUSE_SCHEMA', /[Rr]un migrate|grant the user SELECT/],
  }),
  'a board where nobody listens': () => ({
    env: { MONDAY_API_URL: `http://${CLOSED}/v2` },
    calls: OF_BOARD,
    code: 'API_UNREACHABLE',
    says: [CLOSED, /was asked \d times/, 'MONDAY_API_URL'],
    finding: 'API_UNREACHABLE',
  }),
  'a board that does not answer': async () => {
    const address = await silent();
    return {
      env: { MONDAY_API_URL: `http://${address}/v2`, MONDAY_TIMEOUT_MS: '1000' },
      calls: OF_BOARD,
      code: 'API_UNREACHABLE',
      says: [address, /was asked \d times/, 'MONDAY_API_URL'],
      finding: 'API_UNREACHABLE',
    };
  },
  'a board behind a gateway that answers 503': async () => {
    const address = await answering(503, 'text/html', '<h1>Service Unavailable</h1>');
    return {
      env: { MONDAY_API_URL: `http://${address}/v2` },
      calls: OF_BOARD,
      code: 'API_UNREACHABLE',
      says: [address, /was asked \d times/, '503', /[Rr]un the task again/],
      finding: 'API_UNREACHABLE',
    };
  },
  'a page of HTML in the place of the board': async () => {
    const address = await answering(200, 'text/html', '<h1>Welcome</h1>');
    return {
      env: { MONDAY_API_URL: `http://${address}/v2` },
      calls: OF_BOARD,
      code: 'API_URL_INVALID',
      says: [address, 'Correct MONDAY_API_URL'],
      finding: 'API_UNREACHABLE',
    };
  },
  'a token that is refused': () => ({
    env: { MONDAY_API_TOKEN: 'mistyped-token' },
    calls: OF_BOARD,
    code: 'TOKEN_REFUSED',
    says: [new URL(world.board.url).host, 'MONDAY_API_TOKEN'],
    finding: 'TOKEN_REFUSED',
  }),
  'a token that is missing': () => ({
    env: { MONDAY_API_TOKEN: '' },
    calls: OF_BOARD,
    code: 'SETTING_INVALID',
    says: ['MONDAY_API_TOKEN is missing', 'MONDAY_API_TOKEN_FILE'],
    finding: 'SETTING_UNUSABLE',
  }),
  'a token whose user may not read': async () => {
    const error = { message: 'User unauthorized to perform action', extensions: { code: 'USER_UNAUTHORIZED' } };
    const address = await answering(200, 'application/json', JSON.stringify({ errors: [error] }));
    return {
      env: { MONDAY_API_URL: `http://${address}/v2` },
      calls: OF_BOARD,
      code: 'API_REQUEST_REFUSED',
      says: ['User unauthorized to perform action', /permissions|may do/],
      finding: 'TOKEN_REFUSED',
    };
  },
  'a board that is not there, or hidden from the token': () => ({
    env: { MONDAY_BOARD_ID: '77' },
    calls: OF_BOARD,
    code: 'BOARD_NOT_FOUND',
    says: ['Board 77', /MONDAY_BOARD_ID|--board/, "the token's user"],
    finding: 'BOARD_ABSENT',
  }),
  'a mapping that is not there': () => ({
    env: { MAPPING_FILE: '/nowhere/mapping.yaml' },
    calls: OF_MAPPING,
    code: 'FILE_UNUSABLE',
    says: ['/nowhere/mapping.yaml', 'MAPPING_FILE'],
    finding: 'MAPPING_UNUSABLE',
  }),
  'a mapping that is none': () => ({
    env: { MAPPING_FILE: 'package.json' },
    calls: OF_MAPPING,
    code: 'MAPPING_INVALID',
    says: ['package.json'],
    finding: 'MAPPING_UNUSABLE',
  }),
  'an archive database that is down': () => {
    const url = new URL(world.env('archive')['ARCHIVE_URL'] ?? '');
    url.host = CLOSED;
    return {
      env: { ARCHIVE_URL: url.href },
      calls: ['archive list', 'doctor', 'migrate'],
      code: 'DATABASE_UNREACHABLE',
      says: [CLOSED, /tried 5 times in \d/, 'ARCHIVE_URL'],
      finding: 'ARCHIVE_UNREACHABLE',
    };
  },
};

// Addresses of SQL Server are told in the words of its client: tests/shared/warehouse/mssql.
(ENGINE === 'postgres' ? describe : describe.skip)('each executable says where, how often and what to do of', () => {
  it.each(Object.keys(MESSAGES))('%s', async (name) => {
    const fault = await MESSAGES[name]?.();
    if (fault === undefined) throw new Error('no such fault');
    batchId = await world.stagedBatch();
    expect(await wrongOf(fault)).toBe('');
  });

  it.each<[Call, string]>([
    ['stage', customerLock(IN_DBO, 'TITLE NINE')],
    ['push', customerLock(IN_DBO, 'TITLE NINE')],
    ['push', 'the board'],
    ['push --audit', 'the board'],
    ['promote', customerLock(IN_DBO, 'TITLE NINE')],
    ['archive', customerLock(IN_DBO, 'TITLE NINE')],
    ['migrate for real', migrateLock(IN_DBO)],
  ])('%s, waiting for a lock that another process holds: %s', async (call, name) => {
    const lock = name === 'the board' ? pushLock(everything(world)['MONDAY_BOARD_ID'] ?? '') : name;
    batchId = await world.stagedBatch();
    const held = await world.warehouse.lock(lock, 0);
    try {
      const ended = await run(call, { LOCK_WAIT: '1s' });
      const says = [`The lock ${lock} was still held by customer-orders`, 'after 1.0 s', 'run again when that is done'];
      expect(faultsOf(call, ended, { env: {}, calls: [call], code: 'LOCK_BUSY', says })).toEqual([]);
    } finally {
      await held?.release();
    }
  });

  it.each<[string, string, ErrorCode, string[]]>([
    ['a full disk', 'disk_full', 'DATABASE_ERROR', ["Make room on the server's disk", 'Run again']],
    ['a server without memory', 'out_of_memory', 'DATABASE_ERROR', ['more memory', 'Run again']],
    ['a statement that is cancelled', 'query_canceled', 'DATABASE_TIMEOUT', ['limits its time', 'Run again']],
    ['a fault of the server', 'internal_error', 'DATABASE_ERROR', ['Run again']],
    ['a standby', 'read_only_sql_transaction', 'DATABASE_URL_INVALID', ['read-only standby', 'WAREHOUSE_URL']],
    ['a value that does not fit', 'numeric_value_out_of_range', 'DATABASE_UNSUITABLE', ['doctor compares']],
  ])('%s', async (words, condition, code, says) => {
    const fault = { env: {}, code, says: [words, addressOf(warehouseUrl(() => undefined)), ...says] };
    const { batches } = await world.batches();
    batchId = batches[0]?.batchId ?? '';
    const refused = await refusingWrites(words, condition, () => wrongOf({ ...fault, calls: ['detect', 'stage'] }));
    expect(refused).toBe('');
    await world.expect('stage', '--batch-id', batchId);
    const calls: Call[] = ['push', 'promote', 'sync'];
    expect(await refusingWrites(words, condition, () => wrongOf({ ...fault, calls }))).toBe('');
  });

  it('a missing table', async () => {
    await world.sql('ALTER TABLE dbo."MON_Run" RENAME TO "MON_Run_away"');
    try {
      const says = ['MON_Run', 'Run migrate', addressOf(warehouseUrl(() => undefined))];
      const calls: Call[] = ['detect', 'batch', 'batch status', 'batch watch', 'sync'];
      const fault: Fault = { env: {}, calls, code: 'TABLE_MISSING', says };
      expect(await wrongOf(fault)).toBe('');
    } finally {
      await world.sql('ALTER TABLE dbo."MON_Run_away" RENAME TO "MON_Run"');
    }
  });
});
