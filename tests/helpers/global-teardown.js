import pg from 'pg';
import { discardServerFolder } from './server-folder.js';

export default async function teardown() {
  if (process.env.TEST_SERVER_FOLDER) await discardServerFolder(process.env.TEST_SERVER_FOLDER);
  else if (process.env.TEST_POSTGRES_URL) await dropDatabases(process.env.TEST_POSTGRES_URL);
}

/** On a server that is not ours, only what this run has made goes. */
async function dropDatabases(url) {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const made = `test_${process.env.TEST_RUN_ID}_`;
  const { rows } = await client.query('SELECT datname FROM pg_database WHERE starts_with(datname, $1)', [made]);
  for (const { datname } of rows) await client.query(`DROP DATABASE ${client.escapeIdentifier(datname)} WITH (FORCE)`);
  await client.end();
}
