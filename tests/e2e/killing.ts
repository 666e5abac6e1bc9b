import { quoteIdentifier } from '../../shared/warehouse/port/statements.js';
import { waitsForTable } from '../helpers/dialect.js';
import { sql } from '../helpers/warehouse.js';
import type { Ended, Program, Task } from './program.js';
import { until } from './until.js';
import type { World } from './world.js';

/** A program waits for a table that the test holds: its statement has left and takes effect after the kill, or never. */
export interface HeldTable {
  table: string;
  mode: 'writes' | 'everything';
}

/** Writes wait, reads go on. */
export const writing = (table: string): HeldTable => ({ table, mode: 'writes' });
/** Reads wait as well. */
export const touching = (table: string): HeldTable => ({ table, mode: 'everything' });

/** Kills a task once it waits for the table. False when it was done before. */
export function killAtTable(world: World, held: HeldTable, task: Task, args: readonly string[]): Promise<boolean> {
  return holding(world, held, () => killWhen(world, task, args, () => waitsForTable(world.warehouse, held.table)));
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

class TakenBack extends Error {
  constructor(readonly result: unknown) {
    super('what was changed is taken back');
  }
}

/** Holds a table by a change of its shape: a new index keeps writers away, a new column everybody. */
export async function holding<T>(world: World, { table, mode }: HeldTable, work: () => Promise<T>): Promise<T> {
  const [column] = await world.warehouse.columns(table);
  const change =
    mode === 'writes'
      ? `CREATE INDEX "held" ON dbo."${table}" (${quoteIdentifier(column?.name ?? '')})`
      : `ALTER TABLE dbo."${table}" ADD "held" INT NULL`;
  try {
    return await world.warehouse.transaction(async (transaction) => {
      await sql(transaction, change);
      throw new TakenBack(await work());
    });
  } catch (error) {
    if (error instanceof TakenBack) return error.result as T;
    throw error;
  }
}
