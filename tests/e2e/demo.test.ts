import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { patience } from '../helpers/engine.js';
import { ordersOf, RunningDemo } from './running-demo.js';

const LONG = patience(300_000);
/** The two largest are edited, the third is reloaded, the fourth gets a name that nobody knows. */
const CUSTOMERS = ['GREYSON CLOTHIERS', 'SUN DAY RED', 'Peloton Private Label', 'SEISSENSE'];
const printed = z.object({
  runs: z.array(z.object({ name: z.string(), changes: z.record(z.string(), z.number()), mutations: z.number() })),
  told: z.array(z.string()),
  verdict: z.string(),
  report: z.string(),
  boardUrl: z.string(),
  env: z.record(z.string(), z.string()),
});

describe('the demo', () => {
  let demo: RunningDemo;
  let result: z.infer<typeof printed>;
  let words: string;

  beforeAll(async () => {
    demo = new RunningDemo(['--orders', 'orders.csv', '--json', '--keep'], ordersOf(CUSTOMERS));
    await demo.said('Everything stays up', LONG);
    result = printed.parse(JSON.parse(demo.stdout.trimEnd().split('\n').at(-1) ?? ''));
    words = demo.stderr.replace(/\n +/g, ' ');
  }, LONG);

  afterAll(() => demo.clear());

  it('says at the beginning what it shows, and before each run what to expect', () => {
    expect(words).toMatch(/^Three runs carry sample order lines from a database to a board\./);
    for (const sentence of ['1. First load:', '2. No change: nothing differs', '3. Edits: orders change in the source'])
      expect(words).toContain(sentence);
  });

  it('reports a renamed customer: its name, how many lines, the nearest known name, and that it is braked', () => {
    const name = 'SEISSENSE INTERNATIONAL';
    expect(words).toMatch(/edit: SEISSENSE: CUSTOMER NAME renamed, (\d+) lines/);
    expect(result.told).toContainEqual(
      expect.stringMatching(/^SEISSENSE is braked \(SCOPE\): (\d+) of \1 known lines/),
    );
    expect(result.told).toContainEqual(
      expect.stringMatching(
        new RegExp(`^The mapping does not know "${name}" \\((\\d+) lines, \\1 .*nearest is "SEISSENSE"`),
      ),
    );
  });

  it('reports an unknown ORDER TYPE: the word, its lines, the nearest known word', () => {
    expect(words).toMatch(/edit: [A-Z ]+: ORDER TYPE unknown, \d+ lines?/);
    expect(result.told).toContainEqual(
      expect.stringMatching(
        /^The mapping does not know ORDER TYPE "CANCELED" \((\d+) lines?, \1 .*nearest is "CANCELLED"/,
      ),
    );
  });

  it('reports an unreadable price: its text, what happens to it, what to do', () => {
    expect(words).toMatch(/edit: [A-Z ]+: CUSTOMER PRICE unreadable, 1 line/);
    expect(result.told).toContainEqual(
      expect.stringMatching(
        /^NOT_A_NUMBER.*CUSTOMER PRICE: "12,50 EUR" is not a number, so the board keeps .* Correct CUSTOMER PRICE/,
      ),
    );
    for (const text of result.told) expect(words.replace(/\s+/g, ' ')).toContain(`told: ${text}`);
  });

  it('sends nothing when nothing changed', () => {
    expect(result.runs.map(({ name }) => name)).toEqual(['first load', 'no change', 'edits']);
    expect(result.runs[1]).toMatchObject({ mutations: 0 });
  });

  it('ends with a verdict that names what was left unchanged', () => {
    expect(result.verdict).toBe('Verdict: board and source agree.');
    expect(words).toMatch(
      /Verdict: board and source agree\. \d+ lines in scope, \d+ items on the board.* Left as they were .*nobody knows and 1 value that is not a number\./s,
    );
  });

  it('writes the page about the edits, and says where it is', () => {
    expect(readFileSync(result.report, 'utf8')).toContain('SEISSENSE INTERNATIONAL');
    expect(words.replace(/\s+/g, ' ')).toContain(`as a page: ${result.report}`);
  });

  it('fits 80 columns', () => {
    const own = demo.stderr.split('\n').filter((line) => !/^ *\/\S+$/.test(line));
    expect(own.filter((line) => line.length > 80)).toEqual([]);
    expect(own.length).toBeGreaterThan(40);
  });

  it('leaves a settings file while it stays up', () => {
    const [, file = ''] = /set -a; \. (\S+); set \+a/.exec(words) ?? [];
    const text = readFileSync(join(demo.folder, file), 'utf8');
    for (const name of ['WAREHOUSE_URL', 'ARCHIVE_URL', 'MONDAY_API_URL', 'MONDAY_API_TOKEN', 'MONDAY_BOARD_ID'])
      expect(text).toContain(`${name}=${result.env[name]}\n`);
  });

  it('leaves no process and no folder after two Ctrl-C', async () => {
    expect(await demo.interrupt(2)).toEqual({ code: 0, left: [] });
    expect(demo.files()).toEqual(['orders.csv', expect.stringMatching(/^run-.*\.html$/)]);
  });
});

describe('Ctrl-C', () => {
  it.each([
    ['right after the start', 'Three runs carry'],
    ['while tables are created', 'Database and board are up'],
    ['while lines are loaded', 'order lines are in'],
    ['while the board is written to', 'first load  1/'],
  ])(
    '%s leaves no process, no folder and no file',
    async (_, moment) => {
      const demo = new RunningDemo(['--lines', '100']);
      await demo.said(moment, LONG);
      expect(await demo.interrupt()).toEqual({ code: 1, left: [] });
      expect(demo.stdout).toContain('Stopped. Nothing of the demo is left.');
      expect(demo.stderr).toBe('');
      expect(demo.files()).toEqual([]);
      demo.clear();
    },
    LONG,
  );
});
