import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { readBoard } from './board-view.js';
import { type Environment, HURRY, type Task } from './program.js';
import { World } from './world.js';

describe('an executable, at the SQL Server of the tests,', () => {
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
    expect(said).toContain('Correct the user and password in WAREHOUSE_URL');
  });

  it('says that the database does not exist', async () => {
    const wrong = urlWith((url) => {
      url.pathname = '/nowhere_at_all';
    });
    const { code, said } = await world.run('detect', [], { ...wrong, ...HURRY });
    expect({ code, said }).toEqual({
      code: 2,
      said: expect.stringMatching(/nowhere_at_all.*Correct the database in WAREHOUSE_URL/),
    });
  });

  it('refuses a certificate from an unknown authority', async () => {
    const strict = urlWith((url) => url.searchParams.delete('trustServerCertificate'));
    if (strict['WAREHOUSE_URL'] === world.env('detect')['WAREHOUSE_URL']) return;
    const { code, said } = await world.run('detect', [], strict);
    expect({ code, said }).toEqual({ code: 2, said: expect.stringMatching(/certificate.*NODE_EXTRA_CA_CERTS/) });
  });

  it('names a missing table, and a table with a renamed column', async () => {
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

  it('changes nothing while one permission is missing, and continues once it is granted', async () => {
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
