import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createTestDatabase, type TestDatabase } from '../../../helpers/database.js';
import { openWarehouseAt } from '../../../helpers/engine.js';
import { sql } from '../../../helpers/warehouse.js';

let database: TestDatabase;

beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

describe('a session on PostgreSQL', () => {
  it('overrides the options in its URL, and keeps those it does not set', async () => {
    const url = new URL(database.url);
    url.searchParams.set('options', '-c DateStyle=SQL,DMY -c work_mem=12MB');
    const warehouse = await openWarehouseAt(url.href);
    try {
      const [row] = await sql(
        warehouse,
        `SELECT current_setting('DateStyle') AS "style", current_setting('work_mem') AS "memory",
           current_setting('default_transaction_isolation') AS "isolation", current_setting('search_path') AS "path"`,
      );
      expect(row).toEqual({
        style: 'ISO, MDY',
        memory: '12MB',
        isolation: 'read committed',
        path: '"$user",public',
      });
    } finally {
      await warehouse.close();
    }
  });
});
