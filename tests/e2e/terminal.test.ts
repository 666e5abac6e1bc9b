import { type AddressInfo, createServer } from 'node:net';
import { pathToFileURL } from 'node:url';
import { stripVTControlCharacters } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { widthOf } from '../../shared/runtime/terminal.js';
import { parseStatement } from '../../shared/warehouse/port/statements.js';
import { ENGINE } from '../helpers/engine.js';
import { everything } from './printed.js';
import { type Environment, type LocalProgram, Program, type Task } from './program.js';
import { until } from './until.js';
import { World } from './world.js';

const LOOKED_AT: Environment = {
  NODE_OPTIONS: `--import=${pathToFileURL('tests/e2e/terminal.js').href}`,
  LOG_FORMAT: 'pretty',
  FORCE_COLOR: '1',
};

let world: World;

beforeAll(async () => {
  world = await World.open(['TITLE 9']);
  expect((await world.run('local/sync', [], everything(world))).code).toBe(0);
});
afterAll(() => world.close());

const look = (task: Task, args: readonly string[], env: Environment = {}) =>
  world.run(task, args, { ...everything(world), ...LOOKED_AT, ...env });

describe('a list on a terminal', () => {
  it.each<[string, Task, string[], RegExp, RegExp]>([
    [
      'batches',
      'batch',
      ['list'],
      /^BATCH +CUSTOMER +STATE +LINES +FAILED +HELD/m,
      /^[0-9a-f]{8} +TITLE NINE +COMPLETED +\d/m,
    ],
    ['customers', 'detect', ['--list-customers'], /^LINES +CUSTOMER +MAPPING/m, /^ +\d+ +TITLE NINE +known/m],
    [
      'archives',
      'archive',
      ['list'],
      /^ID +CUSTOMER +TAKEN +LINES +SIZE/m,
      / TITLE NINE +\d{4}-\d\d-\d\d \d\d:\d\d UTC +\d+ +[\d.]+ kB/m,
    ],
    ['state', 'batch', ['status'], /^Last run/m, /^Watch +none/m],
    ['checks', 'doctor', [], /^ok +settings/m, /^ok +batches/m],
  ])('of %s is a table that fits, in colours, without machine-readable lines', async (_, task, args, heading, row) => {
    const { said } = await look(task, args);
    const plain = stripVTControlCharacters(said);
    expect(plain).toMatch(heading);
    expect(plain).toMatch(row);
    expect(plain).not.toMatch(/^::/m);
    expect(said).toContain('\u001b[');
    for (const line of plain.split('\n').filter((each) => !each.includes('node dist/')))
      expect(widthOf(line)).toBeLessThanOrEqual(80);
    expect((await look(task, args, { FORCE_COLOR: '0' })).said).not.toContain('\u001b[3');
  });

  it('is JSON when --json is given', async () => {
    const { said } = await look('batch', ['list', '--json']);
    // A slow machine says beside it what it waits for.
    expect(JSON.parse(said.split('\n').find((line) => line.startsWith('[')) ?? '')).toHaveLength(1);
  });

  it('shows the outputs of a task as names and values', async () => {
    const { said, outputs } = await look('detect', ['--dry-run']);
    expect(stripVTControlCharacters(said)).toMatch(/^runId +[0-9a-f-]{36}$/m);
    expect(outputs).toEqual({});
  });
});

describe('on a terminal, a silence', () => {
  const silent = createServer();
  let place = '';
  beforeAll(async () => {
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    place = `127.0.0.1:${(silent.address() as AddressInfo).port}`;
  });
  afterAll(() => void silent.close());

  it.each<[string, Task | LocalProgram, string[], () => Environment, () => string]>([
    [
      'a database that does not answer',
      'batch',
      ['list'],
      () => ({ WAREHOUSE_URL: `postgres://somebody:secret@${place}/orders` }),
      () => `batch: waiting for the database at ${place}`,
    ],
    [
      'a board that does not answer',
      'doctor',
      [],
      () => ({ MONDAY_API_URL: `http://${place}/v2` }),
      () => `doctor: waiting for http://${place}`,
    ],
    [
      'a Kestra server that does not answer',
      'local/deploy',
      ['--dry-run', '--kestra', 'http://PLACE'],
      () => ({ KESTRA_USER: 'somebody@example.com', KESTRA_PASSWORD: 'Secret-2026' }),
      () => `deploy: waiting for http://${place}`,
    ],
  ])('ends with what is waited for: %s', async (_, task, args, env, said) => {
    const program = new Program(
      task,
      args.map((arg) => arg.replace('PLACE', place)),
      { ...everything(world), ...LOOKED_AT, ...env() },
    );
    try {
      await until(`it says ${said()}`, () => program.hasSaid(said()));
    } finally {
      await program.kill();
    }
  });

  it('ends with the statement that waits for a locked table', async () => {
    await world.warehouse.transaction(async (holder) => {
      const lock =
        ENGINE === 'mssql'
          ? 'SELECT COUNT(*) AS "n" FROM dbo."MON_BatchProcessing" WITH (TABLOCKX, HOLDLOCK)'
          : 'LOCK TABLE dbo."MON_BatchProcessing" IN ACCESS EXCLUSIVE MODE';
      await holder.query(parseStatement('hold', lock));
      const program = new Program('batch', ['list'], { ...everything(world), ...LOOKED_AT });
      try {
        await until('it names the statement', () => program.hasSaid('(batches/list-batches)'));
      } finally {
        await program.kill();
      }
    });
  });
});
