import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Task } from './program.js';
import { World } from './world.js';

let world: World;
let runId: string;
let ids: Readonly<Record<string, string>>;

beforeAll(async () => {
  world = await World.open(['TITLE 9', 'JOHNNIE O']);
});

afterAll(() => world.close());

const start = (customer: string): string => (ids[customer] ?? '').slice(0, 8);
const refused = async (task: Task, args: readonly string[]): Promise<string> => {
  const { code, said } = await world.run(task, args);
  expect({ args, code, said }).toEqual({ args, code: 2, said });
  return said;
};

// One story: a run by hand without a copied id.
describe('an id on the command line', () => {
  it('latest is refused while there is no run', async () => {
    expect(await refused('batch', ['--run', 'latest'])).toContain('There is no run yet.');
    expect(await refused('stage', ['--batch', 'latest'])).toContain('There is no batch yet.');
  });

  it('latest means the newest run', async () => {
    const detected = await world.expect('detect');
    runId = String(detected['runId']);
    const made = await world.expect('batch', '--run', 'latest');
    expect(made).toMatchObject({ runId, count: 2 });
    const batches = made['batches'] as { batchId: string; customer: string }[];
    ids = Object.fromEntries(batches.map(({ batchId, customer }) => [customer, batchId]));
  });

  it('may be the first eight characters of a run id, in upper or lower case, with the flag of either name', async () => {
    for (const args of [
      ['--run-id', runId.slice(0, 8).toUpperCase()],
      ['--run', runId.replaceAll('-', '').slice(0, 12)],
      ['--run', runId.slice(0, 9)],
      ['watch', '--run', runId.slice(0, 20)],
    ])
      expect({ args, ...(await world.expect('batch', ...args)) }).toMatchObject({ args, runId });
    const { said } = await world.run('batch', ['report', '--run', runId.slice(0, 8), '--output', '-']);
    expect(said).toContain(runId);
  });

  it('may be the first characters of a batch id in every step', async () => {
    for (const task of ['stage', 'push', 'promote', 'archive'] as const) {
      const outputs = await world.expect(task, '--batch', start('TITLE NINE'));
      expect({ task, status: outputs['status'] }).toEqual({
        task,
        status: expect.stringMatching(/STAGED|PUSHED|COMPLETED/),
      });
    }
  });

  it('that matches several is refused, and the message lists them', async () => {
    const said = await refused('stage', ['--batch', 'latest']);
    expect(said).toContain('The newest run has several batches: say which.');
    for (const [customer, id] of Object.entries(ids)) expect(said).toContain(`${id}  ${customer}, `);
    const twins = ['ffffffff-0000-4000-8000-000000000001', 'ffffffff-0000-4000-8000-000000000002'];
    for (const [place, twin] of twins.entries())
      await world.sql(
        `INSERT INTO dbo."MON_Run" ("run_id", "run_key", "seq", "state", "kind", "method", "dry", "full", "allow_large_change", "confirm_deletes", "mapping_version", "started_at")
         SELECT @twin, @key, @seq, "state", "kind", "method", 1, 0, 0, 0, "mapping_version", "started_at" FROM dbo."MON_Run" WHERE "run_id" = @run`,
        { twin, key: twin, seq: 100 + place, run: runId },
      );
    const several = await refused('batch', ['--run', 'ffffffff']);
    for (const twin of twins) expect(several).toContain(`${twin}  all customers, dry, `);
    expect(several).toContain('ID_AMBIGUOUS');
    await world.sql(`DELETE FROM dbo."MON_Run" WHERE "seq" >= 100`);
  });

  it('that matches none is refused, and the message names the newest', async () => {
    expect(await refused('batch', ['--run', 'eeeeeeee'])).toContain(`${runId}  all customers, `);
    expect(await refused('push', ['--batch', 'eeeeeeee-ee'])).toContain(`${ids['JOHNNIE O']}  JOHNNIE O, STARTED`);
  });

  it.each(['3f1c0f5', '3f1c0f5g', 'newest', '%_%_%_%_', `${'a'.repeat(33)}`])('is not %s', async (said) => {
    expect(await refused('stage', ['--batch', said])).toContain('its first eight characters or more, or latest');
  });

  it('of the newest run names its batch, if it has only one', async () => {
    await world.sql(`UPDATE dbo."ORDERS_UNIFIED" SET "S" = 12 WHERE "CUSTOMER NAME" = 'TITLE 9'`);
    await world.expect('detect', '--customer', 'TITLE NINE');
    await world.expect('batch', '--run', 'latest');
    for (const task of ['stage', 'push', 'promote', 'archive'] as const) await world.expect(task, '--batch', 'latest');
    expect(await world.expect('promote', '--batch', 'latest')).toMatchObject({ status: 'COMPLETED' });
  });
});
