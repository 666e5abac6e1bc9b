import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { parseStatement } from '../../shared/warehouse/port/statements.js';
import { ENGINE } from '../helpers/engine.js';
import type { Task } from './program.js';
import { World } from './world.js';

const BRIEFLY = { LOCK_WAIT: '1s' };
/** Not every login of SQL Server is shown the sessions of others. */
const HOLDER =
  ENGINE === 'mssql' ? '(customer-orders test|a session that the server does not name)' : 'customer-orders test';

let world: World;
let batchId: string;

beforeAll(async () => {
  world = await World.open(['TITLE 9']);
  batchId = await world.stagedBatch('--customer', 'TITLE 9');
});
afterAll(() => world.close());

it.each<[string, Task, () => string[]]>([
  ['ORDERS_UNIFIED', 'detect', () => ['--dry-run']],
  ['MON_BatchProcessing', 'stage', () => ['--batch-id', batchId]],
  ['MON_Ledger', 'push', () => ['--batch-id', batchId]],
  ['ORDERS_UNIFIED_SNAPSHOT', 'archive', () => ['--customer', 'TITLE 9']],
])(
  'a table %s that somebody has locked ends %s after LOCK_WAIT, with a sentence that names both',
  async (table, task, args) => {
    const lock =
      ENGINE === 'mssql'
        ? `SELECT COUNT(*) AS "n" FROM dbo."${table}" WITH (TABLOCKX, HOLDLOCK)`
        : `LOCK TABLE dbo."${table}" IN ACCESS EXCLUSIVE MODE`;
    await world.warehouse.transaction(async (holder) => {
      await holder.query(parseStatement('hold', lock));
      const { code, said } = await world.run(task, args(), BRIEFLY);
      expect(said).toMatch(new RegExp(`The table ${table} was locked for longer than 1\\.0 s by ${HOLDER}`));
      expect(said).not.toContain('Unexpected');
      expect(code).toBe(1);
    });
    expect((await world.run(task, args(), BRIEFLY)).code).toBe(0);
  },
);
