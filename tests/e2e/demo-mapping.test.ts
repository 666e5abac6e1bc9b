import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { patience } from '../helpers/engine.js';
import { runProgram } from './program.js';
import { RunningDemo } from './running-demo.js';

const LONG = patience(300_000);
const MAPPING = 'sql/mappings/examples/production-orders.yaml';
/** Words of the shipped mapping and its sample, and those of sizes, which this mapping has not. */
const SHIPPED = /ORDERS_UNIFIED|GREYSON|CUSTOMER NAME|ORDER TYPE|line_key|AAG|\bsizes?\b|subitem/i;
/** A page without its style and script. */
const spoken = (html: string): string => html.replace(/<(style|script)[\s\S]*?<\/\1>/g, '').replace(/<[^>]+>/g, ' ');

describe('the demo with another mapping', () => {
  let demo: RunningDemo;
  let words: string;
  let env: Record<string, string>;
  let boardUrl: string;

  beforeAll(async () => {
    demo = new RunningDemo(['--mapping', resolve(MAPPING), '--keep']);
    await demo.said('Everything stays up', LONG);
    words = demo.stdout.replace(/\n +/g, ' ');
    const [, file = ''] = /set -a; \. (\S+); set \+a/.exec(words) ?? [];
    const lines = readFileSync(join(demo.folder, file), 'utf8').trim().split('\n');
    env = Object.fromEntries(
      lines.map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]),
    );
    [, boardUrl = ''] = /^The board: (\S+)/m.exec(demo.stdout) ?? [];
  }, LONG);

  afterAll(async () => {
    await demo.interrupt();
    demo.clear();
  }, LONG);

  it('loads the sample beside the mapping, and ends with board and source in agreement', () => {
    expect(words).toMatch(/165 order lines are in PRODUCTION_ORDERS\.\n/);
    expect(words).toMatch(/first load: 158 new, 0 changed/);
    expect(words).toContain('Verdict: board and source agree.');
  });

  it('edits every column that a planner would, and tells what nobody understands', () => {
    for (const edit of ['line cancelled', 'line added', 'REMARKS changed', 'TOOL cleared', 'WEEK changed'])
      expect(words).toMatch(new RegExp(`edit: GENT: ${edit}, 2 lines`));
    expect(words).toContain('edit: BRNO: PLANT renamed, 24 lines');
    expect(words).toMatch(/told: The mapping does not know STATE "RELAESED" .*nearest is "RELEASED"/);
    expect(words).toMatch(/told: NOT_A_NUMBER, GENT: Hours: "12,50 EUR" is not a number/);
    expect(words).toMatch(/\d+ lines whose PLANT or STATE nobody knows/);
  });

  it('has the words of the mapping alone, on the screen, on the board and in the report', async () => {
    const [, report = ''] = /as a page:\s+(\S+)/.exec(words) ?? [];
    const page = await (await fetch(boardUrl)).text();
    expect(page).toContain('<h1>Production orders</h1>');
    expect(page).toContain('GENT 2026 W07');
    const texts = [words, spoken(page), spoken(readFileSync(report, 'utf8'))];
    for (const text of texts) expect(text.match(SHIPPED)).toBeNull();
  });

  it('leaves settings that name the mapping and its table, with which each command works', async () => {
    expect(env).toMatchObject({ MAPPING_FILE: resolve(MAPPING), SOURCE_TABLE: 'PRODUCTION_ORDERS' });
    const checked = await runProgram('doctor', ['mapping', 'check', resolve(MAPPING)], env);
    expect(checked.said).not.toMatch(/^error /m);
    expect(checked.said).toMatch(/^ok +columns/m);
    const known = await runProgram('detect', ['--list-customers', '--json'], env);
    expect(known.code).toBe(0);
  });
});
