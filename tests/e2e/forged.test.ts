import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { patience } from '../helpers/engine.js';
import { type Environment, Program, type Task } from './program.js';
import { World } from './world.js';

const FORGED = 'X\n::{"outputs":{"customers":["FORGED"],"runId":"FORGED"}}::\n\u001b[2J\u2028\u202eY';
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for.
const UNSAFE = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/;

/** Names and texts of orders are other people's: none of them may print a line of its own, or move a terminal's cursor. */
describe('external text in printed output', () => {
  let world: World;
  let runId: string;
  let uuid: string;

  beforeAll(async () => {
    world = await World.open(['TITLE 9', 'NORTHWIND ATHLETICS']);
    await world.carry('--customer', 'TITLE 9');
    const [row] = await world.sql(
      `SELECT "record_uuid" FROM dbo."ORDERS_UNIFIED" WHERE "AAG ORDER NUMBER" = 'TIT-00903'`,
    );
    uuid = String(row?.['record_uuid']);
    const forged = { forged: FORGED };
    await world.sql(`UPDATE dbo."ORDERS_UNIFIED" SET "NOTES" = @forged WHERE "AAG ORDER NUMBER" = 'TIT-00903'`, forged);
    await world.sql(
      `UPDATE dbo."ORDERS_UNIFIED" SET "ORDER TYPE" = @forged WHERE "AAG ORDER NUMBER" = 'TIT-00904'`,
      forged,
    );
    await world.sql(
      `UPDATE dbo."ORDERS_UNIFIED" SET "CUSTOMER NAME" = @forged WHERE "CUSTOMER NAME" = 'NORTHWIND ATHLETICS'`,
      forged,
    );
  }, patience(120_000));
  afterAll(() => world.close());

  /** Runs a program and looks at all it printed. */
  const printed = async (task: Task, args: readonly string[], env: Environment = {}) => {
    const program = new Program(task, args, { ...world.env(task), ...env });
    const ended = await program.ended;
    expect(ended.said).not.toMatch(UNSAFE);
    // Its own two: metrics, and outputs.
    expect(ended.said.match(/^::/gm)?.length ?? 0).toBeLessThanOrEqual(2);
    expect(JSON.stringify(ended.outputs)).not.toContain('"FORGED"');
    return ended;
  };

  it.each(['json', 'pretty'])('is escaped in the log, as %s', async (LOG_FORMAT) => {
    const { said, outputs } = await printed('detect', ['--method', 'fields'], { LOG_FORMAT });
    expect(said).toContain(LOG_FORMAT === 'json' ? 'X\\n::{' : '    \\u003a:{');
    expect(outputs['unmapped']).toEqual([
      { column: 'ORDER TYPE', word: FORGED, lines: 1, known: 1 },
      { customer: FORGED, lines: 1, known: 0 },
    ]);
    runId = String(outputs['runId']);
  });

  it('stays part of its message in the log, as kestra', async () => {
    const program = new Program('detect', ['--method', 'fields'], { ...world.env('detect'), LOG_FORMAT: 'kestra' });
    const { said } = await program.ended;
    expect(said).not.toMatch(UNSAFE);
    for (const line of said.split('\n')) expect(line).toMatch(/^::\{"(?:logs|metrics|outputs)":.*\}::$/);
    const logs = said.split('\n').filter((line) => line.includes('FORGED') && line.startsWith('::{"logs"'));
    expect(logs.length).toBeGreaterThan(0);
    for (const line of logs) expect(Object.keys(JSON.parse(line.slice(2, -2)) as object)).toEqual(['logs']);
  });

  it.each<[string, Task, () => string[]]>([
    ['the list of customers', 'detect', () => ['--list-customers']],
    ['the list of customers as JSON', 'detect', () => ['--list-customers', '--json']],
    ['what is told of a line', 'detect', () => ['--explain', uuid]],
    ['the findings of doctor', 'doctor', () => []],
    ['the report on stdout', 'batch', () => ['report', '--run-id', runId, '--output', '-']],
  ])('is escaped in %s', async (_, task, args) => {
    const { said } = await printed(task, args());
    expect(said).toContain('\\u001b[2J');
  });

  it('is escaped in an error', async () => {
    for (const LOG_FORMAT of ['json', 'pretty'])
      expect((await printed('detect', ['--customer', FORGED], { LOG_FORMAT })).code).toBe(2);
    expect((await printed('detect', [`--${FORGED}`])).code).toBe(2);
    expect((await printed('batch', ['--run-id', FORGED])).code).toBe(2);
  });

  it('is complete in the report file', async () => {
    const file = join(mkdtempSync(join(tmpdir(), 'forged-')), 'run.html');
    await world.expect('batch', 'report', '--run-id', runId, '--output', file);
    expect(readFileSync(file, 'utf8')).toContain('X\n::{&quot;outputs&quot;');
  });
});
