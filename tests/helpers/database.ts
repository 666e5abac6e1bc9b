import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import pg from 'pg';
import { createDatabase, startDatabase } from '../../local/database/database.js';

/** A database that is filled once per run and then copied. */
export interface Template {
  name: string;
  fill(url: string): Promise<void>;
}

export interface TestDatabase {
  url: string;
  drop(): Promise<void>;
}

/** A database of the test file's own, empty or a copy of `template`. Drop it in `afterAll`. */
export async function createTestDatabase(template?: Template): Promise<TestDatabase> {
  const server = await serverUrl();
  const source = template ? await prepareTemplate(server, template) : 'template1';
  const name = nameOf(randomBytes(6).toString('hex'));
  await createDatabase(server, name, source);
  return { url: withDatabase(server, name), drop: () => drop(server, name) };
}

/** URL of the run's server: the one that `TEST_POSTGRES_URL` names, else the embedded one, started when first asked for. */
async function serverUrl(): Promise<string> {
  const given = process.env['TEST_POSTGRES_URL'];
  if (given) return given;
  const folder = process.env['TEST_SERVER_FOLDER'];
  if (!folder) throw new Error('tests/helpers/global-setup.js did not run: start tests with npm test');
  const database = await startDatabase({ dataDir: join(folder, 'database'), fsync: false });
  return database.url();
}

/** Test files run at once: the first to need a template fills it, the others wait on an advisory lock. */
async function prepareTemplate(server: string, template: Template): Promise<string> {
  const name = nameOf(template.name);
  await withClient(server, async (client) => {
    await client.query('SELECT pg_advisory_lock(hashtext($1))', [name]);
    const { rowCount } = await client.query('SELECT FROM pg_database WHERE datname = $1', [name]);
    if (rowCount) return;
    const draft = `${name}_draft`;
    await client.query(`DROP DATABASE IF EXISTS ${client.escapeIdentifier(draft)} WITH (FORCE)`);
    await createDatabase(server, draft);
    await template.fill(withDatabase(server, draft));
    await client.query(`ALTER DATABASE ${client.escapeIdentifier(draft)} RENAME TO ${client.escapeIdentifier(name)}`);
  });
  return name;
}

async function drop(server: string, name: string): Promise<void> {
  await withClient(server, async (client) => {
    await client.query(`DROP DATABASE IF EXISTS ${client.escapeIdentifier(name)} WITH (FORCE)`);
  });
}

async function withClient(url: string, work: (client: pg.Client) => Promise<void>): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await work(client);
  } finally {
    await client.end();
  }
}

/** `test_<run>_…`: the teardown drops by this beginning. */
export const nameOf = (suffix: string): string => `test_${process.env['TEST_RUN_ID'] ?? process.pid}_${suffix}`;

export function withDatabase(server: string, name: string): string {
  const url = new URL(server);
  url.pathname = `/${name}`;
  return url.href;
}
