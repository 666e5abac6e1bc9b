import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startDatabase } from '../../local/database/database.js';

/** The empty database that `url` names, or a new embedded one. */
export async function benchDatabase(url: string | undefined): Promise<{ url: string; stop(): Promise<void> }> {
  if (url !== undefined) return { url, stop: async () => undefined };
  const folder = await mkdtemp(join(tmpdir(), 'bench-'));
  const database = await startDatabase({ dataDir: join(folder, 'database'), fresh: true, fsync: false });
  return {
    url: database.url(),
    stop: async () => {
      await database.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
