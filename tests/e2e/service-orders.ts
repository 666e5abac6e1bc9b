import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sqlType } from '../../shared/warehouse/port/sql-types.js';
import { quoteIdentifier } from '../../shared/warehouse/port/statements.js';
import type { BulkColumn } from '../../shared/warehouse/port/warehouse.js';
import { ENGINE } from '../helpers/engine.js';
import { uuid } from '../helpers/warehouse.js';
import type { Ended, Environment, Task } from './program.js';
import { World } from './world.js';

const TABLE = 'SERVICE_ORDERS';

const COLUMNS: readonly BulkColumn[] = [
  { name: 'ID', type: 'uuid' },
  ...['CLIENT', 'NUMBER', 'SUBJECT', 'AREA', 'STATE', 'DUE', 'PRICE'].map(
    (name): BulkColumn => ({ name, type: 'text' }),
  ),
];

/** One line of the table. */
export type ServiceOrder = Readonly<Record<string, string | null>>;

/** A complete line, with what a test wants to be different. */
export function serviceOrder(n: number, changes: ServiceOrder = {}): ServiceOrder {
  return {
    ID: uuid(n),
    CLIENT: 'NORDWERK',
    NUMBER: `SO-${n}`,
    SUBJECT: `Pump ${n}`,
    AREA: 'NORTH',
    STATE: 'OPEN',
    DUE: '2026-03-01',
    PRICE: '100',
    ...changes,
  };
}

/** Columns of the board that such mappings write to. */
export const SHOWN_IN = { number: 'text_mkr5wya6', due: 'date_mkr5zp5', price: 'numeric_mkr5cact' } as const;

/** A board without a place for subitems, and a table that is nothing like that of the shipped mapping. */
export class ServiceOrders {
  readonly world: World;
  readonly #folder = mkdtempSync(join(tmpdir(), 'service-orders-'));
  #env: Environment = {};

  private constructor(world: World) {
    this.world = world;
  }

  static async open(mapping: string, columns: readonly BulkColumn[] = COLUMNS): Promise<ServiceOrders> {
    const orders = new ServiceOrders(await World.open([]));
    const definitions = columns.map(({ name, type }) => `${quoteIdentifier(name)} ${sqlType(ENGINE, type)} NULL`);
    await orders.world.sql(`CREATE TABLE dbo."${TABLE}" (${definitions.join(', ')})`);
    const { boards } = orders.world.board.account.store.state;
    for (const { columns: live } of boards.values())
      for (const [id, { type }] of live) if (type === 'subtasks') live.delete(id);
    await orders.use(mapping);
    return orders;
  }

  /** From now on the tasks read this mapping; its columns join our tables. */
  async use(mapping: string): Promise<void> {
    const file = join(this.#folder, 'own.yaml');
    writeFileSync(file, mapping);
    this.#env = { MAPPING_FILE: file, SOURCE_TABLE: TABLE };
    await this.expect('migrate');
  }

  async close(): Promise<void> {
    rmSync(this.#folder, { recursive: true, force: true });
    await this.world.close();
  }

  async insert(...lines: readonly ServiceOrder[]): Promise<void> {
    const columns = Object.keys(lines[0] ?? {}).map(
      (name): BulkColumn => ({
        name,
        type: name === 'ID' ? 'uuid' : 'text',
      }),
    );
    await this.world.warehouse.bulkLoad(
      TABLE,
      columns,
      lines.map((line) => columns.map(({ name }) => line[name] ?? null)),
    );
  }

  async update(n: number, column: string, value: string | null): Promise<void> {
    await this.world.sql(`UPDATE dbo."${TABLE}" SET ${quoteIdentifier(column)} = @value WHERE "NUMBER" = @number`, {
      value,
      number: `SO-${n}`,
    });
  }

  async remove(n: number): Promise<void> {
    await this.world.sql(`DELETE FROM dbo."${TABLE}" WHERE "NUMBER" = @number`, { number: `SO-${n}` });
  }

  run(task: Task, args: readonly string[] = [], env: Environment = {}): Promise<Ended> {
    return this.world.run(task, args, { ...this.#env, ...env });
  }

  /** Runs a task that has to end well. */
  async expect(task: Task, ...args: string[]): Promise<Ended> {
    const ended = await this.run(task, args);
    if (ended.code !== 0)
      throw new Error(`${task} ${args.join(' ')} ended with exit code ${ended.code}:\n${ended.said}`);
    return ended;
  }

  /** Detects and makes the batches, each with its customer. */
  async batches(...detectFlags: string[]) {
    const { outputs: detected, said } = await this.expect('detect', ...detectFlags);
    const { outputs } = await this.expect('batch', '--run-id', String(detected['runId']));
    return { detected, said, batches: outputs['batches'] as { batchId: string; customer: string }[] };
  }

  async finish(batchId: string): Promise<Record<string, unknown>> {
    await this.expect('stage', '--batch-id', batchId);
    const { outputs } = await this.expect('push', '--batch-id', batchId);
    await this.expect('promote', '--batch-id', batchId);
    await this.expect('archive', '--batch-id', batchId);
    return outputs;
  }

  /** A whole run; what each customer's push did. */
  async carry(...detectFlags: string[]) {
    const { batches, ...run } = await this.batches(...detectFlags);
    const pushed: Record<string, Record<string, unknown>> = {};
    for (const { batchId, customer } of batches) pushed[customer] = await this.finish(batchId);
    return { ...run, pushed };
  }
}
