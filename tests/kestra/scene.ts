import { control } from '../e2e/board-view.js';
import { Engine } from './engine.js';
import { FLOWS, flowText, TAG_LINE, variant } from './flow-files.js';
import { buildImages, TAG } from './images.js';
import type { BriefExecution } from './views.js';
import { World } from './world.js';

export const ACKNOWLEDGED = 'dbo."ORDERS_UNIFIED_SNAPSHOT" WHERE deleted_at IS NULL AND row_hash IS NOT NULL';
const LINES = 300;

/** The flows as they are, on the images under test, with their schedules off: nothing starts while a test looks. */
const quiet = (text: string): string =>
  variant(text, { [TAG_LINE]: `tag: ${TAG}` }).replace(/^( +)cron: .*$/m, '$&\n$1disabled: true');

/** Engine, warehouse and board as an operator has them before him. */
export class Scene {
  private constructor(
    readonly world: World,
    readonly engine: Engine,
  ) {}

  /** `prepare` sees the world before the first flow runs. */
  static async open(prepare: (world: World) => Promise<void>): Promise<Scene> {
    await buildImages();
    const world = await World.make(LINES);
    await prepare(world);
    const scene = new Scene(world, new Engine({ secrets: world.secrets, envs: world.envs }));
    await scene.engine.start();
    for (const flow of FLOWS) await scene.engine.load(quiet(flowText(flow)));
    return scene;
  }

  async close(): Promise<void> {
    await this.engine.close();
    await this.world.close();
  }

  /** Loads customer-orders-batch anew, with texts of it replaced. */
  async loadBatchFlow(replacements: Record<string, string> = {}): Promise<void> {
    await this.engine.load(quiet(variant(flowText('customer-orders-batch'), replacements)));
  }

  /** Loads customer-orders anew, so that it carries one customer after the other: a fault of the board meets the last alone. */
  async carryOneAtATime(): Promise<void> {
    await this.engine.load(
      quiet(variant(flowText('customer-orders'), { 'concurrencyLimit: 4': 'concurrencyLimit: 1' })),
    );
  }

  /** The latest run of a customer's batch, finished or not. */
  async findBatch(customer: string): Promise<BriefExecution | undefined> {
    const batches = await this.engine.list('customer-orders-batch');
    return batches.findLast(({ labels }) => labels['customer'] === customer);
  }

  async lastBatch(customer: string): Promise<BriefExecution> {
    const found = await this.findBatch(customer);
    if (!found) throw new Error(`no batch of ${customer}`);
    return found;
  }

  /** The id of the batch that an execution of customer-orders-batch was about. */
  async batchOf(id: string): Promise<unknown> {
    return (await this.engine.get(id))?.outputs?.['batch'];
  }

  /** Sets limits of the board; without any, none is felt. */
  async limit(limits: Record<string, number | string> = { preset: 'raised' }): Promise<void> {
    await control(this.world, '/_limits', limits);
  }

  /** Every request to the board is refused with this code, until `heal`. */
  async refuse(code: string): Promise<void> {
    await control(this.world, '/_faults', { rates: { [`error:${code}`]: 1 } });
  }

  async heal(): Promise<void> {
    await fetch(`${this.world.board.url}/_faults`, { method: 'DELETE' });
  }
}
