import { afterAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { createTestDatabase, type TestDatabase } from './database.js';

const databases: TestDatabase[] = [];

afterAll(async () => {
  await Promise.all(databases.map((database) => database.drop()));
});

async function query(url: string, text: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const { rows } = await client.query(text);
    return rows;
  } finally {
    await client.end();
  }
}

describe('createTestDatabase', () => {
  it('gives every caller its own database', async () => {
    const [one, other] = await Promise.all([createTestDatabase(), createTestDatabase()]);
    databases.push(one, other);
    await query(one.url, 'CREATE TABLE mine (n int)');
    expect(await query(other.url, "SELECT to_regclass('mine') AS found")).toEqual([{ found: null }]);
  });

  it('fills a template once, however many callers ask for it at the same time', async () => {
    let fills = 0;
    const template = {
      name: 'counted',
      fill: async (url: string) => {
        fills += 1;
        await query(url, 'CREATE TABLE filled AS SELECT 7 AS n');
      },
    };
    const copies = await Promise.all([1, 2, 3].map(() => createTestDatabase(template)));
    databases.push(...copies);
    expect(fills).toBe(1);
    for (const { url } of copies) expect(await query(url, 'SELECT n FROM filled')).toEqual([{ n: 7 }]);
  });
});
