import { pathToFileURL } from 'node:url';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { ENGINE } from '../helpers/engine.js';
import { failed, TDS, type TdsAnswer, type TdsMessage, TdsPeer, time } from '../helpers/tds-peer.js';
import { readBoard } from './board-view.js';
import { type Ended, type Environment, runProgram, type Task } from './program.js';
import { World } from './world.js';

const HURRY: Environment = { NODE_OPTIONS: `--import=${pathToFileURL('tests/e2e/hurry.js').href}` };
const NOBODY = '3f1c0f5e-0d0a-5b57-9a3e-2f5f0c0b7a11';

const onLogin =
  (answer: TdsAnswer) =>
  ({ type }: TdsMessage): TdsAnswer | undefined =>
    type === TDS.login ? answer : undefined;
/** Tells the time, and answers everything else so. */
const onStatement =
  (answer: TdsAnswer) =>
  (message: TdsMessage): TdsAnswer | undefined =>
    message.has('SYSUTCDATETIME') ? time('now', new Date()) : message.type === TDS.rpc ? answer : undefined;

describe('an executable, at a server that speaks the protocol of SQL Server,', () => {
  let peer: TdsPeer | undefined;

  afterEach(async () => {
    await peer?.close();
    peer = undefined;
  });

  async function ending(
    script: (message: TdsMessage) => TdsAnswer | undefined,
    {
      task = 'detect',
      args = [],
      options = {},
    }: { task?: Task; args?: string[]; options?: Record<string, string> } = {},
  ): Promise<Ended> {
    peer = await TdsPeer.start(script);
    const url = `${peer.url.replace(':password@', ':hidden-word@')}?${new URLSearchParams({ encrypt: 'false', ...options })}`;
    return runProgram(task, args, { WAREHOUSE_URL: url, ...HURRY });
  }

  const denied = (right: string, object: string): Buffer =>
    failed(229, `The ${right} permission was denied on the object '${object}', database 'orders', schema 'dbo'.`, {
      state: 5,
      severity: 14,
    });

  it.each<[string, (message: TdsMessage) => TdsAnswer | undefined, number, RegExp]>([
    [
      'that refuses the password',
      onLogin(failed(18456, "Login failed for user 'user'.", { severity: 14 })),
      2,
      /Login failed for user 'user' \(error 18456, state 1\)\. Correct the user and password in the connection URL\./,
    ],
    [
      'without the database',
      onLogin(
        Buffer.concat([
          failed(4060, 'Cannot open database "orders" requested by the login. The login failed.', { severity: 11 }),
          failed(18456, "Login failed for user 'user'.", { severity: 14 }),
        ]),
      ),
      2,
      /Cannot open database \\"orders\\".*\(error 4060, state 1\)\. Correct the database in the connection URL/,
    ],
    [
      'that lets the address through no firewall',
      onLogin(failed(40615, "Cannot open server 'x' requested by the login. Client is not allowed.")),
      2,
      /error 40615.*through the firewall/,
    ],
    [
      'that denies a table',
      onStatement(denied('INSERT', 'MON_Mapping')),
      2,
      /'MON_Mapping'.*\(error 229, state 5\)\. Grant it what sql\/grants\/mssql\.sql lists/,
    ],
    [
      'that lacks a table',
      onStatement(failed(208, "Invalid object name 'dbo.MON_Mapping'.")),
      2,
      /Invalid object name 'dbo\.MON_Mapping' \(error 208, state 1\)\. Run migrate/,
    ],
    [
      'that lacks a column',
      onStatement(failed(207, "Invalid column name 'hashed_columns'.")),
      2,
      /Invalid column name 'hashed_columns' \(error 207, state 1\)\. Run migrate/,
    ],
    [
      'that is in a deadlock each time',
      onStatement(failed(1205, 'Transaction was deadlocked.', { state: 51, severity: 13 })),
      1,
      /Transaction was deadlocked \(error 1205, state 51\)/,
    ],
    [
      'that cuts each connection',
      onStatement('cut'),
      1,
      /SQL Server: .*(ECONNRESET|ESOCKET|ECONNCLOSED|EREQUEST|closed)/,
    ],
    ['that cuts each login', onLogin('cut'), 1, /Check host and port in the connection URL, and that the server is up/],
  ])('%s says so', async (_, script, code, sentence) => {
    const ended = await ending(script);
    expect({ code: ended.code, said: ended.said }).toEqual({ code, said: expect.stringMatching(sentence) });
    expect(ended.outputs).toEqual({});
    expect(ended.said).not.toContain('Unexpected');
  });

  it('gives up a connect that hangs, as behind a firewall that drops it, whatever the task', async () => {
    const byBatch = ['--batch-id', NOBODY];
    for (const [task, args] of [
      ['detect', []],
      ['stage', byBatch],
      ['promote', byBatch],
      ['migrate', []],
    ] as const) {
      const ended = await ending(() => 'nothing', { task, args: [...args], options: { connectTimeout: '300' } });
      expect({ task, code: ended.code, said: ended.said }).toEqual({
        task,
        code: 1,
        said: expect.stringMatching(/Failed to connect .* in 300ms \(ETIMEOUT\)\. .*no firewall drops the connection/),
      });
      expect(peer?.connections).toBe(5);
      await peer?.close();
    }
  }, 60_000);

  it('does not log in to one that cannot encrypt', async () => {
    const ended = await ending(() => undefined, { options: { encrypt: 'true' } });
    expect(ended.code).toBe(2);
    expect(ended.said).toContain('Set up a certificate on the server');
    expect(peer?.messages.some(({ type }) => type === TDS.login)).toBe(false);
  });

  it('tells doctor all it needs to say what is out of reach', async () => {
    const ended = await ending(() => 'nothing', { task: 'doctor', options: { connectTimeout: '300' } });
    expect(ended.said).toMatch(/no firewall drops the connection.*\[WAREHOUSE_UNREACHABLE\]/);
  });
});

