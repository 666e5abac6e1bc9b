import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { outputsOf } from '../../local/processes.js';
import { lastRequest, mutationsAfter } from '../e2e/board-view.js';
import { shown, shownByCleanRun } from './clean-run.js';
import { EVERYBODY, FLOWS, flowText, oneCustomer, TAG_LINE, variant } from './flow-files.js';
import { TAG } from './images.js';
import { describeWith } from './machine.js';
import { editLines, keepCustomers } from './orders.js';
import { docker } from './programs.js';
import { Scene } from './scene.js';

const CUSTOMER = 'GREYSON';
/** The images of the version before, which an operator still has. */
const EARLIER = `${TAG}-earlier`;

// The drill of docs/rollback.md, in order: each test begins with the board that the one before left.
describeWith(['docker', 'jdk', 'maven'], 'a rollback, from the flows', () => {
  let scene: Scene;
  let goodDay: Awaited<ReturnType<typeof shown>>;
  let restored: Record<string, unknown>;

  beforeAll(async () => {
    scene = await Scene.open((world) => keepCustomers(world, ['GREYSON CLOTHIERS', 'TITLE 9']));
    for (const task of ['detect', 'batch', 'stage', 'push', 'promote', 'archive'])
      await docker('tag', `customer-orders/${task}:${TAG}`, `customer-orders/${task}:${EARLIER}`);
  }, 900_000);

  afterAll(() => scene?.close());

  /** archive restore as an operator runs it: in its image. Gives its outputs. */
  async function restore(...flags: string[]): Promise<Record<string, unknown>> {
    const { WAREHOUSE_URL, ARCHIVE_URL } = scene.world.secrets;
    const settings = [`WAREHOUSE_URL=${WAREHOUSE_URL}`, `ARCHIVE_URL=${ARCHIVE_URL}`].flatMap((each) => [
      '--env',
      each,
    ]);
    const [archive] = await scene.world.rows('SELECT min(id) AS id FROM snapshot_archive WHERE customer_filter = $1', [
      CUSTOMER,
    ]);
    const args = ['restore', '--archive-id', String(archive?.['id']), ...flags];
    const said = await docker(
      'run',
      '--rm',
      '--network',
      'host',
      ...settings,
      `customer-orders/archive:${TAG}`,
      ...args,
    );
    return Object.assign({}, ...said.split('\n').map((line) => outputsOf(line) ?? {})) as Record<string, unknown>;
  }

  it('a day with bad data reaches the board', async () => {
    const { world, engine } = scene;
    expect((await engine.run('customer-orders', EVERYBODY)).state).toBe('SUCCESS');
    goodDay = await shown(world);
    await editLines(world, CUSTOMER, 'wrong', 1_000);
    const inputs = { ...oneCustomer(CUSTOMER), allow_large_change: true };
    expect((await engine.run('customer-orders', inputs)).state).toBe('SUCCESS');
    expect(await shown(world)).not.toEqual(goodDay);
  });

  it('a restore creates the batch, and every later run leaves the customer out', async () => {
    const { world, engine } = scene;
    const before = await lastRequest(world);
    const dry = await restore('--dry-run');
    restored = await restore();
    expect(restored).toMatchObject({ status: 'STARTED', customer: CUSTOMER, leftAlone: 0, lines: dry['lines'] });
    expect(await restore()).toEqual(restored);
    const run = await engine.run('customer-orders', EVERYBODY);
    expect([run.state, run.outputs?.['not_done']]).toEqual(['WARNING', `Braked: ${CUSTOMER} (restored)`]);
    expect(await mutationsAfter(world, before)).toEqual([]);
  });

  it('customer-orders-batch, on the earlier images, takes the board back to that day', async () => {
    const { world, engine } = scene;
    for (const flow of FLOWS) await engine.load(flowOn(flow, EARLIER));
    const run = await engine.run('customer-orders-batch', { batch_id: restored['batchId'] });
    expect([run.state, run.outputs?.['reason']]).toEqual(['SUCCESS', '']);
    expect(await shown(world)).toEqual(goodDay);
    const again = await engine.run('customer-orders', EVERYBODY);
    expect(again.outputs?.['not_done']).toBe(`Braked: ${CUSTOMER} (restored)`);
    expect(await shown(world)).toEqual(goodDay);
  });

  it('the release lets the board follow the source again', async () => {
    const { world, engine } = scene;
    const run = await engine.run('customer-orders', { ...oneCustomer(CUSTOMER), allow_large_change: true });
    expect([run.state, run.outputs?.['not_done']]).toEqual(['SUCCESS', '']);
    expect(await shown(world)).toEqual(await shownByCleanRun(world));
    const next = await engine.run('customer-orders', EVERYBODY);
    expect([next.state, next.outputs?.['not_done']]).toEqual(['SUCCESS', '']);
  });

  /** A flow on the images of a version, its schedule paused. */
  function flowOn(flow: (typeof FLOWS)[number], tag: string): string {
    return variant(flowText(flow), { [TAG_LINE]: `tag: ${tag}` }).replace(/^( +)cron: .*$/m, '$&\n$1disabled: true');
  }
});
