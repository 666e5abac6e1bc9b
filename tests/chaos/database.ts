import pg from 'pg';
import { systemClock } from '../../shared/ground/clock.js';
import { openParquet, writeParquet } from '../../shared/parquet/parquet.js';
import { mappedColumns } from '../../shared/store/schema/mapped-columns.js';
import { migrateArchive } from '../../shared/store/schema/migrate-archive.js';
import { warehouseTables } from '../../shared/store/schema/tables.js';
import { mapping, openTestWarehouse, sql, type TestWarehouse } from '../helpers/warehouse.js';

/** Ours and the source, all of which a schedule begins with empty. */
const TABLES = [...warehouseTables(mappedColumns(mapping)).map(({ name }) => name), 'ORDERS_UNIFIED'];

/** One database for all schedules, and a look at what its server does. */
export class ChaosDatabase {
  readonly test: TestWarehouse;
  readonly #admin: pg.Client;

  private constructor(test: TestWarehouse, admin: pg.Client) {
    this.test = test;
    this.#admin = admin;
  }

  static async open(): Promise<ChaosDatabase> {
    const test = await openTestWarehouse();
    await loadParquet();
    await migrateArchive({ url: test.archiveUrl, schema: 'public' }, { clock: systemClock(), look: false });
    const admin = new pg.Client({ connectionString: test.url });
    await admin.connect();
    if (process.env['TEST_POSTGRES_URL'] === undefined) await hashPasswordsQuickly(admin, new URL(test.url));
    return new ChaosDatabase(test, admin);
  }

  async close(): Promise<void> {
    await this.#admin.end();
    await this.test.drop();
  }

  /** Forgets everything; `keepSource`: but what is to be carried. */
  async empty(keepSource = false): Promise<void> {
    const tables = TABLES.filter((name) => !keepSource || name !== 'ORDERS_UNIFIED');
    const names = [...tables.map((name) => `dbo."${name}"`), 'public."snapshot_archive"'];
    await sql(this.test.warehouse, `TRUNCATE ${names.join(', ')}`);
  }

  /** Waits until the server has ended every connection of this name, or of those that are like it. */
  noticed(applicationName: string): Promise<void> {
    return this.#none('SELECT 1 FROM pg_stat_activity WHERE application_name LIKE $1', applicationName);
  }

  /** Waits until no connection of this name holds an application lock. */
  locksFreed(applicationName: string): Promise<void> {
    return this.#none(
      `SELECT 1 FROM pg_locks l JOIN pg_stat_activity a ON a.pid = l.pid WHERE l.locktype = 'advisory' AND a.application_name = $1`,
      applicationName,
    );
  }

  async #none(text: string, name: string): Promise<void> {
    while ((await this.#admin.query(text, [name])).rows.length > 0) await new Promise((resume) => setImmediate(resume));
  }
}

/** What archive loads at its first use is loaded by then: the time that this takes would not be the conductor's. */
async function loadParquet(): Promise<void> {
  const { bytes } = await writeParquet([{ name: 'any', kind: 'text' }], [[['any']]]);
  await openParquet(bytes);
}

/** Every task of a schedule makes a handful of connections, and proving the password is a quarter of each. */
async function hashPasswordsQuickly(admin: pg.Client, { username, password }: URL): Promise<void> {
  await admin.query('SET scram_iterations = 1');
  await admin.query(
    `ALTER ROLE ${pg.escapeIdentifier(username)} PASSWORD ${pg.escapeLiteral(decodeURIComponent(password))}`,
  );
}
