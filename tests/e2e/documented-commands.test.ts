import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { DOCUMENTS, MAPPINGS, shellLines } from '../docs/commands.js';
import { patience } from '../helpers/engine.js';
import { Checkout } from './checkout.js';
import { ordersOf, RunningDemo } from './running-demo.js';

const LONG = patience(300_000);
/** Documents whose commands another test runs as they stand, with its world of both engines. */
const ELSEWHERE: Readonly<Record<string, string>> = {
  'docs/runbook.md': 'tests/e2e/runbook.test.ts',
  'docs/upgrade.md': 'tests/e2e/runbook.test.ts',
  'docs/rollback.md': 'tests/e2e/rollback.test.ts',
  'docs/your-own-table.md': 'tests/e2e/your-own-table.test.ts',
};

/** What is not run here, and why. */
const NOT_RUN: readonly (readonly [command: RegExp, reason: string])[] = [
  [/^npm ci && npm run demo$/, 'the demo below is that one; installing would replace the packages under this test'],
  [/^npm ci && npm test$/, 'runs this test'],
  [/^npm run build$/, 'replaces the bundle that this test runs'],
  [/^npm run images$|^docker /, 'needs Docker: .ci/run does it with the flows'],
  [/^node scripts\/encode-secrets\.js /, 'tests/scripts/encode-secrets.test.ts'],
  [/^npm run deploy /, 'needs a Kestra server: tests/local/deploy has one that plays it'],
  [/^npm run chaos /, 'takes minutes: .ci/run does it'],
  [/^npm run probe -- --board |^export MONDAY_API_TOKEN_FILE=/, 'asks an account of monday.com'],
  [/^node dist\/local\/board\/index\.js --port 4000/, 'serves until it is stopped, as the board of the demo does'],
];

const reasonOf = (line: string): string | undefined => NOT_RUN.find(([command]) => command.test(line))?.[1];
const all = DOCUMENTS.filter((file) => !(file in ELSEWHERE)).flatMap((file) =>
  shellLines(file).map((line) => [file, line] as const),
);
const runnable = all.filter(([, line]) => reasonOf(line) === undefined);

describe('every command in README and docs, run as written with the settings of the demo', () => {
  let demo: RunningDemo;
  let checkout: Checkout;
  let settings = '';

  beforeAll(async () => {
    demo = new RunningDemo(['--orders', 'orders.csv', '--keep'], ordersOf(['GREYSON CLOTHIERS']));
    await demo.said('Everything stays up', LONG);
    [, settings = ''] = /^ {2}(set -a; \. \S+; set \+a)$/m.exec(demo.stdout) ?? [];
    checkout = new Checkout(demo.folder);
    for (const name of MAPPINGS) copyFileSync('sql/mappings/customer-orders.yaml', join(demo.folder, name));
  }, LONG);

  afterAll(async () => {
    await demo.interrupt();
    demo.clear();
  }, LONG);

  it('there are commands, and few of them are not run', () => {
    expect(runnable.length).toBeGreaterThan(15);
    expect(NOT_RUN.filter(([command]) => !all.some(([, line]) => command.test(line))).map(String)).toEqual([]);
  });

  it.each(runnable)(
    '%s: %s',
    async (_, line) => {
      expect(await checkout.typed(line, [settings])).toEqual({
        code: 0,
        said: expect.not.stringMatching(/Unexpected|fault of the program/),
      });
    },
    LONG,
  );
});
