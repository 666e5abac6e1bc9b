import pg from 'pg';
import type { Ended, Program, Task } from './program.js';
import { until } from './until.js';
import type { World } from './world.js';

/** A program waits for a table that the test holds: its statement has left and takes effect after the kill, or never. */
export interface HeldTable {
  table: string;
  mode: 'EXCLUSIVE' | 'ACCESS EXCLUSIVE';
}

/** Writes wait, reads go on. */
export const writing = (table: string): HeldTable => ({ table, mode: 'EXCLUSIVE' });
/** Reads wait as well. */
export const touching = (table: string): HeldTable => ({ table, mode: 'ACCESS EXCLUSIVE' });

/** Kills a task once it waits for the table. False when it was done before. */
export function killAtTable(world: World, held: HeldTable, task: Task, args: readonly string[]): Promise<boolean> {
  return holding(world, held, () => killWhen(world, task, args, () => isHeldUp(world, held.table)));
}

/** Kills a task once something is so. False when it was done before. */
export async function killWhen(
  world: World,
  task: Task,
  args: readonly string[],
  reached: () => Promise<boolean> | boolean,
): Promise<boolean> {
  const program: Program = world.start(task, args);
  let done: Ended | undefined;
  void program.ended.then((ended) => {
    done = ended;
  });
  await until(`${task} is at the point`, async () => done !== undefined || (await reached()));
  const { code, said } = await program.kill();
  if (code !== null && code !== 0) throw new Error(`${task} ended with exit code ${code}:\n${said}`);
  return code === null;
}

async function holding<T>(world: World, { table, mode }: HeldTable, work: () => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: world.env('stage')['WAREHOUSE_URL'] });
  await client.connect();
  try {
    await client.query('BEGIN');
    await client.query(`LOCK TABLE dbo."${table}" IN ${mode} MODE`);
    return await work();
  } finally {
    await client.end();
  }
}

async function isHeldUp(world: World, table: string): Promise<boolean> {
  const waiting = await world.sql(
    `SELECT 1 AS n FROM pg_locks WHERE NOT granted AND relation = CAST(@table AS regclass)`,
    { table: `dbo."${table}"` },
  );
  return waiting.length > 0;
}
