import { discardOrphans, makeServerFolder } from './server-folder.js';

/** Names the folder of this run's PostgreSQL; the first test file that needs a database starts it. */
export default async function setup() {
  process.env.TEST_RUN_ID = String(process.pid);
  if (process.env.TEST_POSTGRES_URL) return;
  await discardOrphans();
  process.env.TEST_SERVER_FOLDER = await makeServerFolder();
}