const onSqlServer = ENGINE === 'mssql' ? describe : describe.skip;

onSqlServer('an executable, at the SQL Server of the tests,', () => {
  let world: World;

  beforeAll(async () => {
    world = await World.open(['TITLE 9']);
  }, 120_000);

  afterAll(() => world.close());

  const urlWith = (change: (url: URL) => void): Environment => {
    const url = new URL(world.env('detect')['WAREHOUSE_URL'] ?? '');
    change(url);
    return { WAREHOUSE_URL: url.href };
  };

  it('says that the password is wrong', async () => {
    const wrong = urlWith((url) => {
      url.password = 'wrong-password';
    });
    const { code, said } = await world.run('detect', [], wrong);
    expect({ code, said }).toEqual({ code: 2, said: expect.stringContaining('error 18456') });
    expect(said).toContain('Correct the user and password in the connection URL');
  });

  it('says that the database is not there', async () => {
    const wrong = urlWith((url) => {
      url.pathname = '/nowhere_at_all';
    });
    const { code, said } = await world.run('detect', [], { ...wrong, ...HURRY });
    expect({ code, said }).toEqual({
      code: 2,
      said: expect.stringMatching(/nowhere_at_all.*Correct the database in the connection URL/),
    });
  });

  it('does not take a certificate that nobody vouches for', async () => {
    const strict = urlWith((url) => url.searchParams.delete('trustServerCertificate'));
    if (strict['WAREHOUSE_URL'] === world.env('detect')['WAREHOUSE_URL']) return;
    const { code, said } = await world.run('detect', [], strict);
    expect({ code, said }).toEqual({ code: 2, said: expect.stringMatching(/certificate.*NODE_EXTRA_CA_CERTS/) });
  });

  it('names a table that is missing, and one whose column has another name', async () => {
    const elsewhere = await world.run('detect', [], { SOURCE_TABLE: 'ORDERS' });
    expect(elsewhere).toMatchObject({ code: 2, said: expect.stringContaining('Correct SOURCE_TABLE') });
    await world.sql(`EXEC sp_rename 'dbo.ORDERS_UNIFIED.NOTES', 'Notices', 'COLUMN'`);
    const renamed = await world.run('detect');
    expect(renamed).toMatchObject({
      code: 2,
      said: expect.stringMatching(/The source lacks .*NOTES.*Put the column back/),
    });
    expect((await world.run('doctor')).said).toContain('[SOURCE_UNFIT]');
    await world.sql(`EXEC sp_rename 'dbo.ORDERS_UNIFIED.Notices', 'NOTES', 'COLUMN'`);
  }, 60_000);

  it('leaves everything as it was when one right is missing, and goes on once it is granted', async () => {
    await world.limitUser();
    const without = async (right: string, table: string, task: Task, ...args: string[]): Promise<void> => {
      await world.sql(`REVOKE ${right} ON dbo."${table}" FROM "customer_orders"`);
      const { code, said, outputs } = await world.run(task, args);
      await world.sql(`GRANT ${right} ON dbo."${table}" TO "customer_orders"`);
      expect({ task, code: Number(code) > 0, said }).toEqual({
        task,
        code: true,
        said: expect.stringMatching(/permission|that the user may see/i),
      });
      expect(outputs).toEqual({});
      expect(said).not.toContain('Unexpected');
    };
    const count = async (table: string) => (await world.sql(`SELECT COUNT(*) AS "n" FROM dbo."${table}"`))[0]?.['n'];
    const status = async () => (await world.sql('SELECT "status" FROM dbo."MON_BatchProcessing"'))[0]?.['status'];

    await without('SELECT', 'ORDERS_UNIFIED', 'detect');
    await without('INSERT', 'MON_Change', 'detect');
    expect([await count('MON_Change'), await count('MON_ChangeSet')]).toEqual([0, 0]);
    const { batches } = await world.batches();
    const byBatch = ['--batch-id', batches[0]?.batchId ?? ''];
    await without('INSERT', 'STG_MON_CustMasterSchedule_Subitems', 'stage', ...byBatch);
    expect([await count('STG_MON_CustMasterSchedule'), await status()]).toEqual([0, 'STARTED']);
    await world.expect('stage', ...byBatch);
    await without('INSERT', 'MON_Ledger', 'push', ...byBatch);
    expect(await readBoard(world)).toEqual([]);
    expect(await status()).toBe('STAGED');
    await world.expect('push', ...byBatch);
    await without('INSERT', 'MON_CustMasterSchedule_Subitems', 'promote', ...byBatch);
    expect([await count('MON_CustMasterSchedule'), await status()]).toEqual([0, 'PUSHED']);
    expect(await world.expect('promote', ...byBatch)).toMatchObject({ promoted: 4, failed: 0 });
    await without('SELECT', 'ORDERS_UNIFIED_SNAPSHOT', 'archive', ...byBatch);
    expect(await world.archiveSql('SELECT "id" FROM snapshot_archive')).toEqual([]);
    await world.sql(`REVOKE INSERT ON dbo."MON_Ledger" FROM "customer_orders"`);
    expect((await world.run('doctor')).said).toContain('The user may not INSERT on MON_Ledger.');
  }, 240_000);
});
