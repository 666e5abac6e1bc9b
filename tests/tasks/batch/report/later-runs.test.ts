import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { World } from '../../../e2e/world.js';
import { inBrowser, launchBrowser } from '../../../helpers/browser.js';
import { patience } from '../../../helpers/engine.js';
import { readPage } from './told-page.js';

const GREETING = { before: 'שלום', after: 'תודה' };
const RECORDED = { ROW_ERRORS_EXIT: '0' };

let world: World;
let edited: string;
/** The run in which one line left scope by a name that nobody knows. */
let leftScope: string;
let rightToLeft: string;

beforeAll(async () => {
  world = await World.open();
  const rows = await world.sql(
    `SELECT "record_uuid" FROM dbo."ORDERS_UNIFIED" WHERE "CUSTOMER NAME" = 'GREYSON CLOTHIERS' AND "ORDER TYPE" = 'ACTIVE'
     AND "AAG ORDER NUMBER" IS NOT NULL ORDER BY "record_uuid"`,
  );
  edited = String(rows[0]?.['record_uuid']);
  await assign('DESTINATION', GREETING.before, edited);
  await carry();
  await assign('DESTINATION', GREETING.after, edited);
  rightToLeft = await carry(['--method', 'fields']);
  await assign('CUSTOMER NAME', 'SOMEBODY ELSE', String(rows[1]?.['record_uuid']));
  leftScope = await carry();
}, patience(120_000));
afterAll(() => world.close());

const assign = (column: string, value: string, uuid: string) =>
  world.sql(`UPDATE dbo."ORDERS_UNIFIED" SET "${column}" = @value WHERE "record_uuid" = @uuid`, { value, uuid });

async function done(task: Parameters<World['run']>[0], args: string[]): Promise<Record<string, unknown>> {
  const { code, outputs, said } = await world.run(task, args, RECORDED);
  if (code !== 0) throw new Error(`${task} ${args.join(' ')} ended with exit code ${code}:\n${said}`);
  return outputs;
}

async function carry(detect: string[] = []): Promise<string> {
  const { runId } = await done('detect', detect);
  const { batches } = await done('batch', ['--run-id', String(runId)]);
  for (const { batchId } of batches as { batchId: string }[])
    for (const step of ['stage', 'push', 'promote'] as const) await done(step, ['--batch-id', batchId]);
  return String(runId);
}

const report = async (runId: string): Promise<string> =>
  (await world.run('batch', ['report', '--run-id', runId, '--output', '-'])).said;

describe('lines that left scope', () => {
  it(
    'are settled by a later run of their customer, not by one of another customer',
    async () => {
      const told = async () => {
        const { chip, attention } = readPage(await report(leftScope));
        return [chip, ...attention.map(({ tone, text }) => `${tone}: ${text}`)].join('\n');
      };
      const before = await told();
      expect(before).toMatch(/^done in part\nwarn: 1 line of the board left scope/);
      await carry(['--customer', 'TITLE 9']);
      expect(await told()).toBe(before);
      await carry(['--customer', 'GREYSON']);
      expect(await told()).toBe(before);
      await carry();
      expect(await told()).toMatch(
        /^settled since\npast: 1 line of the board left scope .* has looked at them again\.$/,
      );
    },
    patience(60_000),
  );
});

inBrowser('old and new values written from right to left', () => {
  it('are before and after the arrow', async () => {
    const browser = await launchBrowser();
    try {
      const page = await browser.newPage();
      await page.setContent(await report(rightToLeft));
      await page.evaluate('for (const each of document.querySelectorAll("details")) each.open = true');
      const change = page.locator('.differences dd', { hasText: GREETING.after });
      const left = async (part: string) => (await change.locator(part).boundingBox())?.x;
      const places = [await left('.value >> nth=0'), await left('.arrow'), await left('.value >> nth=1')];
      expect(await change.locator('.value').allTextContents()).toEqual([GREETING.before, GREETING.after]);
      expect(places).toEqual([...places].sort((a, b) => Number(a) - Number(b)));
    } finally {
      await browser.close();
    }
  });
});
