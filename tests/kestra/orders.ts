import type { World } from './world.js';

const SOURCE = 'dbo."ORDERS_UNIFIED"';
const ACKNOWLEDGED = `
  SELECT record_uuid FROM dbo."ORDERS_UNIFIED_SNAPSHOT"
  WHERE customer = $2 AND row_hash IS NOT NULL AND deleted_at IS NULL
  ORDER BY record_uuid LIMIT $3`;

/** Gives lines of a customer that the board holds another note; the planners' hand in the source. */
export async function editLines(world: World, customer: string, note: string, lines = 1): Promise<void> {
  const text = `UPDATE ${SOURCE} SET "NOTES" = $1 WHERE record_uuid IN (${ACKNOWLEDGED})`;
  await world.sql.query(text, [note, customer, lines]);
}

/** Gives one line of a customer a quantity that no order can have. */
export async function spoilLine(world: World, customer: string): Promise<void> {
  const text = `UPDATE ${SOURCE} SET "S" = $1 WHERE record_uuid IN (
    SELECT record_uuid FROM (${ACKNOWLEDGED}) AS known ORDER BY record_uuid DESC LIMIT 1)`;
  await world.sql.query(text, [1_000_000, customer, 2]);
}

/** Takes back what `spoilLine` did. */
export async function healLine(world: World): Promise<void> {
  await world.sql.query(`UPDATE ${SOURCE} SET "S" = NULL WHERE "S" = $1`, [1_000_000]);
}

/** Adds copies of a customer's lines under new uuids and order numbers. */
export async function addLines(world: World, customer: string, prefix: string, lines: number): Promise<void> {
  const { sql } = world;
  await sql.query('BEGIN');
  await sql.query(
    `CREATE TEMP TABLE added ON COMMIT DROP AS SELECT * FROM ${SOURCE} WHERE record_uuid IN (
       SELECT record_uuid FROM dbo."ORDERS_UNIFIED_SNAPSHOT"
       WHERE customer = $1 AND row_hash IS NOT NULL AND deleted_at IS NULL ORDER BY record_uuid LIMIT $2)`,
    [customer, lines],
  );
  await sql.query(
    `UPDATE added SET record_uuid = gen_random_uuid(), "AAG ORDER NUMBER" = $1 || left("AAG ORDER NUMBER", 6)`,
    [prefix],
  );
  await sql.query(`INSERT INTO ${SOURCE} SELECT * FROM added`);
  await sql.query('COMMIT');
}

/** Renames a customer in the source, before it was ever loaded. */
export async function renameCustomer(world: World, from: string, to: string): Promise<void> {
  await world.sql.query(`UPDATE ${SOURCE} SET "CUSTOMER NAME" = $2 WHERE "CUSTOMER NAME" = $1`, [from, to]);
}

/** Leaves only these customers in the source; fewer containers, the same story. */
export async function keepCustomers(world: World, names: readonly string[]): Promise<void> {
  await world.sql.query(`DELETE FROM ${SOURCE} WHERE "CUSTOMER NAME" <> ALL ($1)`, [names]);
}
