import { afterEach, describe, expect, it } from '@jest/globals';
import { failed, TDS, type TdsAnswer, type TdsMessage, TdsPeer, time } from '../helpers/tds-peer.js';
import { type Ended, HURRY, runProgram, type Task } from './program.js';

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
      /Login failed for user 'user' \(error 18456, state 1\)\. Correct the user and password in WAREHOUSE_URL\./,
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
      /Cannot open database \\"orders\\".*\(error 4060, state 1\)\. Correct the database in WAREHOUSE_URL/,
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
    [
      'that cuts each login',
      onLogin('cut'),
      1,
      /ended the login, as a server of another kind does.*Check host and port in WAREHOUSE_URL, and that the server is up/,
    ],
  ])('%s says so', async (_, script, code, sentence) => {
    const ended = await ending(script);
    expect({ code: ended.code, said: ended.said }).toEqual({ code, said: expect.stringMatching(sentence) });
    expect(ended.outputs).toEqual({});
    expect(ended.said).not.toContain('Unexpected');
  });

  it('gives up a hanging connect, as behind a firewall that drops packets, in every task', async () => {
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

  it('does not log in if the server cannot encrypt', async () => {
    const ended = await ending(() => undefined, { options: { encrypt: 'true' } });
    expect(ended.code).toBe(2);
    expect(ended.said).toContain('Set up a certificate on the server');
    expect(peer?.messages.some(({ type }) => type === TDS.login)).toBe(false);
  });

  it('says in doctor what cannot be reached', async () => {
    const ended = await ending(() => 'nothing', { task: 'doctor', options: { connectTimeout: '300' } });
    expect(ended.said).toMatch(/no firewall drops the connection.*\[WAREHOUSE_UNREACHABLE\]/);
  });
});
