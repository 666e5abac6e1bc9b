import { afterEach, describe, expect, it } from '@jest/globals';
import { systemClock } from '../../../../shared/ground/clock.js';
import { SqlServerWarehouse } from '../../../../shared/warehouse/mssql/warehouse.js';
import { parseStatement } from '../../../../shared/warehouse/port/statements.js';
import { done, numbers, TDS, type TdsMessage, TdsPeer } from '../../../helpers/tds-peer.js';

const open: { close(): Promise<void> }[] = [];

afterEach(async () => {
  for (const one of open.splice(0).reverse()) await one.close();
});

async function against() {
  const granted = Buffer.concat([numbers('result', [0]), done({ rows: 1 })]);
  const peer = await TdsPeer.start(({ type }) => (type === TDS.rpc ? granted : undefined));
  const warehouse = new SqlServerWarehouse({
    url: `${peer.url}?encrypt=false`,
    schema: 'dbo',
    clock: systemClock(),
    applicationName: 'customer-orders test',
  });
  open.push(peer, warehouse);
  return { peer, warehouse };
}

/** What a server, a database or a login may default to otherwise. */
const SETTINGS = [
  'set language us_english',
  'set lock_timeout 600000',
  'set dateformat mdy',
  'set datefirst 7',
  'set ansi_nulls on',
  'set ansi_null_dflt_on on',
  'set ansi_padding on',
  'set ansi_warnings on',
  'set arithabort on',
  'set arithignore off',
  'set concat_null_yields_null on',
  'set cursor_close_on_commit off',
  'set implicit_transactions off',
  'set nocount off',
  'set numeric_roundabort off',
  'set quoted_identifier on',
  'set rowcount 0',
  'set textsize 2147483647',
  'set transaction isolation level read committed',
  'set xact_abort on',
];

const lacking = (message: TdsMessage | undefined): string[] =>
  SETTINGS.filter((setting) => message?.has(setting) !== true);

describe('a session on SQL Server', () => {
  it('is fully configured between its login and its first statement', async () => {
    const { peer, warehouse } = await against();
    await warehouse.query(parseStatement('some-rows', 'SELECT "n" FROM dbo."T"'));
    expect(peer.messages.map(({ type }) => type)).toEqual([TDS.prelogin, TDS.login, TDS.batch, TDS.rpc]);
    expect(lacking(peer.messages[2])).toEqual([]);
  });

  it('is configured for locks as well', async () => {
    const { peer, warehouse } = await against();
    await warehouse.lock('customer:GREYSON', 0);
    expect(lacking(peer.messages.find(({ type }) => type === TDS.batch))).toEqual([]);
  });
});
