import { randomBytes } from 'node:crypto';
import { splitScript } from '../../shared/store/schema/migrate.js';
import { grantScript } from '../../shared/store/schema/permissions.js';
import type { Warehouse } from '../../shared/warehouse/port/warehouse.js';
import { sql } from './warehouse.js';

/** A user of one database with what the script of permissions grants, and nothing else. */
export interface LimitedUser {
  url: string;
  drop(): Promise<void>;
}

/** `owner` is an administrator's connection to the database that `url` names. */
export async function createLimitedUser(owner: Warehouse, url: string): Promise<LimitedUser> {
  const name = `limited_${randomBytes(6).toString('hex')}`;
  const password = `P4ss-${randomBytes(9).toString('hex')}`;
  const run = async (...texts: string[]): Promise<void> => {
    for (const text of texts) await sql(owner, text);
  };
  const limited = new URL(url);
  limited.username = name;
  limited.password = password;
  if (owner.engine === 'mssql') {
    await run(...splitScript(grantScript()), ...(await rightsBeyond(owner)));
    await run(
      `CREATE LOGIN "${name}" WITH PASSWORD = '${password}'`,
      `CREATE USER "${name}" FOR LOGIN "${name}"`,
      `ALTER ROLE "customer_orders" ADD MEMBER "${name}"`,
    );
    return { url: limited.href, drop: () => run(`DROP USER "${name}"`, `DROP LOGIN "${name}"`) };
  }
  // Roles belong to the whole server here, and there is a schema to be let into.
  const grants = splitScript(grantScript()).filter((text) => /^GRANT SELECT.* TO "customer_orders"$/.test(text));
  await run(`CREATE ROLE "${name}" LOGIN PASSWORD '${password}'`, `GRANT USAGE ON SCHEMA dbo TO "${name}"`);
  await run(...grants.map((text) => text.replace('TO "customer_orders"', `TO "${name}"`)));
  return { url: limited.href, drop: () => run(`DROP OWNED BY "${name}"`, `DROP ROLE "${name}"`) };
}

/**
 * SQL Server itself checks a foreign key whatever the user may do. Another server that speaks its protocol locks the
 * rows on the other side with the permissions of the user, which it gives with UPDATE alone. It has no view of its locks.
 */
async function rightsBeyond(owner: Warehouse): Promise<string[]> {
  const [row] = await sql(owner, `SELECT OBJECT_ID('sys.dm_tran_locks') AS "view"`);
  return row?.['view'] !== null ? [] : ['GRANT UPDATE ON dbo."MON_CustMasterSchedule_Subitems" TO "customer_orders"'];
}
